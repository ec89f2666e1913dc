import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  equals,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  not,
  notEquals,
} from '../../../query/functions/values.js'
import { Float, type PropertyValue, type Value } from '../../../src/core/value.js'
import { nullInt32 } from '../../../src/transaction/transaction.js'
import { Engine } from '../../support/engine.js'

const operators = {
  '=': equals,
  '<>': notEquals,
  '<': lessThan,
  '<=': lessOrEqual,
  '>': greaterThan,
  '>=': greaterOrEqual,
}
const sign = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]))

/** Values at the borders of the encodings of columns. */
const border: fc.Arbitrary<PropertyValue> = fc.constantFrom<PropertyValue[]>(
  null,
  0,
  1,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  nullInt32,
  nullInt32 + 1,
  2 ** 53 - 1,
  2n ** 53n,
  -(2n ** 63n),
  new Float(0),
  new Float(-0),
  new Float(0.5),
  new Float(1),
  new Float(nullInt32),
  new Float(Number.NaN),
  new Float(Number.POSITIVE_INFINITY),
  'a',
  '',
  'b',
  true,
  false,
)
const integer: fc.Arbitrary<PropertyValue> = fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 3 }))

/** Columns of one encoding, and of several. */
const values = fc.oneof(
  fc.array(border, { minLength: 1, maxLength: 6 }),
  fc.array(integer, { minLength: 1, maxLength: 6 }),
)

const engines = [
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
] as const

function engineWith(
  makeEngine: () => Engine,
  column: readonly PropertyValue[],
  other: readonly PropertyValue[],
): Engine {
  const engine = makeEngine()
  const { transaction } = engine
  const [i, x, y] = ['i', 'x', 'y'].map((name) => transaction.propertyId(name))
  column.forEach((value, at) => {
    transaction.createNode({
      labels: [],
      properties: [
        [i!, at],
        [x!, value],
        [y!, other[at] ?? null],
      ].filter(([, each]) => each !== null) as never,
    })
  })
  return engine
}

function places(engine: Engine, predicate: string, parameters: Readonly<Record<string, Value>> = {}): Value[] {
  return engine.run(`MATCH (n) WHERE ${predicate} RETURN n.i ORDER BY n.i`, parameters).map(([at]) => at!)
}

describe.each(engines)('predicates over %s', (_, makeEngine) => {
  test('a property compares with a constant as values do, however its column keeps it', () => {
    fc.assert(
      fc.property(values, border, sign, (column, constant, operator) => {
        const engine = engineWith(makeEngine, column, [])
        const truths = column.map((value) => operators[operator](value, constant))
        const where = (wanted: boolean) => truths.flatMap((truth, i) => (truth === wanted ? [i] : []))
        expect(places(engine, `n.x ${operator} $c`, { c: constant })).toEqual(where(true))
        expect(places(engine, `NOT n.x ${operator} $c`, { c: constant })).toEqual(where(false))
      }),
      { numRuns: 300 },
    )
  })

  test('the constant may stand on either side', () => {
    fc.assert(
      fc.property(values, border, sign, (column, constant, operator) => {
        const engine = engineWith(makeEngine, column, [])
        const wanted = column.flatMap((value, i) => (operators[operator](constant, value) === true ? [i] : []))
        expect(places(engine, `$c ${operator} n.x`, { c: constant })).toEqual(wanted)
      }),
    )
  })

  test('two properties compare as values do, within a loop and across loops', () => {
    fc.assert(
      fc.property(values, values, sign, (column, other, operator) => {
        const engine = engineWith(makeEngine, column, other)
        const wanted = column.flatMap((value, i) => (operators[operator](value, other[i] ?? null) === true ? [i] : []))
        expect(places(engine, `n.x ${operator} n.y`)).toEqual(wanted)
        const pairs = column.flatMap((left, i) =>
          column.flatMap((right, j) => (operators[operator](left, right) === true ? [[i, j]] : [])),
        )
        expect(engine.run(`MATCH (a), (b) WHERE a.x ${operator} b.x RETURN a.i, b.i ORDER BY a.i, b.i`)).toEqual(pairs)
      }),
    )
  })

  test('AND, OR, XOR and NOT follow three-valued logic, as filters and as values', () => {
    const engine = makeEngine()
    const truths = [true, false, null]
    const logic = {
      AND: (a: boolean | null, b: boolean | null) =>
        a === false || b === false ? false : a === null || b === null ? null : true,
      OR: (a: boolean | null, b: boolean | null) =>
        a === true || b === true ? true : a === null || b === null ? null : false,
      XOR: (a: boolean | null, b: boolean | null) => (a === null || b === null ? null : a !== b),
    }
    for (const [name, result] of Object.entries(logic))
      for (const a of truths)
        for (const b of truths) {
          const wanted = result(a, b)
          expect(engine.run(`RETURN $a ${name} $b`, { a, b })).toEqual([[wanted]])
          expect(engine.run(`RETURN NOT ($a ${name} $b)`, { a, b })).toEqual([[not(wanted)]])
          expect(engine.run(`WITH 1 AS one WHERE $a ${name} $b RETURN one`, { a, b })).toHaveLength(
            wanted === true ? 1 : 0,
          )
          expect(engine.run(`WITH 1 AS one WHERE NOT ($a ${name} $b) RETURN one`, { a, b })).toHaveLength(
            wanted === false ? 1 : 0,
          )
        }
  })

  test('a predicate is not asked further once it is decided', () => {
    const engine = makeEngine()
    expect(engine.run('UNWIND [0, 2] AS x WITH x WHERE x <> 0 AND 10 / x = 5 RETURN x')).toEqual([[2]])
    expect(engine.run('UNWIND [0, 2] AS x RETURN x = 0 OR 10 / x > 1')).toEqual([[true], [true]])
  })

  test('what is no BOOLEAN is no predicate', () => {
    const engine = makeEngine()
    expect(() => engine.run('WITH 1 AS one WHERE $p RETURN one', { p: 'yes' })).toThrow('BOOLEAN')
  })
})

test('no text of a query reaches the generated source', () => {
  const engine = Engine.overStore()
  const word = 'x"`\\u0027//'
  const name = `\`${word.replaceAll('`', '``')}\``
  const text = `MATCH (${name}:${name})-[r:${name}*1..2 {${name}: $${name}}]->(b {${name}: 'injected'}) WHERE b.${name} > 123456789 RETURN b.${name} AS ${name}`
  const { source } = engine.compile(text)
  for (const part of [word, 'injected', '123456789']) expect(source).not.toContain(part)
})
