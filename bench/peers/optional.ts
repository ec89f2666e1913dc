/** Peers that need not be installed: `npm install --no-package-lock --prefix bench` brings them. */
export async function importOptional<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

export function absent(name: string): string {
  return `${name} is left out: it is not installed (npm install --no-package-lock --prefix bench).`
}
