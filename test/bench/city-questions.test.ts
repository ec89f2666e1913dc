/** The questions of `bench/query.ts` about cities, ways and triangles, against a plain reading of them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cityLoopsOver } from '../../bench/city-loops.js'
import { flatten } from '../../bench/loops.js'
import { graphologyContestant, loadGraphology } from '../../bench/peers/graphology.js'
import { loadSqlite, openSqlite, sqliteContestant } from '../../bench/peers/sqlite.js'
import { loadSkein, skeinContestant } from '../../bench/skein.js'
import { makeSocialGraph, type SocialGraph } from '../../bench/social-graph.js'
import type { Contestant } from '../../bench/social-queries.js'
import { open } from '../../src/index.js'

const smallSize = fc.record({
  personCount: fc.integer({ min: 2, max: 12 }),
  edgeCount: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
})

test('the loops, SQLite and graphology answer as a plain reading of the questions', async () => {
  const property = fc.asyncProperty(smallSize, async (size) => {
    const graph = makeSocialGraph(size)
    const database = openSqlite(':memory:')
    loadSqlite(database, graph)
    const expected = await answers(graph, plain(graph))
    const contestants = [
      { name: 'loop', ...cityLoopsOver(graph, flatten(graph)) },
      sqliteContestant(database),
      graphologyContestant(loadGraphology(graph)),
    ]
    for (const contestant of contestants)
      expect(await answers(graph, contestant)).toMatchObject(agreed(contestant, expected))
    database.close()
  })
  await fc.assert(property)
})

test('Skein answers as a plain reading of the questions', async () => {
  const property = fc.asyncProperty(smallSize, async (size) => {
    const graph = makeSocialGraph(size)
    const database = await open(':memory:')
    await loadSkein(database, graph)
    expect(await answers(graph, skeinContestant(database))).toEqual(await answers(graph, plain(graph)))
    await database.close()
  })
  // Fewer than usual: each run opens a database.
  await fc.assert(property, { numRuns: 20 })
})

type Answers = Awaited<ReturnType<typeof answers>>

/** What is expected of a contestant: nothing where it leaves a question out. */
function agreed(contestant: Contestant, expected: Answers): Partial<Answers> {
  return Object.fromEntries(Object.entries(expected).filter(([name]) => name in contestant))
}

async function answers({ personCount }: SocialGraph, contestant: Contestant) {
  const ids = Array.from({ length: personCount }, (_, id) => id)
  const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => [from, to] as const))
  const { peoplePerCity, agePerCity, shortestPath, triangles } = contestant
  return {
    peoplePerCity: sorted((await peoplePerCity?.()) ?? []),
    agePerCity: await Promise.all(ids.map(async (id) => sorted((await agePerCity?.(id)) ?? []))),
    shortestPath: await Promise.all(pairs.map(([from, to]) => shortestPath?.(from, to))),
    triangles: await triangles?.(),
  }
}

function sorted<Row extends { readonly city: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.city < b.city ? -1 : 1))
}

function plain(graph: SocialGraph): Contestant {
  const edges = Array.from(graph.starts, (start, edge) => ({ start, end: graph.ends[edge]! }))
  const cityOf = (person: number) => graph.cities[graph.cityCodes[person]!]!
  const people = Array.from({ length: graph.personCount }, (_, person) => person)
  const perCity = (some: readonly number[]) =>
    [...new Set(some.map(cityOf))].map((city) => [city, some.filter((person) => cityOf(person) === city)] as const)
  const after = (some: ReadonlySet<number>) =>
    new Set(edges.filter(({ start }) => some.has(start)).map(({ end }) => end))
  return {
    name: 'plain',
    peoplePerCity: () => perCity(people).map(([city, group]) => ({ city, people: group.length })),
    agePerCity: (id) =>
      perCity([...after(after(new Set([id])))]).map(([city, group]) => ({
        city,
        age: group.reduce((sum, person) => sum + graph.ages[person]!, 0) / group.length,
      })),
    shortestPath: (from, to) => {
      let reached = new Set([from])
      for (let length = 1; length <= graph.personCount; length++) {
        reached = after(reached)
        if (reached.has(to)) return length
      }
      return undefined
    },
    triangles: () =>
      edges.flatMap((a) =>
        edges.flatMap((b) => edges.filter((c) => a.end === b.start && b.end === c.start && c.end === a.start)),
      ).length,
  }
}
