/** The JSONPath compliance test suite, all of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
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
})
