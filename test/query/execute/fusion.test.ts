/** The fusion of rankings agrees with its formulas as they are written, and depends on the window and not on the limit. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FusedHit, type Fusing, fuse, type Leg } from '../../../query/execute/runtime/fusion.js'

const leg = (name: string): fc.Arbitrary<Leg> =>
  fc
    .record({
      scores: fc.dictionary(fc.integer({ min: 1, max: 30 }).map(String), fc.integer({ min: -4, max: 12 }), {
        maxKeys: 20,
      }),
      unit: fc.constantFrom(1, 0.1, 1e-9),
      weight: fc.constantFrom(0, 0.3, 1, 2.5),
    })
    .map(({ scores, unit, weight }) => {
      const hits = Object.entries(scores).map(([id, score]) => ({ id: Number(id), score: score * unit }))
      hits.sort((a, b) => b.score - a.score || a.id - b.id)
      return { name, weight, ids: hits.map(({ id }) => id), scores: hits.map(({ score }) => score) }
    })

const legs = fc.tuple(leg('text'), leg('vector'), leg('third')).chain((all) => fc.shuffledSubarray(all))
const fusing: fc.Arbitrary<Fusing> = fc.oneof(
  fc.record({ fuse: fc.constant('rrf' as const), constant: fc.constantFrom(0, 1, 60, 2.5) }),
  fc.constant({ fuse: 'linear' as const }),
)

type Fuse = typeof fuse

/** Each id that there is, scored by the formula alone. */
function model(given: readonly Leg[], how: Fusing): { id: number; score: number }[] {
  const ids = [...new Set(given.flatMap((each) => Array.from(each.ids)))]
  const shareOf = ({ ids: own, scores, weight }: Leg, id: number): number => {
    const at = Array.from(own).indexOf(id)
    if (at < 0) return 0
    if (how.fuse === 'rrf') return weight / (how.constant + at + 1)
    const all = Array.from(scores)
    const [least, most] = [Math.min(...all), Math.max(...all)]
    return weight * (least === most ? 1 : (scores[at]! - least) / (most - least))
  }
  return ids
    .map((id) => ({ id, score: given.reduce((sum, each) => sum + shareOf(each, id), 0) }))
    .sort((a, b) => b.score - a.score || a.id - b.id)
}

/** What a hit scores, from its shares alone, by the formulas in docs/search.md. */
function recomputed({ shares }: FusedHit, how: Fusing): number {
  return shares.reduce((sum, share) => {
    if (share.rank === null) return sum
    if (how.fuse === 'rrf') return sum + share.weight / (how.constant + share.rank)
    const [least, most] = [share.least!, share.most!]
    return sum + share.weight * (least === most ? 1 : (share.score - least) / (most - least))
  }, 0)
}

/** Each promise as a question to an implementation: a case that breaks it, or null. */
const promises: Record<string, (fused: Fuse) => unknown> = {
  'scores and order are those of the formula': (fused) =>
    broken(
      fc.property(legs, fusing, (given, how) => {
        const found = fused(given, how, Number.POSITIVE_INFINITY)
        expect(found.map(({ id, score }) => ({ id, score }))).toEqual(model(given, how))
      }),
    ),
  'a limit cuts and changes nothing': (fused) =>
    broken(
      fc.property(legs, fusing, fc.nat({ max: 25 }), (given, how, limit) => {
        expect(fused(given, how, limit)).toEqual(fused(given, how, Number.POSITIVE_INFINITY).slice(0, limit))
      }),
    ),
  'the order of the legs does not count, but for rounding': (fused) =>
    broken(
      fc.property(legs, fusing, (given, how) => {
        const scores = (of: readonly Leg[]) => new Map(fused(of, how, 100).map(({ id, score }) => [id, score]))
        const [forward, backward] = [scores(given), scores(given.toReversed())]
        expect(new Set(backward.keys())).toEqual(new Set(forward.keys()))
        for (const [id, score] of forward) expect(backward.get(id)).toBeCloseTo(score, 12)
      }),
    ),
  'shares tell rank and score in every leg, and give the score to the last bit': (fused) =>
    broken(
      fc.property(legs, fusing, (given, how) => {
        for (const hit of fused(given, how, 100)) {
          expect(recomputed(hit, how)).toBe(hit.score)
          expect(hit.shares.map(({ leg: name, rank, score, weight }) => ({ name, rank, score, weight }))).toEqual(
            given.map(({ name, ids, scores, weight }) => {
              const at = Array.from(ids).indexOf(hit.id)
              return { name, weight, ...(at < 0 ? { rank: null, score: null } : { rank: at + 1, score: scores[at] }) }
            }),
          )
        }
      }),
    ),
}

function broken<T>(property: fc.IProperty<T>): unknown {
  return fc.check(property, { numRuns: 300 }).counterexample
}

test.each(Object.entries(promises))('%s', (_promise, break_) => {
  expect(break_(fuse)).toBeNull()
})

/** Implementations with a fault, and the promise that each breaks. */
const faults: [string, string, Fuse][] = [
  [
    'a rank that is off by one',
    'shares tell rank and score in every leg, and give the score to the last bit',
    (given, how, limit) =>
      fuse(given, how, limit).map((hit) => ({
        ...hit,
        shares: hit.shares.map((share) => (share.rank === null ? share : { ...share, rank: share.rank + 1 })),
      })),
  ],
  [
    'a window that is as long as the limit',
    'a limit cuts and changes nothing',
    (given, how, limit) =>
      fuse(
        given.map((each) => ({
          ...each,
          ids: Array.from(each.ids).slice(0, limit),
          scores: Array.from(each.scores).slice(0, limit),
        })),
        how,
        limit,
      ),
  ],
  [
    'a weight that is left out',
    'scores and order are those of the formula',
    (given, how, limit) =>
      fuse(
        given.map((each) => ({ ...each, weight: 1 })),
        how,
        limit,
      ),
  ],
  [
    'ties by who came first',
    'scores and order are those of the formula',
    (given, how, limit) => fuse(given, how, limit).sort((a, b) => b.score - a.score || b.id - a.id),
  ],
  [
    'a later leg that counts less',
    'the order of the legs does not count, but for rounding',
    (given, how, limit) =>
      fuse(
        given.map((each, i) => ({ ...each, weight: each.weight / (i + 1) })),
        how,
        limit,
      ),
  ],
]

test.each(faults)('a fault is found: %s', (_fault, promise, faulty) => {
  expect(promises[promise]!(faulty)).not.toBeNull()
})

describe('the example in the head of fusion.ts', () => {
  const given: Leg[] = [
    { name: 'text', weight: 1, ids: [1, 2, 3], scores: [7.2, 3.1, 0.4] },
    { name: 'vector', weight: 1, ids: [2, 4], scores: [0.91, 0.9] },
  ]
  const shown = (how: Fusing) => fuse(given, how, 10).map(({ id, score }) => [id, Number(score.toFixed(4))])

  test('by ranks', () =>
    expect(shown({ fuse: 'rrf', constant: 60 })).toEqual([
      [2, 0.0325],
      [1, 0.0164],
      [4, 0.0161],
      [3, 0.0159],
    ]))

  test('by scores', () =>
    expect(shown({ fuse: 'linear' })).toEqual([
      [2, 1.3971],
      [1, 1],
      [3, 0],
      [4, 0],
    ]))
})
