/**
 * Several rankings of the same entities as one.
 *
 *   text     a 7.2   b 3.1   c 0.4           vector   b 0.91   d 0.90
 *
 *   rrf      weight / (constant + rank), summed          b: 1/62 + 1/61 = 0.0325    a: 1/61    d: 1/62    c: 1/63
 *   linear   weight * (score - least) / (most - least)   b: 0.397 + 1 = 1.397       a: 1       c: 0       d: 0
 *
 * rrf is reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): only places count, so the scores of the legs need not
 * be of one kind. linear lets distances count; least and most are those of the leg's own hits, and where these are one
 * score, each of them counts 1. What a leg lacks adds nothing: for linear that is as much as its worst hit. As a leg is
 * the best `window` of its index, the least score and who is a hit depend on the window, and on nothing else.
 */

/** What one index found: best first, equal scores by id, each id once. */
export interface Leg {
  readonly name: string
  readonly weight: number
  readonly ids: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

export type Fusing = { readonly fuse: 'rrf'; readonly constant: number } | { readonly fuse: 'linear' }

/** What a leg adds to a hit. */
export type LegShare = {
  readonly leg: string
  readonly value: number
  readonly weight: number
} & (Found | { readonly rank: null; readonly score: null })

type Found = {
  /** From 1. */
  readonly rank: number
  readonly score: number
  /** Of the leg, where scores count. */
  readonly least?: number
  readonly most?: number
}

export interface FusedHit {
  readonly id: number
  /** The values of the shares, added in their order. */
  readonly score: number
  /** One for each leg, in their order. */
  readonly shares: readonly LegShare[]
}

/** The best `limit`, best first; equal scores by id. The shares of a hit are the same under any limit. */
export function fuse(legs: readonly Leg[], fusing: Fusing, limit: number): FusedHit[] {
  const places = legs.map(({ ids }) => new Map(Array.from(ids, (id, place) => [id, place])))
  const all = new Set(places.flatMap((placeOf) => [...placeOf.keys()]))
  const hits = Array.from(all, (id): FusedHit => {
    const shares = legs.map((leg, i) => shareOf(leg, places[i]!.get(id), fusing))
    return { id, shares, score: shares.reduce((sum, { value }) => sum + value, 0) }
  })
  return hits.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit)
}

function shareOf({ name: leg, weight, scores }: Leg, place: number | undefined, fusing: Fusing): LegShare {
  if (place === undefined) return { leg, value: 0, weight, rank: null, score: null }
  const rank = place + 1
  const score = scores[place]!
  if (fusing.fuse === 'rrf') return { leg, value: weight / (fusing.constant + rank), weight, rank, score }
  const most = scores[0]!
  const least = scores[scores.length - 1]!
  const share = most === least ? 1 : (score - least) / (most - least)
  return { leg, value: weight * share, weight, rank, score, least, most }
}
