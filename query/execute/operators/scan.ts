/** Operators that find nodes (and relationships by an index): scans in batches of ids, seeks by key and by index. */

import type { EntityKind } from '../../../src/core/change.js'
import { goesThroughLists } from '../../../src/core/index-parts.js'
import type {
  AllNodesScan,
  AsNode,
  IndexRange,
  IndexSeek,
  IntersectedSet,
  Intersection,
  KeySeek,
  LabelScan,
  MemberScan,
  RangeEnd,
  StoreCount,
  TextScan,
  TextScanByScore,
} from '../../plan/physical.js'
import type { BoundExpression, Slot } from '../../semantics/bound.js'
import { checkedHelper, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { scanBatchLength } from '../runtime/access.js'
import type { Emission } from './operator.js'
import { rowCount } from './sort.js'
import { takeMarker } from './stream.js'

export function emitAllNodesScan(plan: AllNodesScan, emission: Emission): void {
  emitIdScan('tx.scanNodes(undefined)', { slot: plan.slot, isBatch: true, repeats: false }, emission)
}

export function emitLabelScan(plan: LabelScan, emission: Emission): void {
  const { pipeline } = emission
  const scan = `${pipeline.helper('scanLabel')}(tx, ${pipeline.constant(plan.label)})`
  emitIdScan(scan, { slot: plan.slot, isBatch: true, repeats: false }, emission)
}

export function emitIndexRange(plan: IndexRange, emission: Emission): void {
  const scan = rangeSource(plan, emission.pipeline)
  emitIdScan(scan, { slot: plan.slot, isBatch: false, repeats: goesThroughLists(plan.index.parts) }, emission)
}

export function emitTextScan(plan: TextScan, emission: Emission): void {
  const { pipeline } = emission
  const scan = checkedHelper(plan.kind === 'textScan' ? 'scanTexts' : 'scanNearest', plan.index, pipeline)
  emitIdScan(
    `${scan}(tx, '${plan.entity}', ${searchValues(plan, pipeline)})`,
    { slot: plan.slot, as: plan.entity, isBatch: true, repeats: false },
    emission,
  )
}

/** Batches of hits for as long as one of them may be among the first rows; in a batch each is asked that again. */
export function emitTextScanByScore(plan: TextScanByScore, { pipeline, consume }: Emission): void {
  const { top } = pipeline
  if (top === undefined) throw new Error('hits by score have no top')
  const wanted = `(${countsOf(plan.wanted, pipeline)}) * ${pipeline.constant(plan.hitsPerRow)}`
  const best = pipeline.name('best')
  const count = pipeline.name('n')
  const i = pipeline.name('i')
  pipeline.line(
    `const ${best} = ${checkedHelper('bestFirst', plan.index, pipeline)}(tx, ${wanted}, ${searchValues(plan, pipeline)})`,
  )
  const isOver = (score: string) => `${top}.excludes(${score}, ${plan.equalsCount})`
  pipeline.loop(`for (let ${count} = 0; !${isOver(`${best}.least`)} && (${count} = ${best}.next()) > 0; )`, () => {
    pipeline.charge(count)
    pipeline.tightLoop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
      pipeline.block(`if (!${isOver(`${best}.scores[${i}]`)})`, () => {
        pipeline.bind(plan.slot, 'node', `${best}.ids[${i}]`)
        consume()
      })
    })
  })
}

/** Source of the numbers of SKIP and LIMIT together. */
export function countsOf(wanted: TextScanByScore['wanted'], pipeline: Pipeline): string {
  return wanted.map((count, i) => rowCount(count, i === wanted.length - 1 ? 'LIMIT' : 'SKIP', pipeline)).join(' + ')
}

/** Source of what is asked of an index. */
export function searchValues({ index, query, options }: Omit<TextScan, 'kind'>, pipeline: Pipeline): string {
  return [index, query, ...(options === null ? [] : [options])].map((part) => valueSource(part, pipeline)).join(', ')
}

export function emitMemberScan({ entity, slot, list }: MemberScan, emission: Emission): void {
  const { pipeline } = emission
  const scan = `${checkedHelper('scanMembers', list, pipeline)}(tx, '${entity}', ${valueSource(list, pipeline)})`
  emitIdScan(scan, { slot, as: entity, isBatch: true, repeats: false }, emission)
}

export function emitIntersection({ slot, sets }: Intersection, emission: Emission): void {
  const { pipeline } = emission
  const sources = sets.map((set) => setSource(set, pipeline)).join(', ')
  emitIdScan(`tx.scanCommon([${sources}])`, { slot, isBatch: true, repeats: false }, emission)
}

/** Source of a set of ids. */
function setSource(set: IntersectedSet, pipeline: Pipeline): string {
  switch (set.kind) {
    case 'labelScan':
      return `{ kind: 'label', label: tx.catalog.findLabel(${pipeline.constant(set.label)}) }`
    case 'indexSeek':
      return `{ kind: 'ids', ids: ${seekSource(set, set.values.map((value) => valueSource(value, pipeline)).join(', '), pipeline)} }`
    case 'indexRange':
      return `{ kind: 'scan', scan: ${rangeSource(set, pipeline)} }`
    case 'textScan':
    case 'vectorScan':
      return `{ kind: 'hits', search: ${checkedHelper('nodesSearched', set.index, pipeline)}(tx, ${searchValues(set, pipeline)}) }`
  }
}

function seekSource({ index }: IndexSeek, values: string, pipeline: Pipeline): string {
  return `${pipeline.helper('seekIndex')}(tx, ${pipeline.constant(index)}, [${values}])`
}

function rangeSource({ index, min, max }: IndexRange, pipeline: Pipeline): string {
  const end = (end: RangeEnd | null) => (end === null ? 'undefined' : valueSource(end.value, pipeline))
  const inclusive = `${min?.inclusive === true}, ${max?.inclusive === true}`
  return `${pipeline.helper('scanRange')}(tx, ${pipeline.constant(index)}, ${end(min)}, ${end(max)}, ${inclusive})`
}

interface Scanned {
  readonly slot: Slot
  readonly as?: EntityKind
  /** Whether the ids of a turn lie between the same multiples of 1,024. */
  readonly isBatch: boolean
  /** Whether an id may come again, as one does for each of its values in a range. */
  readonly repeats: boolean
}

/** Two loops: over batches of ids, and over the ids of a batch. */
function emitIdScan(
  scanCode: string,
  { slot, as = 'node', isBatch, repeats }: Scanned,
  { pipeline, consume }: Emission,
): void {
  const batch = pipeline.own('ids', `new Uint32Array(${scanBatchLength})`)
  const scan = pipeline.name('scan')
  const count = pipeline.name('n')
  const i = pipeline.name('i')
  const seen = repeats ? takeMarker(pipeline) : undefined
  if (seen !== undefined) pipeline.line(`${seen}.clear()`)
  pipeline.line(`const ${scan} = ${scanCode}`)
  pipeline.loop(`for (let ${count} = ${scan}.next(${batch}); ${count} > 0; ${count} = ${scan}.next(${batch}))`, () => {
    pipeline.charge(count)
    const words = isBatch ? pipeline.batch(`${batch}[0]`) : undefined
    pipeline.tightLoop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
      const id = pipeline.bind(slot, as, `${batch}[${i}]`, words)
      if (seen === undefined) consume()
      else pipeline.block(`if (${seen}.add(${id}))`, consume)
    })
  })
}

export function emitKeySeek(plan: KeySeek, { pipeline, consume }: Emission): void {
  withEach(plan.each, plan.key, pipeline, (key) => {
    const id = pipeline.bind(plan.slot, 'node', `${pipeline.helper('seekKey')}(tx, ${key})`)
    pipeline.block(`if (${id} !== 0)`, consume)
  })
}

/** Goes on with the value, or with each item of the list that it is. */
function withEach(each: boolean, value: BoundExpression, pipeline: Pipeline, inside: (value: string) => void) {
  if (!each) return inside(valueSource(value, pipeline))
  const item = pipeline.name('item')
  pipeline.loop(`for (const ${item} of ${pipeline.helper('membersOf')}(${valueSource(value, pipeline)}))`, () => {
    pipeline.charge('10')
    inside(item)
  })
}

export function emitIndexSeek(plan: IndexSeek, emission: Emission) {
  const { pipeline } = emission
  if (plan.each) return withEach(true, plan.values[0]!, pipeline, (value) => emitFound(plan, value, emission))
  emitFound(plan, plan.values.map((value) => valueSource(value, pipeline)).join(', '), emission)
}

function emitFound(plan: IndexSeek, values: string, { pipeline, consume }: Emission): void {
  const found = pipeline.name('found')
  const i = pipeline.name('i')
  pipeline.line(`const ${found} = ${seekSource(plan, values, pipeline)}`)
  if (plan.index.unique) {
    const id = pipeline.bind(plan.slot, plan.index.entity, `${found}.length === 0 ? 0 : ${found}[0]`)
    pipeline.block(`if (${id} !== 0)`, consume)
    return
  }
  pipeline.charge(`${found}.length`)
  pipeline.tightLoop(`for (let ${i} = 0; ${i} < ${found}.length; ${i}++)`, () => {
    pipeline.bind(plan.slot, plan.index.entity, `${found}[${i}]`)
    consume()
  })
}

export function emitAsNode(plan: AsNode, { pipeline, consume }: Emission) {
  const variable = pipeline.get(plan.slot)
  if (variable.as === 'node') return consume()
  const id = pipeline.bind(plan.slot, 'node', `${pipeline.helper('nodeIdOf')}(${variable.text})`)
  pipeline.block(`if (${id} !== 0)`, consume)
}

export function emitStoreCount(plan: StoreCount, { pipeline, consume }: Emission): void {
  const count = pipeline.helper(plan.counted === 'nodes' ? 'countNodes' : 'countRelationships')
  pipeline.bind(plan.multiplicity, 'value', `${count}(tx, ${pipeline.constant(plan.names)})`)
  consume()
}

/** The id in a slot of a pattern, which is a node in every pipeline that walks from it. */
export function nodeId(slot: Slot, pipeline: Pipeline): string {
  const variable = pipeline.get(slot)
  if (variable.as !== 'node') throw new Error(`slot ${slot} holds no node id`)
  return variable.text
}
