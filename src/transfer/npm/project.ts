/** What an npm project is made of, read from its lock file and from the package.json of each installed package. */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type LockEntry, LockFile, type Ranges, readJson } from './lock-file.js'
import { readReadme } from './readme.js'

export interface Project {
  readonly packages: readonly Package[]
  readonly dependencies: readonly Dependency[]
  /** Dependencies that must be there and that the lock file does not hold, as `tar@7.0.0 asks for chownr ^3`. */
  readonly unresolved: readonly string[]
}

export interface Package {
  /** `npm:<name>@<version>`. One package may be installed at several places. */
  readonly key: string
  readonly name: string
  readonly version: string | null
  readonly paths: string[]
  readonly isProject: boolean
  readonly installed: boolean
  /** Of one of its places: the lock's fields. */
  readonly lock: LockEntry
  /** package.json; empty for a package that is not installed. */
  readonly manifest: Readonly<Record<string, unknown>>
  /** The beginning of its README; undefined where it has none. */
  readonly readme: string | undefined
  /** Needed for development only, or only where it can be had: at each of its places. */
  dev: boolean
  optional: boolean
}

export interface Dependency {
  readonly from: Package
  readonly to: Package
  readonly range: string
  readonly kind: DependencyKind
  readonly dev: boolean
  readonly optional: boolean
}

export type DependencyKind = (typeof dependencyKinds)[number]

/** In the order in which one wins over the others where a name stands in several, as npm has it. */
const dependencyKinds = ['optionalDependencies', 'dependencies', 'devDependencies', 'peerDependencies'] as const

/** Reads the project in `directory`. Throws FILE_NOT_FOUND and FILE_INVALID. */
export function readProject(directory: string): Project {
  const lock = LockFile.read(directory)
  const byPath = readPackages(directory, lock)
  return { packages: [...new Set(byPath.values())], ...readDependencies(lock, byPath) }
}

function readPackages(directory: string, lock: LockFile): Map<string, Package> {
  const byPath = new Map<string, Package>()
  const byKey = new Map<string, Package>()
  for (const path of lock.paths()) {
    const read = readPackage(directory, path, lock.entry(path))
    const known = byKey.get(read.key)
    if (known !== undefined) addPlace(known, read)
    else byKey.set(read.key, read)
    byPath.set(path, known ?? read)
  }
  return byPath
}

function readPackage(directory: string, path: string, lock: LockEntry): Package {
  const manifestPath = join(directory, path, 'package.json')
  const installed = existsSync(manifestPath)
  const manifest = installed ? (readJson(manifestPath) as Record<string, unknown>) : {}
  const name = lock.name ?? nameOf(path) ?? textOf(manifest.name) ?? basename(resolve(directory, path))
  const version = lock.version ?? textOf(manifest.version) ?? null
  return {
    key: version === null ? `npm:${name}` : `npm:${name}@${version}`,
    name,
    version,
    paths: [path],
    isProject: path === '',
    installed,
    lock,
    manifest,
    readme: installed ? readReadme(join(directory, path)) : undefined,
    dev: lock.dev === true,
    optional: lock.optional === true,
  }
}

function addPlace(known: Package, { paths, dev, optional }: Package): void {
  known.paths.push(...paths)
  known.dev &&= dev
  known.optional &&= optional
}

/** The name that a path under node_modules tells. */
function nameOf(path: string): string | undefined {
  const at = path.lastIndexOf('node_modules/')
  return at === -1 ? undefined : path.slice(at + 'node_modules/'.length)
}

function readDependencies(lock: LockFile, byPath: ReadonlyMap<string, Package>) {
  // The same package at two places mostly finds the same ones; each pair is one dependency.
  const dependencies = new Map<string, Dependency>()
  const unresolved = new Set<string>()
  for (const [path, from] of byPath) {
    const entry = lock.entry(path)
    for (const { name, range, kind } of asked(entry)) {
      const place = lock.resolve(path, name)
      const optional = kind === 'optionalDependencies' || entry.peerDependenciesMeta?.[name]?.optional === true
      if (place !== undefined) {
        const to = byPath.get(place)!
        const dev = from.dev || kind === 'devDependencies'
        dependencies.set(`${from.key} ${to.key} ${kind}`, { from, to, range, kind, dev, optional })
      } else if (!optional && kind !== 'peerDependencies') {
        unresolved.add(`${from.key} asks for ${name} ${range}`)
      }
    }
  }
  return { dependencies: [...dependencies.values()], unresolved: [...unresolved] }
}

function asked(entry: LockEntry): { name: string; range: string; kind: DependencyKind }[] {
  const byName = new Map<string, { name: string; range: string; kind: DependencyKind }>()
  for (const kind of dependencyKinds)
    for (const [name, range] of Object.entries((entry[kind] ?? {}) as Ranges))
      if (!byName.has(name)) byName.set(name, { name, range, kind })
  return [...byName.values()]
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
