/**
 * Imports point one way: each part of the source may import the parts below it and
 * itself, and `query/` sees storage only through its two contracts. Types count like values: knowing is depending.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const projectRoot = fileURLToPath(new URL('..', import.meta.url))
const sourceRoots = ['src', 'query', 'indexes']

/** Lowest first. Parts that share a rank do not know each other. */
const ranks: readonly (readonly string[])[] = [
  ['src/core'],
  ['src/pages'],
  ['indexes'],
  ['src/stores'],
  ['src/log'],
  ['src/transaction'],
  ['query'],
  ['src/models', 'src/sdk'],
  ['src/database'],
  ['src/index.ts'],
  ['src/http', 'src/repl', 'src/transfer'],
  ['src/cli'],
  ['src/demo'],
]

/** What `query/` may see outside of itself: storage through its contracts, and what knows texts or vectors but no storage. */
const seenByQuery = [
  'src/core',
  'src/transaction/catalog.ts',
  'src/transaction/transaction.ts',
  'indexes/fulltext/analysis',
  'indexes/fulltext/config.ts',
  'indexes/fulltext/query',
  'indexes/fulltext/highlight.ts',
  'indexes/vector/scores.ts',
  'indexes/vector/vector-config.ts',
]

/** Packages that one part keeps to itself. */
const owners: ReadonlyMap<string, string> = new Map([
  ['ohm-js', 'query/syntax'],
  ['onnxruntime-node', 'src/models'],
  ['fastify', 'src/http'],
  ['@orama/stemmers', 'indexes/fulltext'],
  ['@orama/stopwords', 'indexes/fulltext'],
  ['usearch', 'indexes/vector'],
])

interface Import {
  readonly from: string
  /** A file of the project, or the name of a package. */
  readonly to: string
}

test('imports of the source point one way', () => {
  const imports = sourceFiles().flatMap((file) => importsOf(file, readFileSync(join(projectRoot, file), 'utf8')))
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.flatMap(complaints)).toEqual([])
})

test('every source file belongs to a part', () => {
  expect(sourceFiles().filter((file) => rankOf(file) === undefined)).toEqual([])
})

test('a wrong import is found in each of its forms', () => {
  const wrong = (file: string, text: string) => importsOf(file, text).flatMap(complaints)
  const up = 'src/core/value.ts imports src/pages/heap.ts, which lies above it'
  expect(wrong('src/core/value.ts', `import { Heap } from '../pages/heap.js'`)).toEqual([up])
  expect(wrong('src/core/value.ts', `import type {\n  Heap,\n} from "../pages/heap.js"`)).toEqual([up])
  expect(wrong('src/core/value.ts', `export * from '../pages/heap.js'`)).toEqual([up])
  expect(wrong('src/core/value.ts', `import '../pages/heap.js'`)).toEqual([up])
  expect(wrong('src/core/value.ts', `const heap = await import('../pages/heap.js')`)).toEqual([up])
  expect(wrong('query/engine.ts', `import { Graph } from '../src/stores/graph/graph.js'`)).toEqual([
    'query/engine.ts imports src/stores/graph/graph.ts, but sees storage only through its contracts',
  ])
  expect(wrong('src/http/server.ts', `import { shell } from '../repl/shell.js'`)).toEqual([
    'src/http/server.ts imports src/repl/shell.ts, which lies beside it',
  ])
  expect(wrong('query/procedures/ai.ts', `import { Tensor } from 'onnxruntime-node'`)).toEqual([
    'query/procedures/ai.ts imports onnxruntime-node, which belongs to src/models',
  ])
  expect(wrong('src/core/value.ts', `import Graph from 'graphology'`)).toEqual([
    'src/core/value.ts imports graphology, which is no dependency',
  ])
})

test('imports that point down, aside or to Node are allowed', () => {
  const allowed = (file: string, text: string) => importsOf(file, text).map(complaints)
  expect(allowed('src/cli/main.ts', `import { open } from '../index.js'`)).toEqual([[]])
  expect(allowed('src/cli/main.ts', `import { table } from './table.js'`)).toEqual([[]])
  expect(allowed('src/cli/main.ts', `import { join } from 'node:path'`)).toEqual([[]])
  expect(allowed('query/plan/plan.ts', `import type { Catalog } from '../../src/transaction/catalog.js'`)).toEqual([[]])
})

function complaints({ from, to }: Import): string[] {
  if (!isProjectFile(to)) return packageComplaints({ from, to })
  const [rank, target] = [rankOf(from)!, rankOf(to)]
  if (target === undefined) return [`${from} imports ${to}, which belongs to no part`]
  if (target > rank) return [`${from} imports ${to}, which lies above it`]
  if (target === rank && partOf(from) !== partOf(to)) return [`${from} imports ${to}, which lies beside it`]
  if (partOf(from) === 'query' && partOf(to) !== 'query' && !seenByQuery.some((part) => isWithin(to, part))) {
    return [`${from} imports ${to}, but sees storage only through its contracts`]
  }
  return []
}

function packageComplaints({ from, to }: Import): string[] {
  if (to.startsWith('node:')) return []
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  if (!(to in dependencies)) return [`${from} imports ${to}, which is no dependency`]
  const owner = owners.get(to)
  return owner === undefined || isWithin(from, owner) ? [] : [`${from} imports ${to}, which belongs to ${owner}`]
}

/** Reads `import ... from`, `export ... from`, `import '...'` and `import('...')`; comments are taken out before. */
function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const statement = /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...code.matchAll(statement)].map((match) => ({ from: file, to: resolved(file, match[1] ?? match[2]!) }))
}

function resolved(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return packageName(specifier)
  return posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts')
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

function isProjectFile(path: string): boolean {
  return sourceRoots.some((root) => isWithin(path, root))
}

function partOf(file: string): string | undefined {
  return ranks.flat().find((part) => isWithin(file, part))
}

function rankOf(file: string): number | undefined {
  const rank = ranks.findIndex((parts) => parts.some((part) => isWithin(file, part)))
  return rank === -1 ? undefined : rank
}

function isWithin(file: string, part: string): boolean {
  return file === part || file.startsWith(part + '/')
}

function sourceFiles(): string[] {
  return sourceRoots
    .flatMap((root) =>
      readdirSync(join(projectRoot, root), { recursive: true, encoding: 'utf8' }).map((name) =>
        posix.join(root, name.replaceAll('\\', '/')),
      ),
    )
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
}
