/** From a bound query to the first logical plan: one clause after the other, nothing moved yet. */
import type {
  BoundClause,
  BoundEntry,
  BoundExpression,
  BoundMatch,
  BoundNode,
  BoundPath,
  BoundProject,
  BoundQuery,
  BoundStep,
  Slot,
  StaticType,
} from '../semantics/bound.js'
import { conjunctsOf } from './expressions.js'
import type { LogicalPlan, Pattern, PatternNode, PatternRelationship } from './logical.js'

export function buildLogicalPlan(query: BoundQuery): LogicalPlan {
  const plan = query.clauses.reduce<LogicalPlan>(addClause, { kind: 'unit' })
  return { kind: 'produce', input: plan, slots: answerSlots(query) }
}

/** The slots of the columns: those of the final projection. */
function answerSlots(query: BoundQuery): readonly Slot[] {
  const last = query.clauses.at(-1)
  return last?.kind === 'project' ? last.items.map((item) => item.slot) : []
}

function addClause(input: LogicalPlan, clause: BoundClause, number: number): LogicalPlan {
  switch (clause.kind) {
    case 'match':
      return buildMatch(input, clause, number)
    case 'unwind':
      return { kind: 'unwind', input, list: clause.list, slot: clause.slot }
    case 'project':
      return buildProject(input, clause)
    case 'create':
      return { kind: 'create', input, paths: clause.paths }
    case 'set':
      return { kind: 'set', input, items: clause.items }
    case 'delete':
      return { kind: 'delete', input, targets: clause.targets, detach: clause.detach }
  }
}

function buildProject(input: LogicalPlan, clause: BoundProject): LogicalPlan {
  let plan = input
  if (clause.groupBy.length > 0 || clause.aggregates.length > 0)
    plan = { kind: 'aggregate', input: plan, groupBy: clause.groupBy, aggregates: clause.aggregates }
  plan = { kind: 'project', input: plan, items: clause.items }
  if (clause.distinct) plan = { kind: 'distinct', input: plan, slots: clause.items.map((item) => item.slot) }
  if (clause.orderBy.length > 0) plan = { kind: 'sort', input: plan, keys: clause.orderBy }
  if (clause.skip !== null) plan = { kind: 'skip', input: plan, count: clause.skip }
  if (clause.limit !== null) plan = { kind: 'limit', input: plan, count: clause.limit }
  if (clause.where !== null) plan = { kind: 'filter', input: plan, predicates: conjunctsOf(clause.where) }
  return plan
}

function buildMatch(input: LogicalPlan, clause: BoundMatch, group: number): LogicalPlan {
  const predicates: BoundExpression[] = []
  const nodes = new Map<Slot, PatternNode>()
  for (const node of clause.paths.flatMap((path) => path.nodes)) {
    nodes.set(node.slot, mergeNode(nodes.get(node.slot), node))
    predicates.push(...nodePredicates(node))
  }
  const relationships = clause.paths.flatMap((path) =>
    path.steps.map((step, i) => relationshipOf(path, step, i, group)),
  )
  const steps = clause.paths.flatMap((path) => path.steps)
  for (const step of steps) if (step.length === null) predicates.push(...entryPredicates(step, 'relationship'))
  if (clause.where !== null) predicates.push(...conjunctsOf(clause.where))
  const pattern: Pattern = { nodes: [...nodes.values()], relationships, paths: clause.paths.flatMap(namedPath) }
  return { kind: 'match', input, pattern, predicates }
}

function namedPath(path: BoundPath): Pattern['paths'] {
  if (path.pathSlot === null) return []
  return [{ slot: path.pathSlot, start: path.nodes[0]!.slot, relationships: path.steps.map((step) => step.slot) }]
}

/** One node may stand at several places of a pattern; it has the labels of all of them. */
function mergeNode(known: PatternNode | undefined, node: BoundNode): PatternNode {
  const labels = [...new Set([...(known?.labels ?? []), ...node.labels])].sort()
  return { slot: node.slot, bound: node.bound || known?.bound === true, labels }
}

function relationshipOf(path: BoundPath, step: BoundStep, index: number, group: number): PatternRelationship {
  return {
    slot: step.slot,
    bound: step.bound,
    from: path.nodes[index]!.slot,
    to: path.nodes[index + 1]!.slot,
    direction: step.direction,
    types: [...new Set(step.types)].sort(),
    length: step.length,
    properties: step.length === null ? [] : step.properties,
    group,
  }
}

function nodePredicates(node: BoundNode): BoundExpression[] {
  const predicates = entryPredicates(node, 'node')
  if (node.key !== null) predicates.push(propertyEquals(node, 'node', { name: '_key', value: node.key }))
  return predicates
}

function entryPredicates(
  owner: Pick<BoundNode, 'slot' | 'position'> & { readonly properties: readonly BoundEntry[] },
  type: StaticType,
): BoundExpression[] {
  return owner.properties.map((entry) => propertyEquals(owner, type, entry))
}

/** `{name: value}` of a pattern as the predicate `owner.name = value`. */
function propertyEquals(
  owner: Pick<BoundNode, 'slot' | 'position'>,
  type: StaticType,
  { name, value }: BoundEntry,
): BoundExpression {
  const { slot, position } = owner
  const target: BoundExpression = { kind: 'slot', slot, type, position }
  const left: BoundExpression = { kind: 'property', target, name, type: 'any', position }
  return { kind: 'binary', operator: '=', left, right: value, type: 'boolean', position }
}
