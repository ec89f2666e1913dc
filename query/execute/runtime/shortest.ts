/**
 * Shortest paths between two nodes, by breadth-first search from both ends at once (Pohl 1971, "Bi-directional search").
 *
 *   start  0   1   2 | 2   1   0  goal        each side has levels; the side with the smaller last level grows
 *          s - a - c | c - g - t
 *            \ b / | |                        a node found by both ends the search: no shorter way was there before,
 *                                             as all of fewer steps had been looked at
 *
 * Each node keeps over which relationships it was reached from the level before: the first of them for one path, all
 * of them for all paths. Every shortest path goes through exactly one node of the level where the sides met, so the
 * paths are, for each such node, the ways back to the start times the ways on to the goal. No node comes twice on a
 * shortest path, and so no relationship does. Between a node and itself there is the empty path, if `min` allows it,
 * and no other.
 *
 * Where each node leads to b others, a path of d relationships is found among about 2 b^(d/2) nodes in place of b^d.
 */
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { RelationshipRef } from '../../../src/core/value.js'
import type { AdjacencyCursor } from '../../../src/transaction/transaction.js'

export interface ShortestOptions {
  /** 0 lets the empty path be one; otherwise 1. */
  readonly min: number
  readonly max: number
  /** Every shortest path, not just one. */
  readonly all: boolean
  /** Whether a relationship, or node, may be on a path; the ends of it are asked too. */
  readonly acceptsRelationship: ((relationship: RelationshipId) => boolean) | null
  readonly acceptsNode: ((node: NodeId) => boolean) | null
}

/** How a node was reached: pairs of the node before and the relationship from it. */
type Reached = Map<NodeId, { readonly depth: number; readonly pairs: number[] }>

interface Side {
  readonly cursor: AdjacencyCursor
  readonly reached: Reached
  /** The last level that is whole. */
  level: NodeId[]
  /** The next one while it grows, and how many nodes of `level` it has been grown from. */
  next: NodeId[]
  done: number
  depth: number
}

/** Relationships looked at before the event loop gets a chance. */
const stepsMax = 4096

export class ShortestSearch {
  private readonly sides: readonly [Side, Side]
  private met: NodeId[] = []
  /** Whether the empty path is the answer. */
  private isEmpty = false
  private growing: Side | undefined

  constructor(
    forth: AdjacencyCursor,
    back: AdjacencyCursor,
    private readonly options: ShortestOptions,
  ) {
    this.sides = [sideFrom(forth), sideFrom(back)]
  }

  open(start: NodeId, goal: NodeId): void {
    const { min, acceptsNode } = this.options
    const mayEnd = acceptsNode === null || (acceptsNode(start) && acceptsNode(goal))
    this.isEmpty = start === goal && min === 0 && mayEnd
    this.met = []
    this.growing = undefined
    const [forth, back] = this.sides
    reset(forth, start)
    reset(back, goal)
    if (start === goal || !mayEnd) forth.level = back.level = []
  }

  /** Searches on for a while. False when the search is over, and `paths` gives what it found. */
  advance(): boolean {
    for (let steps = 0; steps < stepsMax; ) {
      const side = (this.growing ??= this.sideToGrow())
      if (side === undefined) return false
      const from = side.level[side.done++]
      if (from === undefined) this.completeLevel(side)
      else steps += this.grow(side, from)
    }
    return true
  }

  /** The paths found, each as the relationships in order from the start. */
  *paths(): Generator<FoundPath> {
    if (this.isEmpty) yield new FoundPath([])
    const [forth, back] = this.sides
    for (const middle of this.met)
      for (const first of waysFrom(forth.reached, middle))
        for (const second of waysFrom(back.reached, middle)) {
          yield new FoundPath([...first.toReversed(), ...second])
          if (!this.options.all) return
        }
  }

  /** The side with fewer nodes to grow from; undefined when there is nothing more to find. */
  private sideToGrow(): Side | undefined {
    const [forth, back] = this.sides
    if (this.met.length > 0 || forth.depth + back.depth >= this.options.max) return undefined
    if (forth.level.length === 0 || back.level.length === 0) return undefined
    return forth.level.length <= back.level.length ? forth : back
  }

  /** Goes over the relationships of one node; gives how many there were. */
  private grow(side: Side, from: NodeId): number {
    const { cursor } = side
    let count = 1
    for (let more = cursor.open(from); more; more = cursor.next()) {
      count += (cursor.end - cursor.start) >> 1
      for (let i = cursor.start; i < cursor.end; i += 2)
        this.reach(side, from, cursor.words[i] as NodeId, cursor.words[i + 1] as RelationshipId)
    }
    return count
  }

  private reach(side: Side, from: NodeId, node: NodeId, relationship: RelationshipId): void {
    const { all, acceptsRelationship, acceptsNode } = this.options
    const known = side.reached.get(node)
    if (known !== undefined && !(all && known.depth === side.depth + 1)) return
    if (acceptsRelationship !== null && !acceptsRelationship(relationship)) return
    if (known !== undefined) {
      known.pairs.push(from, relationship)
      return
    }
    if (acceptsNode !== null && !acceptsNode(node)) return
    side.reached.set(node, { depth: side.depth + 1, pairs: [from, relationship] })
    side.next.push(node)
  }

  private completeLevel(side: Side): void {
    const other = this.sides[0] === side ? this.sides[1] : this.sides[0]
    this.met = side.next.filter((node) => other.reached.has(node))
    side.level = side.next
    side.next = []
    side.done = 0
    side.depth++
    this.growing = undefined
  }
}

/** One shortest path, in the form in which trails are read. */
export class FoundPath {
  constructor(private readonly relationships: readonly RelationshipId[]) {}

  ids(): readonly RelationshipId[] {
    return this.relationships
  }

  refs(): readonly RelationshipRef[] {
    return this.relationships.map((id) => new RelationshipRef(id))
  }
}

function sideFrom(cursor: AdjacencyCursor): Side {
  return { cursor, reached: new Map(), level: [], next: [], done: 0, depth: 0 }
}

function reset(side: Side, node: NodeId): void {
  side.reached.clear()
  side.reached.set(node, { depth: 0, pairs: [] })
  side.level = [node]
  side.next = []
  side.done = 0
  side.depth = 0
}

/** The ways from a node to where its side began, each as the relationships in that order. */
function* waysFrom(reached: Reached, node: NodeId): Generator<readonly RelationshipId[]> {
  // Over a stack of its own, as a way may be longer than calls can nest.
  const nodes = [node]
  const tried = [0]
  const way: RelationshipId[] = []
  while (nodes.length > 0) {
    const { pairs } = reached.get(nodes.at(-1)!)!
    if (pairs.length === 0) yield way.slice()
    const i = tried[nodes.length - 1]!
    if (i < pairs.length) {
      tried[nodes.length - 1] = i + 2
      way.push(pairs[i + 1] as RelationshipId)
      nodes.push(pairs[i] as NodeId)
      tried.push(0)
    } else {
      nodes.pop()
      tried.pop()
      way.pop()
    }
  }
}
