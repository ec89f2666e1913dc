/**
 * Access paths: the ways to find the candidates for one node of a pattern when nothing leads to it. The cheapest is
 * the one that gives the fewest candidates: a key, an index on equal values, an index range, the smallest label, all.
 * A relationship may be found by an index too, and then leads to both its ends.
 */
import type { EntityKind, IndexDefinition, IndexPart } from '../../src/core/change.js'
import { goesThroughLists } from '../../src/core/index-parts.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundExpression, Slot } from '../semantics/bound.js'
import { type Estimates, itemsGuessed } from './cost.js'
import { slotsRead } from './expressions.js'
import { intersectionPaths } from './intersections.js'
import type { PatternNode, PatternRelationship } from './logical.js'
import type { PhysicalPlan, RangeEnd } from './physical.js'
import { comparisonsIn, type PlaceComparison } from './predicates.js'
import { labelsOfHits, searchTested } from './searches.js'

export interface AccessPath {
  /** Candidates for each row of the input. */
  readonly candidates: number
  /** What it takes beyond giving them, for so many rows of the input. */
  readonly workFor?: (rows: number) => number
  /** What the candidates satisfy for certain, so that no filter is needed. */
  readonly labels: readonly string[]
  /** Whether they are taken to have all labels of the pattern, though that is tested. */
  readonly likelyLabeled?: boolean
  readonly predicates: readonly BoundExpression[]
  over(input: PhysicalPlan, rows: number): PhysicalPlan
}

export interface AccessQuestion {
  readonly node: PatternNode
  readonly predicates: readonly BoundExpression[]
  /** Slots with values already. */
  readonly known: ReadonlySet<Slot>
  /** Whether searches of full text may lead. */
  readonly mayLead: boolean
  readonly intersections: IntersectionChoice
}

type KnownPredicates = Pick<AccessQuestion, 'predicates' | 'known'>

type RelationshipQuestion = Pick<AccessQuestion, 'predicates' | 'known' | 'mayLead'>

/** Where sets of nodes are intersected before any node is looked at. */
export type IntersectionChoice = 'never' | 'where cheaper' | 'wherever possible'

interface Candidate extends PlaceComparison {
  readonly predicate: BoundExpression
}

/**
 * The paths worth a look: the one with the fewest candidates, each search, and intersections. What a path leaves to filters
 * costs too, so which is best shows at the end of the plan.
 */
export function accessPaths(question: AccessQuestion, catalog: Catalog, estimates: Estimates): readonly AccessPath[] {
  const comparisons = comparisonsOf(question.node.slot, question)
  const indexed = indexAccess(question.node, comparisons, catalog, estimates)
  const paths = [
    ...keyAccess(question.node, comparisons),
    ...memberAccess({ entity: 'node', slot: question.node.slot }, comparisons),
    ...indexed,
    scanAccess(question.node, estimates),
  ]
  const best = paths.reduce((best, path) => (path.candidates < best.candidates ? path : best))
  const { node, mayLead, intersections } = question
  const searches = mayLead ? textAccess({ entity: 'node', slot: node.slot }, question, catalog, estimates) : []
  if (intersections === 'never') return [best, ...searches]
  const intersected = intersectionPaths(node, [...indexed, ...searches], estimates)
  const isForced = intersections === 'wherever possible' && intersected.length > 0
  return isForced ? intersected : [best, ...searches, ...intersected]
}

/** The paths to a relationship by itself: lists that it is in, the best seek of an index, and each search. */
export function relationshipAccess(
  relationship: PatternRelationship,
  question: RelationshipQuestion,
  catalog: Catalog,
  estimates: Estimates,
): readonly AccessPath[] {
  const sought: Sought = { entity: 'relationship', slot: relationship.slot }
  const seek = relationshipSeek(relationship, question, catalog, estimates)
  return [
    ...memberAccess(sought, comparisonsOf(relationship.slot, question)),
    ...(seek === undefined ? [] : [seek]),
    ...(question.mayLead ? textAccess(sought, question, catalog, estimates) : []),
  ]
}

/**
 * Finds relationships of one type by an index on all of whose properties they are asked for equal values; undefined
 * where there is no such index. Ranges of them are rarely narrow enough to begin a walk with.
 */
function relationshipSeek(
  { slot, types }: PatternRelationship,
  question: KnownPredicates,
  catalog: Catalog,
  estimates: Estimates,
): AccessPath | undefined {
  const [type, ...others] = types
  if (type === undefined || others.length > 0) return undefined
  const comparisons = comparisonsOf(slot, question)
  const entries = estimates.relationshipCount(types)
  const seeks = catalog.indexes().flatMap((index) => {
    const covers = index.entity === 'relationship' && catalog.findType(type) === index.token
    return covers ? (indexSeek({ slot, labels: [], index, entries, comparisons, catalog }) ?? []) : []
  })
  return seeks.sort((left, right) => left.candidates - right.candidates)[0]
}

function comparisonsOf(owner: Slot, { predicates, known }: KnownPredicates): readonly Candidate[] {
  return predicates.flatMap((predicate) =>
    comparisonsIn(predicate, owner, known).map((comparison) => ({ ...comparison, predicate })),
  )
}

function keyAccess({ slot }: PatternNode, comparisons: readonly Candidate[]): AccessPath[] {
  return comparisons
    .filter(({ steps, operator }) => steps.join() === '_key' && (operator === '=' || operator === 'in'))
    .map(({ value, operator, predicate }) => ({
      candidates: operator === 'in' ? itemsGuessed(value) : 1,
      labels: [],
      // Who names a key knows what it is the key of.
      likelyLabeled: true,
      predicates: [predicate],
      over: (input, rows) => ({ kind: 'keySeek', input, slot, key: value, each: operator === 'in', rows }),
    }))
}

/** `entity IN list`. */
function memberAccess({ entity, slot }: Sought, comparisons: readonly Candidate[]): AccessPath[] {
  return comparisons
    .filter(({ steps, operator }) => steps.length === 0 && operator === 'in')
    .map(({ value, predicate }) => ({
      candidates: itemsGuessed(value),
      labels: [],
      predicates: [predicate],
      over: (input, rows) => ({ kind: 'memberScan', input, entity, slot, list: value, rows }),
    }))
}

function scanAccess({ slot, labels }: PatternNode, estimates: Estimates): AccessPath {
  const [first, ...others] = labels
  if (first === undefined)
    return {
      candidates: estimates.nodeCount(),
      labels: [],
      predicates: [],
      over: (input, rows) => ({ kind: 'allNodesScan', input, slot, rows }),
    }
  const smallest = (best: string, label: string) =>
    estimates.labelCount(label) < estimates.labelCount(best) ? label : best
  const label = others.reduce(smallest, first)
  return {
    candidates: estimates.labelCount(label),
    labels: [label],
    predicates: [],
    over: (input, rows) => ({ kind: 'labelScan', input, slot, label, rows }),
  }
}

function indexAccess(
  node: PatternNode,
  comparisons: readonly Candidate[],
  catalog: Catalog,
  estimates: Estimates,
): AccessPath[] {
  return catalog.indexes().flatMap((index) => {
    const label = node.labels.find((name) => catalog.findLabel(name) === index.token)
    if (index.entity !== 'node' || label === undefined) return []
    const entries = estimates.labelCount(label)
    const use = { slot: node.slot, labels: [label], index, entries, comparisons, catalog }
    return seeksAlone(use) ?? indexSeek(use) ?? indexRange(use) ?? []
  })
}

/** A seek for each value that the one property of an index is to equal: a list may hold several. */
function seeksAlone(use: IndexUse): AccessPath[] | undefined {
  const { index, comparisons, catalog } = use
  const [part, ...others] = index.parts as [IndexPart, ...IndexPart[]]
  const equalities = comparisons.filter((each) => each.operator === '=' && isOf(part, each, catalog))
  if (others.length > 0 || equalities.length < 2) return undefined
  return equalities.flatMap((equality) => indexSeek({ ...use, comparisons: [equality] }) ?? [])
}

interface Sought {
  readonly entity: EntityKind
  readonly slot: Slot
}

/** `search.matches` or `search.nearest` of an entity, where the index and the query are known before the entity is. */
function textAccess(
  sought: Sought,
  { predicates, known }: RelationshipQuestion,
  catalog: Catalog,
  estimates: Estimates,
): AccessPath[] {
  return predicates.flatMap((predicate): AccessPath[] => {
    const search = searchTested(predicate)
    if (search === undefined) return []
    const { entity, index, query, options } = search
    const isAsked = entity.kind === 'slot' && entity.slot === sought.slot
    if (!isAsked || ![...slotsRead(index, query, options)].every((slot) => known.has(slot))) return []
    return [
      {
        candidates: estimates.hits(search),
        workFor: (rows) => estimates.searchWork(search, rows),
        labels: labelsOfHits(search, catalog),
        predicates: [predicate],
        over: (input, rows) => ({ kind: scanOf[search.predicate], input, ...sought, index, query, options, rows }),
      },
    ]
  })
}

const scanOf = { 'search.matches': 'textScan', 'search.nearest': 'vectorScan' } as const

interface IndexUse {
  readonly slot: Slot
  /** Those that everything in the index has. */
  readonly labels: readonly string[]
  readonly index: IndexDefinition
  readonly entries: number
  readonly comparisons: readonly Candidate[]
  readonly catalog: Catalog
}

function indexSeek(use: IndexUse): AccessPath | undefined {
  const { slot, labels, index, comparisons, catalog } = use
  const equalities = index.parts.map((part) =>
    comparisons.find((comparison) => comparison.operator === '=' && isOf(part, comparison, catalog)),
  )
  if (!equalities.every((equality) => equality !== undefined)) return memberSeek(use)
  const values = equalities.map((equality) => equality.value)
  return {
    candidates: entriesPerKey(use),
    labels,
    predicates: equalities.filter(({ whole }) => whole).map(({ predicate }) => predicate),
    over: (input, rows) => ({ kind: 'indexSeek', input, slot, index, values, each: false, rows }),
  }
}

/** `owner.name IN list` seeks the items one by one. */
function memberSeek(use: IndexUse): AccessPath | undefined {
  const { slot, labels, index, comparisons, catalog } = use
  const [part, ...others] = index.parts as [IndexPart, ...IndexPart[]]
  const found = comparisons.find((comparison) => comparison.operator === 'in' && isOf(part, comparison, catalog))
  // Several items of the list may be among the values of one entity, which would be found for each.
  if (found === undefined || others.length > 0 || goesThroughLists(index.parts)) return undefined
  return {
    candidates: entriesPerKey(use) * itemsGuessed(found.value),
    labels,
    predicates: [found.predicate],
    over: (input, rows) => ({ kind: 'indexSeek', input, slot, index, values: [found.value], each: true, rows }),
  }
}

function entriesPerKey({ index, entries, catalog }: IndexUse): number {
  return index.unique ? 1 : Math.max(1, entries / Math.max(1, catalog.indexKeyCount(index.name)))
}

function indexRange({ slot, labels, index, entries, comparisons, catalog }: IndexUse): AccessPath | undefined {
  // Who lacks a part of the index is not in it: each must be compared with something, which drops such nodes.
  const compared = index.parts.map((part) => comparisons.filter((comparison) => isOf(part, comparison, catalog)))
  if (!compared.every(({ length }) => length > 0)) return undefined
  const onFirst = compared[0]!
  const lower = onFirst.find(({ operator }) => operator.startsWith('>'))
  // Of a list one element may lie above and another below: both ends must be about the same one.
  const upper = onFirst.find(
    ({ operator, quantifier }) => operator.startsWith('<') && quantifier === (lower?.quantifier ?? quantifier),
  )
  if (lower === undefined && upper === undefined) return undefined
  const [min, max] = [rangeEnd(lower), rangeEnd(upper)]
  return {
    // A range of two ends is usually a narrow one.
    candidates: entries * (min !== null && max !== null ? 0.1 : 0.3),
    labels,
    predicates: [],
    over: (input, rows) => ({ kind: 'indexRange', input, slot, index, min, max, rows }),
  }
}

function rangeEnd(comparison: Candidate | undefined): RangeEnd | null {
  return comparison === undefined ? null : { value: comparison.value, inclusive: comparison.operator.endsWith('=') }
}

function isOf({ property, path }: IndexPart, { steps }: Candidate, catalog: Catalog): boolean {
  const [name, ...others] = steps
  if (typeof name !== 'string' || catalog.findProperty(name) !== property) return false
  return others.length === path.length && others.every((step, i) => step === path[i])
}
