import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { Engine } from '../../support/engine.js'

describe('shortest paths', () => {
  let db: Database

  beforeEach(async () => {
    db = await open()
    await db.query(`CREATE (a:P {name: 'a'}), (b:P {name: 'b'}), (c:P {name: 'c'}), (d:P {name: 'd'}), (e:P {name: 'e'}),
      (a)-[:T {w: 1}]->(b), (b)-[:T {w: 1}]->(d), (a)-[:T {w: 2}]->(c), (c)-[:T {w: 2}]->(d), (d)-[:U]->(e),
      (a)-[:U {w: 3}]->(d)`)
  })

  afterEach(() => db.close())

  async function names(pattern: string, rest = ''): Promise<unknown[]> {
    const text = `MATCH (x:P {name: 'a'}), (y:P {name: 'd'}) MATCH p = ${pattern} ${rest} RETURN [n IN nodes(p) | n.name]`
    return (await db.query(text)).rows.map(([path]) => (path as string[]).join('')).sort()
  }

  test('shortestPath gives one, allShortestPaths every one', async () => {
    expect(await names('shortestPath((x)-[:T*]->(y))')).toHaveLength(1)
    expect(await names('allShortestPaths((x)-[:T*]->(y))')).toEqual(['abd', 'acd'])
    expect(await names('allShortestPaths((x)-[*]->(y))')).toEqual(['ad'])
  })

  test('keep to direction, types, lengths and properties', async () => {
    expect(await names('shortestPath((y)-[:T*]->(x))')).toEqual([])
    expect(await names('shortestPath((y)<-[:U*]-(x))')).toEqual(['da'])
    expect(await names('allShortestPaths((x)-[:T*..1]-(y))')).toEqual([])
    expect(await names('allShortestPaths((x)-[:T* {w: 2}]-(y))')).toEqual(['acd'])
  })

  test('are the shortest of those whose parts satisfy the condition', async () => {
    expect(await names('shortestPath((x)-[*]->(y))', 'WHERE all(r IN relationships(p) WHERE r.w = 1)')).toEqual(['abd'])
    expect(await names('allShortestPaths((x)-[*]->(y))', 'WHERE none(r IN relationships(p) WHERE r.w = 3)')).toEqual([
      'abd',
      'acd',
    ])
    expect(
      await names('shortestPath((x)-[:T*]->(y))', "WHERE all(n IN nodes(p) WHERE n.name <> 'b' AND n.name <= y.name)"),
    ).toEqual(['acd'])
    expect(await names('shortestPath((x)-[*]->(y))', 'WHERE none(n IN nodes(p) WHERE n = x)')).toEqual([])
  })

  test('of a condition on the whole path are refused, and chosen from after WITH', async () => {
    await expect(names('shortestPath((x)-[*]->(y))', 'WHERE length(p) > 1')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    })
    expect(await names('allShortestPaths((x)-[:T*]->(y))', 'WITH p WHERE nodes(p)[1].name = "c"')).toEqual(['acd'])
  })

  test('between a node and itself is the empty path, where it is asked for', async () => {
    const path = (length: string) =>
      `MATCH (x {name: 'a'}) MATCH p = shortestPath((x)-[${length}]-(x)) RETURN length(p)`
    expect((await db.query(path('*0..'))).rows).toEqual([[0]])
    expect((await db.query(path('*'))).rows).toEqual([])
  })

  test('give their relationships a name, and null where OPTIONAL MATCH finds none', async () => {
    const text =
      "MATCH (x {name: 'a'}), (y {name: 'd'}) OPTIONAL MATCH p = shortestPath((x)-[r:T*]->(y)) RETURN size(r), length(p)"
    expect((await db.query(text)).rows).toEqual([[2, 2]])
    const none = "MATCH (x {name: 'a'}), (y {name: 'd'}) OPTIONAL MATCH p = shortestPath((y)-[r:T*]->(x)) RETURN r, p"
    expect((await db.query(none)).rows).toEqual([[null, null]])
  })

  test('find both ends first', async () => {
    const text = "EXPLAIN MATCH p = shortestPath((x:P {name: 'a'})-[:T*..4]->(y:P {name: 'd'})) RETURN p"
    const { plan } = (await db.query(text)).summary
    expect(JSON.stringify(plan)).toContain('"operator":"ShortestPath","details":"(x)-[#1:T*1..4]->(y)"')
  })

  test.each(['shortestPath((a)-->(b))', 'shortestPath((a)-[*2..]->(b))', 'shortestPath((a)-[*]->()-[*]->(b))'])(
    '%s is refused',
    async (pattern) => {
      await expect(db.query(`MATCH p = ${pattern} RETURN p`)).rejects.toMatchObject({ code: 'PATTERN_INVALID' })
    },
  )
})

interface Edge {
  readonly from: number
  readonly to: number
  readonly w: number
}

const nodeCount = 6
const node = fc.integer({ min: 0, max: nodeCount - 1 })
const edges = fc.array(fc.record({ from: node, to: node, w: fc.integer({ min: 0, max: 1 }) }), { maxLength: 14 })
const directions = { '->': [true, false], '<-': [false, true], '-': [true, true] } as const

interface Question {
  readonly direction: keyof typeof directions
  readonly min: number
  readonly max: number
  readonly light: boolean
}

const questions: fc.Arbitrary<Question> = fc.record({
  direction: fc.constantFrom('->' as const, '<-' as const, '-' as const),
  min: fc.integer({ min: 0, max: 1 }),
  max: fc.integer({ min: 1, max: 6 }),
  light: fc.boolean(),
})

/** All simple paths from one node to another as lists of edge numbers, the plain way. */
function simplePaths(graph: readonly Edge[], { direction, light }: Question, from: number, to: number): number[][] {
  const [forth, back] = directions[direction]
  const walk = (at: number, seen: readonly number[]): number[][] => {
    if (at === to) return [[]]
    return graph.flatMap((edge, i) => {
      if (light && edge.w !== 0) return []
      const nexts = [...(forth && edge.from === at ? [edge.to] : []), ...(back && edge.to === at ? [edge.from] : [])]
      return [...new Set(nexts)]
        .filter((next) => !seen.includes(next))
        .flatMap((next) => walk(next, [...seen, next]).map((rest) => [i, ...rest]))
    })
  }
  return walk(from, [from])
}

function shortestOf(graph: readonly Edge[], question: Question, from: number, to: number): number[][] {
  if (from === to) return question.min === 0 ? [[]] : []
  const paths = simplePaths(graph, question, from, to).filter(({ length }) => length <= question.max)
  const least = Math.min(...paths.map(({ length }) => length))
  return paths.filter(({ length }) => length === least)
}

function textFor(name: string, { direction, min, max, light }: Question): string {
  const [left, right] = { '->': ['-', '->'], '<-': ['<-', '-'], '-': ['-', '-'] }[direction]
  const where = light ? ' WHERE all(r IN relationships(p) WHERE r.w = 0)' : ''
  return `MATCH (a {i: $from}), (b {i: $to}) MATCH p = ${name}((a)${left}[:T*${min}..${max}]${right}(b))${where}
    RETURN [r IN relationships(p) | r.i] AS path, [n IN nodes(p) | n.i] AS nodes`
}

describe.each([
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
])('over %s', (_name, makeEngine) => {
  test('shortest paths are those that trying all paths finds', () => {
    fc.assert(
      fc.property(edges, questions, node, node, (graph, question, from, to) => {
        const engine = makeEngine()
        engine.run(`UNWIND range(0, ${nodeCount - 1}) AS i CREATE ({i: i})`)
        for (const [i, edge] of graph.entries())
          engine.run('MATCH (a {i: $from}), (b {i: $to}) CREATE (a)-[:T {i: $i, w: $w}]->(b)', { ...edge, i })
        const expected = shortestOf(graph, question, from, to).map((path) => JSON.stringify(path))
        const all = engine.run(textFor('allShortestPaths', question), { from, to })
        expect(all.map(([path]) => JSON.stringify(path)).sort()).toEqual(expected.sort())
        for (const [, nodes] of all) expect([(nodes as number[])[0], (nodes as number[]).at(-1)]).toEqual([from, to])
        const one = engine.runSliced(textFor('shortestPath', question), { from, to }).rows
        expect(one).toHaveLength(Math.min(1, expected.length))
        if (one.length > 0) expect(expected).toContain(JSON.stringify(one[0]![0]))
      }),
      { numRuns: 150 },
    )
  })
})

test('a long chain is searched in slices', () => {
  const length = 30_000
  const engine = Engine.overStore()
  engine.run('CREATE (:N {i: 0})')
  engine.run(`UNWIND range(1, ${length}) AS i CREATE (:N {i: i})`)
  engine.run('CREATE INDEX FOR (n:N) ON (n.i)')
  engine.run(`UNWIND range(1, ${length}) AS i MATCH (a:N {i: i - 1}), (b:N {i: i}) CREATE (a)-[:T]->(b)`)
  const text = `MATCH (a:N {i: 0}), (b:N {i: ${length}}) MATCH p = shortestPath((a)-[:T*]->(b)) RETURN length(p)`
  const { rows, slices } = engine.runSliced(text)
  expect(rows).toEqual([[length]])
  expect(slices).toBeGreaterThan(1)
})
