import { join } from 'node:path'
import { expect, test } from 'vitest'
import { open } from '../../src/index.js'
import { describeWithShared } from '../support/shared.js'
import { type Graph, load } from './kuzu/graph.js'
import { type Recorded, replayCase, replayFile, type Verdict } from './kuzu/replay.js'

describeWithShared('statements recorded from Kùzu', 'data', (path) => {
  test('every one gives the recorded rows, except for what the recording or the dialect explains', async () => {
    const verdicts = await replayFile(join(path, 'cypher-kuzu', 'queries.jsonl.gz'), join(path, 'graph-kuzu-small'))
    const differing = verdicts.filter(({ verdict }) => verdict === 'differs')
    expect(differing.map(({ recorded, answer }) => ({ query: recorded.query, answer }))).toEqual([])
    // Most of what is left out calls functions of Kùzu's own.
    expect(verdicts.filter(({ verdict }) => verdict === 'same').length / verdicts.length).toBeGreaterThan(0.4)
  })
})

/** Two tables, no files: the test fills them itself. */
const graph: Graph = {
  tables: [
    { name: 'person', columns: [{ name: 'ID', type: 'INT64' }], key: 'ID', ends: undefined },
    { name: 'knows', columns: [], key: '', ends: { from: 'person', to: 'person' } },
  ],
  files: [],
}

async function verdictsOf(
  ...recorded: Pick<Recorded, 'query' | 'expected' | 'ordered'>[]
): Promise<Verdict['verdict'][]> {
  const db = await open(':memory:', { memoryMaxBytes: 2 ** 26 })
  await load(db, graph)
  const named = recorded.map((each) => ({ source: 'a.test', dataset: 'CSV a', case: 'a', ...each }))
  const verdicts = await replayCase(db, graph, named)
  await db.close()
  return verdicts.map(({ verdict }) => verdict)
}

test('a wrong row, a missing row, a wrong order and a refusal are differences', async () => {
  const three = 'UNWIND [3, 1, 2] AS x RETURN x'
  expect(
    await verdictsOf(
      { query: three, expected: [['1'], ['2'], ['3']] },
      { query: `${three} ORDER BY x`, expected: [['1'], ['2'], ['3']], ordered: true },
      { query: `${three} ORDER BY x DESC`, expected: [['1'], ['2'], ['3']], ordered: true },
      { query: `${three} LIMIT 2`, expected: [['1'], ['2'], ['3']] },
      { query: 'RETURN 1 + 1', expected: [['3']] },
      { query: 'RETURN 1 +', expected: [['3']] },
    ),
  ).toEqual(['same', 'same', 'differs', 'differs', 'differs', 'differs'])
})

test('what follows a write that Kùzu took and Skein did not is left out, and so is what Kùzu has of its own', async () => {
  const [, count, walks, own] = await verdictsOf(
    { query: 'CREATE (:person {ID: to_int128(1)})', expected: 'ok' },
    { query: 'MATCH (n:person) RETURN count(*)', expected: [['1']] },
    { query: 'MATCH (a:person)-[:knows]->(b)<-[:knows]-(c) RETURN count(*)', expected: [['4']] },
    { query: 'RETURN list_sort([2, 1])', expected: [['[1,2]']] },
  )
  expect(count).toEqual({ leftOut: expect.stringContaining('follows') })
  expect(walks).toEqual({ leftOut: expect.stringContaining('twice') })
  expect(own).toEqual({ leftOut: expect.stringContaining('functions') })
})

test('values print as Kùzu prints them', async () => {
  const query =
    "RETURN 1, 1.5, true, null, 'a', [1, null, 'b'], {a: 1}, date('2020-02-01'), localdatetime('2020-02-01T10:00:00.5'), " +
    "duration('P1Y2M3DT4H5M6.7S'), duration('PT0S'), duration('P1M')"
  const row = ['1', '1.500000', 'True', '', 'a', '[1,,b]', '{a: 1}', '2020-02-01', '2020-02-01 10:00:00.5']
  const intervals = ['1 year 2 months 3 days 04:05:06.7', '00:00:00', '1 month']
  expect(await verdictsOf({ query, expected: [[...row, ...intervals]] })).toEqual(['same'])
})
