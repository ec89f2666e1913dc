/** graphology: a graph of JavaScript objects. It has no query language, so these are loops over its iterators. */
import { MultiDirectedGraph } from 'graphology'
import type { SocialGraph } from '../social-graph.js'
import type { Contestant, SocialQueries } from '../social-queries.js'

export interface Person {
  readonly name: string
  readonly age: number
  readonly city: string
}
export type PeopleGraph = MultiDirectedGraph<Person>

export function loadGraphology(graph: SocialGraph): PeopleGraph {
  const people: PeopleGraph = new MultiDirectedGraph<Person>()
  for (let id = 0; id < graph.personCount; id++) {
    const name = graph.names[graph.nameCodes[id]!]!
    people.addNode(id, { name, age: graph.ages[id]!, city: graph.cities[graph.cityCodes[id]!]! })
  }
  for (let edge = 0; edge < graph.edgeCount; edge++) people.addEdge(graph.starts[edge], graph.ends[edge])
  return people
}

export function graphologyQueries(people: PeopleGraph): SocialQueries {
  return {
    name: 'graphology',

    person(id) {
      return people.hasNode(id) ? people.getNodeAttributes(id) : undefined
    },

    friendNames(id) {
      return people.mapOutEdges(id, (_edge, _attributes, _start, _end, _person, friend) => friend.name)
    },

    twoHopDistinct(id) {
      const found = new Set<string>()
      people.forEachOutEdge(id, (_edge, _attributes, _start, friend) => {
        people.forEachOutEdge(friend, (_edge, _attributes, _start, far) => void found.add(far))
      })
      return found.size
    },

    // Trails: see the loop for why only those that come back to the start need their first relationship remembered.
    threeHopDistinct(id) {
      const start = String(id)
      const midway = new Set<string>()
      const waysBack = new Set<string>()
      people.forEachOutEdge(start, (first, _attributes, _start, friend) => {
        people.forEachOutEdge(friend, (_edge, _attributes, _start, far) => {
          midway.add(far)
          if (far === start) waysBack.add(first)
        })
      })
      const found = new Set<string>()
      for (const person of midway) {
        if (person === start) continue
        people.forEachOutEdge(person, (_edge, _attributes, _start, far) => void found.add(far))
      }
      people.forEachOutEdge(start, (edge, _attributes, _start, far) => {
        if (waysBack.size > 1 || (waysBack.size === 1 && !waysBack.has(edge))) found.add(far)
      })
      return found.size
    },

    twoHopCount(age) {
      let count = 0
      people.forEachEdge((_edge, _attributes, _start, friend) => {
        people.forEachOutEdge(friend, (_edge, _attributes, _start, _end, _friend, far) => {
          if (far.age > age) count++
        })
      })
      return count
    },

    twoHopOlderCount() {
      let count = 0
      people.forEachEdge((_edge, _attributes, _start, friend, start) => {
        people.forEachOutEdge(friend, (_edge, _attributes, _start, _end, _friend, far) => {
          if (far.age > start.age) count++
        })
      })
      return count
    },
  }
}

export function graphologyContestant(people: PeopleGraph): Contestant {
  return {
    ...graphologyQueries(people),

    peoplePerCity() {
      const counts = new Map<string, number>()
      people.forEachNode((_id, { city }) => void counts.set(city, (counts.get(city) ?? 0) + 1))
      return Array.from(counts, ([city, count]) => ({ city, people: count }))
    },

    agePerCity(id) {
      const found = new Map<string, Person>()
      people.forEachOutEdge(id, (_edge, _attributes, _start, friend) => {
        people.forEachOutEdge(friend, (_edge, _attributes, _start, far, _friend, person) => void found.set(far, person))
      })
      const sums = new Map<string, { age: number; count: number }>()
      for (const { city, age } of found.values()) {
        const sum = sums.get(city) ?? { age: 0, count: 0 }
        sums.set(city, { age: sum.age + age, count: sum.count + 1 })
      }
      return Array.from(sums, ([city, { age, count }]) => ({ city, age: age / count }))
    },

    shortestPath: (from, to) => shortestPath(people, String(from), String(to)),
  }
}

/** From both ends, the smaller front first, as graphology-shortest-path does it. */
function shortestPath(people: PeopleGraph, from: string, to: string): number | undefined {
  let near = { front: [from], met: new Set([from]), outwards: true }
  let far = { front: [to], met: new Set([to]), outwards: false }
  for (let length = 1; near.front.length > 0 && far.front.length > 0; length++) {
    if (near.front.length > far.front.length) [near, far] = [far, near]
    const next: string[] = []
    let meets = false
    const visit = (neighbor: string) => {
      meets ||= far.met.has(neighbor)
      if (near.met.has(neighbor)) return
      near.met.add(neighbor)
      next.push(neighbor)
    }
    for (const person of near.front)
      if (near.outwards) people.forEachOutNeighbor(person, visit)
      else people.forEachInNeighbor(person, visit)
    if (meets) return length
    near.front = next
  }
  return undefined
}
