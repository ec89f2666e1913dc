/**
 * A social graph from a seed: people with `id`, `name`, `age` and `city`, who know each other.
 *
 * Degrees follow power laws: person number r by popularity is known by about r^-0.6 of all, and knows about r^-0.4
 * (Chung and Lu 2002: the ends of an edge are drawn independently, by weight). Few are known by very many, and those
 * know many themselves, as in real networks. With 1M people and 10M edges the best known has 40,000 followers, the
 * busiest knows 2,600, and there are 437M two-hop walks.
 *
 * Ids are shuffled against popularity, so that no layout gets its locality from the generator. Nobody knows himself;
 * two edges may join the same two people.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface SocialGraph {
  readonly personCount: number
  readonly edgeCount: number
  /** Who knows and who is known, in the order of creation: people by their id, from 0. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly ages: Uint8Array
  /** Index into `names`, which has each name once. */
  readonly nameCodes: Uint16Array
  readonly names: readonly string[]
  readonly cityCodes: Uint8Array
  readonly cities: readonly string[]
}

export const graphSizes = {
  small: { personCount: 100_000, edgeCount: 1_000_000 },
  large: { personCount: 1_000_000, edgeCount: 10_000_000 },
} as const
export type GraphSize = keyof typeof graphSizes

const popularity = { starts: 0.4, ends: 0.6 }
const ages = { min: 13, max: 92 }
const cityCount = 100

export function makeSocialGraph(size: { personCount: number; edgeCount: number; seed?: number }): SocialGraph {
  const { personCount, edgeCount, seed = 1 } = size
  const random = makeRandom(seed)
  const people = shuffled(personCount, random)
  const starts = new Uint32Array(edgeCount)
  const ends = new Uint32Array(edgeCount)
  for (let edge = 0; edge < edgeCount; ) {
    const start = people[powerLaw(personCount, popularity.starts, random)]!
    const end = people[powerLaw(personCount, popularity.ends, random)]!
    if (start === end) continue
    starts[edge] = start
    ends[edge++] = end
  }
  const names = allNames()
  const agesOf = Uint8Array.from({ length: personCount }, () => ages.min + pick(ages.max - ages.min + 1, random))
  const nameCodes = Uint16Array.from({ length: personCount }, () => pick(names.length, random))
  const cityCodes = Uint8Array.from({ length: personCount }, () => powerLaw(cityCount, 0.5, random))
  const cities = Array.from({ length: cityCount }, (_, i) => `${syllables[i % 25]}${syllables[(i * 7) % 23]}ville`)
  return { personCount, edgeCount, starts, ends, ages: agesOf, nameCodes, names, cityCodes, cities }
}

/** A generator of numbers in [0, 1) with 32 bits of state: mulberry32, by Tommy Ettinger. */
export function makeRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** An integer below `count`, all equally likely. */
export function pick(count: number, random: () => number): number {
  return Math.floor(random() * count)
}

/** A rank below `count` whose probability falls as rank^-exponent: the inverse of that law's distribution function. */
function powerLaw(count: number, exponent: number, random: () => number): number {
  return Math.floor(count * random() ** (1 / (1 - exponent)))
}

/** The numbers below `count` in random order (Fisher and Yates). */
export function shuffled(count: number, random: () => number): Uint32Array {
  const items = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = pick(i + 1, random)
    const item = items[i]!
    items[i] = items[j]!
    items[j] = item
  }
  return items
}

const syllables = 'Al Be Cor Da El Fa Gor Ha Is Jo Ka Lo Mar Ne Or Pe Qui Ro Sa Te Ul Va Wil Xe Yo'.split(' ')

/** 15,625 first names and surnames together, most of them of 8 to 14 letters. */
function allNames(): string[] {
  const firsts = syllables.flatMap((first) => syllables.map((second) => first + second.toLowerCase()))
  return firsts.flatMap((first) => syllables.map((last) => `${first} ${last}son`))
}

export interface CsvFiles {
  readonly persons: string
  readonly knows: string
}

/**
 * Writes the graph as two files with the headers of Neo4j's import, of three properties a person.
 * About 34 bytes a person and 14 bytes an edge.
 */
export function writeCsv(graph: SocialGraph, directory: string): CsvFiles {
  const persons = join(directory, 'persons.csv')
  const knows = join(directory, 'knows.csv')
  writeLines(persons, ':ID(Person),name,age:int,city', graph.personCount, (person) => {
    const name = graph.names[graph.nameCodes[person]!]
    return `${person},${name},${graph.ages[person]},${graph.cities[graph.cityCodes[person]!]}\n`
  })
  writeLines(knows, ':START_ID(Person),:END_ID(Person)', graph.edgeCount, (edge) => {
    return `${graph.starts[edge]},${graph.ends[edge]}\n`
  })
  return { persons, knows }
}

function writeLines(path: string, header: string, count: number, line: (index: number) => string): void {
  const file = openSync(path, 'w')
  let text = header + '\n'
  for (let i = 0; i < count; i++) {
    text += line(i)
    if (text.length < 1 << 20) continue
    writeSync(file, text)
    text = ''
  }
  writeSync(file, text)
  closeSync(file)
}
