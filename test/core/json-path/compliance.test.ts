/** The JSONPath compliance test suite, all of it: over values in memory, and over documents as they lie in the store. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ValueTree } from '../../../query/execute/runtime/json.js'
import { readJson, writeJson } from '../../../src/core/json.js'
import { findMatches, visitMatches } from '../../../src/core/json-path/evaluate.js'
import { normalizedPath } from '../../../src/core/json-path/normalized.js'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import { jsonNull } from '../../../src/core/value.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { describeWithShared } from '../../support/shared.js'
import { find, places } from './support.js'

interface Case {
  readonly name: string
  readonly selector: string
  readonly document: unknown
  readonly invalid_selector?: true
  readonly result?: unknown[]
  readonly result_paths?: string[]
  /** Where the order of members leaves several answers. */
  readonly results?: unknown[][]
  readonly results_paths?: string[][]
}

describeWithShared('JSONPath compliance', 'data/json-jsonpath-cts', (folder) => {
  const { tests } = JSON.parse(readFileSync(join(folder, 'cts.json'), 'utf8')) as { tests: Case[] }

  test('the suite is whole', () => expect(tests).toHaveLength(703))

  test.each(tests.filter(({ invalid_selector }) => invalid_selector))('$name: $selector is refused', ({ selector }) => {
    expect(() => parseJsonPath(selector)).toThrow(expect.objectContaining({ code: 'JSON_PATH_INVALID' }))
  })

  test.each(tests.filter(({ invalid_selector }) => !invalid_selector))('$name: $selector', (each) => {
    expect(each.results ?? [each.result]).toContainEqual(find(each.selector, each.document))
    expect(each.results_paths ?? [each.result_paths]).toContainEqual(places(each.selector, each.document))
  })

  test.each(tests.filter(({ invalid_selector }) => !invalid_selector))('$name: $selector, in the store', (each) => {
    const { tree, root } = stored(each.document)
    const path = parseJsonPath(each.selector)
    const found = findMatches(path, tree, root).map((value) => JSON.parse(writeJson(tree.read(value))))
    expect(each.results ?? [each.result]).toContainEqual(found)
    const places: string[] = []
    visitMatches(path, { tree, root }, (_value, steps) => places.push(normalizedPath(steps)) === 0)
    expect(each.results_paths ?? [each.result_paths]).toContainEqual(places)
  })
})

/** The document as it lies in the store, under a property. */
function stored(document: unknown) {
  const stores = Stores.create(new Heap({ slabShift: 7 }))
  const transaction = new StoreTransaction(stores, { record: () => {} })
  const property = transaction.propertyId('document')
  const value = readJson(JSON.stringify(document)) ?? jsonNull
  const node = transaction.createNode({ labels: [], properties: [[property, value]] })
  return { tree: new ValueTree(transaction), root: transaction.treeOf('node', node, property)! }
}
