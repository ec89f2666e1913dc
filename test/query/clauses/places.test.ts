import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DatabaseError } from '../../../src/core/errors.js'
import type { Value } from '../../../src/core/value.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { Engine } from '../../support/engine.js'

function engineWith(a: string): Engine {
  const engine = Engine.overStore()
  engine.run(`CREATE (:N {a: ${a}})`)
  return engine
}

/** Property a as text, after a clause that changes the only node `n`. */
function after(a: string, clause: string, parameters: Readonly<Record<string, Value>> = {}): string {
  const engine = engineWith(a)
  engine.run(`MATCH (n:N) ${clause}`, parameters)
  return shown(engine.run('MATCH (n:N) RETURN n.a')[0]![0]!)
}

function shown(value: Value): string {
  return JSON.stringify(value, (_, each) => (each instanceof Map ? Object.fromEntries(each) : each))
}

/** The code of what a query is refused for. */
function refusal(a: string, clause: string, parameters: Readonly<Record<string, Value>> = {}): string {
  try {
    engineWith(a).run(`MATCH (n:N) ${clause}`, parameters)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    return error.code
  }
  return 'nothing'
}

describe('SET of a place', () => {
  test.each([
    ['a member', '{b: {c: 1, d: 2}}', 'SET n.a.b.c = 5', '{"b":{"c":5,"d":2}}'],
    ['an element, and what lies in it', '[1, {c: [7]}]', 'SET n.a[1].c[0] = 5', '[1,{"c":[5]}]'],
    ['an element counted from the end', '[1, 2, 3]', 'SET n.a[-1] = 5', '[1,2,5]'],
    ['a new member', '{b: 1}', 'SET n.a.c = 5', '{"b":1,"c":5}'],
    ['maps that are missing', '{b: 1}', 'SET n.a.c.d.e = 5', '{"b":1,"c":{"d":{"e":5}}}'],
    ['maps for null', '{b: null, c: [null]}', 'SET n.a.b.d = 5, n.a.c[0].d = 6', '{"b":{"d":5},"c":[{"d":6}]}'],
    ['a property that is missing', 'null', 'SET n.a.b.c = 5', '{"b":{"c":5}}'],
    ['names and indexes by expressions', '{bx: [1, 2]}', "SET n.a['b' + $name][2 - 1] = 5", '{"bx":[1,5]}'],
    ['a property by an expression', '1', "SET n[$property] = 5, n['b'] = 6", '5'],
    ['null, which takes a member away', '{b: 1, c: 2}', 'SET n.a.b = null', '{"c":2}'],
    ['null, in a list the value of an element', '[1, 2]', 'SET n.a[0] = null', '[null,2]'],
    ['null where there is nothing', '{b: 1}', 'SET n.a.c.d = null', '{"b":1}'],
    [
      'several places, each seeing the one before',
      '{b: 1}',
      'SET n.a.c = n.a.b + 1, n.a.d = n.a.c + 1',
      '{"b":1,"c":2,"d":3}',
    ],
    ['an entity in a list or a map', '{b: 1}', 'WITH [{m: n}] AS list SET list[0].m.a.b = 5', '{"b":5}'],
  ])('%s', (_, before, clause, expected) => {
    expect(after(before, clause, { name: 'x', property: 'a' })).toBe(expected)
  })

  test('+= adds a list to a list and a map to a map, and makes what is missing', () => {
    expect(after('[1]', 'SET n.a += [2, 3]')).toBe('[1,2,3]')
    expect(after('{b: [[1]]}', 'SET n.a.b[0] += [2], n.a.b += [[3]], n.a.b += []')).toBe('{"b":[[1,2],[3]]}')
    expect(after('{b: {c: 1, d: 2}}', 'SET n.a.b += {c: null, e: 3}')).toBe('{"b":{"d":2,"e":3}}')
    expect(after('{b: 1}', 'SET n.a.c += [1], n.a.d.e += {f: 1, g: null}')).toBe('{"b":1,"c":[1],"d":{"e":{"f":1}}}')
    expect(after('[1]', 'SET n.a += null')).toBe('[1]')
    expect(refusal('1', 'SET n.a += 1')).toBe('TYPE_MISMATCH')
    expect(refusal('[1]', 'SET n.a += 2')).toBe('TYPE_MISMATCH')
    expect(refusal("'x'", "SET n.a += ['y']")).toBe('TYPE_MISMATCH')
  })

  test('a place that is not there, and that no maps make, is refused', () => {
    expect(refusal('[1, 2]', 'SET n.a[2] = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('[1, 2]', 'SET n.x = 1, n.a[-3] = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('null', 'SET n.a[0] = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('{b: {}}', 'SET n.a.b[0] = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal("{b: 'x'}", 'SET n.a.b.c = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('[{}]', 'SET n.a.b = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('{}', 'SET n.a.b[0].c = 5')).toBe('JSON_PLACE_MISSING')
    expect(refusal('{}', 'SET n.a[$i] = 5', { i: null })).toBe('TYPE_MISMATCH')
    expect(refusal('{}', 'SET n[$i] = 5', { i: 1 })).toBe('TYPE_MISMATCH')
    expect(refusal('{}', "SET n[$i] = 'x'", { i: '_key' })).toBe('KEY_INVALID')
    expect(refusal('{}', 'SET n._key.x = 5')).toBe('KEY_INVALID')
    expect(refusal('{}', 'SET n.a.b = n')).toBe('PROPERTY_INVALID')
    expect(refusal('{}', 'SET n.a[1.5] = 1')).toBe('TYPE_MISMATCH')
    expect(refusal('{}', 'WITH {b: 1} AS m SET m.b = 1')).toBe('TYPE_MISMATCH')
  })

  test('a place in null is left alone', () => {
    expect(after('{b: 1}', 'OPTIONAL MATCH (n)-->(m) SET m.a.b = 5, m.a += [1] REMOVE m.a[0]')).toBe('{"b":1}')
  })

  test('in MERGE, FOREACH and on relationships', () => {
    const engine = Engine.overStore()
    const merge = "MERGE (n {name: 'x'}) ON CREATE SET n.a.b = 1 ON MATCH SET n.a.list += [n.a.b], n.a.b = n.a.b + 1"
    engine.run(merge)
    engine.run(merge)
    engine.run('MATCH (n) CREATE (n)-[:R]->(n)')
    engine.run('MATCH (n)-[r:R]->() FOREACH (i IN range(1, 3) | SET r.seen += [i], r.at[toString(i)] = i)')
    const [[a, seen, at]] = engine.run('MATCH (n)-[r]->() RETURN n.a, r.seen, r.at') as [[Value, Value, Value]]
    expect([a, seen, at].map(shown)).toEqual(['{"b":2,"list":[1]}', '[1,2,3]', '{"1":1,"2":2,"3":3}'])
  })

  test('what a query within a place asks is answered for each row', () => {
    const engine = engineWith('[0, 0, 0]')
    engine.run('UNWIND [1, 2] AS i MATCH (n:N) SET n.a[COUNT { UNWIND range(1, i) AS x RETURN x }] = i')
    expect(engine.run('MATCH (n:N) RETURN n.a')).toEqual([[[0, 1, 2]]])
  })

  test('each change counts as one property that is set, and what changes nothing as none', () => {
    const engine = engineWith('{b: 1, c: [1]}')
    const { counters } = engine.transaction as unknown as { counters: { propertiesSet: number } }
    const counted = (clause: string) => {
      const before = counters.propertiesSet
      engine.run(`MATCH (n:N) ${clause}`)
      return counters.propertiesSet - before
    }
    expect(counted('SET n.a.b = 2')).toBe(1)
    expect(counted('SET n.a.c += [2, 3]')).toBe(1)
    expect(counted('SET n.a += {x: 1, y: 2}')).toBe(2)
    expect(counted('REMOVE n.a.x, n.a.z, n.a.c[9]')).toBe(1)
  })
})

test('where properties are flat a place is an element of a list of scalars', () => {
  const stores = Stores.create(new Heap({ slabShift: 8 }))
  const engine = new Engine(new StoreTransaction(stores, { record: () => {}, nestedProperties: false }))
  engine.run('CREATE (:N {a: [1, 2]}) WITH 1 AS x MATCH (n:N) SET n.a[0] = 3, n.a += [4]')
  expect(engine.run('MATCH (n:N) RETURN n.a')).toEqual([[[3, 2, 4]]])
  for (const write of ['n.a[0] = [1]', 'n.a[0] = {b: 1}', 'n.a += [[1]]', 'n.b.c = 1'])
    expect(() => engine.run(`MATCH (n:N) SET ${write}`)).toThrow(expect.objectContaining({ code: 'PROPERTY_INVALID' }))
})

test('REMOVE takes a member or an element away, and nothing where there is none', () => {
  expect(after('{b: {c: 1, d: 2}}', 'REMOVE n.a.b.c')).toBe('{"b":{"d":2}}')
  expect(after('[1, [2, 3], 4]', 'REMOVE n.a[1][0], n.a[-1]')).toBe('[1,[3]]')
  expect(after('[1]', 'REMOVE n.a[0]')).toBe('[]')
  expect(after('[1]', 'REMOVE n.a[1], n.a.b, n.x.y, n.a[0].c')).toBe('[1]')
  expect(after('{b: 1}', 'REMOVE n[$name]', { name: 'a' })).toBe('null')
  expect(after('{b: 1}', 'REMOVE n[$name]', { name: 'none' })).toBe('{"b":1}')
})

test('a SET of a place gives what a SET of the whole property gives', () => {
  const leaf = fc.constantFrom<Value>(1, 'x', true, null)
  const { tree } = fc.letrec<{ tree: Value; node: Value }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, tie('node')),
    node: fc.oneof(
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('b', 'c'), tie('tree')).map((object) => new Map(Object.entries(object))),
    ),
  }))
  const path = fc.array(fc.oneof(fc.constantFrom('b', 'c'), fc.integer({ min: -3, max: 2 })), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(tree, path, fc.constantFrom<Value>(5, 'new'), (before, steps, value) => {
      const engine = Engine.overStore()
      engine.run('CREATE (:N {a: $before})', { before })
      const parameters = { value, ...Object.fromEntries(steps.map((step, i) => [`s${i}`, step])) }
      const place = `n.a${steps.map((_, i) => `[$s${i}]`).join('')}`
      const expected = changed(before, steps, value)
      try {
        engine.run(`MATCH (n:N) SET ${place} = $value`, parameters)
      } catch (error) {
        expect([(error as DatabaseError).code, expected]).toEqual(['JSON_PLACE_MISSING', undefined])
        return
      }
      expect(shown(engine.run('MATCH (n:N) RETURN n.a')[0]![0]!)).toBe(shown(expected!))
    }),
  )
})

/** The plain way: undefined where there is no place. */
function changed(whole: Value, [step, ...rest]: readonly (string | number)[], value: Value): Value | undefined {
  if (step === undefined) return value
  if (typeof step === 'string') {
    if (whole !== null && !(whole instanceof Map)) return undefined
    const inner = changed((whole as Map<string, Value> | null)?.get(step) ?? null, rest, value)
    return inner === undefined ? undefined : new Map([...((whole as Map<string, Value>) ?? []), [step, inner]])
  }
  if (!Array.isArray(whole)) return undefined
  const index = step < 0 ? step + whole.length : step
  if (index < 0 || index >= whole.length) return undefined
  const inner = changed(whole[index], rest, value)
  return inner === undefined ? undefined : whole.toSpliced(index, 1, inner)
}
