/**
 * No index is ever behind its data: after each random write, within its transaction, in one that began before it, and outside
 * of both, and after rollbacks, checkpoints and crashes, what a full-text index finds is what a plain scorer finds in the documents as a scan reads them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import { Documents } from '../../indexes/fulltext/documents.js'
import { FulltextIndex } from '../../indexes/fulltext/fulltext-index.js'
import { parseLucene } from '../../indexes/fulltext/query/parse-lucene.js'
import { type Database, open } from '../../src/index.js'
import { Stores } from '../../src/stores/stores.js'
import { ReferenceIndex, type Texts } from '../indexes/fulltext/reference.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'

const runs = Number(process.env.SKEIN_RUNS ?? 60)

const analyzer = analyzerOf('english')
const fields = [
  { name: 'title', analyzer, weight: 2 },
  { name: 'tags', analyzer, weight: 1 },
  { name: 'parts.text', analyzer, weight: 0.5 },
]
const config = { fields, k1: 1.2, b: 0.75 }
const index = `CREATE FULLTEXT INDEX docs FOR (n:A|B) ON EACH [n.title, n.tags, n.parts[*].text]
  OPTIONS {indexConfig: {fields: {title: {weight: 2}, \`parts.text\`: {weight: 0.5}}}}`
const queries = ['graph', 'graph log', '+graph -log', '"graph log"', 'title:gra*', 'tags:log OR trees~1', '*:*']

type Queryable = Pick<Database, 'query'>

/** What a scan reads, scored plainly. */
async function scanned(db: Queryable): Promise<ReferenceIndex> {
  const reference = new ReferenceIndex(config)
  const { rows } = await db.query('MATCH (n:A|B) RETURN id(n), n.title, n.tags, n.parts')
  for (const [id, title, tags, parts] of rows as [number, unknown, unknown, { text?: unknown }[] | null][]) {
    const texts: Texts = [textsIn(title), textsIn(tags), (parts ?? []).flatMap((part) => textsIn(part.text))]
    if (texts.some(({ length }) => length > 0)) reference.add(id, texts)
  }
  return reference
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string')
}

async function check(db: Queryable): Promise<void> {
  const reference = await scanned(db)
  for (const query of queries) {
    const { rows } = await db.query("CALL search.query('docs', $query) YIELD node, score RETURN id(node), score", {
      query,
    })
    const found = new Map(rows as [number, number][])
    const expected = reference.search(parseLucene(query))
    expect([query, [...found.keys()].sort()]).toEqual([query, expected.map(({ id }) => id).sort()])
    for (const { id, score } of expected) expect(found.get(id)).toBeCloseTo(score, 6)
    const scores = [...found.values()]
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
  }
  const { rows: completed } = await db.query("CALL search.suggest('docs', 'gra') YIELD documents")
  const { rows: corrected } = await db.query("CALL search.spell('docs', 'graphz') YIELD distance, documents")
  const holders = reference.search(parseLucene('graph')).length
  expect([completed, corrected]).toEqual(holders === 0 ? [[], []] : [[[holders]], [[1, holders]]])
  const { rows } = await db.query('SHOW INDEXES YIELD documents, terms')
  expect(rows).toEqual([[reference.ids.length, reference.terms.length]])
}

const text = fc
  .array(fc.constantFrom('graph', 'graphs', 'log', 'tree', 'the', 'Trees', 'x'), { maxLength: 4 })
  .map((words) => words.join(' '))
const id = fc.nat({ max: 6 })
const label = fc.constantFrom('A', 'B', 'C')

/** A statement about one of a few nodes, with its parameters. */
const write = fc.oneof(
  fc.record({
    text: label.map((name) => `MERGE (n:${name} {id: $id}) SET n.title = $text, n.tags = [$text, 7, 'log']`),
    with: fc.record({ id, text }),
  }),
  fc.record({
    text: fc.constant('MATCH (n {id: $id}) SET n.parts = [{text: $text}, {text: [$text, 1]}, 3]'),
    with: fc.record({ id, text }),
  }),
  fc.record({
    text: fc.constant('MATCH (n {id: $id}) WHERE n.parts IS NOT NULL SET n.parts[0].text = $text'),
    with: fc.record({ id, text }),
  }),
  fc.record({
    text: fc.constant('MATCH (n {id: $id}) WHERE n.tags IS NOT NULL SET n.tags += [$text]'),
    with: fc.record({ id, text }),
  }),
  fc.record({
    text: fc.constantFrom(
      'MATCH (n {id: $id}) REMOVE n.title',
      'MATCH (n {id: $id}) SET n.title = 5',
      'MATCH (n {id: $id}) DELETE n',
    ),
    with: fc.record({ id }),
  }),
  fc.record({ text: label.map((name) => `MATCH (n {id: $id}) SET n:${name}`), with: fc.record({ id }) }),
  fc.record({ text: label.map((name) => `MATCH (n {id: $id}) REMOVE n:${name}`), with: fc.record({ id }) }),
  /** It fails when it has written, and is taken back alone. */
  fc.record({
    text: fc.constant('UNWIND [1, 0] AS x CREATE (:A {title: $text}) WITH x, 1 / x AS y RETURN y'),
    with: fc.record({ text }),
  }),
)

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'rollback' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('checkpoint' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), seed: fc.nat({ max: 1000 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const rolledBack = new Error('rolled back')
/** Whether a transaction has written and not ended. */
let isWriting = false

async function transaction(
  db: Database,
  { kind, writes }: Extract<Step, { kind: 'commit' | 'rollback' }>,
): Promise<void> {
  const earlier = db.begin()
  await check(earlier)
  const ended = db.transaction(
    async (tx) => {
      for (const { text, with: parameters } of writes) {
        isWriting = true
        await tx.query(text, parameters).catch((error: { code?: string }) => expect(error.code).toBe('ARITHMETIC'))
        await check(tx)
      }
      // What has not been committed counts for nobody else.
      await check(db)
      await check(earlier)
      isWriting = false
      if (kind === 'rollback') throw rolledBack
    },
    { access: 'write' },
  )
  if (kind === 'rollback') await expect(ended).rejects.toBe(rolledBack)
  else await ended
  await check(earlier)
  earlier.rollback()
}

async function play(steps: readonly Step[]): Promise<void> {
  let environment: MemoryEnvironment = memoryEnvironment()
  let db = await open('data', { environment })
  await db.query(index)
  try {
    for (const each of steps) {
      if (each.kind === 'checkpoint') await db.checkpoint()
      else if (each.kind === 'crash') {
        environment = memoryEnvironment(environment.files.crash(each.seed))
        db = await open('data', { environment })
      } else await transaction(db, each)
      await check(db)
    }
  } finally {
    await db.close()
  }
}

const campaign = (numRuns: number, seed?: number) =>
  fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), play), {
    numRuns,
    ...(seed === undefined ? {} : { seed, endOnFailure: true }),
  })

test(`whatever is written, the index answers as a scan does (${runs} runs)`, () => campaign(runs), 300_000)

/** Faults put in on purpose: the comparison must find each. */
const faults: Record<string, () => () => void> = {
  'a delete is missed': () => {
    const { remove } = FulltextIndex.prototype
    let count = 0
    FulltextIndex.prototype.remove = function (this: FulltextIndex, id) {
      if (++count % 2 === 0) remove.call(this, id)
    }
    return () => {
      FulltextIndex.prototype.remove = remove
    }
  },
  'texts that were taken back are written': () => {
    const { settle } = FulltextIndex.prototype
    FulltextIndex.prototype.settle = function (this: FulltextIndex) {
      Object.assign(this, { batchEpoch: (this as unknown as { space: { epoch: number } }).space.epoch })
      settle.call(this)
    }
    return () => {
      FulltextIndex.prototype.settle = settle
    }
  },
  'a change of texts is missed': () => {
    const { replace } = FulltextIndex.prototype
    let count = 0
    FulltextIndex.prototype.replace = function (this: FulltextIndex, id, texts) {
      if (++count % 4 !== 0) replace.call(this, id, texts)
    }
    return () => {
      FulltextIndex.prototype.replace = replace
    }
  },
  'a statistic is stale': () => {
    const documents = Object.getOwnPropertyDescriptor(Documents.prototype, 'size')!
    let last = 0
    Object.defineProperty(Documents.prototype, 'size', {
      configurable: true,
      get(this: Documents) {
        const before = last
        last = documents.get!.call(this) as number
        return before === 0 ? last : before
      },
    })
    return () => Object.defineProperty(Documents.prototype, 'size', documents)
  },
  'what another transaction has not committed counts': () => {
    const documents = Object.getOwnPropertyDescriptor(Documents.prototype, 'size')!
    const { add } = Documents.prototype
    let latest: Documents | undefined
    Documents.prototype.add = function (this: Documents, ...added) {
      latest = this
      add.apply(this, added)
    }
    Object.defineProperty(Documents.prototype, 'size', {
      configurable: true,
      get(this: Documents) {
        return documents.get!.call(isWriting ? (latest ?? this) : this)
      },
    })
    return () => {
      Documents.prototype.add = add
      Object.defineProperty(Documents.prototype, 'size', documents)
    }
  },
  'an entry of a write that was rolled back stays': () => {
    const { addLater } = FulltextIndex.prototype
    const { rollback } = Stores.prototype
    let last: (() => void) | undefined
    FulltextIndex.prototype.addLater = function (this: FulltextIndex, id, texts) {
      last = () => addLater.call(this, id, texts)
      addLater.call(this, id, texts)
    }
    Stores.prototype.rollback = function (this: Stores, mark) {
      rollback.call(this, mark)
      last?.()
    }
    return () => {
      FulltextIndex.prototype.addLater = addLater
      Stores.prototype.rollback = rollback
    }
  },
}

test.each(Object.keys(faults))(
  'the comparison finds a fault: %s',
  async (name) => {
    const mend = faults[name]!()
    try {
      await expect(campaign(40, 1)).rejects.toThrow()
    } finally {
      mend()
    }
  },
  120_000,
)

/** How many hits there are when nobody has looked before: of a statement beside one that failed, and behind a checkpoint. */
async function hitsOfNobody(): Promise<unknown> {
  const environment = memoryEnvironment()
  const db = await open('data', { environment })
  await db.query(index)
  await db.transaction(
    async (tx) => {
      await tx.query("UNWIND range(1, 300) AS i CREATE (:A {title: 'graph ' + i})")
      await expect(tx.query("CREATE (:A {title: 'graph'}) WITH 1 / 0 AS x RETURN x")).rejects.toThrow()
      await tx.query("CREATE (:A {title: 'graph'})")
    },
    { access: 'write' },
  )
  await db.checkpoint()
  const again = await open('data', { environment: memoryEnvironment(environment.files.crash(1)) })
  const { rows } = await again.query("RETURN search.count('docs', 'graph')")
  await again.close()
  return rows[0]![0]
}

test('texts that nobody has looked for are in the index when their statement ends, and in a checkpoint', async () => {
  expect(await hitsOfNobody()).toBe(301)
})

test('the comparison finds a fault: texts wait beyond their statement', async () => {
  const { settleTexts } = Stores.prototype
  Stores.prototype.settleTexts = () => {}
  try {
    expect(await hitsOfNobody()).not.toBe(301)
  } finally {
    Stores.prototype.settleTexts = settleTexts
  }
})
