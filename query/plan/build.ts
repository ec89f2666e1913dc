/** From a bound query to the first logical plan: one clause after the other, nothing moved yet. */
import type {
  BoundCall,
  BoundCallQuery,
  BoundClause,
  BoundCreate,
  BoundEntry,
  BoundExpression,
  BoundInner,
  BoundMatch,
  BoundMerge,
  BoundNode,
  BoundPath,
  BoundProject,
  BoundQuery,
  BoundSet,
  BoundStep,
  Slot,
  StaticType,
} from '../semantics/bound.js'
import { mentions } from '../semantics/mentions.js'
import { callsGraph, conjunctsOf, substitute } from './expressions.js'
import type { LogicalPlan, PartPredicate, Pattern, PatternNode, PatternRelationship } from './logical.js'
import { splitConditions } from './shortest.js'
import { existenceOf, isRepeatable, liftSubqueries } from './subqueries.js'

/** A plan for each part of the query, in the order in which they run. */
export function buildLogicalPlans({ clauses, union }: BoundQuery): readonly LogicalPlan[] {
  return [clauses, ...(union?.parts ?? [])].map((part) => {
    const input = joinCreates(part).reduce<LogicalPlan>(addClause, { kind: 'unit' })
    return { kind: 'produce', input, slots: answerSlots(part), distinct: union?.all === false }
  })
}

/**
 * CREATE after CREATE as one clause, of which a script may have thousands. Not where a value asks a query, or a function
 * that reads the graph: they would have to see what the clause before has created for all rows.
 */
function joinCreates(clauses: readonly BoundClause[]): readonly BoundClause[] {
  const joined: BoundClause[] = []
  let paths: BoundPath[] = []
  for (const clause of clauses) {
    if (clause.kind === 'create' && joined.at(-1)?.kind === 'create' && valuesOf(clause).every(seesNothingNew))
      paths.push(...clause.paths)
    else joined.push(clause.kind === 'create' ? { ...clause, paths: (paths = [...clause.paths]) } : clause)
  }
  return joined
}

function valuesOf({ paths }: { readonly paths: readonly BoundPath[] }): readonly BoundExpression[] {
  const parts = paths.flatMap((path) => [...path.nodes, ...path.steps])
  const keys = paths.flatMap((path) => path.nodes.flatMap(({ key }) => (key === null ? [] : [key])))
  return [...keys, ...parts.flatMap((part) => part.properties.map(({ value }) => value))]
}

function seesNothingNew(value: BoundExpression): boolean {
  return isPlain(value) && !callsGraph(value)
}

/** The slots of the columns: those of the final projection. */
function answerSlots(clauses: readonly BoundClause[]): readonly Slot[] {
  const last = clauses.at(-1)
  return last?.kind === 'project' ? last.items.map((item) => item.slot) : []
}

function addClause(input: LogicalPlan, clause: BoundClause): LogicalPlan {
  switch (clause.kind) {
    case 'match':
      if (!clause.optional) return buildNamedMatch(input, clause)
      return { kind: 'optional', input, inner: buildNamedMatch({ kind: 'unit' }, clause) }
    case 'unwind': {
      const lists = new Lifting(input)
      const list = lists.lift(clause.list)
      return { kind: 'unwind', input: lists.plan, list, slot: clause.slot }
    }
    case 'project':
      return buildProject(input, clause)
    case 'create':
      return buildCreate(input, clause)
    case 'merge':
      return buildMerge(input, clause)
    case 'call':
      if (!clause.optional) return buildCall(input, clause)
      return { kind: 'optional', input, inner: buildCall({ kind: 'unit' }, clause) }
    case 'callQuery':
      return buildCallQuery(input, clause)
    case 'set':
      return buildSet(input, clause)
    case 'delete': {
      const targets = new Lifting(input)
      const lifted = clause.targets.map((target) => targets.lift(target))
      return { kind: 'delete', input: targets.plan, targets: lifted, detach: clause.detach }
    }
  }
}

function buildCreate(input: LogicalPlan, { paths }: BoundCreate): LogicalPlan {
  const values = new Lifting(input)
  const entries = (properties: readonly BoundEntry[]) =>
    properties.map(({ name, value }) => ({ name, value: values.lift(value) }))
  const lifted = paths.map((path) => ({
    ...path,
    nodes: path.nodes.map((node) => ({
      ...node,
      key: node.key && values.lift(node.key),
      properties: entries(node.properties),
    })),
    steps: path.steps.map((step) => ({ ...step, properties: entries(step.properties) })),
  }))
  return { kind: 'create', input: values.plan, paths: lifted }
}

function buildMerge(input: LogicalPlan, clause: BoundMerge): LogicalPlan {
  const lifting = new Lifting(input)
  const values = clause.values.map((entry) => ({ ...entry, value: lifting.lift(entry.value) }))
  return { ...clause, values, input: lifting.plan, inner: buildSearch(clause) }
}

function buildCall(input: LogicalPlan, { where, optional: _, ...call }: BoundCall): LogicalPlan {
  const values = new Lifting(input)
  const args = call.arguments.map((argument) => values.lift(argument))
  const plan: LogicalPlan = { ...call, input: values.plan, arguments: args }
  return where === null ? plan : filtered(plan, conjunctsOf(where))
}

/**
 * A query that gives rows is its clauses, added to those before it, where they come to one row only, and where they
 * treat each row alone. Others have to run for each row.
 */
function buildCallQuery(input: LogicalPlan, { query, optional, writes }: BoundCallQuery): LogicalPlan {
  const [clauses, ...others] = query.parts as [readonly BoundClause[]]
  const slots = query.columns.map(({ slot }) => slot)
  const mayBeAdded = slots.length > 0 && others.length === 0 && !optional
  if (mayBeAdded && (input.kind === 'unit' || clauses.every(treatsRowsAlone))) return clauses.reduce(addClause, input)
  return { kind: 'callQuery', input, inner: buildInner(query), slots, optional, writes }
}

function treatsRowsAlone(clause: BoundClause): boolean {
  switch (clause.kind) {
    case 'match':
    case 'unwind':
      return true
    case 'project':
      return isPlainProject(clause)
    case 'call':
      return clause.procedure.mode === 'read'
    case 'callQuery':
      return !clause.writes
    case 'create':
    case 'merge':
    case 'set':
    case 'delete':
      return false
  }
}

/** Whether each row becomes one row, or none by its WHERE. */
function isPlainProject({ distinct, groupBy, aggregates, orderBy, skip, limit }: BoundProject): boolean {
  const gathers = distinct || groupBy.length + aggregates.length + orderBy.length > 0
  return !gathers && skip === null && limit === null
}

function buildSet(input: LogicalPlan, { items }: BoundSet): LogicalPlan {
  const values = new Lifting(input)
  const lifted = items.map((item) => ({
    ...item,
    ...('steps' in item && { steps: item.steps.map((step) => values.lift(step)) }),
    ...('value' in item && { value: values.lift(item.value) }),
  }))
  return { kind: 'set', input: values.plan, items: lifted }
}

function buildProject(input: LogicalPlan, clause: BoundProject): LogicalPlan {
  let plan = aggregated(input, clause)
  const items = new Lifting(plan)
  const values = clause.items.map((item) => ({ ...item, value: items.lift(item.value) }))
  plan = { kind: 'project', input: items.plan, items: values }
  if (clause.distinct) plan = { kind: 'distinct', input: plan, slots: clause.items.map((item) => item.slot) }
  if (clause.orderBy.length > 0) {
    const order = new Lifting(plan)
    const keys = clause.orderBy.map((key) => ({ ...key, value: order.lift(key.value) }))
    plan = { kind: 'sort', input: order.plan, keys }
  }
  if (clause.skip !== null) plan = { kind: 'skip', input: plan, count: clause.skip }
  if (clause.limit !== null) plan = { kind: 'limit', input: plan, count: clause.limit }
  return clause.where === null ? plan : filtered(plan, conjunctsOf(clause.where))
}

function aggregated(input: LogicalPlan, { groupBy, aggregates }: BoundProject): LogicalPlan {
  if (groupBy.length === 0 && aggregates.length === 0) return input
  const below = new Lifting(input)
  const keys = groupBy.map((key) => ({ ...key, value: below.lift(key.value) }))
  const lifted = aggregates.map((part) => ({ ...part, argument: part.argument && below.lift(part.argument) }))
  return { kind: 'aggregate', input: below.plan, groupBy: keys, aggregates: lifted }
}

/** A plan that grows by the queries within the expressions that will read its rows. */
class Lifting {
  constructor(public plan: LogicalPlan) {}

  /** The expression with the answers of its queries, which the plan finds from now on. */
  lift(expression: BoundExpression): BoundExpression {
    const lifted = liftSubqueries(expression)
    for (const { subquery, lazy } of lifted.subqueries) {
      const { query, result, collected, initial, slot } = subquery
      const asked = { inner: buildInner(query), result, collected, initial, slot, lazy }
      this.plan = { kind: 'apply', input: this.plan, ...asked, repeatable: isRepeatable(subquery) }
    }
    return lifted.expression
  }
}

/** Clauses that begin with the row they run for. */
function buildInner({ parts, distinct, columns }: BoundInner): LogicalPlan {
  const plans = parts.map((clauses) => clauses.reduce<LogicalPlan>(addClause, { kind: 'unit' }))
  const plan = plans.reduce((input, other) => ({ kind: 'union', input, other }))
  return distinct ? { kind: 'distinct', input: plan, slots: columns.map(({ slot }) => slot) } : plan
}

/** What asks no query comes first: it costs less, and may use an index where the plan is a match. */
function filtered(input: LogicalPlan, predicates: readonly BoundExpression[]): LogicalPlan {
  const plain = predicates.filter(isPlain)
  const plan: LogicalPlan = plain.length === 0 ? input : { kind: 'filter', input, predicates: plain }
  return predicates.filter((predicate) => !isPlain(predicate)).reduce(askedBy, plan)
}

function isPlain(predicate: BoundExpression): boolean {
  return liftSubqueries(predicate).subqueries.length === 0
}

function askedBy(input: LogicalPlan, predicate: BoundExpression): LogicalPlan {
  const existence = existenceOf(predicate)
  if (existence !== undefined) return { kind: existence.kind, input, inner: buildInner(existence.subquery.query) }
  const answers = new Lifting(input)
  const bare = answers.lift(predicate)
  return { kind: 'filter', input: answers.plan, predicates: [bare] }
}

function buildMatch(
  input: LogicalPlan,
  clause: BoundMatch,
  conditions = clause.where === null ? [] : conjunctsOf(clause.where),
): LogicalPlan {
  const steps = clause.paths.flatMap((path) => path.steps)
  // A clause is told from others by its first relationship. Two that begin with the same one are never joined.
  const group = steps[0]?.slot ?? 0
  const predicates: BoundExpression[] = []
  const nodes = new Map<Slot, PatternNode>()
  for (const node of clause.paths.flatMap((path) => path.nodes)) {
    nodes.set(node.slot, mergeNode(nodes.get(node.slot), node))
    predicates.push(...nodePredicates(node))
  }
  const { parts, rest } = splitConditions(clause.paths, conditions)
  const relationships = clause.paths.flatMap((path) =>
    path.steps.map((step, i) => ({
      ...relationshipOf(path, step, i, group),
      ...(step.shortest !== null && shortestPart(step, parts.get(step.slot) ?? [])),
    })),
  )
  for (const step of steps) if (step.length === null) predicates.push(...entryPredicates(step, 'relationship'))
  predicates.push(...rest)
  const pattern: Pattern = { nodes: [...nodes.values()], relationships, paths: clause.paths.flatMap(namedPath) }
  const match: LogicalPlan = { kind: 'match', input, pattern, predicates: predicates.filter(isPlain) }
  return predicates.filter((predicate) => !isPlain(predicate)).reduce(askedBy, match)
}

/**
 * A match with what its SEARCH names; its WHERE, which decides before they are there, asks for the same by itself, but for
 * the queries in it, which are asked when they are.
 */
function buildNamedMatch(input: LogicalPlan, clause: BoundMatch): LogicalPlan {
  const { named, where } = clause
  if (named.length === 0) return buildMatch(input, clause)
  const values = new Map(named.map(({ slot, value }) => [slot, value]))
  const slots = new Set(values.keys())
  const predicates = where === null ? [] : conjunctsOf(where)
  const late = predicates.filter((predicate) => !isPlain(predicate) && mentions(predicate, slots))
  const early = predicates.filter((predicate) => !late.includes(predicate))
  const match = buildMatch(
    input,
    clause,
    early.map((predicate) => substitute(predicate, values)),
  )
  return filtered({ kind: 'project', input: match, items: named }, late)
}

/** The path of a MERGE as it is looked for: from the slots of one row, as if they were all there is. */
function buildSearch({ path }: BoundMerge): LogicalPlan {
  const paths = [{ ...path, pathSlot: null }]
  return buildMatch({ kind: 'unit' }, { kind: 'match', optional: false, paths, where: null, named: [] })
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
    shortest: null,
    group,
  }
}

/** A shortest path is found apart from the other relationships of its clause, so it is a group of its own. */
function shortestPart({ slot, shortest }: BoundStep, parts: readonly PartPredicate[]) {
  return { shortest: { all: shortest === 'all', parts }, group: -1 - slot }
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
