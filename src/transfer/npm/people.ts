/** People as package.json names them: `{ name, email, url }` or 'Name <email> (url)'. */
export interface Person {
  readonly name: string
  readonly email: string | null
  readonly url: string | null
}

/** Reads a person, or a list of them; what names nobody is left out. */
export function readPeople(value: unknown): Person[] {
  if (Array.isArray(value)) return value.flatMap(readPeople)
  if (typeof value === 'string') return readPersonText(value)
  if (typeof value !== 'object' || value === null) return []
  const { name, email, url } = value as Record<string, unknown>
  return personOf(textOf(name), textOf(email), textOf(url))
}

/** Who it is: the address where one is known, since names are spelled in more ways. */
export function personKey({ name, email }: Person): string {
  return `person:${email === null ? name : email.toLowerCase()}`
}

function readPersonText(text: string): Person[] {
  const email = /<([^>]*)>/.exec(text)?.[1] ?? ''
  const url = /\(([^)]*)\)/.exec(text)?.[1] ?? ''
  return personOf(text.replace(/<[^>]*>|\([^)]*\)/g, ''), email, url)
}

function personOf(name: string, email: string, url: string): Person[] {
  const known = [name, email, url].map((text) => text.trim())
  const shown = known.find((text) => text !== '')
  if (shown === undefined) return []
  return [{ name: shown, email: known[1] || null, url: known[2] || null }]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
