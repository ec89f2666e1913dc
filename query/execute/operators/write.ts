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
import { checkedHelper, generalValue, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import type { CreationPart, PlainValue } from '../runtime/creation.js'
import type { HelperName } from '../runtime/helpers.js'
import type { Emission } from './operator.js'

/**
 * Writes the source that creates what the paths name, part by part as they are written. Many parts are data, not
 * source, unless some expression of theirs must be compiled: a script of 60,000 paths would be a function of 10 MB.
 */
export function emitCreate(plan: Create, { pipeline, needed }: Emission): void {
  const creation = creationOf(plan.paths, pipeline)
  if (creation !== undefined && creation.parts.length > partsAsSourceMax) emitCreation(plan, creation, pipeline, needed)
  else for (const path of plan.paths) emitPath(path, pipeline)
}

const partsAsSourceMax = 64
/** Parts created between two looks at the budget. */
const partsPerRound = 256

function emitCreation(
  { paths }: Create,
  { parts, known }: SlotCreation,
  pipeline: Pipeline,
  needed: ReadonlySet<Slot>,
): void {
  const ends = known.map((node) => nodeText(node, pipeline)).join(', ')
  const [made, i] = [pipeline.name('made'), pipeline.name('i')]
  pipeline.line(`const ${made} = [${ends}]`)
  const data = `${pipeline.constant(parts)}, x.parameters`
  pipeline.loop(`for (let ${i} = 0; ${i} < ${parts.length}; ${i} += ${partsPerRound})`, () => {
    pipeline.line(
      `${pipeline.helper('createParts')}(tx, ${tokenCache(pipeline)}, ${data}, ${made}, ${i}, ${i} + ${partsPerRound})`,
    )
    pipeline.charge(String(stepsPerPart * partsPerRound))
  })
  const inPaths = paths.filter((path) => path.pathSlot !== null).flatMap((path) => [...path.nodes, ...path.steps])
  const read = new Set([...needed, ...inPaths.map(({ slot }) => slot)])
  parts.forEach(({ kind, slot }, at) => {
    if (read.has(slot)) pipeline.bind(slot, kind, `${made}[${known.length + at}]`)
  })
  for (const path of paths) emitPathValue(path, pipeline)
}

const stepsPerPart = 20

interface SlotCreation {
  readonly parts: readonly (CreationPart & { readonly slot: Slot })[]
  /** Nodes of the paths that are there before, in the order of their places. */
  readonly known: readonly BoundNode[]
}

/** The parts as data; undefined where a value of theirs must be computed. */
function creationOf(paths: readonly BoundPath[], pipeline: Pipeline): SlotCreation | undefined {
  const places = new Map<Slot, number>()
  const known: BoundNode[] = []
  for (const node of paths.flatMap((path) => path.nodes)) {
    if (!pipeline.variables.has(node.slot) || places.has(node.slot)) continue
    places.set(node.slot, known.push(node) - 1)
  }
  const parts: (CreationPart & { readonly slot: Slot })[] = []
  const add = (part: CreationPart & { readonly slot: Slot }) => {
    places.set(part.slot, known.length + parts.push(part) - 1)
  }
  for (const path of paths) {
    for (const { slot, labels, key, properties } of path.nodes) {
      if (places.has(slot)) continue
      const values = plainEntries(key === null ? properties : [{ name: '_key', value: key }, ...properties], pipeline)
      if (values === undefined) return undefined
      const [keyValue, rest] = key === null ? [null, values] : [values[0]!.value, values.slice(1)]
      add({ kind: 'node', slot, labels, key: keyValue, properties: rest })
    }
    for (const [i, { slot, types, direction, properties }] of path.steps.entries()) {
      const values = plainEntries(properties, pipeline)
      if (values === undefined) return undefined
      const [before, after] = [places.get(path.nodes[i]!.slot)!, places.get(path.nodes[i + 1]!.slot)!]
      const [start, end] = direction === 'incoming' ? [after, before] : [before, after]
      add({ kind: 'relationship', slot, type: types[0]!, start, end, properties: values })
    }
  }
  return { parts, known }
}

function plainEntries(entries: readonly BoundEntry[], { query }: Pipeline): CreationPart['properties'] | undefined {
  const plain: { name: string; value: PlainValue }[] = []
  for (const { name, value } of entries) {
    const known = plainValue(value, query)
    if (known === undefined) return undefined
    plain.push({ name, value: known })
  }
  return plain
}

function plainValue(value: BoundExpression, query: Pipeline['query']): PlainValue | undefined {
  if (value.kind === 'literal') return { literal: value.value }
  const isNegated = value.kind === 'unary' && value.operator === 'negate'
  const operand = isNegated ? value.operand : value
  return operand.kind === 'parameter' ? { parameter: query.parameterIndex(operand.name), isNegated } : undefined
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
  const key =
    node.key === null ? 'null' : `${checkedHelper('keyFrom', node.key, pipeline)}(${valueSource(node.key, pipeline)})`
  pipeline.bind(
    node.slot,
    'node',
    `tx.createNode${pipeline.query.places.mark(node.position)}({ labels: ${labels}, key: ${key}, properties: ${properties} })`,
  )
}

function emitRelationship(step: BoundStep, start: BoundNode, end: BoundNode, pipeline: Pipeline): void {
  const tokens = tokenCache(pipeline)
  const type = `${tokens}.type(${pipeline.constant(step.types[0])})`
  const ends = `start: ${nodeText(start, pipeline)}, end: ${nodeText(end, pipeline)}`
  const properties = entries(step.properties, tokens, pipeline)
  const relationship = `{ type: ${type}, ${ends}, properties: ${properties} }`
  pipeline.bind(
    step.slot,
    'relationship',
    `tx.createRelationship${pipeline.query.places.mark(step.position)}(${relationship})`,
  )
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
      `${checkedHelper('mergeValue', value, pipeline)}(${valueSource(value, pipeline)}, ${pipeline.constant(name)})`,
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
    `${checkedHelper(name, 'value' in item ? item.value : item.target, pipeline)}(${['tx', target, ...rest].join(', ')})`
  switch (item.kind) {
    case 'property':
      return call('setProperty', pipeline.constant(item.name), valueSource(item.value, pipeline))
    case 'place': {
      const steps = `[${item.steps.map((step) => valueSource(step, pipeline)).join(', ')}]`
      const mark = pipeline.query.places.mark(item.position)
      return `${pipeline.helper('changePlace')}${mark}(tx, ${target}, ${steps}, '${item.change}', ${valueSource(item.value, pipeline)})`
    }
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
  pipeline.finally(`${doomed}.delete${pipeline.query.places.mark(plan.targets[0]!.position)}(tx, ${plan.detach})`)
  for (const target of plan.targets)
    pipeline.line(`${doomed}.add${pipeline.query.places.mark(target.position)}(${targetValue(target, pipeline)})`)
}

function targetValue(target: BoundExpression, pipeline: Pipeline): string {
  return target.kind === 'slot' ? generalValue(pipeline.get(target.slot), pipeline) : valueSource(target, pipeline)
}
