/** The runner of the compatibility kit proves itself: right answers pass, wrong ones do not. */
import { expect, test } from 'vitest'
import { describeWithShared } from '../support/shared.js'
import { ownFeatures, pairGraph } from './features.js'
import { judge } from './judge.js'
import { type Kit, playAll, readKit } from './kit.js'
import { readValue } from './notation.js'
import { type Fault, faults, Oracle } from './oracle.js'
import { failuresText, passes, reportText } from './report.js'
import { scenariosOf } from './scenario.js'
import { openSkein } from './skein.js'
import { keyOf } from './value.js'

const own: Kit = { scenarios: scenariosOf('own/Own', ownFeatures), namedGraph: () => pairGraph }

test('a feature gives a scenario for each example, with the background before it', () => {
  expect(own.scenarios.map(({ id }) => id)).toContain('own/Own [2] Rows in order (2)')
  expect(own.scenarios.map(({ steps }) => steps[0]!.kind)).toEqual(own.scenarios.map(() => 'emptyGraph'))
})

test('a step that no runner knows is an error, never a pass', () => {
  const feature = 'Feature: F\n  Scenario: S\n    Given the moon is full\n'
  expect(() => scenariosOf('own/F', feature)).toThrow('there is no such step: the moon is full')
})

test('Skein passes our own features', async () => {
  const judged = await playAll(own, openSkein)
  expect(failuresText(judged)).toBe('')
  expect(reportText(judged)).toMatch(/total +10 +1 +0 +9 +9 +9 +9 +90.0 % +100.0 %/)
})

test('values are told apart by type and content', () => {
  const same: [string, string][] = [
    ['0.0', '-0.0'],
    ['1.0', '1e0'],
    ['{a: 1, b: 2}', '{b: 2, a: 1}'],
    ['(:A:B {x: .5})', '(:B:A {x: 0.5})'],
    ['<(:A)-[:T]->()>', '<(:A) -[:T]-> ()>'],
  ]
  for (const [a, b] of same) expect(keyOf(readValue(a))).toBe(keyOf(readValue(b)))
  const texts = [
    '1',
    '1.0',
    "'1'",
    'true',
    "'true'",
    'null',
    'NaN',
    '[1]',
    '[[1]]',
    '{a: null}',
    '{}',
    '()',
    '(:A)',
    '({a: 1})',
  ]
  const paths = ['[:T]', '[:T {x: 1}]', '<()>', '<()-[:T]->()>', '<()<-[:T]-()>', "'a, b'", "['a', 'b']", "['a, b']"]
  const keys = [...texts, ...paths].map((text) => keyOf(readValue(text)))
  expect(new Set(keys).size).toBe(keys.length)
  expect(() => readValue('[1, 2')).toThrow('is no value')
})

function proves(title: string, kit: () => Kit): void {
  test(`an oracle that answers as ${title} expects passes everything`, async () => {
    const judged = await playAll(kit(), async (scenario) => new Oracle(scenario))
    expect(failuresText(judged)).toBe('')
    expect(judged.filter((each) => passes(each, 'detail')).length).toBe(
      kit().scenarios.filter(({ ignored }) => !ignored).length,
    )
  })

  test.each(Object.keys(faults))(`${title}: %s is caught`, async (name) => {
    await expectCaught(kit(), { fault: faults[name]! })
  })

  test(`${title}: a node left behind is caught`, async () => {
    await expectCaught(kit(), { leavesNode: true })
  })
}

async function expectCaught({ scenarios, namedGraph }: Kit, options: { fault?: Fault; leavesNode?: boolean }) {
  const missed = []
  let spoiltCount = 0
  for (const scenario of scenarios.filter(({ ignored }) => !ignored)) {
    const oracle = new Oracle(scenario, options)
    const verdict = await judge(scenario, oracle, namedGraph)
    if (!oracle.isSpoilt) continue
    spoiltCount++
    if (verdict.failure === null) missed.push(scenario.id)
  }
  expect(missed).toEqual([])
  expect(spoiltCount).toBeGreaterThan(0)
}

proves('our own features', () => own)

describeWithShared("over openCypher's kit", 'tck', (root) => {
  let kit: Kit | undefined
  proves('the kit', () => (kit ??= readKit(root)))
})
