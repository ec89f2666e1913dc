/**
 * Operators that run a plan of their own for each row.
 *
 * Where each operator of that plan gives a row on as it comes, its loops stand inside those of the rows and begin at the
 * present row; what they bind is known within them alone. Where one gathers (sorts, groups, counts a LIMIT), and where it
 * may be that nobody asks, the plan is a function of the row, with pipelines and buffers that begin anew for each row:
 *
 *   function inner0(x) {                        once a run
 *     const p0 = inner0_0(x), p1 = inner0_1(x)      fetch their views
 *     return function (r1) {                    once a row
 *       p0(r1)                                      leaves a buffer
 *       return p1(r1)                               reads it, and answers
 *     }
 *   }
 */

import { slotsRead } from '../../plan/expressions.js'
import {
  type Apply,
  type CallQuery,
  isRowwise,
  type Optional,
  type PhysicalPlan,
  type SemiJoin,
  slotsUsed,
  type WritingQuery,
} from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { generalValue, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { type BufferColumn, bytesIn, placeBytes, RowSink } from './buffer.js'
import type { Emission } from './operator.js'

export type Nested = Optional | Apply | SemiJoin | CallQuery

/** The two ways to the rows of an inner plan. */
export interface InnerSource {
  /** Writes the source of the rows right here: for a plan of operators that give each row on as it comes. */
  readonly produce: (inner: PhysicalPlan, emission: Emission) => void
  /**
   * Compiles a function of the row, and gives the source of its call. `gather` takes the rows in the function's last
   * pipeline and names what it returns.
   */
  readonly compile: (asked: InnerPlan, gather: Gather) => string
}

export interface InnerPlan {
  readonly inner: PhysicalPlan
  /** Slots that are read of each row. */
  readonly needed: ReadonlySet<Slot>
  /** Slots that are read of the row for which the plan runs, besides those that the plan reads. */
  readonly besides: ReadonlySet<Slot>
  /** A slot that the answer itself gives to the plan. */
  readonly own: Slot | null
  readonly caller: Pipeline
}

export type Gather = (pipeline: Pipeline, produce: (consume: () => void) => void) => string

/**
 * What matches a row is gathered before anything above sees it, as only then is it known whether there is anything:
 *
 *   let n0 = 0
 *   for (...) { rows0[n0] = new NodeRef(s2); n0++ }
 *   if (n0 === 0) { rows0[0] = null; n0 = 1 }
 *   for (let i0 = 0; i0 < n0; i0++) { const s3 = rows0[i0]; ... }
 *
 * Going on from both places without gathering would write the source of all that follows twice, and 2^k times for k
 * such operators.
 */
export function emitOptional(plan: Optional, { pipeline, needed, consume }: Emission, inner: InnerSource): void {
  const slots = plan.slots.filter((slot) => needed.has(slot))
  const columns = slots.map((slot) => ({ slot, name: pipeline.own('rows', '[]') }))
  const count = pipeline.name('n')
  const i = pipeline.name('i')
  const store = (value: (slot: Slot) => string) => {
    for (const { slot, name } of columns) pipeline.line(`${name}[${count}] = ${value(slot)}`)
    pipeline.line(`${count}++`)
  }
  const held = holding(pipeline)
  pipeline.line(`let ${count} = 0`)
  within(pipeline, () => {
    const keep = () => {
      store((slot) => generalValue(pipeline.get(slot), pipeline))
      pipeline.line(
        `x.take(${[placeBytes, ...slots.map((slot) => bytesIn(pipeline.get(slot), pipeline))].join(' + ')})`,
      )
    }
    inner.produce(plan.inner, { pipeline, needed: new Set(slots), consume: keep })
  })
  pipeline.line(`x.letGo(${held})`)
  pipeline.block(`if (${count} === 0)`, () => store(() => 'null'))
  pipeline.loop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
    pipeline.charge('1')
    for (const { slot, name } of columns) pipeline.bind(slot, 'value', `${name}[${i}]`)
    consume()
  })
}

/** The first row of the inner plan answers, whatever loops it was found in. */
export function emitSemiJoin(plan: SemiJoin, emission: Emission, inner: InnerSource): void {
  const { pipeline, consume } = emission
  const question: Question = { inner: plan.inner, result: 'exists', collected: null, initial: null, slot: null }
  const found = isRowwise(plan.inner) ? answerHere(question, pipeline, inner) : answerOf(question, pipeline, inner)
  pipeline.block(`if (${plan.kind === 'semiJoin' ? '' : '!'}${found})`, consume)
}

/**
 * A lazy answer is a call that stands where the slot is read, and keeps what it gave: for the row, or for all rows where it
 * reads none of them and they do not write.
 */
export function emitApply(plan: Apply, { pipeline, consume }: Emission, inner: InnerSource): void {
  if (plan.repeatable && pipeline.hasViews && slotsUsed(plan).size === 0) {
    const kept = pipeline.variable('kept', 'undefined')
    const answer = `x.keep(${answerOf(plan, pipeline, inner)})`
    setLazy(plan.slot, { kept, answer }, pipeline)
  } else if (plan.lazy) {
    const kept = pipeline.name('kept')
    pipeline.line(`let ${kept}`)
    setLazy(plan.slot, { kept, answer: answerOf(plan, pipeline, inner) }, pipeline)
  } else {
    const answer = isRowwise(plan.inner) ? answerHere(plan, pipeline, inner) : answerOf(plan, pipeline, inner)
    pipeline.bind(plan.slot, 'value', answer)
  }
  consume()
}

interface LazyAnswer {
  readonly kept: string
  /** Source of what it becomes when it is read first. */
  readonly answer: string
}

function setLazy(slot: Slot, { kept, answer }: LazyAnswer, pipeline: Pipeline): void {
  const text = `(${kept} === undefined ? ${kept} = ${answer} : ${kept})`
  pipeline.variables.set(slot, { text, as: 'value', kept })
}

/** Remembers what the run holds, to be let go when what the present row has gathered is not needed any more. */
function holding(pipeline: Pipeline): string {
  const held = pipeline.name('held')
  pipeline.line(`const ${held} = x.held`)
  return held
}

type Question = Pick<Apply, 'inner' | 'result' | 'collected' | 'initial'> & { readonly slot: Slot | null }

/** Answers by loops within those around; gives the name of the answer. */
function answerHere(question: Question, pipeline: Pipeline, { produce }: InnerSource): string {
  const probe = pipeline.name('probe')
  const declare = (prefix: string, start: string) => {
    const name = pipeline.name(prefix)
    pipeline.line(`let ${name} = ${start}`)
    return name
  }
  const { name, consume } = answering(question, pipeline, { declare, leave: () => pipeline.line(`break ${probe}`) })
  const rows = () => within(pipeline, () => produce(question.inner, { pipeline, needed: neededBy(question), consume }))
  const held = holding(pipeline)
  if (question.result === 'exists') pipeline.block(`${probe}:`, rows)
  else rows()
  pipeline.line(`x.letGo(${held})`)
  return name
}

/** Answers by a function of the row; gives the source of its call. */
function answerOf(question: Question, caller: Pipeline, { compile }: InnerSource): string {
  const { inner, initial, slot } = question
  const asked = { inner, needed: neededBy(question), caller, besides: slotsRead(initial), own: slot }
  return compile(asked, (pipeline, produce) => {
    const { name, consume } = answering(question, pipeline, {
      declare: (prefix, start) => pipeline.state(prefix, start),
      leave: () => pipeline.stop(),
    })
    produce(consume)
    return name
  })
}

function neededBy({ collected }: Question): ReadonlySet<Slot> {
  return new Set(collected === null ? [] : [collected])
}

interface Surroundings {
  declare(prefix: string, start: string): string
  /** Writes the source that ends the search. */
  leave(): void
}

/** The variable that has the answer in the end, and the source that each row adds to it. */
function answering(
  { result, collected, initial, slot }: Question,
  pipeline: Pipeline,
  { declare, leave }: Surroundings,
) {
  switch (result) {
    case 'exists': {
      const name = declare('hit', 'false')
      const consume = () => {
        pipeline.line(`${name} = true`)
        leave()
      }
      return { name, consume }
    }
    case 'count': {
      const name = declare('n', '0')
      return { name, consume: () => pipeline.line(`${name}++`) }
    }
    case 'collect': {
      const name = declare('list', '[]')
      const consume = () => {
        const variable = pipeline.get(collected!)
        pipeline.line(`${name}.push(${generalValue(variable, pipeline)})`)
        pipeline.line(`x.take(${placeBytes} + ${bytesIn(variable, pipeline)})`)
      }
      return { name, consume }
    }
    case 'last': {
      const name = declare('last', initial === null ? 'null' : valueSource(initial, pipeline))
      pipeline.variables.set(slot!, { text: name, as: 'value' })
      return { name, consume: () => pipeline.line(`${name} = ${generalValue(pipeline.get(collected!), pipeline)}`) }
    }
  }
}

/** The rows come as a buffer, since a function cannot hand out one after the other without a generator's costs. */
export function emitCallQuery(plan: CallQuery | WritingQuery, emission: Emission, inner: InnerSource): void {
  const { pipeline, needed, consume } = emission
  const slots = new Set(plan.slots.filter((slot) => needed.has(slot)))
  let columns: readonly BufferColumn[] = []
  const asked = { inner: plan.inner, needed: slots, besides: new Set<Slot>(), own: null, caller: pipeline }
  const call = inner.compile(asked, (last, produce) => {
    const sink = new RowSink(last, slots, plan.optional ? () => 'value' : undefined)
    produce(() => sink.store())
    columns = sink.shape
    return sink.buffer
  })
  if (plan.slots.length === 0) {
    // A line that began with a bracket would go on with the one before.
    pipeline.line(`void ${call}`)
    consume()
    return
  }
  const rows = pipeline.name('rows')
  const i = pipeline.name('i')
  pipeline.line(`const ${rows} = ${plan.optional ? `${pipeline.helper('orNulls')}(${call})` : call}`)
  pipeline.loop(`for (let ${i} = 0; ${i} < ${rows}.size; ${i}++)`, () => {
    pipeline.charge('1')
    for (const [number, { slot, as }] of columns.entries()) pipeline.bind(slot, as, `${rows}.columns[${number}][${i}]`)
    consume()
  })
}

/** Writes source whose variables nothing behind it can see. */
function within(pipeline: Pipeline, inside: () => void): void {
  const outside = [...pipeline.variables]
  inside()
  pipeline.variables.clear()
  for (const [slot, variable] of outside) pipeline.variables.set(slot, variable)
}
