/** The README of a package, which tells in words what the package is for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** As much as the registry of npm keeps of one. Longer ones are mostly changelogs and tables behind the part that tells. */
const readmeBytesMax = 65_536

/** Best first. */
const names = [/^readme\.(md|markdown|mdown)$/i, /^readme$/i, /^readme\.(txt|rst|adoc)$/i]

/** Its beginning, without a character that the end would cut; undefined where there is none, or nothing in it. */
export function readReadme(directory: string): string | undefined {
  const file = fileIn(directory)
  if (file === undefined) return undefined
  const bytes = readFileSync(join(directory, file)).subarray(0, readmeBytesMax)
  const text = new TextDecoder().decode(bytes, { stream: true })
  return text.trim() === '' ? undefined : text
}

function fileIn(directory: string): string | undefined {
  const files = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
  for (const name of names) {
    const found = files.find((file) => name.test(file))
    if (found !== undefined) return found
  }
  return undefined
}
