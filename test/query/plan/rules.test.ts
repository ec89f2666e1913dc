import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PhysicalPlan } from '../../../query/plan/physical.js'
import type { PhysicalRule } from '../../../query/plan/rule.js'
import { allRules, logicalRules, physicalRules, type Rules } from '../../../query/plan/rules.js'
import { Engine } from '../../support/engine.js'
import { clausesText, graphs, loadGraph, matchAll, matches, spellings } from '../../support/matcher.js'
import { bag, questions } from '../../support/questions.js'

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 150)

const question = fc.constantFrom(...Object.values(questions))

/** That a query gives the rows of the brute force when it is planned by these rules. */
function givesAllRows(rules: Rules) {
  return fc.property(graphs, matches, fc.constantFrom(...spellings), question, (graph, clauses, spelling, asked) => {
    const rows = matchAll(graph, clauses)
    fc.pre(rows !== undefined)
    const engine = Engine.overStore(rules)
    const numbers = new Map(loadGraph(graph, engine.transaction).map((id, i) => [id, i]))
    const text = `${clausesText(clauses, spelling)} RETURN ${asked.returns(clauses)}`
    expect(bag(engine.run(text), numbers), text).toEqual(bag(asked.answer(rows, clauses)))
  })
}

describe('rules', () => {
  test('change no rows: a plan without any of them gives the same', () => {
    fc.assert(givesAllRows({ logical: [], physical: [] }), { numRuns: runs })
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

describe('faults put in on purpose', () => {
  test.each(Object.entries(faults))('are found: %s', (_, fault) => {
    const rules = { ...allRules, physical: [...physicalRules, fault] }
    expect(fc.check(givesAllRows(rules), { numRuns: 2000, endOnFailure: true }).failed).toBe(true)
  })
})
