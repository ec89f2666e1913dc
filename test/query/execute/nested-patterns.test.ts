import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pipeline } from '../../../query/execute/pipeline.js'
import type { LogicalPlan } from '../../../query/plan/logical.js'
import type { LogicalRule } from '../../../query/plan/rule.js'
import { logicalRules } from '../../../query/plan/rules.js'
import { Engine } from '../../support/engine.js'
import {
  callsText,
  clausesText,
  graphs,
  loadGraph,
  type MatchedRow,
  type MatchPattern,
  matchAll,
  readings,
  relationshipsOf,
  variablesOf,
} from '../../support/matcher.js'

const engines = [
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
] as const

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 300)

interface Question {
  readonly returns: (clauses: readonly MatchPattern[]) => string
  readonly answer: (rows: readonly MatchedRow[], clauses: readonly MatchPattern[]) => unknown[][]
}

const questions: Readonly<Record<string, Question>> = {
  'every variable': {
    returns: (clauses) => {
      const nodes = variablesOf(clauses).map((name) => `${name}.i`)
      const relationships = relationshipsOf(clauses).map(({ variable, length }) =>
        length === null ? `${variable}.id` : `[r IN ${variable} | r.id]`,
      )
      return [...nodes, ...relationships].map((item, i) => `${item} AS c${i}`).join(', ')
    },
    answer: (rows, clauses) => {
      const names = [...variablesOf(clauses), ...relationshipsOf(clauses).map(({ variable }) => variable)]
      return rows.map((row) => names.map((name) => row[name]))
    },
  },
  'count(*) and count of a node': {
    returns: (clauses) => `count(*), count(${lastOf(clauses)})`,
    answer: (rows, clauses) => [[rows.length, present(rows, clauses).length]],
  },
  'count of distinct last nodes': {
    returns: (clauses) => `count(DISTINCT ${lastOf(clauses)})`,
    answer: (rows, clauses) => [[new Set(present(rows, clauses)).size]],
  },
  'distinct last nodes': {
    returns: (clauses) => `DISTINCT ${lastOf(clauses)}.i AS i`,
    answer: (rows, clauses) => [...new Set(rows.map((row) => row[lastOf(clauses)]))].map((i) => [i]),
  },
}

function lastOf(clauses: readonly MatchPattern[]): string {
  return variablesOf(clauses).at(-1)!
}

function present(rows: readonly MatchedRow[], clauses: readonly MatchPattern[]): unknown[] {
  return rows.map((row) => row[lastOf(clauses)]).filter((value) => value !== null)
}

function bag(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

function agreement(makeEngine: () => Engine, { returns, answer }: Question, textOf = clausesText) {
  return fc.property(graphs, readings, (graph, clauses) => {
    const rows = matchAll(graph, clauses)
    fc.pre(rows !== undefined)
    const engine = makeEngine()
    loadGraph(graph, engine.transaction)
    const text = `${textOf(clauses)} RETURN ${returns(clauses)}`
    expect(bag(engine.run(text)), text).toEqual(bag(answer(rows, clauses)))
  })
}

describe.each(engines)('optional patterns and queries within predicates over %s', (_, makeEngine) => {
  test.each(Object.entries(questions))('give the rows that brute force finds: %s', (_name, question) => {
    fc.assert(agreement(makeEngine, question), { numRuns: runs })
  })

  test('give the rows that brute force finds, as CALL { } too', () => {
    fc.assert(agreement(makeEngine, questions['every variable']!, callsText), { numRuns: runs })
  })

  test.each([clausesText, callsText])('give the same rows in the smallest slices: %o', (textOf) => {
    const everything = questions['every variable']!
    fc.assert(
      fc.property(graphs, readings, (graph, clauses) => {
        fc.pre(matchAll(graph, clauses) !== undefined)
        const engine = makeEngine()
        loadGraph(graph, engine.transaction)
        const text = `${textOf(clauses)} RETURN ${everything.returns(clauses)}`
        expect(bag(engine.runSliced(text).rows)).toEqual(bag(engine.run(text)))
      }),
      { numRuns: runs },
    )
  })
})

/** Rules that are wrong on purpose. */
const faults: readonly LogicalRule[] = [
  {
    name: 'an optional part must match',
    rewrite(plan) {
      if (plan.kind !== 'optional' || plan.inner.kind !== 'match' || plan.inner.input.kind !== 'unit') return undefined
      return { ...plan.inner, input: plan.input }
    },
  },
  {
    name: 'what has no match is kept in place of what has one',
    rewrite: (plan) => (plan.kind === 'antiJoin' ? { ...plan, kind: 'semiJoin' } : undefined),
  },
  {
    name: 'the WHERE of an optional part drops rows after it',
    rewrite(plan) {
      if (plan.kind !== 'optional' || plan.inner.kind !== 'match' || plan.inner.predicates.length === 0)
        return undefined
      const { predicates } = plan.inner
      return { kind: 'filter', input: { ...plan, inner: { ...plan.inner, predicates: [] } }, predicates }
    },
  },
]

/** Operators of inner plans that have no effect. */
const withoutEffect: readonly LogicalRule[] = (['distinct', 'skip', 'limit', 'sort', 'top', 'union'] as const).map(
  (kind) => ({
    name: `a ${kind} within a query has no effect`,
    rewrite(plan) {
      if (plan.kind !== 'apply' && plan.kind !== 'semiJoin' && plan.kind !== 'antiJoin') return undefined
      const inner = without(kind, plan.inner)
      return inner && { ...plan, inner }
    },
  }),
)

function without(kind: LogicalPlan['kind'], plan: LogicalPlan): LogicalPlan | undefined {
  if (!('input' in plan)) return undefined
  if (plan.kind === kind) return plan.input
  const input = without(kind, plan.input)
  return input && ({ ...plan, input } as LogicalPlan)
}

/** Rules that are wrong for CALL { }. */
const callFaults: readonly LogicalRule[] = [
  {
    name: 'CALL { } drops a row that it gives none for',
    rewrite: (plan) => (plan.kind === 'callQuery' && plan.optional ? { ...plan, optional: false } : undefined),
  },
  {
    name: 'CALL { } gives its rows once',
    rewrite(plan) {
      if (plan.kind !== 'callQuery' || plan.inner.kind === 'limit') return undefined
      const count = { kind: 'literal', value: 1, type: 'integer', position: { offset: 0, line: 1, column: 1 } } as const
      return { ...plan, inner: { kind: 'limit', input: plan.inner, count } }
    },
  },
]

test.each(callFaults)('brute force finds it when $name', (rule) => {
  const rules = logicalRules as LogicalRule[]
  rules.push(rule)
  try {
    const property = agreement(() => Engine.overStore(), questions['every variable']!, callsText)
    expect(fc.check(property, { numRuns: 2000 }).failed).toBe(true)
  } finally {
    rules.pop()
  }
})

test('brute force finds it when a query for one row begins with what the row before has left', () => {
  const { state } = Pipeline.prototype
  Pipeline.prototype.state = Pipeline.prototype.variable
  try {
    const property = agreement(() => Engine.overStore(), questions['every variable']!)
    expect(fc.check(property, { numRuns: 2000 }).failed).toBe(true)
  } finally {
    Pipeline.prototype.state = state
  }
})

test.each([...faults, ...withoutEffect])('brute force finds it when $name', (rule) => {
  const rules = logicalRules as LogicalRule[]
  rules.push(rule)
  try {
    const property = agreement(() => Engine.overStore(), questions['every variable']!)
    expect(fc.check(property, { numRuns: 2000 }).failed).toBe(true)
  } finally {
    rules.pop()
  }
})
