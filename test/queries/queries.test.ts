import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Heap } from '../../src/pages/heap.js'
import { Stores } from '../../src/stores/stores.js'
import { StoreCatalog } from '../../src/transaction/store-catalog.js'
import { describeWithShared } from '../support/shared.js'
import { attempt, queriesOf, reasonNotToCount } from './accept.js'

const catalog = new StoreCatalog(Stores.create(new Heap({ slabShift: 8 })))

describeWithShared('queries that people wrote', 'data', (path) => {
  test.each(['cypher-text2cypher', 'cypher-graphgists', 'cypher-real-users'])(
    'at least nine in ten of %s have a plan',
    (set) => {
      const attempts = queriesOf(join(path, set, 'queries.jsonl.gz')).map((query) => attempt(query, catalog))
      const counted = attempts.filter((each) => reasonNotToCount(each) === undefined)
      const planned = counted.filter(({ refusal }) => refusal === undefined)
      expect(planned.length / counted.length).toBeGreaterThan(0.9)
    },
  )
})

test('a query that is refused says why, and is counted by its reason', () => {
  const reasonOf = (query: string) => reasonNotToCount(attempt(query, catalog))
  expect(attempt('MATCH (n) RETURN m', catalog).refusal?.code).toBe('VARIABLE_UNDEFINED')
  expect(attempt('MATCH (n) RETURN n; MATCH (m) RETURN n;', catalog).refusal?.code).toBe('VARIABLE_UNDEFINED')
  expect(reasonOf('MATCH (n) RETURN m')).toBeUndefined()
  expect(reasonOf('CALL other.procedure()')).toContain('library')
  expect(reasonOf('CALL db.unknown()')).toBeUndefined()
  expect(reasonOf('START n = node(1) RETURN n')).toContain('took back')
})
