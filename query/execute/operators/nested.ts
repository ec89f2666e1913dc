/**
 * Operators that run a plan of their own for each row. The loops of that plan stand inside those of the rows, and begin
 * at the present row; what they bind is known within them alone.
 */
import type { Apply, Optional, PhysicalPlan, SemiJoin } from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { generalValue } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import type { Emission } from './operator.js'

export type Nested = Optional | Apply | SemiJoin

/** Writes the source of a plan's rows. */
export type Produce = (plan: PhysicalPlan, emission: Emission) => void

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
export function emitOptional(plan: Optional, { pipeline, needed, consume }: Emission, produce: Produce): void {
  const slots = plan.slots.filter((slot) => needed.has(slot))
  const columns = slots.map((slot) => ({ slot, name: pipeline.own('rows', '[]') }))
  const count = pipeline.name('n')
  const i = pipeline.name('i')
  const store = (value: (slot: Slot) => string) => {
    for (const { slot, name } of columns) pipeline.line(`${name}[${count}] = ${value(slot)}`)
    pipeline.line(`${count}++`)
  }
  pipeline.line(`let ${count} = 0`)
  within(pipeline, () => {
    const keep = () => store((slot) => generalValue(pipeline.get(slot), pipeline))
    produce(plan.inner, { pipeline, needed: new Set(slots), consume: keep })
  })
  pipeline.block(`if (${count} === 0)`, () => store(() => 'null'))
  pipeline.loop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
    pipeline.charge('1')
    for (const { slot, name } of columns) pipeline.bind(slot, 'value', `${name}[${i}]`)
    consume()
  })
}

/** The first row of the inner plan answers, whatever loops it was found in. */
export function emitSemiJoin(plan: SemiJoin, emission: Emission, produce: Produce): void {
  const { pipeline, consume } = emission
  const found = emitExists(plan.inner, pipeline, produce)
  pipeline.block(`if (${plan.kind === 'semiJoin' ? '' : '!'}${found})`, consume)
}

export function emitApply(plan: Apply, { pipeline, consume }: Emission, produce: Produce): void {
  pipeline.bind(plan.slot, 'value', answer(plan, pipeline, produce))
  consume()
}

function answer(plan: Apply, pipeline: Pipeline, produce: Produce): string {
  switch (plan.result) {
    case 'exists':
      return emitExists(plan.inner, pipeline, produce)
    case 'count': {
      const count = pipeline.name('n')
      pipeline.line(`let ${count} = 0`)
      within(pipeline, () =>
        produce(plan.inner, { pipeline, needed: new Set(), consume: () => pipeline.line(`${count}++`) }),
      )
      return count
    }
    case 'collect': {
      const list = pipeline.name('list')
      const collected = plan.collected!
      const consume = () => pipeline.line(`${list}.push(${generalValue(pipeline.get(collected), pipeline)})`)
      pipeline.line(`const ${list} = []`)
      within(pipeline, () => produce(plan.inner, { pipeline, needed: new Set([collected]), consume }))
      return list
    }
  }
}

/** Gives the name of a boolean: whether the plan has a row. */
function emitExists(inner: PhysicalPlan, pipeline: Pipeline, produce: Produce): string {
  const found = pipeline.name('hit')
  const probe = pipeline.name('probe')
  const consume = () => {
    pipeline.line(`${found} = true`)
    pipeline.line(`break ${probe}`)
  }
  pipeline.line(`let ${found} = false`)
  pipeline.block(`${probe}:`, () => within(pipeline, () => produce(inner, { pipeline, needed: new Set(), consume })))
  return found
}

/** Writes source whose variables nothing behind it can see. */
function within(pipeline: Pipeline, inside: () => void): void {
  const outside = [...pipeline.variables]
  inside()
  pipeline.variables.clear()
  for (const [slot, variable] of outside) pipeline.variables.set(slot, variable)
}
