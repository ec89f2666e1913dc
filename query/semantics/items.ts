/**
 * Expressions for each item of a list, where they ask queries. They become queries themselves, which have a row for each
 * item, as a query can only be asked for a row:
 *
 *   [x IN list WHERE a | b]            COLLECT { UNWIND list AS x WITH x WHERE a RETURN b }
 *   any(x IN list WHERE a)             any(answer IN COLLECT { UNWIND list AS x RETURN a } WHERE answer)
 *   reduce(s = 0, x IN list | a)       the last of { UNWIND list AS x RETURN a }, in which s is the one before
 *
 * Each is null of null, and takes nothing but lists.
 */
import type { Analysis } from './analysis.js'
import type { BoundClause, BoundExpression, Slot } from './bound.js'
import { projectOf } from './inner.js'
import { single, subquery } from './subqueries.js'

interface Items {
  readonly slot: Slot
  readonly where: BoundExpression | null
  readonly value: BoundExpression
}

/** `[slot IN list WHERE where | value]` */
export function collectItems(analysis: Analysis, list: BoundExpression, items: Items): BoundExpression {
  return ofKnownList(analysis, list, (known) => {
    const asked = eachItem(analysis, known, items)
    return subquery(analysis, { result: 'collect', ...asked }, list.position.offset)
  })
}

interface Reduction extends Items {
  readonly accumulator: Slot
  readonly initial: BoundExpression
}

/** `reduce(accumulator = initial, slot IN list | value)` */
export function reduceItems(
  analysis: Analysis,
  list: BoundExpression,
  { accumulator, initial, ...items }: Reduction,
): BoundExpression {
  return ofKnownList(analysis, list, (known) => {
    const asked = eachItem(analysis, known, items)
    const { position } = list
    return { kind: 'subquery', result: 'last', ...asked, initial, slot: accumulator, type: 'any', position }
  })
}

/** The query with a row for each item, and the slot of its value. */
function eachItem(analysis: Analysis, list: BoundExpression, { slot, where, value }: Items) {
  const unwind: BoundClause = { kind: 'unwind', list: checkedList(analysis, list), slot }
  const kept = where === null ? [] : [{ ...projectOf([]), where }]
  const collected = analysis.newSlot({ name: 'item', type: value.type, nullable: true, anonymous: true })
  return { query: single([unwind, ...kept, projectOf([{ slot: collected, value }])]), collected }
}

/** What `use` makes of a list that is evaluated once; null of null. */
function ofKnownList(
  analysis: Analysis,
  list: BoundExpression,
  use: (list: BoundExpression) => BoundExpression,
): BoundExpression {
  const { position } = list
  const slot = analysis.newSlot({ name: 'list', type: list.type, nullable: true, anonymous: true })
  const known: BoundExpression = { kind: 'slot', slot, type: list.type, position }
  const isNull: BoundExpression = { kind: 'unary', operator: 'isNull', operand: known, type: 'boolean', position }
  const used = use(known)
  const value: BoundExpression = {
    kind: 'case',
    operand: null,
    // biome-ignore lint/suspicious/noThenProperty: a branch of CASE is no promise
    branches: [{ when: isNull, then: { kind: 'literal', value: null, type: 'null', position } }],
    otherwise: used,
    type: used.type,
    position,
  }
  const collected = analysis.newSlot({ name: 'value', type: used.type, nullable: true, anonymous: true })
  const query = single([projectOf([{ slot, value: list }]), projectOf([{ slot: collected, value }])])
  return { ...subquery(analysis, { result: 'last', query, collected }, position.offset), type: used.type }
}

/** The list, for UNWIND, which takes any value; a comprehension takes nothing but lists. */
export function checkedList(analysis: Analysis, list: BoundExpression): BoundExpression {
  const slot = analysis.newSlot({ name: 'item', type: 'any', nullable: true, anonymous: true })
  return { kind: 'comprehension', slot, list, where: null, result: null, type: 'list', position: list.position }
}
