import fc from 'fast-check'
import { expect, test } from 'vitest'
import { giveMarkerBack, takeMarker } from '../../../query/execute/runtime/marker.js'
import { Engine } from '../../support/engine.js'

test('a marker agrees with a Set over any number of rounds', () => {
  const rounds = fc.array(fc.array(fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 5000 })), { maxLength: 20 }), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(rounds, (batches) => {
      const marker = takeMarker()
      for (const ids of batches) {
        const seen = new Set<number>()
        for (const id of ids) {
          expect(marker.add(id)).toBe(!seen.has(id))
          seen.add(id)
        }
        marker.clear()
      }
      giveMarkerBack(marker)
    }),
  )
})

test('a marker forgets what it held after its numbers have run out', () => {
  const marker = takeMarker()
  for (let round = 0; round < 600; round++) {
    expect(marker.add(7)).toBe(true)
    expect(marker.add(7)).toBe(false)
    marker.clear()
  }
  giveMarkerBack(marker)
})

test('trails of any length end: a chain of 20,000 relationships has as many trails from its start', () => {
  const engine = Engine.overStore()
  const { transaction } = engine
  const labels = [transaction.labelId('N')]
  const type = transaction.typeId('R')
  let start = transaction.createNode({ labels, key: 'first', properties: [] })
  for (let i = 0; i < 20_000; i++) {
    const end = transaction.createNode({ labels, properties: [] })
    transaction.createRelationship({ type, start, end, properties: [] })
    start = end
  }
  expect(engine.run("MATCH (a {_key: 'first'})-[:R*]->(b) RETURN count(b)")).toEqual([[20_000]])
  expect(engine.run("MATCH (a {_key: 'first'})-[r:R*20000..]->(b) RETURN size(r)")).toEqual([[20_000]])
})
