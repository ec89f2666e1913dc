import { describe, expect, test } from 'vitest'
import { open } from '../../src/database/open.js'

const million = 1024 * 1024

async function filled() {
  const db = await open(':memory:', { queryMemoryMaxBytes: 4 * million })
  await db.query("UNWIND range(1, 2000) AS i CREATE (:A {i: i, s: 'a text that is not short ' + toString(i)})")
  return db
}

const tooLarge: Readonly<Record<string, string>> = {
  'rows of the answer': 'MATCH (a:A), (b:A) RETURN a.i, b.i',
  'a sort': 'MATCH (a:A), (b:A) WITH a.i AS x, b.s AS s ORDER BY s, x RETURN count(*)',
  'the first rows of an order':
    'MATCH (a:A), (b:A) WITH a.i AS x, b.s AS s ORDER BY s, x LIMIT 1000000 RETURN count(*)',
  groups: 'MATCH (a:A), (b:A) RETURN a.i * 10000 + b.i AS k, count(*) ORDER BY k LIMIT 1',
  'what DISTINCT has seen': 'MATCH (a:A), (b:A) WITH DISTINCT a.i AS x, b.i AS y RETURN count(*)',
  'what an aggregate of DISTINCT has seen': 'MATCH (a:A), (b:A) RETURN count(DISTINCT a.i * 10000 + b.i)',
  'a collected list': 'MATCH (a:A), (b:A) RETURN size(collect(a.s))',
  percentiles: 'MATCH (a:A), (b:A) RETURN percentileCont(a.i, 0.5)',
  'a list of a subquery': 'MATCH (a:A) WHERE a.i = 1 RETURN size(COLLECT { MATCH (b:A), (c:A) RETURN b.s + c.s })',
  'a comprehension': 'RETURN size([x IN range(1, 3000) | range(1, 1000)])',
  'what is reduced': 'RETURN size(reduce(all = [], x IN range(1, 3000) | all + [range(1, 1000)]))',
  'a UNION': 'MATCH (a:A), (b:A) RETURN a.i AS x, b.i AS y UNION MATCH (a:A), (b:A) RETURN a.i AS x, b.i AS y',
  'rows that match optionally': 'MATCH (x:A {i: 1}) OPTIONAL MATCH (a:A), (b:A) WHERE a.i > 0 RETURN count(b)',
}

const code = (name: string) => expect.objectContaining({ code: name })

describe('a query that gathers more than it may fails, and the next one runs', () => {
  test.each(Object.entries(tooLarge))('%s', async (_, text) => {
    const db = await filled()
    await expect(db.query(text)).rejects.toEqual(code('MEMORY_BUDGET'))
    expect(() => db.prepare(text).all()).toThrow(code('MEMORY_BUDGET') as Error)
    expect((await db.query('MATCH (a:A) RETURN count(*)')).rows).toEqual([[2000]])
    await db.close()
  })

  test('the gathered side of a join', async () => {
    const db = await filled()
    const text = 'MATCH (a:A), (b:A) WHERE a.s = b.s RETURN count(*)'
    await db.query(text)
    await expect(db.query(text, {}, { memoryMaxBytes: 100_000 })).rejects.toEqual(code('MEMORY_BUDGET'))
    await db.close()
  })

  test('what only passes by is not counted', async () => {
    const db = await filled()
    const passing = [
      'MATCH (a:A), (b:A) RETURN count(*)',
      'MATCH (a:A), (b:A) WITH a.s AS s ORDER BY s LIMIT 10 RETURN count(*)',
      'MATCH (a:A) RETURN sum(size(COLLECT { MATCH (b:A) WHERE b.i % 10 = 0 RETURN b.s }))',
      'MATCH (a:A) RETURN sum(size([x IN range(1, 200) | x + a.i]))',
      'MATCH (a:A) OPTIONAL MATCH (b:A) WHERE b.i <> a.i RETURN count(b)',
      'MATCH (a:A) WITH a, COUNT { MATCH (b:A) WITH DISTINCT b.i AS i WHERE i > 0 RETURN i } AS n RETURN sum(n)',
    ]
    for (const text of passing) await db.query(text)
    await db.close()
  })

  test('a stream may be of any length', async () => {
    const db = await filled()
    let rows = 0
    for await (const _ of db.stream('MATCH (a:A), (b:A) WHERE b.i < 300 RETURN a.i, a.s')) rows++
    expect(rows).toBe(2000 * 299)
    await db.close()
  })

  test('a write leaves nothing behind', async () => {
    const db = await filled()
    const text = 'MATCH (a:A), (b:A) CREATE (:B {i: a.i}) WITH collect(a) AS all RETURN size(all)'
    await expect(db.query(text)).rejects.toEqual(code('MEMORY_BUDGET'))
    expect((await db.query('MATCH (b:B) RETURN count(*)')).rows).toEqual([[0]])
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:C)')
      await expect(tx.query(text)).rejects.toEqual(code('MEMORY_BUDGET'))
    })
    expect((await db.query('MATCH (n) WHERE n:B OR n:C RETURN labels(n)')).rows).toEqual([[['C']]])
    await db.close()
  })

  test('one query may be given less than all may have together', async () => {
    const db = await filled()
    const text = 'MATCH (a:A) RETURN collect(a.s)'
    await db.query(text)
    const error = await db.query(text, {}, { memoryMaxBytes: 50_000 }).catch((each) => each)
    expect(error).toEqual(code('MEMORY_BUDGET'))
    expect(error.message).toContain('50000 bytes of memoryMaxBytes')
    await db.close()
  })

  test('what queries hold at the same time is counted together, and given back', async () => {
    const db = await filled()
    const text = 'MATCH (a:A), (b:A) WHERE b.i <= 12 RETURN a.i, b.i'
    const together = await Promise.allSettled(Array.from({ length: 6 }, () => db.query(text)))
    expect(together.map(({ status }) => status)).toContain('rejected')
    for (let i = 0; i < 6; i++) await db.query(text)
    await db.close()
  })
})

test('PROFILE tells what each operator has gathered', async () => {
  const db = await filled()
  const { summary } = await db.query('PROFILE MATCH (a:A) WITH a.s AS s ORDER BY s RETURN count(s)')
  const [project] = summary.plan!.children
  const [aggregate] = project!.children
  const [sort] = aggregate!.children
  expect(sort).toMatchObject({ operator: 'Sort', rows: 2000 })
  expect(sort!.memoryBytes).toBeGreaterThan(2000 * 50)
  expect(sort!.children[0]!.memoryBytes).toBe(0)
  await db.close()
})
