/**
 * Binds WITH and RETURN.
 *
 * An item that calls an aggregate makes the clause aggregate: the items without one become the keys of its groups.
 *
 *   RETURN a.city AS city, count(*) + 1 AS n       groupBy 0: a.city, aggregates 1: count(*),
 *                                                  items 2: city = slot 0, 3: n = slot 1 + 1
 *
 * Beside its aggregates such an item reads only what is the same for all rows of a group: constants, and variables
 * and properties that are keys themselves. After DISTINCT or aggregation the rows before are gone, so that ORDER BY
 * and WHERE read the items alone: by name, or spelled as the items spell them.
 */

import type { CallExpression, Expression, ProjectClause, ProjectItem } from '../syntax/ast.js'
import { aggregateType, isAggregate, resolveAggregate } from './aggregates.js'
import { type Analysis, Scope } from './analysis.js'
import type { BoundAggregate, BoundExpression, BoundProject, Slot } from './bound.js'
import {
  bindAccepted,
  bindExpression,
  isPredicate,
  plainSurroundings,
  type Surroundings,
  slotExpression,
} from './expressions.js'
import { itemType } from './item-type.js'
import { asksQuery, findCall, fingerprint } from './tree.js'
import { numeric } from './types.js'

export interface BoundProjection {
  readonly project: BoundProject
  /** What later clauses see: the items, and what was around the clauses before. */
  readonly scope: Scope
}

export function bindProject(analysis: Analysis, clause: ProjectClause, before: Scope): BoundProjection {
  const items = nameItems(analysis, clause, before)
  const grouping = items.some(({ aggregate }) => aggregate) ? new Grouping(analysis, before, items) : undefined
  const values = items.map((item) => grouping?.item(item) ?? bindPlain(analysis, item.expression, before, clause))
  const after = new Scope(before.outer, before)
  const bound = items.map(({ name }, i) => {
    const value = values[i]!
    const items = itemType(analysis, value)
    const slot = analysis.newSlot({ name, type: value.type, items, nullable: isNullable(analysis, value) })
    after.declare(name, slot)
    return { slot, name, value }
  })
  const last = surroundingsAfter({ analysis, clause, before, after, items, bound, grouping })
  return {
    scope: after,
    project: {
      kind: 'project',
      final: clause.kind === 'return',
      distinct: clause.distinct,
      groupBy: grouping?.keys ?? [],
      aggregates: grouping?.aggregates ?? [],
      items: bound,
      orderBy: clause.orderBy.map(({ expression, descending }) => ({
        value: bindExpression(analysis, expression, last('ORDER BY', expression)),
        descending,
      })),
      skip: bindCount(analysis, clause.skip, 'SKIP'),
      limit: bindCount(analysis, clause.limit, 'LIMIT'),
      where: clause.where && bindAccepted(analysis, clause.where, last('WHERE', clause.where), ['boolean'], 'WHERE'),
    },
  }
}

interface NamedItem {
  readonly name: string
  readonly expression: Expression
  readonly aggregate: boolean
}

/** The items by name, those of `*` first and in the order of the alphabet. Throws COLUMN_DUPLICATE. */
function nameItems(analysis: Analysis, clause: ProjectClause, before: Scope): NamedItem[] {
  if (clause.all && clause.kind === 'return' && before.visible().length === 0) {
    analysis.fail(
      'VARIABLE_UNDEFINED',
      clause.at,
      'RETURN * needs a variable, and none is defined here',
      'name what the pattern finds: MATCH (n) RETURN *',
      { detail: 'NoVariablesInScope' },
    )
  }
  const all = clause.all ? before.visible().sort() : []
  const items = [
    ...all.map((name) => ({ name, expression: { kind: 'variable', name, at: clause.at } as const, aggregate: false })),
    ...clause.items.map((item) => ({
      name: nameOf(analysis, clause, item),
      expression: item.expression,
      aggregate: findCall(item.expression, isAggregate) !== undefined,
    })),
  ]
  refuseDuplicates(analysis, items)
  return items
}

function nameOf(analysis: Analysis, clause: ProjectClause, { expression, alias, text }: ProjectItem): string {
  if (alias !== null) return alias.name
  if (expression.kind === 'variable') return expression.name
  if (clause.kind === 'return') return text
  return analysis.fail('COLUMN_UNNAMED', expression.at, `WITH needs a name for ${text}`, `write ${text} AS name`)
}

function refuseDuplicates(analysis: Analysis, items: readonly NamedItem[]): void {
  const names = new Set<string>()
  for (const { name, expression } of items) {
    if (names.has(name)) analysis.fail('COLUMN_DUPLICATE', expression.at, `two columns have the name ${name}`)
    names.add(name)
  }
}

function bindPlain(analysis: Analysis, expression: Expression, scope: Scope, clause: ProjectClause): BoundExpression {
  return bindExpression(analysis, expression, plainSurroundings(analysis, scope, clause.kind.toUpperCase()))
}

/** The keys and aggregates of a clause that groups its rows. */
class Grouping {
  readonly keys: { slot: Slot; value: BoundExpression }[] = []
  readonly aggregates: BoundAggregate[] = []
  private readonly keySlots = new Map<string, Slot>()
  private readonly aggregateSlots = new Map<string, Slot>()

  constructor(
    private readonly analysis: Analysis,
    private readonly before: Scope,
    items: readonly NamedItem[],
  ) {
    for (const item of items) if (!item.aggregate) this.addKey(item)
  }

  private addKey({ name, expression }: NamedItem): void {
    const print = fingerprint(expression)
    if (this.keySlots.has(print)) return
    const value = bindExpression(this.analysis, expression, plainSurroundings(this.analysis, this.before, 'a group'))
    const info = { name, type: value.type, nullable: isNullable(this.analysis, value), anonymous: true }
    const slot = this.analysis.newSlot(info)
    this.keys.push({ slot, value })
    this.keySlots.set(print, slot)
  }

  item({ expression, aggregate }: NamedItem): BoundExpression {
    if (!aggregate) return slotExpression(this.analysis, this.keySlots.get(fingerprint(expression))!, expression.at)
    return bindExpression(this.analysis, expression, {
      scope: this.before,
      aggregate: (call) => this.aggregate(call),
      replace: (part) => this.replaceByKey(part),
    })
  }

  private replaceByKey(part: Expression): BoundExpression | undefined {
    if (asksQuery(part)) {
      const surroundings = plainSurroundings(this.analysis, this.keyScope(), 'a query')
      const accepted = isPredicate(part) ? (['boolean'] as const) : (['any'] as const)
      return bindAccepted(this.analysis, part, surroundings, accepted, 'an item')
    }
    if (part.kind !== 'variable' && part.kind !== 'property') return undefined
    const slot = this.keySlots.get(fingerprint(part))
    if (slot !== undefined) return slotExpression(this.analysis, slot, part.at)
    if (part.kind === 'property' || this.before.find(part.name) === undefined) return undefined
    // What a query runs for is one row, the same throughout.
    if (this.before.find(part.name) === this.before.outer?.find(part.name)) return undefined
    return refuseAmbiguous(this.analysis, part, part.name)
  }

  /** The variables that are keys by themselves: all that is left of a row for a query beside an aggregate. */
  private keyScope(): Scope {
    const scope = new Scope(this.before.outer)
    for (const name of this.before.visible()) {
      const slot = this.keySlots.get(fingerprint({ kind: 'variable', name, at: 0 }))
      if (slot !== undefined) scope.declare(name, slot)
    }
    return scope
  }

  private aggregate(call: CallExpression): BoundExpression {
    const slot = this.find(call) ?? this.add(call)
    return slotExpression(this.analysis, slot, call.at)
  }

  /** The slot of an aggregate that the items call already. */
  find(call: CallExpression): Slot | undefined {
    return this.aggregateSlots.get(fingerprint(call))
  }

  private add(call: CallExpression): Slot {
    const { function: name, argument, fraction } = resolveAggregate(this.analysis, call)
    for (const part of [argument, fraction]) if (part !== null) this.refuseRandom(part)
    const surroundings = {
      ...plainSurroundings(this.analysis, this.before, 'the argument of another aggregate'),
      aggregate: (inner: CallExpression) => refuseNested(this.analysis, inner),
    }
    const bound = argument && bindExpression(this.analysis, argument, surroundings)
    const boundFraction = fraction && bindAccepted(this.analysis, fraction, surroundings, numeric, name)
    const type = bound === null ? 'integer' : aggregateType(this.analysis, name, bound)
    const nullable = name !== 'count' && name !== 'collect' && name !== 'sum'
    const slot = this.analysis.newSlot({ name: call.text, type, nullable, anonymous: true })
    const { distinct, text } = call
    this.aggregates.push({ slot, function: name, argument: bound, fraction: boundFraction, distinct, text })
    this.aggregateSlots.set(fingerprint(call), slot)
    return slot
  }

  private refuseRandom(argument: Expression): void {
    const random = findCall(
      argument,
      ({ name }) => this.analysis.library.findFunction(name.name)?.deterministic === false,
    )
    if (random === undefined) return
    const message = `an aggregate cannot take ${random.name.name}(), which differs from call to call`
    const hint = 'draw it in a WITH before, and aggregate its name'
    this.analysis.fail('AGGREGATION_MISPLACED', random.at, message, hint, { detail: 'NonConstantExpression' })
  }
}

/** What an expression with an aggregate may read of its group. */
function isSimple({ kind }: Expression): boolean {
  return kind === 'variable' || kind === 'property' || kind === 'literal' || kind === 'parameter'
}

function refuseAmbiguous(analysis: Analysis, { at }: Expression, name: string): never {
  return analysis.fail(
    'AGGREGATION_MISPLACED',
    at,
    `beside an aggregate stand constants, and variables and properties that are items of their own; ${name} is neither`,
    'project it in a WITH before, and use its name',
    { detail: 'AmbiguousAggregationExpression' },
  )
}

function refuseNested(analysis: Analysis, { name, at }: CallExpression): never {
  return analysis.fail(
    'AGGREGATION_MISPLACED',
    at,
    `${name.name} aggregates rows, which the argument of another aggregate cannot do`,
    'aggregate in a WITH before it, and use the result',
    { detail: 'NestedAggregation' },
  )
}

interface Projected {
  readonly analysis: Analysis
  readonly clause: ProjectClause
  readonly before: Scope
  readonly after: Scope
  readonly items: readonly NamedItem[]
  readonly bound: BoundProject['items']
  readonly grouping: Grouping | undefined
}

/** What ORDER BY and WHERE see. */
function surroundingsAfter(projected: Projected): (place: string, whole: Expression) => Surroundings {
  const { analysis, clause, before, after, grouping } = projected
  if (grouping === undefined && !clause.distinct) {
    const both = new Scope(before)
    for (const { name, slot } of projected.bound) both.declare(name, slot)
    return (place) => plainSurroundings(analysis, both, place)
  }
  const slots = new Map(projected.items.map((item, i) => [fingerprint(item.expression), projected.bound[i]!.slot]))
  return (place, whole) => ({
    scope: after,
    aggregate: (call) => findAggregate(projected, call) ?? refuseNewAggregate(projected, call, place),
    replace(part) {
      if (part.kind === 'variable' && after.find(part.name) !== undefined) return undefined
      const slot = slots.get(fingerprint(part))
      if (slot === undefined) return undefined
      if (!isSimple(part) && findCall(part, isAggregate) === undefined && findCall(whole, isAggregate) !== undefined)
        refuseAmbiguous(analysis, part, 'this expression')
      return slotExpression(analysis, slot, part.at)
    },
  })
}

function findAggregate({ analysis, grouping }: Projected, call: CallExpression): BoundExpression | undefined {
  const slot = grouping?.find(call)
  return slot === undefined ? undefined : slotExpression(analysis, slot, call.at)
}

/** An aggregate that no item calls: its rows are gone, and mostly its variables with them. */
function refuseNewAggregate({ analysis, after }: Projected, call: CallExpression, place: string): never {
  const surroundings = plainSurroundings(analysis, after, place)
  if (call.arguments !== 'all') for (const part of call.arguments) bindExpression(analysis, part, surroundings)
  return surroundings.aggregate(call) as never
}

/** SKIP and LIMIT: a constant that can be an INTEGER, and no negative one. */
function bindCount(analysis: Analysis, count: Expression | null, place: 'SKIP' | 'LIMIT'): BoundExpression | null {
  if (count === null) return null
  const constant: Surroundings = {
    ...plainSurroundings(analysis, new Scope(), place),
    replace(part) {
      const read = part.kind === 'variable' ? part.name : asksQuery(part) ? 'the graph' : undefined
      if (read === undefined) return undefined
      return analysis.fail('CONSTANT_EXPECTED', part.at, `${place} is one number for all rows and cannot read ${read}`)
    },
  }
  const bound = bindAccepted(analysis, count, constant, ['integer'], place)
  if (bound.type === 'null') {
    const hint = `leave ${place} out to have all rows`
    analysis.fail('TYPE_MISMATCH', count.at, `${place} takes INTEGER, and this is null`, hint)
  }
  if (bound.kind === 'literal' && (bound.value as number | bigint) < 0) {
    const hint = `give 0 or more; leave ${place} out to have all rows`
    analysis.fail('NUMBER_OUT_OF_RANGE', count.at, `${place} cannot be negative`, hint, {
      detail: 'NegativeIntegerArgument',
    })
  }
  return bound
}

function isNullable(analysis: Analysis, value: BoundExpression): boolean {
  switch (value.kind) {
    case 'slot':
      return analysis.info(value.slot).nullable
    case 'literal':
      return value.value === null
    default:
      return value.kind !== 'list' && value.kind !== 'map'
  }
}
