/**
 * ORDER BY vector.similarity.cosine(n.e, $v) DESC LIMIT k: the nearest k of a pattern. Where an index has these vectors, the
 * rows are gathered, and those go on whose node is among the nearest k of the nodes that came. So do those whose node the
 * index holds nothing of: what they have under the property may be null, which comes first, or an error. What goes on is
 * ordered as without the index, whose scores are those of the functions to the last bit.
 */
import { type Similarity, similarities, type VectorIndexDefinition } from '../../src/core/change.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundExpression, Slot } from '../semantics/bound.js'
import { matchBelow } from './best-hits.js'
import { isGiven } from './expressions.js'
import type { LogicalTop } from './logical.js'
import { stepsFrom } from './predicates.js'

export interface NearestRows {
  readonly slot: Slot
  readonly index: VectorIndexDefinition
  readonly vector: BoundExpression
  /** SKIP, where there is one, and LIMIT: how many rows are first. */
  readonly wanted: readonly BoundExpression[]
}

/** undefined where the order is not by a similarity that an index has of nodes of the pattern with its label. */
export function nearestRowsOf({ keys, input, skip, limit }: LogicalTop, catalog: Catalog): NearestRows | undefined {
  const { value, descending } = keys[0]!
  const similarity = similarities.find((each) => value.kind === 'call' && value.called.name === functionOf(each))
  if (similarity === undefined || !descending) return undefined
  const [one, other] = (value as Extract<BoundExpression, { kind: 'call' }>).arguments as [
    BoundExpression,
    BoundExpression,
  ]
  const [place, vector] = isGiven(one) ? [other, one] : [one, other]
  if (!isGiven(vector)) return undefined
  for (const { slot, bound, labels } of matchBelow(input)?.pattern.nodes ?? []) {
    const steps = bound ? undefined : stepsFrom(slot, place)
    const index = steps && catalog.vectorIndexes().find((each) => holds(each, { similarity, steps, labels }, catalog))
    if (index !== undefined) return { slot, index, vector, wanted: skip === null ? [limit] : [skip, limit] }
  }
  return undefined
}

function functionOf(similarity: Similarity): string {
  return `vector.similarity.${similarity}`
}

interface Sought {
  readonly similarity: Similarity
  readonly steps: readonly (string | null)[]
  readonly labels: readonly string[]
}

function holds(
  { entity, tokens, parts: [part], similarity }: VectorIndexDefinition,
  sought: Sought,
  catalog: Catalog,
): boolean {
  if (entity !== 'node' || similarity !== sought.similarity) return false
  if (!sought.labels.some((label) => tokens.includes(catalog.findLabel(label)!))) return false
  return [catalog.propertyName(part.property), ...part.path].join('\0') === sought.steps.join('\0')
}
