import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LinearHash } from '../../src/pages/linear-hash.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import { PagedRecords } from '../../src/pages/paged-words.js'
import { againstModel } from './against-model.js'

const fields = { hash: 0, next: 1 }

function open(space: PageSpace): LinearHash {
  return new LinearHash(space, 1, new PagedRecords(space.table(0), 1), fields)
}

function find(hash: LinearHash, value: number): number[] {
  const found: number[] = []
  for (let record = hash.first(value); record !== 0; record = hash.next(record))
    if (hash.hashOf(record) === value) found.push(record)
  return found.sort((a, b) => a - b)
}

/** Hashes that share all bits but a few, at either end of the word, and any others. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 8 }),
  fc.constantFrom(-1, 0x7fffffff, -0x80000000, 0x55555555),
  fc.integer({ min: 0, max: 200 }).map((i) => i << 6),
  fc.integer(),
)

test('a hash finds the records of a map, in every version, at any number of buckets', () => {
  type Model = Map<number, number>
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: value }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(1000) }) },
  )
  type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
  againstModel<LinearHash, Model, Step>(
    {
      open,
      model: () => new Map(),
      copy: (model) => new Map(model),
      step,
      apply(hash, model, step) {
        if ('add' in step) {
          let record = 1
          while (model.has(record)) record++
          hash.insert(record, step.add)
          model.set(record, step.add)
        } else if (model.size > 0) {
          const record = [...model.keys()][step.remove % model.size]!
          hash.remove(record)
          model.delete(record)
        }
      },
      compare(hash, model) {
        expect(hash.count).toBe(model.size)
        for (const value of new Set([...model.values(), 0, 123, -77])) {
          const expected = [...model].filter(([, each]) => each === value).map(([record]) => record)
          expect(find(hash, value)).toEqual(expected.sort((a, b) => a - b))
        }
      },
    },
    { runs: 100, length: 150 },
  )
})
