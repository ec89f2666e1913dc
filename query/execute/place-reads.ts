/**
 * Chains of members and elements below a property, `n.a.b[2].c`, as one read along the path: what lies around it is not
 * read, however large.
 *
 * The steps are evaluated before the walk, so only those that cannot fail are taken into it; else an error in a step would
 * come before one in the walk towards it. A chain with another step is read in parts.
 */
import type { BoundExpression } from '../semantics/bound.js'
import { generalValue, valueSource } from './expressions.js'
import type { Pipeline, Variable } from './pipeline.js'

type Chain = Extract<BoundExpression, { readonly kind: 'property' | 'index' }>

/** Source of the value of a chain below a property of a node or relationship; undefined for any other expression. */
export function placeValue(chain: Chain, pipeline: Pipeline): string | undefined {
  const place = placeOf(chain, pipeline)
  if (place === undefined || place.steps.length === 0) return undefined
  const { owner, property, steps } = place
  const mark = pipeline.query.places.mark(chain.position)
  const path = `${pipeline.constant(property)}, [${steps.map(({ source }) => source).join(', ')}]`
  const signs = `'${steps.map(({ sign }) => sign).join('')}'`
  if (!pipeline.hasViews)
    return `${pipeline.helper('livePlaceAt')}${mark}(tx, ${generalValue(owner, pipeline)}, ${path}, ${signs})`
  return `${pipeline.helper('placeAt')}${mark}(tx, '${owner.as}', ${owner.text}, ${path}, ${signs})`
}

interface Place {
  readonly owner: Variable
  readonly property: string
  readonly steps: readonly { readonly source: string; readonly sign: '.' | '[' }[]
}

function placeOf(expression: BoundExpression, pipeline: Pipeline): Place | undefined {
  if (expression.kind !== 'property' && expression.kind !== 'index') return undefined
  const { target } = expression
  if (target.kind === 'slot') {
    const owner = pipeline.get(target.slot)
    const isOwned = (owner.as === 'node' || owner.as === 'relationship') && expression.kind === 'property'
    return isOwned && expression.name !== '_key' ? { owner, property: expression.name, steps: [] } : undefined
  }
  const step = stepOf(expression, pipeline)
  const place = step && placeOf(target, pipeline)
  return place && { ...place, steps: [...place.steps, step] }
}

function stepOf(expression: Chain, pipeline: Pipeline): Place['steps'][number] | undefined {
  if (expression.kind === 'property') return { source: pipeline.constant(expression.name), sign: '.' }
  const { index } = expression
  if (index.kind !== 'literal' && index.kind !== 'parameter' && !isVariable(index, pipeline)) return undefined
  return { source: valueSource(index, pipeline), sign: '[' }
}

/** A slot may also stand for a query that is asked when it is read. */
function isVariable(expression: BoundExpression, pipeline: Pipeline): boolean {
  return expression.kind === 'slot' && /^\w+$/.test(pipeline.get(expression.slot).text)
}
