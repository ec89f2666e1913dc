import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PhysicalPlan } from '../../../query/plan/physical.js'
import type { PhysicalRule } from '../../../query/plan/rule.js'
import { allRules, logicalRules, physicalRules, type Rules } from '../../../query/plan/rules.js'
import type { BoundExpression } from '../../../query/semantics/bound.js'
import { Engine } from '../../support/engine.js'
import { clausesText, graphs, loadGraph, matchAll, matches, meetings, spellings } from '../../support/matcher.js'
import { bag, questions } from '../../support/questions.js'

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 150)

const anyQuestion = fc.constantFrom(...Object.values(questions))

/** That a query gives the rows of the brute force when it is planned by these rules. */
function givesAllRows(rules: Rules, asked = matches) {
  return fc.property(
    graphs,
    asked,
    fc.constantFrom(...spellings),
    anyQuestion,
    (graph, clauses, spelling, question) => {
      const rows = matchAll(graph, clauses)
      fc.pre(rows !== undefined)
      const engine = Engine.overStore(rules)
      const numbers = new Map(loadGraph(graph, engine.transaction).map((id, i) => [id, i]))
      const text = `${clausesText(clauses, spelling)} RETURN ${question.returns(clauses)}`
      expect(bag(engine.run(text), numbers), text).toEqual(bag(question.answer(rows, clauses)))
    },
  )
}

const joining: Rules = { ...allRules, joins: 'wherever possible' }

describe('rules', () => {
  test('change no rows: a plan without any of them gives the same', () => {
    fc.assert(givesAllRows({ logical: [], physical: [] }), { numRuns: runs })
  })

  test('change no rows: a plan that joins wherever it can gives the same', () => {
    fc.assert(givesAllRows(joining, meetings), { numRuns: runs * 2 })
  })

  test.each([...logicalRules, ...physicalRules].map((rule) => rule.name))('may each be left out: %s', (name) => {
    const others = <Rule extends { readonly name: string }>(rules: readonly Rule[]) =>
      rules.filter((rule) => rule.name !== name)
    fc.assert(givesAllRows({ logical: others(logicalRules), physical: others(physicalRules) }), { numRuns: runs / 3 })
  })
})

/** Rules that look right: each of them is what a rule of ours would be without one of its conditions. */
const faults: Readonly<Record<string, PhysicalRule>> = {
  'relationships of one MATCH may be the same': {
    name: 'fault',
    rewrite: (plan) =>
      plan.kind === 'expand' && plan.differentFrom.length > 0 ? { ...plan, differentFrom: [] } : undefined,
  },
  'a degree counts relationships that are taken already': {
    name: 'fault',
    rewrite: (plan) =>
      plan.kind === 'degree' && plan.differentFrom.length > 0 ? { ...plan, differentFrom: [] } : undefined,
  },
  'a middle hop keeps each node once though relationships must differ': {
    name: 'fault',
    rewrite: (plan) => {
      if (plan.kind !== 'expand' || plan.differentFrom.length === 0 || plan.input.kind !== 'expand') return undefined
      const below = plan.input
      const input: PhysicalPlan = { kind: 'distinct', input: below, slots: [below.to], rows: below.rows }
      return { ...plan, input }
    },
  },
  'a label is dropped that only some starts of the type have': {
    name: 'fault',
    rewrite: (plan) => (plan.kind === 'filterLabels' && plan.input.kind === 'expand' ? plan.input : undefined),
  },
  'an end that is known is bound anew': {
    name: 'fault',
    rewrite: (plan) => (plan.kind === 'expandInto' ? { ...plan, kind: 'expand' } : undefined),
  },
}

const isTrue: BoundExpression = {
  kind: 'literal',
  value: true,
  type: 'boolean',
  position: { offset: 0, line: 1, column: 1 },
}

/** Joins that leave out one of their conditions. */
const joinFaults: Readonly<Record<string, PhysicalRule>> = {
  'rows meet though a value differs': {
    name: 'fault',
    rewrite: (plan) => {
      if (plan.kind !== 'hashJoin' || plan.values.length === 0) return undefined
      const { input, build, rows, nodes } = plan
      if (nodes.length === 0) return { kind: 'cartesianProduct', input, build, rows }
      return { ...plan, values: [] }
    },
  },
  'rows meet in one of two nodes': {
    name: 'fault',
    rewrite: (plan) =>
      plan.kind === 'hashJoin' && plan.nodes.length > 1 ? { ...plan, nodes: [plan.nodes[0]!] } : undefined,
  },
  'both sides may have the same relationship': {
    name: 'fault',
    rewrite: (plan) => {
      if (plan.kind !== 'filter' || plan.input.kind !== 'hashJoin') return undefined
      const others = plan.predicates.filter((each) => each.kind !== 'binary' || each.operator !== '<>')
      return others.length === plan.predicates.length ? undefined : { ...plan, predicates: [...others, isTrue] }
    },
  },
}

describe('faults put in on purpose', () => {
  test.each(Object.entries(joinFaults))('are found in joins: %s', (_, fault) => {
    const rules = { ...joining, physical: [...physicalRules, fault] }
    expect(fc.check(givesAllRows(rules, meetings), { numRuns: 2000, endOnFailure: true }).failed).toBe(true)
  })

  test.each(Object.entries(faults))('are found: %s', (_, fault) => {
    const rules = { ...allRules, physical: [...physicalRules, fault] }
    expect(fc.check(givesAllRows(rules), { numRuns: 2000, endOnFailure: true }).failed).toBe(true)
  })
})
