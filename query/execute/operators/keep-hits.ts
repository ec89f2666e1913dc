/** Rows are gathered, and read again are those whose node is a hit, or among the best hits, of all nodes that came. */
import type { KeepHits } from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { checkedHelper } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { type BufferShape, RowSink } from './buffer.js'
import { countsOf, searchValues } from './scan.js'

/** Writes the source that takes each row, within `produce`, and leaves the buffer. */
export function gatherHits(
  plan: KeepHits,
  { pipeline, needed }: { readonly pipeline: Pipeline; readonly needed: ReadonlySet<Slot> },
  produce: (consume: () => void) => void,
): BufferShape {
  const sink = new RowSink(pipeline, new Set([...needed, plan.slot]))
  produce(() => sink.store())
  const number = pipeline.query.addBuffer()
  const gathered = pipeline.name('gathered')
  const nodes = `${gathered}.columns[${sink.shape.findIndex(({ slot }) => slot === plan.slot)}]`
  const count = plan.wanted === null ? 'Infinity' : countsOf(plan.wanted, pipeline)
  const asked = `tx, ${nodes}, ${count}, ${searchValues(plan, pipeline)}`
  const rows = checkedHelper(plan.others ? 'nearestRows' : 'bestRows', plan.index, pipeline)
  pipeline.finally(`const ${gathered} = ${sink.buffer}`)
  pipeline.finally(`${gathered}.order = ${rows}(${asked})`)
  pipeline.finally(`x.buffers[${number}] = ${gathered}`)
  return { number, columns: sink.shape, ordered: true }
}
