/** A full-text index and its peers behind one shape: texts in, the ten best for a question out. */
import Database from 'better-sqlite3'
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import { FulltextIndex } from '../../indexes/fulltext/fulltext-index.js'
import { boolean, phrase, type Query, term } from '../../indexes/fulltext/query/ast.js'
import { Heap, pageBytes } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { importOptional } from '../peers/optional.js'

export interface Question {
  readonly kind: 'or' | 'and' | 'phrase' | 'prefix' | 'fuzzy'
  readonly words: readonly string[]
}

export interface Contestant {
  /** Indexes texts as documents 1, 2, ... */
  index(texts: readonly string[]): void | Promise<void>
  /** Undefined where it has no such search. */
  prepare(question: Question): (() => unknown) | undefined
  /** Memory that the heap of JavaScript knows nothing of. */
  bytes?(): number
  /** Skein alone: the same search, and one that reads everything. */
  prepareAll?(question: Question): Record<'best' | 'all', () => { readonly postingsRead: number }>
  /** All hits, ascending. */
  find?(question: Question): readonly number[]
}

const limit = 10
const documentsPerCommit = 1000

export const contestants: Readonly<Record<string, () => Promise<Contestant | undefined>>> = {
  Skein: async () => skein(),
  'SQLite FTS5': async () => sqlite(),
  MiniSearch: miniSearch,
  Orama: orama,
}

function skein(): Contestant {
  const heap = new Heap()
  const fields = [{ name: 'text', analyzer: analyzerOf('english'), weight: 1 }]
  const index = new FulltextIndex(PageSpace.current(heap), 0, { fields, k1: 1.2, b: 0.75 })
  return {
    index(texts) {
      for (let from = 0; from < texts.length; from += documentsPerCommit) {
        index.addAll(texts.slice(from, from + documentsPerCommit).map((text, i) => [from + i + 1, [[text]]]))
        heap.release(heap.commit())
      }
    },
    prepare(question) {
      const query = skeinQuery(question)
      return () => index.search(query, { limit })
    },
    bytes: () => heap.pagesUsed * pageBytes,
    prepareAll(question) {
      const query = skeinQuery(question)
      return { best: () => index.search(query, { limit }), all: () => index.search(query, { limit, total: true }) }
    },
    find: (question) => Array.from(index.search(skeinQuery(question)).ids).sort((a, b) => a - b),
  }
}

function skeinQuery({ kind, words }: Question): Query {
  const [first] = words
  switch (kind) {
    case 'or':
      return boolean({ should: words.map(term) })
    case 'and':
      return boolean({ must: words.map(term) })
    case 'phrase':
      return phrase(words.join(' '))
    case 'prefix':
      return { kind: 'prefix', text: first! }
    case 'fuzzy':
      return { kind: 'fuzzy', text: first!, distance: 1 }
  }
}

function sqlite(): Contestant {
  const database = new Database(':memory:')
  database.exec("CREATE VIRTUAL TABLE document USING fts5(text, tokenize = 'porter unicode61')")
  const insert = database.prepare('INSERT INTO document (rowid, text) VALUES (?, ?)')
  const select = database.prepare(
    `SELECT rowid, rank FROM document WHERE document MATCH ? ORDER BY rank LIMIT ${limit}`,
  )
  const all = database.prepare('SELECT rowid FROM document WHERE document MATCH ? ORDER BY rowid').pluck()
  const matchOf = (words: readonly string[]) => ({
    or: words.join(' OR '),
    and: words.join(' AND '),
    phrase: `"${words.join(' ')}"`,
    prefix: `${words[0]}*`,
  })
  return {
    index(texts) {
      for (let from = 0; from < texts.length; from += documentsPerCommit)
        database.transaction(() => {
          for (let i = from; i < Math.min(from + documentsPerCommit, texts.length); i++) insert.run(i + 1, texts[i])
        })()
    },
    prepare({ kind, words }) {
      if (kind === 'fuzzy') return undefined
      const match = matchOf(words)[kind]
      return () => select.all(match)
    },
    bytes: () =>
      Number(database.pragma('page_count', { simple: true })) * Number(database.pragma('page_size', { simple: true })),
    find: ({ kind, words }) => all.all(kind === 'fuzzy' ? '' : matchOf(words)[kind]).map(Number),
  }
}

interface MiniSearchModule {
  readonly default: new (
    options: object,
  ) => {
    add(document: object): void
    search(text: string, options: object): readonly unknown[]
  }
}

async function miniSearch(): Promise<Contestant | undefined> {
  const module = await importOptional<MiniSearchModule>('minisearch')
  if (module === undefined) return undefined
  const index = new module.default({ fields: ['text'] })
  return {
    index(texts) {
      for (const [i, text] of texts.entries()) index.add({ id: i + 1, text })
    },
    prepare({ kind, words }) {
      const options = {
        or: { combineWith: 'OR' },
        and: { combineWith: 'AND' },
        phrase: undefined,
        prefix: { prefix: true },
        fuzzy: { fuzzy: 1 },
      }[kind]
      const text = words.join(' ')
      return options && (() => index.search(text, options).slice(0, limit))
    },
  }
}

interface OramaModule {
  create(options: object): object
  insertMultiple(database: object, documents: readonly object[]): unknown
  search(database: object, parameters: object): unknown
}

async function orama(): Promise<Contestant | undefined> {
  const module = await importOptional<OramaModule>('@orama/orama')
  if (module === undefined) return undefined
  const database = module.create({ schema: { text: 'string' } })
  return {
    async index(texts) {
      await module.insertMultiple(
        database,
        texts.map((text) => ({ text })),
      )
    },
    prepare({ kind, words }) {
      const options = {
        or: { threshold: 1, exact: false, tolerance: 0 },
        and: { threshold: 0 },
        phrase: undefined,
        // It takes every word for a prefix where it is not told to be exact.
        prefix: {},
        fuzzy: { tolerance: 1 },
      }[kind]
      return options && (() => module.search(database, { term: words.join(' '), limit, ...options }))
    },
  }
}
