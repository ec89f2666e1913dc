/**
 * Operators that change the store. Each takes all rows of the buffer before it, one after the other, and leaves a
 * buffer with the rows that come out. So nothing is read while its own query changes it, no LIMIT above keeps a write
 * from happening, and a clause sees all that the clause before it has done.
 */
import type { Create, Delete, Merge, SetItems } from '../../plan/physical.js'
import type {
  BoundEntry,
  BoundExpression,
  BoundNode,
  BoundPath,
  BoundSetItem,
  BoundStep,
  Slot,
} from '../../semantics/bound.js'
import { generalValue, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import type { HelperName } from '../runtime/helpers.js'
import type { Emission } from './operator.js'

/** Writes the source that creates what the paths name, part by part as they are written. */
export function emitCreate(plan: Create, pipeline: Pipeline): void {
  for (const path of plan.paths) emitPath(path, pipeline)
}

function emitPath(path: BoundPath, pipeline: Pipeline): void {
  for (const node of path.nodes) if (!pipeline.variables.has(node.slot)) emitNode(node, pipeline)
  path.steps.forEach((step, i) => {
    const [before, after] = [path.nodes[i]!, path.nodes[i + 1]!]
    const [start, end] = step.direction === 'incoming' ? [after, before] : [before, after]
    emitRelationship(step, start, end, pipeline)
  })
  emitPathValue(path, pipeline)
}

/** Writes the source of the path itself, where it has a name. */
function emitPathValue(path: BoundPath, pipeline: Pipeline): void {
  if (path.pathSlot === null) return
  const nodes = path.nodes.map((node) => nodeText(node, pipeline)).join(', ')
  const relationships = path.steps.map((step) => pipeline.get(step.slot).text).join(', ')
  pipeline.bind(path.pathSlot, 'value', `new ${pipeline.helper('PathValue')}([${nodes}], [${relationships}])`)
}

function emitNode(node: BoundNode, pipeline: Pipeline): void {
  const tokens = tokenCache(pipeline)
  const labels = `${tokens}.labels(${pipeline.constant(node.labels)})`
  const properties = entries(node.properties, tokens, pipeline)
  const key = node.key === null ? 'null' : `${pipeline.helper('keyFrom')}(${valueSource(node.key, pipeline)})`
  pipeline.bind(node.slot, 'node', `tx.createNode({ labels: ${labels}, key: ${key}, properties: ${properties} })`)
}

function emitRelationship(step: BoundStep, start: BoundNode, end: BoundNode, pipeline: Pipeline): void {
  const tokens = tokenCache(pipeline)
  const type = `${tokens}.type(${pipeline.constant(step.types[0])})`
  const ends = `start: ${nodeText(start, pipeline)}, end: ${nodeText(end, pipeline)}`
  const properties = entries(step.properties, tokens, pipeline)
  const relationship = `{ type: ${type}, ${ends}, properties: ${properties} }`
  pipeline.bind(step.slot, 'relationship', `tx.createRelationship(${relationship})`)
}

/** A node that an earlier clause bound may be any value. */
function nodeText({ slot }: BoundNode, pipeline: Pipeline): string {
  const { text, as } = pipeline.get(slot)
  return as === 'node' ? text : `${pipeline.helper('endFrom')}(${text})`
}

function entries(properties: readonly BoundEntry[], tokens: string, pipeline: Pipeline): string {
  const pairs = properties.map(({ name, value }) => `${pipeline.constant(name)}, ${valueSource(value, pipeline)}`)
  return `${tokens}.entries(${pairs.join(', ')})`
}

/** Ids of names, looked up (and made) when the first row needs them and then kept. */
function tokenCache(pipeline: Pipeline): string {
  return pipeline.once('tokens', `new ${pipeline.helper('Tokens')}(tx)`)
}

/**
 * Writes the source that looks for the path of each row and creates it where it is not found. All that is found for a
 * row is gathered before anything is set, so no search meets what its own row changes.
 *
 *   const v1 = mergeValue(...)                               values of the path's properties
 *   for (let m0 of foundOrNew(search0.of(s0, v1))) {         [undefined] when nothing is found
 *     const isNew0 = m0 === undefined
 *     if (isNew0) { const s2 = tx.createNode(...); m0 = [s2] }
 *     const s3 = m0[0]
 *     if (isNew0) { ... } else { ... }                       ON CREATE, ON MATCH
 *   }
 *
 * `emitSearch` compiles a function that gives the ids found, in the order of `slots`, for the values in `row`.
 */
export function emitMerge(plan: Merge, { pipeline, consume }: Emission, emitSearch: (search: Search) => string): void {
  for (const { slot, name, value } of plan.values)
    pipeline.bind(
      slot,
      'value',
      `${pipeline.helper('mergeValue')}(${valueSource(value, pipeline)}, ${pipeline.constant(name)})`,
    )
  const { path } = plan
  const nodes = [...new Set(path.nodes.filter((node) => !node.bound).map((node) => node.slot))]
  const found: readonly FoundSlot[] = [
    ...nodes.map((slot) => ({ slot, as: 'node' as const })),
    ...path.steps.map(({ slot }) => ({ slot, as: 'relationship' as const })),
  ]
  const slots = found.map(({ slot }) => slot)
  const match = pipeline.name('m')
  const isNew = pipeline.name('isNew')
  const matches = emitSearch({ plan, slots })
  pipeline.loop(`for (let ${match} of ${pipeline.helper('foundOrNew')}(${matches}))`, () => {
    pipeline.line(`const ${isNew} = ${match} === undefined`)
    pipeline.block(`if (${isNew})`, () => {
      emitPath({ ...path, pathSlot: null }, pipeline)
      pipeline.line(`${match} = [${slots.map((slot) => pipeline.get(slot).text).join(', ')}]`)
    })
    for (const [i, { slot, as }] of found.entries()) pipeline.bind(slot, as, `${match}[${i}]`)
    emitPathValue(path, pipeline)
    pipeline.block(`if (${isNew})`, () => emitSet({ items: plan.onCreate }, pipeline))
    pipeline.block('else', () => emitSet({ items: plan.onMatch }, pipeline))
    consume()
  })
}

interface FoundSlot {
  readonly slot: Slot
  readonly as: 'node' | 'relationship'
}

export interface Search {
  readonly plan: Merge
  readonly slots: readonly Slot[]
}

/** Writes the source that sets item by item, so that each sees what the ones before it have set. */
export function emitSet({ items }: Pick<SetItems, 'items'>, pipeline: Pipeline): void {
  for (const item of items) pipeline.line(setItem(item, pipeline))
}

function setItem(item: BoundSetItem, pipeline: Pipeline): string {
  const target = valueSource(item.target, pipeline)
  const call = (name: HelperName, ...rest: readonly string[]) =>
    `${pipeline.helper(name)}(${['tx', target, ...rest].join(', ')})`
  switch (item.kind) {
    case 'property':
      return call('setProperty', pipeline.constant(item.name), valueSource(item.value, pipeline))
    case 'properties':
      return call('setProperties', valueSource(item.value, pipeline), String(item.replace))
    case 'labels':
      return call('addLabels', pipeline.constant(item.labels))
    case 'removeLabels':
      return call('removeLabels', pipeline.constant(item.labels))
  }
}

/** Writes the source that collects what is to be deleted; it goes after the last row, relationships before nodes. */
export function emitDelete(plan: Delete, pipeline: Pipeline): void {
  const doomed = pipeline.state('doomed', `new ${pipeline.helper('Doomed')}()`)
  pipeline.finally(`${doomed}.delete(tx, ${plan.detach})`)
  for (const target of plan.targets) pipeline.line(`${doomed}.add(${targetValue(target, pipeline)})`)
}

function targetValue(target: BoundExpression, pipeline: Pipeline): string {
  return target.kind === 'slot' ? generalValue(pipeline.get(target.slot), pipeline) : valueSource(target, pipeline)
}
