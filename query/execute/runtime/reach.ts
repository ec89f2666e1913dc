/**
 * The nodes that trails reach, each once, breadth first and without walking the trails: a node costs a look at its list
 * where it can end more trails than there are atoms.
 *
 * What is asked is which nodes end a trail (a walk that uses no relationship twice) of `min` to `max` relationships.
 * Distances answer that where `min` is 0 or 1:
 *
 * - A node b other than the start, at distance d: the shortest walk to it visits no node twice, so it is a trail. Hence
 *   b ends a trail of at most `max` exactly when d <= max, and it has no trail shorter than d.
 * - The start itself ends the empty trail where `min` is 0. Where it is 1, it ends the trails that come back. Directed,
 *   the shortest walk back visits no other node twice, so it is a trail, and it is found as any node is: by meeting the
 *   start behind a relationship. Without directions that fails: from a over a--b and back is a walk, and uses the
 *   relationship twice. There a trail comes back only over a cycle, and the shortest is found by branches: each node
 *   has the relationship over which its shortest path leaves the start, and one that joins u to v of another branch,
 *   or a second one from the start to v, closes a cycle of depth(u) + depth(v) + 1. It visits no node twice, as paths of
 *   two branches meet in the start alone; and along any cycle through the start the branch changes somewhere, at a
 *   place where the sum of the depths is no more than the cycle is long.
 *
 * From 2 on distances do not answer: over a-->b alone, b is at distance 1 and ends no trail of two; over a loop at a,
 * the walk of two is there and the trail is not.
 *
 * Relationships that the pattern forbids or does not accept are left out of the graph before, so nothing changes.
 *
 * `shared`: the starts have one answer together, each node once for all of them. Then what an earlier start has reached
 * need not be walked again. That holds without an upper bound only: a node seen 3 steps from one start may be 1 step
 * from the next, which would go further; and not with branches, which belong to one start.
 */
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import type { AdjacencyCursor } from '../../../src/transaction/transaction.js'
import { Marker } from './marker.js'
import { type Accepts, TrailWalk, walkEnded, walkFound, walkPaused } from './trails.js'

/** Relationships looked at before the walk pauses, roughly. */
const stepsMax = 16_384

export interface ReachOptions {
  readonly min: 0 | 1
  readonly max: number
  readonly both: boolean
  readonly shared: boolean
}

export class ReachWalk {
  /** The node found last. */
  end = 0 as NodeId
  private start = 0 as NodeId
  private readonly seen = new Marker()
  /** Starts that have been walked from, where the answer is shared. */
  private readonly begun = new Marker()
  private readonly forbidden: RelationshipId[] = []
  /** The nodes in the order of their depth: found ones up to `tail`, of which `given` and `expanded` have been taken. */
  private queue = new Int32Array(256)
  private tail = 0
  private given = 0
  private expanded = 0
  private depth = 0
  /** Where in the queue the nodes of the present depth end. */
  private levelEnd = 0
  private readonly branches: Branches | null
  private accepts: Accepts = null

  constructor(
    private readonly cursor: AdjacencyCursor,
    private readonly options: ReachOptions,
  ) {
    this.branches = options.both && options.min === 1 ? new Branches() : null
  }

  open(start: NodeId, accepts: Accepts): void {
    const { min, shared } = this.options
    this.accepts = accepts
    this.start = start
    this.forbidden.length = 0
    this.tail = 0
    this.given = 0
    this.expanded = 0
    this.depth = 0
    this.levelEnd = 0
    if (!shared) this.seen.clear()
    else if (!this.begun.add(start)) return
    // A start that an earlier one has reached has been walked from.
    if (min === 0 && !this.seen.add(start)) return
    this.branches?.begin(start)
    this.push(start)
    this.levelEnd = 1
    if (min === 1) this.given = 1
  }

  /** Keeps a relationship, or all of a trail, out of the walk. */
  forbid(other: RelationshipId | TrailWalk): void {
    if (other instanceof TrailWalk) this.forbidden.push(...other.ids())
    else this.forbidden.push(other)
  }

  /** Goes on to the next node: walkFound, walkEnded or walkPaused. */
  next(): number {
    for (let steps = 0; this.given === this.tail; ) {
      if (this.expanded === this.levelEnd) this.descend()
      if (this.expanded === this.levelEnd || this.depth >= this.options.max) return walkEnded
      if (steps > stepsMax) return walkPaused
      steps += this.expand(this.queue[this.expanded++] as NodeId)
    }
    this.end = this.queue[this.given++] as NodeId
    return walkFound
  }

  private descend(): void {
    this.depth++
    this.levelEnd = this.tail
  }

  /** Adds what lies around a node to the queue; gives how many relationships it has looked at. */
  private expand(node: NodeId): number {
    const { cursor, branches } = this
    let looked = 16
    // The start comes into the queue again as the end of a cycle; it has been expanded.
    if (branches !== null && node === this.start && this.depth > 0) return looked
    for (let more = cursor.open(node); more; more = cursor.next()) {
      looked += (cursor.end - cursor.start) >> 1
      for (let i = cursor.start; i < cursor.end; i += 2) {
        const neighbor = cursor.words[i] as NodeId
        const relationship = cursor.words[i + 1] as RelationshipId
        if (!this.mayUse(relationship)) continue
        if (branches !== null) this.branchTo(branches, { node, neighbor, relationship })
        else if (this.seen.add(neighbor)) this.push(neighbor)
      }
    }
    return looked
  }

  private branchTo(branches: Branches, { node, neighbor, relationship }: Step): void {
    const { start, depth } = this
    if (neighbor === start) {
      // Any other way back is met from the start's own list, which has the same relationship.
      if (node === start) this.closeCycle(branches, 1)
      return
    }
    const branch = node === start ? relationship : branches.of(node)
    if (this.seen.add(neighbor)) {
      branches.set(neighbor, branch, depth + 1)
      this.push(neighbor)
    } else if (branches.of(neighbor) !== branch) this.closeCycle(branches, depth + branches.depthOf(neighbor) + 1)
  }

  private closeCycle(branches: Branches, length: number): void {
    if (branches.closed || length > this.options.max) return
    branches.closed = true
    this.push(this.start)
  }

  private mayUse(relationship: RelationshipId): boolean {
    if (this.forbidden.length > 0 && this.forbidden.includes(relationship)) return false
    return this.accepts === null || this.accepts(relationship)
  }

  private push(node: NodeId): void {
    if (this.tail === this.queue.length) this.queue = grown(this.queue, this.tail + 1)
    this.queue[this.tail++] = node
  }
}

interface Step {
  readonly node: NodeId
  readonly neighbor: NodeId
  readonly relationship: RelationshipId
}

/** Of nodes that have been seen: the relationship by which the path to them leaves the start, and their depth. */
class Branches {
  /** Whether the start has been found at the end of a cycle. */
  closed = false
  private firsts = new Int32Array(256)
  private depths = new Int32Array(256)

  begin(start: NodeId): void {
    this.closed = false
    this.set(start, 0 as RelationshipId, 0)
  }

  set(node: NodeId, first: RelationshipId, depth: number): void {
    if (node >= this.firsts.length) {
      this.firsts = grown(this.firsts, node + 1)
      this.depths = grown(this.depths, node + 1)
    }
    this.firsts[node] = first
    this.depths[node] = depth
  }

  of(node: NodeId): RelationshipId {
    return this.firsts[node] as RelationshipId
  }

  depthOf(node: NodeId): number {
    return this.depths[node]!
  }
}

function grown(words: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(length, words.length * 2))
  larger.set(words)
  return larger
}
