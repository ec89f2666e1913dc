/**
 * Estimates from the counts of the catalog. They choose between plans that give the same rows, so a wrong one costs
 * time and never an answer.
 *
 * The catalog counts relationships by type and the labels of each end, so degrees and the labels of neighbours are known
 * for each label; the labels of the two ends of a relationship are taken as independent of each other, and relationships
 * as spread evenly over the nodes of a label. Properties without an index are guessed as most planners do.
 */
import type { LabelId } from '../../src/core/ids.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { Direction } from '../../src/transaction/transaction.js'
import type { BoundExpression } from '../semantics/bound.js'
import { isGiven, walk } from './expressions.js'
import { type IndexSearch, isLimited, nameOfSearch, type SearchCounts, searchTested } from './searches.js'

/** Shares of rows that pass, where no statistics tell more: those of Selinger and others 1979, section 4. */
const equalityShare = 0.1
const rangeShare = 0.3
export const otherShare = 0.5
/** Of the documents of a full-text index that a query finds: most words are rare. */
const textShare = 0.02

/**
 * What a full-text index costs, in rows looked at (some 15 ns each): to begin a search, each of its hits, and to ask
 * about one entity by itself. Measured over 100,000 documents by `npm run bench -- search-plans`; as in
 * src/transaction/text-view.ts, which stops asking one by one when that has cost as much as all hits do.
 */
const workPerSearch = 1000
const workPerHit = 2
const workPerQuestion = 400
const questionsMin = 4
const workPerMember = 5
const workPerList = 15
/** To keep a hit in the order of scores; to gather a row; to look for one node among hits, while these are many. */
const workPerRankedHit = 30
const workPerGathered = 4
/** Hits are ranked where no more than one in so many is wanted (src/transaction/best-first.ts). */
const hitsPerRanked = 8
const workPerFiltered = 100
/** To compare vectors: for each, and for each of its numbers. What a graph proposes takes as long as ten of 128 numbers. */
const workPerVectorMin = 2
const workPerNumber = 0.07
const workPerProposal = 100
/** For each number of a vector that is read from a property, and compared. */
const workPerNumberRead = 8
const proposalsMin = 100

/** An unbounded trail is taken to end this many relationships after its minimum. */
const unboundedReach = 4

/** A plan lives on in the cache while a new database fills, so nothing is ever taken for (nearly) empty. */
const countMin = 10

export type RelationshipEnd = 'start' | 'end'

export class Estimates {
  /** By end and types: an order is tried step by step, and asks the same again and again. */
  private readonly implied = new Map<string, readonly string[]>()

  constructor(
    private readonly catalog: Catalog,
    private readonly searches: SearchCounts,
  ) {}

  nodeCount(): number {
    return Math.max(countMin, this.catalog.nodeCount)
  }

  labelCount(label: string): number {
    const id = this.catalog.findLabel(label)
    return Math.max(countMin, id === undefined ? 0 : this.catalog.labelCount(id))
  }

  relationshipCount(types: readonly string[]): number {
    const count = types.length === 0 ? this.catalog.relationshipCount : sum(types.map((type) => this.typeCount(type)))
    return Math.max(countMin, count)
  }

  /** The share of nodes that have all the labels. */
  labelShare(labels: readonly string[]): number {
    return labels.reduce((share, label) => share * Math.min(1, this.labelCount(label) / this.nodeCount()), 1)
  }

  /** Nodes that have all the labels. The rarest decides: labels of one node mostly imply each other. */
  nodesHaving(labels: readonly string[]): number {
    return Math.min(this.nodeCount(), ...labels.map((label) => this.labelCount(label)))
  }

  /** Relationships that a node with the labels has on average. */
  degree(types: readonly string[], direction: Direction, labels: readonly string[]): number {
    const starting = direction === 'incoming' ? 0 : this.endShare(types, 'start', labels)
    const ending = direction === 'outgoing' ? 0 : this.endShare(types, 'end', labels)
    return (this.relationshipCount(types) * (starting + ending)) / this.nodesHaving(labels)
  }

  /** The share of neighbours that have all the labels, for those who walk in this direction. */
  neighborShare(types: readonly string[], direction: Direction, labels: readonly string[]): number {
    if (direction === 'outgoing') return this.endShare(types, 'end', labels)
    if (direction === 'incoming') return this.endShare(types, 'start', labels)
    return (this.endShare(types, 'start', labels) + this.endShare(types, 'end', labels)) / 2
  }

  /** The labels that every node at this end of such relationships has. */
  impliedLabels(types: readonly string[], end: RelationshipEnd): readonly string[] {
    const name = `${end}:${types.join(':')}`
    const known = this.implied.get(name)
    if (known !== undefined) return known
    const labels = this.findImplied(types, end)
    this.implied.set(name, labels)
    return labels
  }

  private findImplied(types: readonly string[], end: RelationshipEnd): readonly string[] {
    const ids = types.map((type) => this.catalog.findType(type))
    if (ids.length === 0 || ids.includes(undefined)) return []
    const hasAll = (label: LabelId) =>
      ids.every((type) => this.catalog.endLabelCount(type!, label, end) === this.catalog.typeCount(type!))
    return this.catalog
      .labels()
      .filter(hasAll)
      .map((label) => this.catalog.labelName(label))
  }

  /** The share of relationships whose node at this end has all the labels. */
  private endShare(types: readonly string[], end: RelationshipEnd, labels: readonly string[]): number {
    if (types.length === 0) return this.labelShare(labels)
    return Math.min(1, ...labels.map((label) => this.endShareOf(types, end, label)))
  }

  /** Never zero, as with `countMin`. */
  private endShareOf(types: readonly string[], end: RelationshipEnd, name: string): number {
    const label = this.catalog.findLabel(name)
    const having = types.map((name) => {
      const type = this.catalog.findType(name)
      return type === undefined || label === undefined ? 0 : this.catalog.endLabelCount(type, label, end)
    })
    return (sum(having) + 1) / (sum(types.map((type) => this.typeCount(type))) + 1)
  }

  /** Trails that start at a node on average. */
  trails(degree: number, length: { readonly min: number; readonly max: number | null }): number {
    const max = Math.min(length.max ?? Number.POSITIVE_INFINITY, length.min + unboundedReach)
    let trails = 0
    for (let hops = length.min; hops <= max; hops++) trails += degree ** hops
    return trails
  }

  share(predicates: readonly BoundExpression[]): number {
    return predicates.reduce((share, predicate) => share * this.shareOf(predicate), 1)
  }

  private shareOf(predicate: BoundExpression): number {
    const search = searchTested(predicate)
    if (isEntityIn(predicate)) return Math.min(1, itemsGuessed(predicate.right) / this.nodeCount())
    return search === undefined ? shareOf(predicate) : Math.min(1, this.hits(search) / this.documents(search))
  }

  // ---- full text --------------------------------------------------------------------------------------------------

  /** Documents that a search finds: counted, or else a usual share. */
  hits(search: IndexSearch): number {
    const counted = this.countOf(search)
    return Math.min(limitOf(search), counted?.hits ?? Math.max(1, this.documents(search) * textShare))
  }

  documents(search: IndexSearch): number {
    const { index } = search
    const documents =
      this.countOf(search)?.documents ??
      (index.kind === 'literal' ? this.catalog.documentCount(String(index.value)) : this.catalog.nodeCount)
    return Math.max(countMin, documents)
  }

  /** Work to find all hits for each of some rows: once, where they are the same for all. */
  searchWork(search: IndexSearch, rows: number): number {
    if (this.workPerVector(search) !== undefined && isLimited(search))
      return (isGiven(search.query) ? 1 : rows) * this.bestFirstWork(search, this.hits(search))
    return (isGiven(search.query) ? 1 : rows) * (workPerSearch + workPerHit * this.hits(search))
  }

  /** Work to test rows, beyond looking at them. */
  filterWork(predicates: readonly BoundExpression[], rows: number): number {
    return sum(
      predicates.map((predicate) => {
        const search = searchTested(predicate)
        return search === undefined ? rows * readWork(predicate) : this.questionWork(search, rows)
      }),
    )
  }

  private questionWork(search: IndexSearch, rows: number): number {
    if (this.workPerVector(search) !== undefined) return rows + (isLimited(search) ? this.searchWork(search, rows) : 0)
    if (!isGiven(search.query)) return rows * workPerQuestion
    const allHits = workPerHit * this.hits(search)
    const questionsMax = Math.max(questionsMin, allHits / workPerQuestion)
    if (rows <= questionsMax) return rows * workPerQuestion
    return questionsMax * workPerQuestion + allHits + rows
  }

  /** Work to take hits best first. */
  bestFirstWork(search: IndexSearch, hits: number): number {
    const perVector = this.workPerVector(search)
    if (perVector !== undefined)
      return (
        workPerSearch + Math.min(this.documents(search) * perVector, Math.max(proposalsMin, 3 * hits) * workPerProposal)
      )
    // Most of them are taken as they lie.
    const ranked = hits * hitsPerRanked > this.hits(search) ? this.hits(search) : hits * workPerRankedHit
    return this.searchWork(search, 1) + ranked
  }

  /** Work to gather rows and to find the best of their nodes. */
  gatheredWork(search: IndexSearch, rows: number): number {
    return rows * workPerGathered + this.amongWork(search, Math.min(rows, this.documents(search)))
  }

  /** Work to find the hits among some nodes. */
  amongWork(search: IndexSearch, nodes: number): number {
    const perVector = this.workPerVector(search)
    if (perVector !== undefined) return workPerSearch + nodes * perVector
    return workPerSearch + nodes + Math.min(this.hits(search), nodes * workPerFiltered)
  }

  /** Work to compare a vector with another; undefined for a search of words. */
  private workPerVector({ index }: IndexSearch): number | undefined {
    if (index.kind !== 'literal') return undefined
    const found = this.catalog.vectorIndexes().find(({ name }) => name === index.value)
    return found && workPerVectorMin + found.dimensions * workPerNumber
  }

  /** Work to compare the vectors of rows as expressions do, which read them from the properties. */
  comparedWork(dimensions: number, rows: number): number {
    return rows * dimensions * workPerNumberRead
  }

  private countOf(search: IndexSearch) {
    const name = nameOfSearch(search)
    return name === undefined ? undefined : this.searches.get(name)
  }

  private typeCount(type: string): number {
    const id = this.catalog.findType(type)
    return id === undefined ? 0 : this.catalog.typeCount(id)
  }
}

/** How many items a list has, where it is written out; else a guess. */
export function itemsGuessed(list: BoundExpression): number {
  return list.kind === 'list' ? list.items.length : 10
}

function shareOf(predicate: BoundExpression): number {
  if (predicate.kind !== 'binary') return otherShare
  switch (predicate.operator) {
    case '=':
      return equalityShare
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'startsWith':
      return rangeShare
    default:
      return otherShare
  }
}

/** `n IN list` of what is no scalar. */
function isEntityIn(predicate: BoundExpression): predicate is Extract<BoundExpression, { kind: 'binary' }> {
  if (predicate.kind !== 'binary' || predicate.operator !== 'in') return false
  const { kind, type } = predicate.left
  return kind === 'slot' && (type === 'node' || type === 'relationship')
}

/** Work to read what a predicate reads of a row, beyond columns: members of trees, and elements of lists. */
function readWork(predicate: BoundExpression): number {
  let work = 0
  walk(predicate, (part) => {
    if (part.kind === 'property' && part.target.kind !== 'slot') work += workPerMember
    if (part.kind === 'quantifier' || part.kind === 'comprehension') work += workPerList
    if (part.kind === 'binary' && part.operator === 'in' && part.right.kind === 'property') work += workPerList
  })
  return work
}

function limitOf({ options }: IndexSearch): number {
  const limit = options?.kind === 'map' ? options.entries.find((entry) => entry.name === 'limit')?.value : undefined
  return limit?.kind === 'literal' && typeof limit.value === 'number' ? limit.value : Number.POSITIVE_INFINITY
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
