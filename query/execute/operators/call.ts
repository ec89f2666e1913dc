/** CALL: the rows of a procedure for each row. */
import type { Call, WritingCall } from '../../plan/physical.js'
import { valueSource } from '../expressions.js'
import type { Emission } from './operator.js'

/**
 * A loop over the rows, which are asked for one at a time. Those of an asynchronous procedure are awaited outside: the
 * pipeline gives the event loop back until the next one is there.
 */
export function emitCall(plan: Call | WritingCall, emission: Emission): void {
  const { pipeline } = emission
  const values = plan.arguments.map((argument) => valueSource(argument, pipeline)).join(', ')
  const call = `${pipeline.constant(plan.procedure)}, [${values}]`
  if (plan.procedure.isAsync) emitAsyncRows(plan, call, emission)
  else emitRows(plan, call, emission)
}

function emitRows(plan: Call | WritingCall, call: string, emission: Emission): void {
  const { pipeline } = emission
  const row = pipeline.name('row')
  const rowsOfCall = pipeline.helper('rowsOfCall') + pipeline.query.places.mark(plan.position)
  pipeline.loop(`for (const ${row} of ${rowsOfCall}(x, ${call}))`, () => emitRow(plan, row, emission))
}

function emitAsyncRows(plan: Call | WritingCall, call: string, emission: Emission): void {
  const { pipeline } = emission
  const rows = pipeline.name('rows')
  const row = pipeline.name('row')
  pipeline.line(`const ${rows} = new ${pipeline.helper('AwaitedRows')}(x, ${call})`)
  pipeline.block('try', () => {
    pipeline.loop('while (true)', () => {
      pipeline.line(`${rows}.ask()`)
      pipeline.wait(`${rows}.isWaiting`)
      pipeline.line(`const ${row} = ${rows}.take()`)
      pipeline.line(`if (${row} === undefined) break`)
      emitRow(plan, row, emission)
    })
  })
  pipeline.block('finally', () => pipeline.line(`${rows}.end()`))
}

function emitRow({ columns }: Call | WritingCall, row: string, { pipeline, needed, consume }: Emission): void {
  pipeline.charge(String(stepsOfRow))
  for (const { index, slot } of columns) if (needed.has(slot)) pipeline.bind(slot, 'value', `${row}[${index}]`)
  consume()
}

/** What a row of a procedure costs of a slice: about a microsecond. */
const stepsOfRow = 50
