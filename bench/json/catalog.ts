/** A document of about a megabyte: a catalog of items with nested members, as shops and APIs have them. */

export interface Item {
  readonly id: number
  readonly name: string
  readonly tags: readonly string[]
  readonly stats: { count: number; readonly ratio: number }
}

export interface Catalog {
  readonly title: string
  readonly items: readonly Item[]
}

export const itemCount = 9_300

export function makeCatalog(): Catalog {
  const items = Array.from({ length: itemCount }, (_, i) => ({
    id: i,
    name: `item number ${i}`,
    tags: ['all', i % 2 === 0 ? 'even' : 'odd', `shelf ${i % 50}`],
    stats: { count: i, ratio: i / 7 },
  }))
  return { title: 'catalog', items }
}

export const shown = 'a catalog of 9,300 items, 1 MB as JSON; the items are asked in turn, far apart'

/** An item of each round. */
export function itemOf(round: number): number {
  return (round * 7919) % itemCount
}
