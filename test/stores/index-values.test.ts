/** What an index holds of a document is read along a path, and is what the whole document gives. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { IndexStep, TreeChange } from '../../src/core/change.js'
import type { PropertyId } from '../../src/core/ids.js'
import { valuesAt } from '../../src/core/index-parts.js'
import type { Step } from '../../src/core/json-path/tree.js'
import { withChange } from '../../src/core/tree-change.js'
import type { PropertyValue } from '../../src/core/value.js'
import { Heap } from '../../src/pages/heap.js'
import { valuesAfter, valuesInTree } from '../../src/stores/index-values.js'
import { TreeRef } from '../../src/stores/json/tree-ref.js'
import { Stores } from '../../src/stores/stores.js'

const { tree, container } = fc.letrec<{ tree: PropertyValue; container: PropertyValue }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, fc.constantFrom<PropertyValue>(1, 'x', null, true), tie('container')),
  container: fc.oneof(
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b'), tie('tree')).map((object) => new Map(Object.entries(object))),
  ),
}))
const path: fc.Arbitrary<IndexStep[]> = fc.array(fc.constantFrom<IndexStep>('a', 'b', null), { maxLength: 3 })

/** A change that fits the value, at a place that the numbers choose. */
function changeOf(value: PropertyValue, numbers: readonly number[], put: PropertyValue): TreeChange | undefined {
  const path: Step[] = []
  let at = value
  for (const number of numbers) {
    const steps: readonly Step[] = at instanceof Map ? ['a', 'b'] : Array.isArray(at) ? [...at.keys()] : []
    if (steps.length === 0) break
    const step = steps[number % steps.length]!
    path.push(step)
    at = (at instanceof Map ? at.get(String(step)) : (at as readonly PropertyValue[])[step as number]) ?? null
  }
  if (path.length === 0) return Array.isArray(value) ? { kind: 'insert', path: [0], values: [put, put] } : undefined
  const holder = path.slice(0, -1).reduce<PropertyValue>((each, step) => childOf(each, step), value)
  const isThere = childOf(holder, path.at(-1)!) !== undefined
  if (!isThere || numbers.length % 3 === 0) return { kind: 'set', path, value: put }
  return Array.isArray(holder) && numbers.length % 3 === 1
    ? { kind: 'insert', path, values: [put] }
    : { kind: 'remove', path }
}

function childOf(value: PropertyValue, step: Step): PropertyValue {
  return value instanceof Map ? value.get(String(step))! : (value as readonly PropertyValue[])[step as number]!
}

function treeOf(value: PropertyValue): TreeRef {
  const stores = Stores.create(new Heap({ slabShift: 8 }))
  const property = 1 as PropertyId
  stores.catalog.define('property', 1, 'p')
  stores.column('node', property).set(1, value)
  return stores.column('node', property).treeOf(1) as TreeRef
}

function sorted(values: readonly PropertyValue[]): string[] {
  return values
    .map((value) => JSON.stringify(value, (_, each) => (each instanceof Map ? { map: [...each] } : each)))
    .sort()
}

test('before and after a change the values are those of the whole', () => {
  fc.assert(
    fc.property(container, path, fc.array(fc.nat(9), { maxLength: 4 }), tree, (value, steps, numbers, put) => {
      const ref = treeOf(value)
      expect(ref).toBeInstanceOf(TreeRef)
      expect(valuesInTree(ref, steps)).toEqual(valuesAt(value, steps))
      const change = changeOf(value, numbers, put)
      if (change === undefined) return
      expect(sorted(valuesAfter(ref, steps, change))).toEqual(sorted(valuesAt(withChange(value, change), steps)))
    }),
    { numRuns: 2000 },
  )
})
