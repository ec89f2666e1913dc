/** ORDER BY: rows are gathered with their keys, then read in order. With LIMIT only the first rows are kept. */

import type { SortKey } from '../../plan/logical.js'
import type { Sort, Top } from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { checkedHelper, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { type BufferShape, bytesOfRow, columnsFor, storedValue } from './buffer.js'

/** Writes the source that takes each row, within `produce`, and leaves the buffer. */
export function gatherSorted(
  plan: Sort | Top,
  { pipeline, needed }: { readonly pipeline: Pipeline; readonly needed: ReadonlySet<Slot> },
  produce: (consume: () => void) => void,
): BufferShape {
  const order = `${pipeline.helper('rowOrder')}(${pipeline.constant(plan.keys.map((key) => key.descending))})`
  const skip = plan.kind === 'top' && plan.skip !== null ? rowCount(plan.skip, 'SKIP', pipeline) : '0'
  const limit = plan.kind === 'top' ? rowCount(plan.limit, 'LIMIT', pipeline) : 'Infinity'
  const rows =
    plan.kind === 'top'
      ? pipeline.state('top', `new ${pipeline.helper('TopRows')}(${order}, ${skip} + ${limit})`)
      : pipeline.state('sort', `new ${pipeline.helper('SortedRows')}(${order})`)
  if (plan.kind === 'top') pipeline.top = rows
  const kept = pipeline.state('kept', '0')
  const names: string[] = []
  let columns: BufferShape['columns'] = []
  produce(() => {
    const keys = pipeline.name('keys')
    const place = pipeline.name('place')
    pipeline.line(`const ${keys} = [${keysOf(plan.keys, pipeline)}]`)
    pipeline.line(`const ${place} = ${rows}.place(${keys})`)
    columns = columnsFor(needed, pipeline)
    pipeline.block(`if (${place} >= 0)`, () => {
      for (const column of columns) {
        const name = pipeline.state('rows', '[]')
        names.push(name)
        pipeline.line(`${name}[${place}] = ${storedValue(column, pipeline)}`)
      }
      // A row that takes another's place takes about its memory too.
      const bytes = `${bytesOfRow(columns, pipeline)} + ${pipeline.helper('bytesOf')}(${keys})`
      pipeline.line(`if (${place} === ${kept}) { ${kept}++; x.take(${bytes}) }`)
    })
  })
  const number = pipeline.query.addBuffer()
  const places = pipeline.name('places')
  pipeline.finally(`const ${places} = ${rows}.places(${skip})`)
  pipeline.finally(
    `x.buffers[${number}] = { size: ${places}.length, columns: [${names.join(', ')}], order: ${places} }`,
  )
  return { number, columns, ordered: true }
}

function keysOf(keys: readonly SortKey[], pipeline: Pipeline): string {
  return keys.map((key) => valueSource(key.value, pipeline)).join(', ')
}

/** Source of a number of rows, looked at once a run. Throws TYPE_MISMATCH or NUMBER_OUT_OF_RANGE for anything else. */
export function rowCount(count: Top['limit'], clause: 'SKIP' | 'LIMIT', pipeline: Pipeline): string {
  return pipeline.once(
    'count',
    `${checkedHelper('rowCount', count, pipeline)}(${valueSource(count, pipeline)}, '${clause}')`,
  )
}
