/**
 * Figures mean nothing when the contestants answer different questions: the loops and the peers are compared with a
 * plain enumeration of trails on small random graphs, dense enough that trails come back and edges lie in parallel.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flatten, loopsOver, twoHopSteps } from '../../bench/loops.js'
import { graphologyQueries, loadGraphology } from '../../bench/peers/graphology.js'
import { loadSqlite, openSqlite, sqliteQueries } from '../../bench/peers/sqlite.js'
import { loadSkein, skeinQueries } from '../../bench/skein.js'
import { makeSocialGraph, type SocialGraph } from '../../bench/social-graph.js'
import type { SocialQueries } from '../../bench/social-queries.js'
import { open } from '../../src/index.js'

const smallSize = fc.record({
  personCount: fc.integer({ min: 2, max: 12 }),
  edgeCount: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
})

test('the loops, SQLite and graphology answer as a plain enumeration of trails', () => {
  fc.assert(
    fc.property(smallSize, (size) => {
      const graph = makeSocialGraph(size)
      const database = openSqlite(':memory:')
      loadSqlite(database, graph)
      const expected = answers(graph, enumeration(graph))
      const loops = loopsOver(flatten(graph))
      expect(answers(graph, loops)).toEqual(expected)
      expect([13, 50, 92].map((age) => loops.twoHopCountByStep(age))).toEqual(expected.olderThan)
      expect(answers(graph, sqliteQueries(database))).toEqual(expected)
      expect(answers(graph, graphologyQueries(loadGraphology(graph)))).toEqual(expected)
      expect(twoHopSteps(graph)).toBe(trails(graph, 2).length)
      database.close()
    }),
  )
})

test('Skein answers as the loops, by Cypher over a graph that was loaded in bulk', async () => {
  const property = fc.asyncProperty(smallSize, async (size) => {
    const graph = makeSocialGraph(size)
    const database = await open(':memory:')
    await loadSkein(database, graph)
    expect(answers(graph, skeinQueries(database))).toEqual(answers(graph, loopsOver(flatten(graph))))
    await database.close()
  })
  // Fewer than usual: each run opens a database.
  await fc.assert(property, { numRuns: 20 })
})

test('a graph is the same each time it is made from the same seed', () => {
  const size = { personCount: 100, edgeCount: 500 }
  expect(makeSocialGraph({ ...size, seed: 7 })).toEqual(makeSocialGraph({ ...size, seed: 7 }))
  expect(makeSocialGraph({ ...size, seed: 7 })).not.toEqual(makeSocialGraph({ ...size, seed: 8 }))
})

function answers(graph: SocialGraph, queries: SocialQueries) {
  const ids = Array.from({ length: graph.personCount }, (_, id) => id)
  return {
    people: ids.map((id) => [queries.person(id)?.name, queries.person(id)?.age]),
    nobody: queries.person(graph.personCount),
    friends: ids.map((id) => queries.friendNames(id).sort()),
    twoHops: ids.map((id) => queries.twoHopDistinct(id)),
    threeHops: ids.map((id) => queries.threeHopDistinct(id)),
    olderThan: [13, 50, 92].map((age) => queries.twoHopCount(age)),
    olderThanStart: queries.twoHopOlderCount(),
  }
}

/** The questions read word for word: every trail is written down, then counted. */
function enumeration(graph: SocialGraph): SocialQueries {
  const endsFrom = (id: number, length: number) =>
    trails(graph, length)
      .filter((trail) => graph.starts[trail[0]!] === id)
      .map((trail) => graph.ends[trail.at(-1)!]!)
  const ageOf = (id: number) => graph.ages[id]!
  const nameOf = (id: number) => graph.names[graph.nameCodes[id]!]!
  return {
    name: 'enumeration',
    person: (id) => (id < graph.personCount ? { name: nameOf(id), age: graph.ages[id]! } : undefined),
    friendNames: (id) => endsFrom(id, 1).map(nameOf),
    twoHopDistinct: (id) => new Set(endsFrom(id, 2)).size,
    threeHopDistinct: (id) => new Set(endsFrom(id, 3)).size,
    twoHopCount: (age) => trails(graph, 2).filter(([, last]) => ageOf(graph.ends[last!]!) > age).length,
    twoHopOlderCount: () =>
      trails(graph, 2).filter(([first, last]) => ageOf(graph.ends[last!]!) > ageOf(graph.starts[first!]!)).length,
  }
}

/** All rows of `length` different edges in which each begins where the one before ends. */
function trails(graph: SocialGraph, length: number): number[][] {
  const edges = Array.from({ length: graph.edgeCount }, (_, edge) => edge)
  if (length === 1) return edges.map((edge) => [edge])
  return trails(graph, length - 1).flatMap((trail) =>
    edges
      .filter((edge) => !trail.includes(edge) && graph.starts[edge] === graph.ends[trail.at(-1)!])
      .map((edge) => [...trail, edge]),
  )
}
