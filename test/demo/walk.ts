/**
 * The demo's questions answered by plain loops over the files of a project: package-lock.json and the package.json of
 * each installed package. It shares nothing with the importer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  name?: string
  version?: string
  dev?: boolean
  license?: string
  [kind: string]: unknown
}

interface Edge {
  from: string
  to: string
  range: string
  dev: boolean
}

export interface Walk {
  /** Packages as name@version; the project is the first. */
  packages: string[]
  edges: Edge[]
  licenses: Map<string, string[]>
  /** Names of people with the packages they wrote, one pair for each of their identities. */
  works: { person: string; identity: string; package: string }[]
  /** Scripts of each package.json by name. */
  scripts: Map<string, Record<string, string>>
  keywordCount: number
  keywordUses: number
  /** Of each package its name, description, keywords and README, each a list of texts. */
  texts: Map<string, string[][]>
}

export function walk(directory: string): Walk {
  const entries: Record<string, Entry> = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8')).packages
  const paths = Object.keys(entries)
  const idOf = (path: string) =>
    `${path === '' ? entries['']!.name : path.split('node_modules/').at(-1)}@${entries[path]!.version}`
  const manifestOf = (path: string) => {
    const file = join(directory, path, 'package.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  }
  const packages = [...new Set(paths.map(idOf))]
  const manifests = new Map(paths.map((path) => [idOf(path), { ...entries[path], ...manifestOf(path) }]))
  const keywords = packages.map((id) => [...new Set(((manifests.get(id)!.keywords ?? []) as string[]).filter(Boolean))])
  return {
    packages,
    edges: distinct(
      paths.flatMap((path) => edgesOf(path, entries, idOf)),
      ({ from, to }) => `${from} ${to}`,
    ),
    licenses: new Map(packages.map((id) => [id, licensesOf(manifests.get(id)!.license)])),
    works: namedOnce(packages.flatMap((id) => worksOf(id, manifests.get(id)!))),
    scripts: new Map(packages.map((id) => [id, (manifests.get(id)!.scripts ?? {}) as Record<string, string>])),
    keywordCount: new Set(keywords.flat()).size,
    keywordUses: keywords.flat().length,
    texts: new Map(
      packages.map((id) => {
        const { description, keywords } = manifests.get(id)!
        const readme = readmeIn(join(directory, paths.find((path) => idOf(path) === id)!))
        return [id, [[nameOf(id)], textsIn(description), textsIn(keywords), textsIn(readme)]]
      }),
    ),
  }
}

function textsIn(value: unknown): string[] {
  return [value].flat().filter((text) => typeof text === 'string')
}

function readmeIn(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined
  const files = readdirSync(directory).filter((name) => /^readme(\.md|\.markdown)?$/i.test(name))
  const file = files.find((name) => name.includes('.')) ?? files[0]
  if (file === undefined) return undefined
  const text = readFileSync(join(directory, file))
    .subarray(0, 64 * 1024)
    .toString()
    .replace(/\ufffd+$/, '')
  return text.trim() === '' ? undefined : text
}

/** The packages that `roots` reach over production dependencies, with the fewest steps to each. */
export function reach({ edges }: Walk, roots: string[]): Map<string, number> {
  const steps = new Map(roots.map((root) => [root, 0]))
  for (const [id, count] of steps)
    for (const { from, to, dev } of edges) if (from === id && !dev && !steps.has(to)) steps.set(to, count + 1)
  return steps
}

export function nameOf(id: string): string {
  return id.slice(0, id.lastIndexOf('@'))
}

function edgesOf(path: string, entries: Record<string, Entry>, idOf: (path: string) => string): Edge[] {
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies']
  return kinds.flatMap((kind) =>
    Object.entries((entries[path]![kind] ?? {}) as Record<string, string>).flatMap(([name, range]) => {
      const places = path
        .split('/node_modules/')
        .map((_, i, parts) => `${parts.slice(0, parts.length - i).join('/node_modules/')}/node_modules/${name}`)
      const place = [...places.map((place) => place.replace(/^\//, '')), `node_modules/${name}`].find(
        (place) => place in entries,
      )
      if (place === undefined) return []
      return [
        { from: idOf(path), to: idOf(place), range, dev: entries[path]!.dev === true || kind === 'devDependencies' },
      ]
    }),
  )
}

function licensesOf(license: unknown): string[] {
  return typeof license === 'string'
    ? license
        .split(/[()]| OR | AND /)
        .map((part) => part.trim())
        .filter(Boolean)
    : []
}

function worksOf(id: string, manifest: Record<string, unknown>): Walk['works'] {
  const people = ['author', 'contributors', 'maintainers'].flatMap((field) => manifest[field] ?? []) as (
    | string
    | Record<string, string>
  )[]
  const read = people.map((person) => {
    const text = typeof person === 'string' ? person : `${person.name ?? person.url} <${person.email ?? ''}>`
    const name = text
      .replace(/(?<=.)[<(].*/, '')
      .replace(/[()]/g, '')
      .trim()
    const email = /<(.+?)>/.exec(text)?.[1]?.toLowerCase()
    return { person: name || (email ?? ''), identity: email ?? name, package: id }
  })
  return distinct(read, ({ identity }) => identity)
}

/** Whoever is named in several ways goes by the first. */
function namedOnce(works: Walk['works']): Walk['works'] {
  const names = new Map(works.toReversed().map(({ identity, person }) => [identity, person]))
  return works.map((work) => ({ ...work, person: names.get(work.identity)! }))
}

function distinct<T>(items: T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()]
}
