/** A chain below a property is one read along the path, and gives what the same steps give one by one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DatabaseError } from '../../../src/core/errors.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import type { Value } from '../../../src/core/value.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { Engine } from '../../support/engine.js'

const scalar = fc.constantFrom<Value>(1, 'x', true, null, new LocalDate(19000), 2n ** 60n)
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('b', 'c'), tie('tree')).map((object) => new Map(Object.entries(object))),
  ),
}))
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('.b', '.c', '[0]', '[-1]', '[$zero]', "['b']", '[$name]') },
  fc.constantFrom(
    '.year',
    '[1]',
    '[$none]',
    '[null]',
    '[1.5]',
    '[0..1]',
    '[0 + $zero]',
    '[1 / $zero]',
    "['b' + '']",
    '[n.i]',
  ),
)
const chain = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join(''))
const parameters = { zero: 0, name: 'b', none: null }

function answer(engine: Engine, query: string): unknown {
  try {
    return engine.run(query, parameters)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    return `${error.code}: ${error.message.split(' (line ')[0]}`
  }
}

test('by one read and step by step a chain gives equal values and equal errors', () => {
  fc.assert(
    fc.property(tree, chain, (value, steps) => {
      const engine = Engine.overStore()
      engine.run('CREATE (n:N {a: $value, i: 0})-[:R {a: $value}]->(n)', { value })
      const expected = answer(engine, `MATCH (n:N) WITH n, n.a AS a RETURN a${steps} AS x`)
      expect(answer(engine, `MATCH (n:N) RETURN n.a${steps} AS x`)).toEqual(expected)
      expect(answer(engine, `MATCH (n:N)-[r]->() RETURN r.a${steps} AS x`)).toEqual(expected)
      // In a pipeline that writes, where an entity may be gone.
      expect(answer(engine, `MATCH (n:N) SET n.i = 0 WITH n RETURN n.a${steps} AS x`)).toEqual(expected)
    }),
  )
})

test('a place in what is deleted is refused', () => {
  const engine = Engine.overStore()
  engine.run('CREATE (:N {a: {b: 1}})')
  expect(() => engine.run('MATCH (n:N) DELETE n RETURN n.a.b')).toThrow(
    expect.objectContaining({ code: 'ENTITY_DELETED' }),
  )
})

test('what lies around a place is not read', () => {
  const stores = Stores.create(new Heap({ slabShift: 8 }))
  const transaction = new StoreTransaction(stores, { record: () => {} })
  const engine = new Engine(transaction)
  engine.run('CREATE (:N {a: {b: [1, {c: 2}], rest: range(1, 1000)}})')
  transaction.propertyOf = () => expect.fail('the property is read as a whole')
  expect(engine.run('MATCH (n:N) WHERE n.a.b[0] = 1 RETURN n.a.b[-1].c, n.a.b[1]')).toEqual([[2, new Map([['c', 2]])]])
})
