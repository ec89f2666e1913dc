/**
 * The questions that every contestant answers about the social graph, in one form, so that their answers can be
 * compared before their times are.
 *
 * Hops follow directed KNOWS relationships as Cypher's MATCH does: trails, in which no relationship occurs twice.
 */
export interface SocialQueries {
  readonly name: string
  /** Point lookup. */
  person(id: number): { readonly name: string; readonly age: number } | undefined
  /** Names of those whom a person knows, once for each relationship, in any order. */
  friendNames(id: number): string[]
  /** How many different people stand at the end of a trail of two, or three, relationships. */
  twoHopDistinct(id: number): number
  threeHopDistinct(id: number): number
  /** How many trails of two relationships, from anyone, end at someone older than `age`. */
  twoHopCount(age: number): number
  /** How many trails of two relationships end at someone older than where they began: nothing of it can be counted ahead. */
  twoHopOlderCount(): number
}

export type Answer<T> = T | Promise<T>

export interface CityCount {
  readonly city: string
  readonly people: number
}

export interface CityAge {
  readonly city: string
  /** Of everybody counted, on average. */
  readonly age: number
}

/**
 * Who answers the questions of `bench/query.ts`, at once or later. Who has no fair way to answer one leaves it out.
 * Hops are trails, as above; where a system walks (Kùzu, SQL) its text says that relationships differ where they could
 * be the same.
 */
export interface Contestant {
  readonly name: string
  person?(id: number): Answer<{ readonly name: string; readonly age: number } | undefined>
  friendNames?(id: number): Answer<readonly string[]>
  twoHopDistinct?(id: number): Answer<number>
  threeHopDistinct?(id: number): Answer<number>
  /** In any order. */
  peoplePerCity?(): Answer<readonly CityCount[]>
  /** How old the different people two hops away are, by their city, in any order. */
  agePerCity?(id: number): Answer<readonly CityAge[]>
  /** How many relationships the shortest way between two different people has; undefined when there is none. */
  shortestPath?(from: number, to: number): Answer<number | undefined>
  /** Ways to go round three relationships, from each of the three people. */
  triangles?(): Answer<number>
}
