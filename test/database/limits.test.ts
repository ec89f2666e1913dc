/** Each row of docs/limits.md: what is said when the limit is met, or why no test can meet it. */
import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { wholeProperty } from '../../src/core/index-parts.js'
import type { Storage } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import { pageBytes } from '../../src/pages/heap.js'
import type { IdSpace } from '../../src/stores/keyspace/id-space.js'
import type { Stores } from '../../src/stores/stores.js'
import { memoryEnvironment } from '../support/memory-environment.js'
import { code, countNodes, one, openOnDisk, settle } from './support.js'

const storesOf = (db: Database): Stores => (db as unknown as { storage: Storage }).storage.stores
const limit = code('LIMIT_EXCEEDED') as Error

/** Lists inside each other, `depth` of them. */
function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

/** As if so many extents of ids had been given out. */
function pretendExtents(ids: IdSpace, count: number): void {
  vi.spyOn(ids, 'extentCount', 'get').mockReturnValue(count)
}

/** Tries what is at the limit, and what is one beyond it. */
async function meets(atLimit: () => Promise<unknown>, beyond: () => Promise<unknown>, error: Error): Promise<void> {
  await atLimit()
  await expect(beyond()).rejects.toThrow(error)
}

/** By the words of the first column: the test, or the reason why there is none. */
const rows: Record<string, (() => Promise<void>) | string> = {
  'nodes and plain values together; relationships': async () => {
    const db = await open()
    await db.query('CREATE (:A)')
    const { nodes, graph } = storesOf(db)
    const extents = 2_147_483_648 / 1024 - 1
    pretendExtents(nodes.ids, extents)
    await expect(db.query('CREATE (:Other)')).rejects.toThrow(
      /all 2147482624 ids are in use; delete what is not needed/,
    )
    await expect(db.keys.set('k', 1)).rejects.toThrow(limit)
    pretendExtents(graph.ids, extents)
    await expect(db.query('MATCH (a:A) CREATE (a)-[:R]->(a)')).rejects.toThrow(limit)
    expect(db.info()).toMatchObject({ nodeCount: 1, relationshipCount: 0, labels: { A: 1 } })
  },

  'labels, relationship types, property keys; indexes and constraints': async () => {
    const db = await open()
    await db.write((tx) => {
      for (let i = 1; i <= 65_015; i++) {
        tx.labelId(`L${i}`)
        tx.propertyId(`p${i}`)
      }
    })
    await db.query('CREATE (:L65015 {p65015: 1})')
    await expect(db.query('CREATE (:OneMore)')).rejects.toThrow(/has room for 65015 labels/)
    await expect(db.query('CREATE ({oneMore: 1})')).rejects.toThrow(/has room for 65015 property keys/)
    vi.spyOn(storesOf(db).catalog, 'count').mockReturnValue(65_015)
    await expect(db.query('MATCH (n:L65015) CREATE (n)-[:ONE_MORE]->(n)')).rejects.toThrow(
      /has room for 65015 relationship types/,
    )
    vi.restoreAllMocks()
    const { indexes } = storesOf(db)
    vi.spyOn(storesOf(db), 'indexes').mockImplementation(function (this: Stores) {
      return Array.from({ length: 65_015 }, () => indexes.call(this)[0] ?? ({ definition: { name: '' } } as never))
    })
    await expect(
      db.write((tx) =>
        tx.createIndex({
          name: 'more',
          entity: 'node',
          token: 1 as never,
          parts: [wholeProperty(1 as never)],
          unique: false,
          required: false,
        }),
      ),
    ).rejects.toThrow(/has room for 65015 indexes/)
    vi.restoreAllMocks()
    const textIndex = (i: number) => ({ name: `t${i}`, entity: 'node' as const, tokens: [], parts: [], k1: 1, b: 0 })
    await db.write((tx) => {
      for (let i = 0; i < 256; i++) tx.createTextIndex(textIndex(i))
    })
    await expect(db.write((tx) => tx.createTextIndex(textIndex(256)))).rejects.toThrow(
      /has room for 256 full-text and vector indexes/,
    )
    expect(await countNodes(db)).toBe(1)
  },

  'combinations of labels that occur': async () => {
    const db = await open()
    for (const text of ['CREATE (:A:B)', 'MATCH (a:A) SET a:B']) {
      await db.query('CREATE (:A), (:B)')
      vi.spyOn(storesOf(db).catalog, 'labelSetCount', 'get').mockReturnValue(1_048_576)
      await db.query('CREATE (:A), (:B)')
      await expect(db.query(text)).rejects.toThrow(/has room for 1048576 combinations of labels/)
      vi.restoreAllMocks()
    }
    expect(db.info().labels).toEqual({ A: 4, B: 4 })
  },

  'key; name of a label, type, property or index': async () => {
    const db = await open()
    const longest = 'é'.repeat(32_768)
    const uses: ((name: string) => string)[] = [
      (name) => `CREATE ({_key: '${name}'})`,
      (name) => `CREATE (:\`${name}\`)`,
      (name) => `CREATE ()-[:\`${name}\`]->()`,
      (name) => `CREATE ({\`${name}\`: 1})`,
      (name) => `CREATE INDEX \`${name}\` FOR (n:L) ON (n.p)`,
    ]
    for (const use of uses)
      await meets(
        () => db.query(use(longest)),
        () => db.query(use(`${longest}x`)),
        limit,
      )
    const empty = code('KEY_INVALID') as Error
    await expect(db.query("CREATE ({_key: ''})")).rejects.toThrow(empty)
    for (const name of ['labelId', 'typeId'] as const)
      await expect(db.write((tx) => tx[name](''))).rejects.toThrow(empty)
    expect(await db.write((tx) => tx.propertyId(''))).toBeGreaterThan(0)
    expect(await one(db, 'MATCH (n {_key: $key}) RETURN count(*)', { key: longest })).toBe(1)
  },

  'one property value, or plain value, as it is kept':
    'a value of a gibibyte, its copy in bytes and its pages take more memory than a test may',

  'lists and maps inside each other, in a value': async () => {
    const db = await open()
    const create = (value: unknown) => db.query('CREATE (:V {value: $value})', { value })
    await meets(
      () => create(nested(1000)),
      () => create(nested(1001)),
      limit,
    )
    const cyclic: unknown[] = []
    cyclic.push({ cyclic })
    await expect(create(cyclic)).rejects.toThrow(/nest at most 1000 deep, and \$value\[0\]\.cyclic.*or holds itself/)
    const built = (depth: number) => `CREATE (:V {value: reduce(list = 1, i IN range(1, ${depth}) | [list])})`
    await meets(
      () => db.query(built(1000)),
      () => db.query(built(1001)),
      limit,
    )
    const { rows } = await db.query('MATCH (v:V) RETURN v.value')
    expect(rows).toEqual([[nested(1000)], [nested(1000)]])
  },

  'a document that is put over HTTP; another body': 'they come through a server: test/http/documents.test.ts',
  'JSON: objects and lists inside each other; whole numbers; other numbers':
    'they are limits of a text: test/core/json.test.ts, test/core/json-suite.test.ts',
  'JSON: text; members of one name': 'as of the numbers: test/core/json-suite.test.ts, test/http/documents.test.ts',

  'values of one entry of an index': async () => {
    const db = await open()
    await db.query('CREATE INDEX one FOR (n:L) ON (n.p)')
    // A string takes three bytes more than its own, a number eleven.
    const create = (p: string) => db.query('CREATE (:L {p: $p})', { p })
    await meets(
      () => create('x'.repeat(993)),
      () => create('x'.repeat(994)),
      limit,
    )
    await db.query('CREATE INDEX two FOR (n:M) ON (n.p, n.q)')
    const pair = (p: string) => db.query('CREATE (:M {p: $p, q: 1})', { p })
    await meets(
      () => pair('x'.repeat(982)),
      () => pair('x'.repeat(983)),
      limit,
    )
    // An index is not made over values that are too long, nor is a label set that would bring one into it.
    await db.query('CREATE (:N {p: $p})', { p: 'x'.repeat(994) })
    await expect(db.query('CREATE INDEX three FOR (n:N) ON (n.p)')).rejects.toThrow(limit)
    await expect(db.query('MATCH (n:N) SET n:L')).rejects.toThrow(limit)
    expect(await one(db, 'MATCH (n:L) RETURN count(*)')).toBe(1)
  },

  'words of one field of a full-text index whose places are known': async () => {
    const db = await open()
    await db.query('CREATE FULLTEXT INDEX texts FOR (n:N) ON EACH [n.texts]')
    // The texts of a list lie a hundred places apart.
    const texts = (before: number) => [...new Array<string>(before).fill('x'), 'commit log']
    const found = async (count: number) => {
      await db.query('MERGE (n:N) SET n.texts = $texts', { texts: texts(count) })
      return (await db.query(`RETURN search.count('texts', 'log'), search.count('texts', '"commit log"')`)).rows[0]
    }
    expect(await found(600_000)).toEqual([1, 1])
    expect(await found(680_000)).toEqual([1, 0])
  },

  'terms that a fuzzy word stands for': async () => {
    const db = await open()
    await db.query("CREATE FULLTEXT INDEX words FOR (n:N) ON EACH [n.word] OPTIONS {indexConfig: {analyzer: 'simple'}}")
    const signs = [...'abcdefghijklmnopqrstuvwxyzäëïöüáéíóú']
    const words = signs.flatMap((one) => signs.map((other) => `skein${one}${other}`))
    await db.query('UNWIND $words AS word CREATE (:N {word: word})', { words })
    expect(words.length).toBe(1296)
    expect(await one(db, "RETURN search.count('words', 'skein~2')")).toBe(1024)
  },

  'a search: brackets inside each other; characters of a fuzzy word; phrases that synonyms make of one; instructions of a regular expression':
    async () => {
      const db = await open()
      await db.query(
        "CREATE FULLTEXT INDEX words FOR (n:N) ON EACH [n.word] OPTIONS {indexConfig: {analyzer: 'simple'}}",
      )
      await db.query("CALL search.setSynonyms('words', [['a', 'b']])")
      const count = (query: string) => one(db, 'RETURN search.count("words", $query)', { query })
      const brackets = (depth: number) => '('.repeat(depth) + 'word' + ')'.repeat(depth)
      const phrase = (words: number) => `"${Array(words).fill('a').join(' ')}"`
      for (const [most, more] of [
        [brackets(99), brackets(100)],
        [`${'x'.repeat(256)}~1`, `${'x'.repeat(257)}~1`],
        [phrase(6), phrase(7)],
        ['/(ab){1000}/', '/((ab){1000}){1000}/'],
      ] as const) {
        expect(await count(most)).toBe(0)
        await expect(count(more)).rejects.toThrow(code('LIMIT_EXCEEDED') as Error)
      }
    },

  'suggestions of one call; words that one `search.spell` looks up; texts that either reads': async () => {
    const db = await open()
    await db.query("CREATE FULLTEXT INDEX words FOR (n:N) ON EACH [n.word] OPTIONS {indexConfig: {analyzer: 'simple'}}")
    const letters = [...'abcdefghijkl']
    const words = letters.flatMap((one) => letters.map((other) => `skein${one}${other}`))
    await db.query('UNWIND $words AS word CREATE (:N {word: word}), (:N {word: word})', { words })
    expect(words.length).toBe(144)
    const suggested = "CALL search.suggest('words', 'ske', {limit: 1000}) YIELD suggestion RETURN count(*)"
    expect(await one(db, suggested)).toBe(100)
    const corrected = "CALL search.spell('words', $text, {limit: 1}) YIELD word RETURN count(DISTINCT word)"
    const misspelled = words.slice(0, 70).map((word) => word.replace('skein', 'skien'))
    expect(await one(db, corrected, { text: misspelled.join(' ') })).toBe(64)
    const seen = async (fill: number) => {
      await db.query('MATCH (n:N) DELETE n CREATE (:N {word: $text})', { text: `${'- '.repeat(fill / 2)} zebra` })
      return one(db, "CALL search.suggest('words', 'ze') YIELD suggestion RETURN count(*)")
    }
    expect([await seen(490_000), await seen(510_000)]).toEqual([1, 0])
  },

  'numbers of a vector in an index; neighbors and candidates of its graph': async () => {
    const db = await open()
    const make = (config: string) =>
      db.query(`CREATE VECTOR INDEX emb IF NOT EXISTS FOR (n:A) ON (n.e) OPTIONS {indexConfig: {${config}}}`)
    for (const config of ['dimensions: 4097', 'dimensions: 2, m: 513', 'dimensions: 2, efConstruction: 3201'])
      await expect(make(config)).rejects.toThrow(code('OPTION_INVALID') as Error)
    await make('dimensions: 4096, m: 512, efConstruction: 3200')
    await db.query('UNWIND [4096, 4097] AS length CREATE (:A {e: range(1, length)})')
    expect(await one(db, 'SHOW INDEXES YIELD documents')).toBe(1)
    await db.close()
  },

  'relationships of one node, type and direction': 'the ids of relationships end before it',

  INTEGER: async () => {
    const db = await open()
    const error = code('NUMBER_OUT_OF_RANGE') as Error
    for (const text of [
      'RETURN 9223372036854775808',
      'RETURN 9223372036854775807 + 1',
      'RETURN -9223372036854775808 - 1',
      'RETURN 9223372036854775807 * 2',
      'RETURN $value',
    ])
      await expect(db.query(text, { value: 2n ** 63n })).rejects.toThrow(error)
    expect(await one(db, 'RETURN 9223372036854775806 + 1')).toBe(2n ** 63n - 1n)
    expect(await one(db, 'RETURN -9223372036854775808')).toBe(-(2n ** 63n))
  },

  strings: async () => {
    const db = await open()
    for (const value of ['\ud800', ['a', { b: '\udc00x' }], { '\ud800': 1 }])
      await expect(db.query('CREATE ({value: $value})', { value })).rejects.toThrow(
        /holds half of a surrogate pair, which UTF-8 cannot keep; keep it as bytes/,
      )
    await expect(db.query('CREATE ({_key: $key})', { key: '\ud800' })).rejects.toThrow(code('KEY_INVALID') as Error)
    await db.query('CREATE (:L {value: "😀"})')
    expect(
      await one(db, 'MATCH (n) WHERE n.value = $half OR n.value STARTS WITH $half RETURN count(*)', { half: '\ud83d' }),
    ).toBe(1)
    expect(await countNodes(db)).toBe(1)
  },

  'memory for pages': async () => {
    const db = await open(':memory:', { memoryMaxBytes: 100 * pageBytes })
    await expect(db.query('UNWIND range(1, 100000) AS i CREATE (:L {text: toString(i)})')).rejects.toThrow(
      /raise memoryMaxBytes/,
    )
    expect(await countNodes(db)).toBe(0)
  },

  'rows to sort, groups, joins, lists and answers of queries that run': async () => {
    const db = await open(':memory:', { queryMemoryMaxBytes: 1_000_000 })
    const collect = (most: number) => db.query('UNWIND range(1, $most) AS i RETURN collect(i)', { most })
    await meets(
      () => collect(1_000),
      () => collect(100_000),
      code('MEMORY_BUDGET') as Error,
    )
    const write = db.query('UNWIND range(1, 100000) AS i CREATE (n:Written {x: i}) RETURN collect(n)')
    await expect(write).rejects.toThrow(code('MEMORY_BUDGET') as Error)
    expect(await countNodes(db)).toBe(0)
  },

  'changes of one transaction': async () => {
    const { db, files } = await openOnDisk()
    files.failure = ({ operation }) => (operation === 'write' ? 'ENOSPC' : undefined)
    const large = db.query('UNWIND range(1, 5000) AS i CREATE (:L {text: $text})', { text: 'x'.repeat(1000) })
    await expect(large).rejects.toThrow(code('STORAGE_FULL') as Error)
    files.failure = undefined
    expect(await countNodes(db)).toBe(0)
  },

  'text of a query': async () => {
    const db = await open()
    const ofLength = (length: number) => `RETURN 1 //${'x'.repeat(length - 11)}`
    const error = code('QUERY_TOO_LONG') as Error
    await meets(
      () => db.query(ofLength(1_048_576)),
      () => db.query(ofLength(1_048_577)),
      error,
    )
    const short = await open(':memory:', { maxQueryLength: 100 })
    await meets(
      () => short.query(ofLength(100)),
      () => short.query(ofLength(101)),
      error,
    )
  },

  'tokens of one clause': async () => {
    const db = await open()
    const either = (count: number) => db.query(`RETURN ${'true OR '.repeat(count)}true AS either`)
    await meets(
      () => either(1_000),
      () => either(65_536),
      code('QUERY_TOO_LONG') as Error,
    )
  },

  'steps of a query, which are roughly its clauses; `CREATE` after `CREATE` is one': async () => {
    const db = await open()
    const sets = (count: number) => db.query(`MATCH (n) ${'SET n.x = 1 '.repeat(count)}`)
    await meets(
      () => sets(500),
      () => sets(600),
      code('QUERY_TOO_LONG') as Error,
    )
    await db.query('CREATE () '.repeat(1_000))
  },

  'of those, steps that each row goes through before rows are gathered': async () => {
    const db = await open()
    const loops = (count: number) =>
      db.query(`${Array.from({ length: count }, (_, i) => `UNWIND [1] AS x${i} `).join('')}RETURN 1 AS one`)
    await meets(
      () => loops(298),
      () => loops(299),
      code('QUERY_TOO_LONG') as Error,
    )
  },

  'loops and tests inside each other that these become': async () => {
    const db = await open()
    const hops = (count: number) => db.query(`MATCH (a)-[:T]-(b)${'-[:T]-(b)'.repeat(count)} RETURN a`)
    await meets(
      () => hops(200),
      () => hops(250),
      code('QUERY_TOO_LONG') as Error,
    )
  },

  'nodes, and relationships, of one pattern': async () => {
    const db = await open()
    const hops = (count: number) => db.query(`MATCH (:A)${'-[:R]->()'.repeat(count)} RETURN 1 AS one`)
    await meets(
      () => hops(100),
      () => hops(300),
      code('QUERY_TOO_LONG') as Error,
    )
  },

  'operators inside each other, such as `1 + 1 + 1`; `AND`, `OR` and comparisons are not': async () => {
    const db = await open()
    const sum = (count: number) => db.query(`RETURN ${'1 + '.repeat(count)}1 AS sum`)
    await meets(
      () => sum(1_000),
      () => sum(1_001),
      code('QUERY_TOO_DEEP') as Error,
    )
  },

  'brackets inside each other, in a query': async () => {
    const db = await open()
    const ofDepth = (depth: number) => `RETURN ${'('.repeat(depth)}1${')'.repeat(depth)} AS one`
    await meets(
      () => db.query(ofDepth(100)),
      () => db.query(ofDepth(101)),
      code('QUERY_TOO_DEEP') as Error,
    )
  },

  'a JSONPath: its text; filters and brackets inside each other; what one evaluation does': async () => {
    const db = await open()
    const read = (path: string) => db.query('RETURN json.get({a: 1}, $path)', { path })
    await meets(
      () => read('$' + '.a'.repeat(1_000)),
      () => read('$' + '.a'.repeat(32_768)),
      limit,
    )
    const nestedFilters = (depth: number) => read(`$${'[?@'.repeat(depth)}${']'.repeat(depth)}`)
    await meets(
      () => nestedFilters(50),
      () => nestedFilters(101),
      limit,
    )
  },

  'a regular expression in it: its text; its parts, repetitions written out; groups inside each other': async () => {
    const db = await open()
    const matches = (expression: string) =>
      db.query('RETURN json.get({a: "x"}, $path)', { path: `$[?match(@, "${expression}")]` })
    await meets(
      () => matches('x{9999}'),
      () => matches('(x{100}){101}'),
      limit,
    )
    await meets(
      () => matches(`${'('.repeat(50)}x${')'.repeat(50)}`),
      () => matches(`${'('.repeat(101)}x${')'.repeat(101)}`),
      limit,
    )
  },

  'waiting for another writer': async () => {
    const db = await open(':memory:', { lockTimeoutMs: 10 })
    const tx = db.begin()
    await tx.startWriting()
    await expect(db.query('CREATE (n)')).rejects.toThrow(code('WRITER_BUSY') as Error)
    tx.rollback()
  },

  'a transaction that does nothing': async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const db = await open()
    const [reader, writer] = [db.begin(), db.begin()]
    await writer.startWriting()
    await writer.query('RETURN 1')
    await vi.advanceTimersByTimeAsync(5_000)
    expect([reader.isOpen, writer.isOpen]).toEqual([true, false])
    await vi.advanceTimersByTimeAsync(25_000)
    await expect(reader.query('RETURN 1')).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    vi.useRealTimers()
  },

  'how late a key goes that expires': async () => {
    const environment = memoryEnvironment()
    for (const expiryLatenessMs of [undefined, 1_000]) {
      const db = await open(':memory:', {
        environment,
        ...(expiryLatenessMs === undefined ? {} : { expiryLatenessMs }),
      })
      const isThere = (key: string) => db.keys.exists(key)
      await db.keys.set('first', 1, { ttlMs: 10 })
      environment.advance(10)
      await settle()
      await db.keys.set('next', 1, { ttlMs: 1 })
      environment.advance(1)
      await settle()
      expect([await isThere('first'), await isThere('next')]).toEqual([false, true])
      environment.advance(expiryLatenessMs ?? 100)
      await settle()
      expect(await isThere('next')).toBe(false)
      await db.close()
    }
  },

  'when a key can expire': async () => {
    const db = await open()
    const set = (moment: string) => db.query(`CALL key.set('k', 1, {expiresAt: datetime('${moment}')})`)
    await meets(
      () => set('+275760-09-13T00:00Z'),
      () => set('+275760-09-14T00:00Z'),
      code('NUMBER_OUT_OF_RANGE') as Error,
    )
    expect(String(await db.keys.expiresAt('k'))).toBe('+275760-09-13T00:00Z')
  },

  'processes that have a directory open': async () => {
    const { db, environment } = await openOnDisk()
    await expect(open('data', { environment })).rejects.toThrow(code('DATABASE_LOCKED') as Error)
    await db.close()
  },
}

const titled = readFileSync('docs/limits.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what') && !line.startsWith('| ---'))
  .map((line) => line.split('|')[1]!.trim())

describe('the limit of docs/limits.md', () => {
  test('is tested here, each, or there is a reason why not', () => {
    expect(titled).toEqual(Object.keys(rows))
  })

  for (const [title, meet] of Object.entries(rows)) {
    if (typeof meet === 'function') test(`is what it says: ${title}`, meet)
    else test(`cannot be met: ${title}, as ${meet}`, () => expect(meet.length).toBeGreaterThan(20))
  }
})
