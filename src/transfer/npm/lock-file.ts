/**
 * A project's package-lock.json (versions 2 and 3): which packages npm installs, and where.
 *
 *   ''                                         the project itself
 *   'node_modules/tar'                         a package it can import
 *   'node_modules/tar/node_modules/chownr'     another version of one, for tar alone
 *   'node_modules/app', link to 'packages/app' a workspace, whose own entry is 'packages/app'
 *
 * Source: npm documentation, "package-lock.json", chapter "packages".
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError } from '../../core/errors.js'

export type Ranges = Readonly<Record<string, string>>

export interface LockEntry {
  readonly name?: string
  readonly version?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly dependencies?: Ranges
  readonly devDependencies?: Ranges
  readonly optionalDependencies?: Ranges
  readonly peerDependencies?: Ranges
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly [field: string]: unknown
}

export class LockFile {
  /** Throws FILE_NOT_FOUND and FILE_INVALID. */
  static read(directory: string): LockFile {
    const path = join(directory, 'package-lock.json')
    if (!existsSync(path))
      throw new DatabaseError('FILE_NOT_FOUND', `there is no ${path}`, { hint: 'npm install writes it.' })
    const { packages } = readJson(path) as { packages?: Record<string, LockEntry> }
    if (packages === undefined)
      throw new DatabaseError('FILE_INVALID', `${path} lists no packages, as before version 2`, {
        hint: 'npm install --package-lock-only with npm 7 or newer writes it anew.',
      })
    return new LockFile(packages)
  }

  constructor(private readonly packages: Readonly<Record<string, LockEntry>>) {}

  /** Paths of packages, links left out. */
  paths(): string[] {
    return Object.keys(this.packages).filter((path) => this.packages[path]!.link !== true)
  }

  entry(path: string): LockEntry {
    return this.packages[path]!
  }

  /**
   * Where the package at `path` finds `name`: in its own node_modules, then in that of each directory above, as Node
   * looks for it. A link is followed; undefined where the lock file holds no such package.
   */
  resolve(path: string, name: string): string | undefined {
    for (let directory = path; ; directory = parentOf(directory)) {
      const candidate = join(directory, 'node_modules', name).replaceAll('\\', '/')
      const entry = this.packages[candidate]
      if (entry !== undefined) return this.#target(candidate)
      if (directory === '') return undefined
    }
  }

  #target(path: string): string | undefined {
    const { link, resolved } = this.packages[path]!
    if (link !== true) return path
    return resolved !== undefined && resolved in this.packages ? resolved : undefined
  }
}

/** The directory above, '' at the top. Directories named node_modules hold no node_modules. */
function parentOf(path: string): string {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  if (parent === 'node_modules') return ''
  return parent.endsWith('/node_modules') ? parent.slice(0, -'/node_modules'.length) : parent
}

/** Throws FILE_INVALID, naming the file, where it is not JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new DatabaseError('FILE_INVALID', `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
