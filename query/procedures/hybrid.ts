/**
 * What words and a vector find together.
 *
 *   CALL search.hybrid({text: {index: 'docs', query: $words}, vector: {index: 'emb', vector: $v}, limit: 10})
 *     YIELD node, score, explain
 *
 * Each leg is the best `window` of its index, read before anything is fused (`runtime/fusion.ts`), so a hit's score and
 * place are the same under any limit. A leg that is left out is no leg: the other one is ranked by the same rule.
 */
import type { EntityKind } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import { Float, type Value } from '../../src/core/value.js'
import type { Row, TextIndexView, Transaction, VectorIndexView } from '../../src/transaction/transaction.js'
import { type FusedHit, type Fusing, fuse, type Leg, type LegShare } from '../execute/runtime/fusion.js'
import {
  given,
  invalidOption,
  mustBeBoolean,
  mustBeCount,
  mustBeScore,
  mustBeText,
  mustBeWeight,
  readOptions,
} from '../execute/runtime/options.js'
import { explained, mustCover, queryFrom, readingOptions } from '../execute/runtime/search.js'
import { mustBeNumbers } from '../functions/vectors.js'
import { reading } from './builtin.js'
import { entityOf } from './search.js'

const procedureName = 'search.hybrid'
const constantUsual = 60
const windowUsual = 200
const limitUsual = 10

export const hybridProcedure = reading(
  `${procedureName}(search :: MAP)
    :: (node :: NODE?, score :: FLOAT, explain :: MAP, relationship :: RELATIONSHIP?)`,
  'What words and a vector find together, best first. Options: text, vector, fuse, constant, window, weights, limit.',
  ({ transaction }, [search]) => {
    const options = readOptions(procedureName, search, hybridOptions)
    const { window = windowUsual, limit = limitUsual } = options
    const fusing = fusingFrom(options)
    const legs = legsFrom(transaction, options, window)
    const entity = entityOfAll(legs)
    return fuse(legs, fusing, limit).map(
      (hit) => new HybridRow(hit, { legs, fusing, window, entity }) as unknown as Row,
    )
  },
)

/** A leg that can tell why it found something. */
interface OpenLeg extends Leg {
  readonly view: TextIndexView | VectorIndexView
  readonly explain: (id: number) => Value
}

// ---- options --------------------------------------------------------------------------------------------------------

const hybridOptions = {
  text: unread,
  vector: unread,
  fuse: mustBeFuse,
  constant: mustBeWeight,
  window: mustBeCount,
  weights: readWeights,
  limit: mustBeCount,
}
type Options = ReturnType<typeof readOptions<typeof hybridOptions>>

const textOptions = { index: mustBeText, query: unread, ...readingOptions, minScore: mustBeScore }
const vectorOptions = { index: mustBeText, vector: readVector, exact: mustBeBoolean, minScore: mustBeScore }

function unread(value: Value): Value {
  return value
}

function mustBeFuse(value: Value, name: string): Fusing['fuse'] {
  if (value === 'rrf' || value === 'linear') return value
  throw invalidOption(name, value, "'rrf' or 'linear'")
}

function readWeights(value: Value): { readonly text?: number; readonly vector?: number } {
  return readOptions(`weights of ${procedureName}`, value, { text: mustBeWeight, vector: mustBeWeight })
}

function readVector(value: Value, name: string): readonly number[] {
  return mustBeNumbers(name, value)
}

function fusingFrom({ fuse: rule = 'rrf', constant }: Options): Fusing {
  if (rule === 'rrf') return { fuse: rule, constant: constant ?? constantUsual }
  if (constant === undefined) return { fuse: rule }
  throw new DatabaseError('OPTION_INVALID', "constant goes with fuse: 'rrf', which adds it to ranks; leave it out", {
    option: 'constant',
  })
}

// ---- legs -----------------------------------------------------------------------------------------------------------

function legsFrom(transaction: Transaction, { text, vector, weights = {} }: Options, window: number): OpenLeg[] {
  const legs: OpenLeg[] = []
  if (text !== undefined) legs.push(textLeg(transaction, text, { weight: weights.text ?? 1, window }))
  if (vector !== undefined) legs.push(vectorLeg(transaction, vector, { weight: weights.vector ?? 1, window }))
  if (legs.length > 0) return legs
  throw new DatabaseError('OPTION_INVALID', `${procedureName} has nothing to search for; give text, vector or both`, {
    option: 'text',
  })
}

interface Asked {
  readonly weight: number
  readonly window: number
}

function textLeg(transaction: Transaction, options: Value, { weight, window }: Asked): OpenLeg {
  const name = `text of ${procedureName}`
  const { index, query, minScore, ...reading } = readOptions(name, options, textOptions)
  if (index === undefined || query === undefined) throw incomplete(name, 'index and query')
  const view = transaction.textIndex(index)
  const asked = queryFrom(query, reading)
  const { ids, scores } = view.search(asked, { limit: window, ...given({ minScore }) })
  return { name: 'text', weight, view, ids, scores, explain: (id) => explained(view.explain(asked, id)) }
}

function vectorLeg(transaction: Transaction, options: Value, { weight, window }: Asked): OpenLeg {
  const name = `vector of ${procedureName}`
  const { index, vector, exact, minScore = Number.NEGATIVE_INFINITY } = readOptions(name, options, vectorOptions)
  if (index === undefined || vector === undefined) throw incomplete(name, 'index and vector')
  const view = transaction.vectorIndex(index)
  const { ids, scores } = view.search(vector, { limit: window, ...given({ exact }) })
  const below = scores.findIndex((score) => score < minScore)
  const count = below === -1 ? ids.length : below
  const hits = { ids: ids.subarray(0, count), scores: scores.subarray(0, count) }
  return { name: 'vector', weight, view, ...hits, explain: (id) => explained(view.explain(vector, id)) }
}

function incomplete(name: string, needed: string): DatabaseError {
  return new DatabaseError('OPTION_INVALID', `${name} needs ${needed}`, { option: name })
}

/** Throws TYPE_MISMATCH where one index is about nodes and the other about relationships. */
function entityOfAll(legs: readonly OpenLeg[]): EntityKind {
  const { entity } = legs[0]!.view.definition
  for (const { view } of legs) mustCover(view, entity)
  return entity
}

// ---- rows -----------------------------------------------------------------------------------------------------------

interface Run {
  readonly legs: readonly OpenLeg[]
  readonly fusing: Fusing
  readonly window: number
  readonly entity: EntityKind
}

/** A row whose explanation is made where somebody takes it. */
class HybridRow {
  readonly 0: Value
  readonly 1: Value
  readonly 3: Value

  constructor(
    private readonly hit: FusedHit,
    private readonly run: Run,
  ) {
    const found = entityOf(run.entity, hit.id)
    this[0] = run.entity === 'node' ? found : null
    this[1] = new Float(hit.score)
    this[3] = run.entity === 'node' ? null : found
  }

  get 2(): Value {
    const { fusing, window, legs } = this.run
    const { id, score, shares } = this.hit
    const parts = shares.map((share, i) => explainedShare(share, legs[i]!, id))
    return new Map<string, Value>([
      ['kind', fusing.fuse],
      ['value', new Float(score)],
      ...(fusing.fuse === 'rrf' ? [['constant', new Float(fusing.constant)] as const] : []),
      ['window', window],
      ['parts', parts],
    ])
  }
}

function explainedShare(share: LegShare, { view, explain }: OpenLeg, id: number): Value {
  const { leg, value, weight, rank, score } = share
  return new Map<string, Value>([
    ['kind', leg],
    ['index', view.definition.name],
    ['value', new Float(value)],
    ['weight', new Float(weight)],
    ['rank', rank],
    ['score', score === null ? null : new Float(score)],
    ...(share.rank === null || share.least === undefined || share.most === undefined
      ? []
      : [['least', new Float(share.least)] as const, ['most', new Float(share.most)] as const]),
    ['explain', rank === null ? null : explain(id)],
  ])
}
