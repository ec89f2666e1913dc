import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Engine } from '../../support/engine.js'
import { clausesText, graphs, loadGraph, matchAll, matches, type TestGraph } from '../../support/matcher.js'
import { bag, everything, questions } from '../../support/questions.js'

const engines = [
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
] as const

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 300)

function engineWith(graph: TestGraph, makeEngine: () => Engine): { engine: Engine; numbers: Map<number, number> } {
  const engine = makeEngine()
  const ids = loadGraph(graph, engine.transaction)
  return { engine, numbers: new Map(ids.map((id, i) => [id, i])) }
}

describe.each(engines)('patterns over %s', (_, makeEngine) => {
  test.each(Object.entries(questions))('give the rows that brute force finds: %s', (_name, { returns, answer }) => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        const rows = matchAll(graph, clauses)
        fc.pre(rows !== undefined)
        const { engine, numbers } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${returns(clauses)}`
        expect(bag(engine.run(text), numbers), text).toEqual(bag(answer(rows, clauses)))
      }),
      { numRuns: runs },
    )
  })

  test('give the same rows in the smallest slices', () => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        fc.pre(matchAll(graph, clauses) !== undefined)
        const { engine } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${everything.returns(clauses)}`
        expect(bag(engine.runSliced(text).rows)).toEqual(bag(engine.run(text)))
      }),
      { numRuns: runs },
    )
  })

  test('give the same rows whatever indexes there are', () => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        fc.pre(matchAll(graph, clauses) !== undefined)
        const { engine } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${everything.returns(clauses)}`
        const before = bag(engine.run(text))
        engine.run('CREATE INDEX ax FOR (n:A) ON (n.x)')
        engine.run('CREATE INDEX bxi FOR (n:B) ON (n.x, n.i)')
        engine.run('CREATE INDEX rw FOR ()-[r:R]-() ON (r.w)')
        expect(bag(engine.run(text))).toEqual(before)
      }),
      { numRuns: runs },
    )
  })
})
