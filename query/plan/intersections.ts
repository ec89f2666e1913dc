/**
 * Access by several sets at once: the nodes that are in all of them, found by intersecting bitmaps before any is looked at
 * by itself.
 *
 *   (d:Doc:Draft)                            two labels, whose sets are bitmaps already
 *   (d:Draft) SEARCH d IN (...)              a label and the hits of a search, which looks only among the label's nodes
 *   (d:Doc) WHERE 'a' IN d.tags AND 'b' IN d.tags       two seeks, where to test the second node by node costs more
 *
 * What the sets cost stands against the nodes that need not be looked at. Ranges over plain properties are not worth it:
 * an entry of an index takes 120 ns to fetch, and the test of a column 5 to 10.
 */
import type { BoundExpression } from '../semantics/bound.js'
import type { AccessPath } from './access.js'
import type { Estimates } from './cost.js'
import type { PatternNode } from './logical.js'
import type { IntersectedSet, PhysicalPlan } from './physical.js'
import { isLimited, nameOfSearch } from './searches.js'

/** A path as one of the sets. */
interface PathSet {
  readonly path: AccessPath
  readonly set: IntersectedSet
}

const unit: PhysicalPlan = { kind: 'unit', rows: 1 }

/** In rows looked at: to make a bitmap, for so many nodes of a label at a time, and for each entry of an index. */
const workPerSet = 150
const nodesAtOnce = 64
const workPerSought = 3
const workPerRanged = 10

/** The intersections worth a look: of all labels, of these with each other path, and of two other paths. */
export function intersectionPaths(
  node: PatternNode,
  others: readonly AccessPath[],
  estimates: Estimates,
): readonly AccessPath[] {
  const labels = node.labels.map((label) => labelSet(node, label, estimates))
  const sets = others.flatMap(setOf)
  const pairs = sets.flatMap((one, i) => sets.slice(i + 1).map((other) => [one, other]))
  const withLabels = sets.map((one) => [...labels.filter(({ path }) => !implies(one.path, path)), one])
  return [labels, ...withLabels, ...pairs]
    .filter((each) => each.length > 1)
    .map((each) => intersectionOf(node, each, estimates))
}

function labelSet({ slot }: PatternNode, label: string, estimates: Estimates): PathSet {
  const rows = estimates.labelCount(label)
  const set: IntersectedSet = { kind: 'labelScan', input: unit, slot, label, rows }
  return { set, path: { candidates: rows, labels: [label], predicates: [], over: () => set } }
}

/** Of a search only one that is the same for all rows, and finds all hits. */
function setOf(path: AccessPath): PathSet[] {
  const set = path.over(unit, path.candidates)
  if (set.kind === 'textScan') return nameOfSearch(set) === undefined || isLimited(set) ? [] : [{ path, set }]
  if (set.kind === 'indexSeek') return set.each || set.index.unique ? [] : [{ path, set }]
  return set.kind === 'indexRange' ? [{ path, set }] : []
}

/** Whether what an index holds has the label. */
function implies(path: AccessPath, { labels }: AccessPath): boolean {
  return path.labels.includes(labels[0]!)
}

function intersectionOf({ slot }: PatternNode, sets: readonly PathSet[], estimates: Estimates): AccessPath {
  const plain = sets.filter(({ set }) => set.kind !== 'textScan')
  const texts = sets.filter(({ set }) => set.kind === 'textScan')
  // Searches look among what the other sets leave; of several the first looks everywhere.
  const left = plain.length === 0 ? estimates.nodeCount() : commonTo(plain, estimates)
  const work = sets.reduce((sum, { set }) => sum + workPerSet + workOf(set, left, estimates), 0)
  const predicates = new Set<BoundExpression>(sets.flatMap(({ path }) => path.predicates))
  return {
    candidates: commonTo([...plain, ...texts], estimates),
    workFor: (rows) => rows * work,
    labels: [...new Set(sets.flatMap(({ path }) => path.labels))],
    predicates: [...predicates],
    over: (input, rows) => ({ kind: 'intersection', input, slot, sets: sets.map(({ set }) => set), rows }),
  }
}

/** How many nodes are in all sets, when those say nothing of each other. */
function commonTo(sets: readonly PathSet[], estimates: Estimates): number {
  const [first, ...others] = sets.toSorted((a, b) => a.path.candidates - b.path.candidates)
  return others.reduce((count, { path, set }) => count * shareOf(path, set, estimates), first!.path.candidates)
}

function shareOf({ candidates, labels }: AccessPath, set: IntersectedSet, estimates: Estimates): number {
  if (set.kind === 'labelScan') return Math.min(1, candidates / estimates.nodeCount())
  if (set.kind === 'textScan') return Math.min(1, candidates / estimates.documents(set))
  return Math.min(1, candidates / estimates.nodesHaving(labels))
}

function workOf(set: IntersectedSet, left: number, estimates: Estimates): number {
  switch (set.kind) {
    case 'labelScan':
      return set.rows / nodesAtOnce
    case 'indexSeek':
      return set.rows * workPerSought
    case 'indexRange':
      return set.rows * workPerRanged
    case 'textScan':
    case 'vectorScan':
      return estimates.amongWork(set, left)
  }
}
