/**
 * The questions about cities, ways and triangles answered by hand-written loops over the flat arrays of `loops.ts`, and
 * over the same arrays the other way round.
 */
import type { FlatGraph } from './loops.js'
import type { SocialGraph } from './social-graph.js'
import type { CityAge, CityCount, Contestant } from './social-queries.js'

type CityQuestions = Required<Pick<Contestant, 'peoplePerCity' | 'agePerCity' | 'shortestPath' | 'triangles'>>

interface CityLoops extends CityQuestions {
  peoplePerCity(): CityCount[]
  agePerCity(id: number): CityAge[]
  shortestPath(from: number, to: number): number | undefined
  triangles(): number
}

interface Lists {
  readonly offsets: Int32Array
  readonly neighbors: Int32Array
}

export function cityLoopsOver(graph: SocialGraph, outgoing: FlatGraph): CityLoops {
  const { personCount, ages, cityCodes, cities } = graph
  const incoming = reversed(graph)
  const met = new Int32Array(personCount)
  const marks = new Int32Array(personCount)
  let epoch = 0

  function peoplePerCity(): CityCount[] {
    const counts = new Int32Array(cities.length)
    for (let person = 0; person < personCount; person++) counts[cityCodes[person]!]!++
    return merged(Array.from(counts, (people, code) => ({ city: cities[code]!, count: people, sum: people }))).map(
      ({ city, sum }) => ({ city, people: sum }),
    )
  }

  function agePerCity(id: number): CityAge[] {
    const counts = new Int32Array(cities.length)
    const sums = new Int32Array(cities.length)
    const { offsets, neighbors } = outgoing
    epoch++
    for (let i = offsets[id]!, end = offsets[id + 1]!; i < end; i++) {
      const friend = neighbors[i]!
      for (let j = offsets[friend]!, end = offsets[friend + 1]!; j < end; j++) {
        const far = neighbors[j]!
        if (met[far] === epoch) continue
        met[far] = epoch
        counts[cityCodes[far]!]!++
        sums[cityCodes[far]!]! += ages[far]!
      }
    }
    const rows = Array.from(counts, (count, code) => ({ city: cities[code]!, count, sum: sums[code]! }))
    return merged(rows).map(({ city, count, sum }) => ({ city, age: sum / count }))
  }

  /** A breadth-first search from both ends, the smaller one first. */
  function shortestPath(from: number, to: number): number | undefined {
    // Marks of the one side are even, of the other odd.
    epoch += 2
    let near = { front: [from], lists: outgoing as Lists, mark: epoch, depth: 0 }
    let far = { front: [to], lists: incoming, mark: epoch + 1, depth: 0 }
    marks[from] = near.mark
    marks[to] = far.mark
    epoch++
    while (near.front.length > 0 && far.front.length > 0) {
      if (near.front.length > far.front.length) [near, far] = [far, near]
      const next: number[] = []
      const { offsets, neighbors } = near.lists
      near.depth++
      for (const person of near.front)
        for (let i = offsets[person]!, end = offsets[person + 1]!; i < end; i++) {
          const neighbor = neighbors[i]!
          if (marks[neighbor] === far.mark) return near.depth + far.depth
          if (marks[neighbor] === near.mark) continue
          marks[neighbor] = near.mark
          next.push(neighbor)
        }
      near.front = next
    }
    return undefined
  }

  /** Marks how often each person knows the first, and adds the marks of those two hops away. */
  function triangles(): number {
    const times = new Int32Array(personCount)
    const { offsets, neighbors } = outgoing
    let count = 0
    for (let first = 0; first < personCount; first++) {
      for (let i = incoming.offsets[first]!; i < incoming.offsets[first + 1]!; i++) times[incoming.neighbors[i]!]!++
      for (let i = offsets[first]!; i < offsets[first + 1]!; i++) {
        const second = neighbors[i]!
        for (let j = offsets[second]!, end = offsets[second + 1]!; j < end; j++) count += times[neighbors[j]!]!
      }
      for (let i = incoming.offsets[first]!; i < incoming.offsets[first + 1]!; i++) times[incoming.neighbors[i]!] = 0
    }
    return count
  }

  return { peoplePerCity, agePerCity, shortestPath, triangles }
}

interface CityRow {
  readonly city: string
  readonly count: number
  readonly sum: number
}

/** Two codes may be of one name. */
function merged(rows: readonly CityRow[]): CityRow[] {
  const byCity = new Map<string, CityRow>()
  for (const { city, count, sum } of rows) {
    if (count === 0) continue
    const before = byCity.get(city)
    byCity.set(city, { city, count: count + (before?.count ?? 0), sum: sum + (before?.sum ?? 0) })
  }
  return [...byCity.values()]
}

/** Who knows each person. */
function reversed({ personCount, edgeCount, starts, ends }: SocialGraph): Lists {
  const offsets = new Int32Array(personCount + 1)
  for (let edge = 0; edge < edgeCount; edge++) offsets[ends[edge]! + 1]!++
  for (let person = 0; person < personCount; person++) offsets[person + 1]! += offsets[person]!
  const free = offsets.slice()
  const neighbors = new Int32Array(edgeCount)
  for (let edge = 0; edge < edgeCount; edge++) neighbors[free[ends[edge]!]!++] = starts[edge]!
  return { offsets, neighbors }
}
