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
