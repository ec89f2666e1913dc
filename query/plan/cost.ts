/**
 * Estimates from the counts of the catalog. They choose between plans that give the same rows, so a wrong one costs
 * time and never an answer.
 *
 * Labels and types are taken as independent of each other, and relationships as spread evenly over all nodes: the
 * catalog has no counts for (label, type, label). Properties without an index are guessed as most planners do.
 */
import type { Catalog } from '../../src/transaction/catalog.js'
import type { Direction } from '../../src/transaction/transaction.js'
import type { BoundExpression } from '../semantics/bound.js'

/** Shares of rows that pass, where no statistics tell more: those of Selinger and others 1979, section 4. */
const equalityShare = 0.1
const rangeShare = 0.3
export const otherShare = 0.5

/** An unbounded trail is taken to end this many relationships after its minimum. */
const unboundedReach = 4

/** A plan lives on in the cache while a new database fills, so nothing is ever taken for (nearly) empty. */
const countMin = 10

export class Estimates {
  constructor(private readonly catalog: Catalog) {}

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

  /** Relationships that a node has on average. */
  degree(types: readonly string[], direction: Direction): number {
    const one = this.relationshipCount(types) / this.nodeCount()
    return direction === 'both' ? 2 * one : one
  }

  /** Trails that start at a node on average. */
  trails(degree: number, length: { readonly min: number; readonly max: number | null }): number {
    const max = Math.min(length.max ?? Number.POSITIVE_INFINITY, length.min + unboundedReach)
    let trails = 0
    for (let hops = length.min; hops <= max; hops++) trails += degree ** hops
    return trails
  }

  /** The chance that two given nodes are joined, as an expected number of relationships. */
  degreeInto(types: readonly string[], direction: Direction): number {
    return this.degree(types, direction) / this.nodeCount()
  }

  share(predicates: readonly BoundExpression[]): number {
    return predicates.reduce((share, predicate) => share * shareOf(predicate), 1)
  }

  private typeCount(type: string): number {
    const id = this.catalog.findType(type)
    return id === undefined ? 0 : this.catalog.typeCount(id)
  }
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
