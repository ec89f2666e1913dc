/**
 * The names of an entity's properties, found by the columns that have a value for it:
 *
 *   for (const c3 of columns0.near(s1)) {        those with any value in the extent of the entity
 *     if (c3.has(s1)) {
 *       const s2 = c3.name
 *
 * What reads the property of that name, `n[k]`, reads the column at hand (`keyedColumn`).
 */
import type { PropertyKeys } from '../../plan/physical.js'
import type { BoundExpression } from '../../semantics/bound.js'
import type { Pipeline } from '../pipeline.js'
import type { Emission } from './operator.js'
import { emitUnwind } from './stream.js'

export function emitPropertyKeys(plan: PropertyKeys, emission: Emission): void {
  const { pipeline, consume } = emission
  const owner = pipeline.get(plan.owner)
  // An entity that has become a general value, or may have been deleted, is asked as any other.
  if (!pipeline.hasViews || (owner.as !== 'node' && owner.as !== 'relationship')) {
    emitUnwind(plan, emission)
    return
  }
  const columns = pipeline.once('columns', `new ${pipeline.helper('PropertyColumns')}(tx, '${owner.as}')`)
  const column = pipeline.name('c')
  pipeline.loop(`for (const ${column} of ${columns}.near(${owner.text}))`, () => {
    pipeline.block(`if (${column}.has(${owner.text}))`, () => {
      pipeline.charge('1')
      pipeline.bind(plan.slot, 'value', `${column}.name`)
      const variable = pipeline.get(plan.slot)
      pipeline.variables.set(plan.slot, { ...variable, names: { owner: owner.text, column } })
      consume()
    })
  })
}

/** The column and the id that `n[k]` reads where `k` is one of the keys of `n`; undefined for any other expression. */
export function keyedColumn(
  expression: BoundExpression,
  pipeline: Pipeline,
): { readonly column: string; readonly id: string } | undefined {
  if (expression.kind !== 'index' || expression.target.kind !== 'slot' || expression.index.kind !== 'slot')
    return undefined
  const { names } = pipeline.get(expression.index.slot)
  const id = pipeline.get(expression.target.slot).text
  return names?.owner === id ? { column: names.column, id } : undefined
}
