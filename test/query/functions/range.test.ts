import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntegerRange } from '../../../query/functions/range.js'
import { toInteger } from '../../../src/core/integer.js'
import { Engine } from '../../support/engine.js'

/** As openCypher defines it, one after the other. */
function counted(first: bigint, last: bigint, step: bigint): unknown[] {
  const items: unknown[] = []
  for (let item = first; step > 0n ? item <= last : item >= last; item += step) items.push(toInteger(item))
  return items
}

test('a range holds what counting gives, over all 64 bits', () => {
  const near = fc.tuple(
    fc.constantFrom(0n, 5n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 40n, -(2n ** 63n) + 40n),
    fc.bigInt(-39n, 39n),
  )
  const step = fc.oneof(fc.bigInt(-9n, 9n), fc.bigInt(-(2n ** 62n), 2n ** 62n)).filter((each) => each !== 0n)
  fc.assert(
    fc.property(near, fc.bigInt(-60n, 60n), step, ([base, offset], distance, by) => {
      const first = base + offset
      const last = first + distance
      fc.pre(last >= -(2n ** 63n) && last < 2n ** 63n)
      const range = new IntegerRange(toInteger(first), toInteger(last), toInteger(by))
      expect(Array.from({ length: range.length }, (_, i) => range.at(i))).toEqual(counted(first, last, by))
    }),
  )
})

test('UNWIND of a range makes no list: a long one may be begun and left', () => {
  const engine = Engine.overStore()
  expect(engine.run('UNWIND range(1, 1000000000000) AS i RETURN i LIMIT 2')).toEqual([[1], [2]])
  expect(engine.run('UNWIND range(9007199254740991, 9007199254740993) AS i RETURN i')).toEqual([
    [9007199254740991],
    [9007199254740992n],
    [9007199254740993n],
  ])
  expect(engine.run('UNWIND range(null, 3) AS i RETURN i')).toEqual([])
  expect(engine.run('UNWIND range(3, 1, -1) AS i RETURN i')).toEqual([[3], [2], [1]])
  expect(() => engine.run('UNWIND range(1, 3, 0) AS i RETURN i')).toThrow('the step of range cannot be 0')
  expect(() => engine.run('RETURN size(range(1, 1000000000000))')).toThrow('UNWIND range(...) makes no list')
})
