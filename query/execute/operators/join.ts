/**
 * Joins: the rows of one plan are gathered, those of the other stream past and find theirs.
 *
 *   build   for (...) { const key0 = s1; rows0.push(s2); table0.add(key0) }
 *   probe   for (...) for (let i0 = table.first(s1); i0 >= 0; i0 = table.next(i0)) { const s2 = rows0[i0]; ... }
 *
 * The build is a pipeline that runs before the one of the probe, and after those that the probe reads from.
 */
import { type HashJoin, type Join, slotsBound } from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { type BufferShape, bindColumns, emitBuffer, RowSink } from './buffer.js'
import type { Emission } from './operator.js'
import { nodeId } from './scan.js'

/** The slots of gathered rows that something above the join reads. */
export function slotsStored(plan: Join, needed: ReadonlySet<Slot>): ReadonlySet<Slot> {
  return new Set(slotsBound(plan).filter((slot) => needed.has(slot)))
}

/** Writes the source that stores each row, within `produce`, and leaves the buffer with, for a hash join, its table. */
export function gatherBuild(
  plan: Join,
  { pipeline, needed }: Pick<Emission, 'pipeline' | 'needed'>,
  produce: (consume: () => void) => void,
): BufferShape {
  const sink = new RowSink(pipeline, needed)
  const table = plan.kind === 'hashJoin' ? pipeline.state('table', `new ${pipeline.helper('JoinTable')}()`) : undefined
  produce(() => {
    if (plan.kind === 'cartesianProduct') return sink.store()
    const key = joinKey(plan, 'build', pipeline)
    pipeline.block(`if (${key} !== undefined)`, () => {
      pipeline.line(`${table}.add(${key})`)
      pipeline.line(`x.take(${pipeline.helper('bytesOfKey')}(${key}))`)
      sink.store()
    })
  })
  const shape = sink.finish()
  if (table !== undefined) pipeline.finally(`x.tables[${shape.number}] = ${table}`)
  return shape
}

export function emitJoin(plan: Join, shape: BufferShape, emission: Emission) {
  if (plan.kind === 'cartesianProduct') return emitBuffer(shape, emission)
  const { pipeline, consume } = emission
  const table = pipeline.state('table', `x.tables[${shape.number}]`)
  const buffer = pipeline.state('buffer', `x.buffers[${shape.number}]`)
  const key = joinKey(plan, 'probe', pipeline)
  const i = pipeline.name('i')
  pipeline.loop(`for (let ${i} = ${table}.first(${key}); ${i} >= 0; ${i} = ${table}.next(${i}))`, () => {
    pipeline.charge('1')
    bindColumns(shape, { buffer, i }, emission)
    consume()
  })
}

/** Writes the source of the key of the present row; gives its name. The key is undefined where it equals nothing. */
function joinKey({ nodes, values }: HashJoin, side: 'probe' | 'build', pipeline: Pipeline): string {
  const ids = nodes.map((slot) => nodeId(slot, pipeline))
  const sources = values.map((pair) => valueSource(pair[side], pipeline))
  const key = pipeline.name('key')
  pipeline.line(`const ${key} = ${keyOf(ids, sources, pipeline)}`)
  return key
}

/** An id is a key as it is. */
function keyOf(ids: readonly string[], values: readonly string[], pipeline: Pipeline): string {
  if (ids.length + values.length > 1) return `${pipeline.helper('joinKeyOf')}([${[...ids, ...values].join(', ')}])`
  return ids[0] ?? `${pipeline.helper('joinKey')}(${values[0]})`
}
