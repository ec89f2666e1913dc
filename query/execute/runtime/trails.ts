/**
 * Trails: walks that use no relationship twice, found depth first over an explicit stack.
 *
 * The stack holds, level by level, the (neighbour, relationship) pairs that were found at the end of the trail so far;
 * `tops` holds where each level is:
 *
 *   pairs   | level 1: b r1  c r2  d r3 | level 2 (from c): e r4  f r5 | ...
 *   next      ^ after c r2               ^ after e r4
 *
 * One cursor serves all levels, since a level is copied when it is opened. The trail itself is `relationships` and,
 * for its end, `end`. Whether a relationship is on the trail is looked up in a list while that is short and in a set
 * beyond: chains of 100,000 relationships end.
 */
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { RelationshipRef } from '../../../src/core/value.js'
import type { AdjacencyCursor } from '../../../src/transaction/transaction.js'

export const walkEnded = 0
export const walkFound = 1
/** The walk has taken a good many steps without finding anything; call `next` again. */
export const walkPaused = 2

const stepsMax = 4096
const listedMax = 16

export interface TrailOptions {
  readonly min: number
  readonly max: number
  /** The list is read in the order of the pattern, against which this walk goes. */
  readonly reversed: boolean
}

/** Whether a relationship may be on a trail, for what the pattern asks of each in this row; null where it asks nothing. */
export type Accepts = ((relationship: RelationshipId) => boolean) | null

export class TrailWalk {
  /** The end of the present trail. */
  end = 0 as NodeId
  private readonly relationships: RelationshipId[] = []
  private readonly deep = new Set<RelationshipId>()
  private readonly forbidden: RelationshipId[] = []
  private pairs = new Int32Array(256)
  /** Per level: the next pair, and the end of its pairs. */
  private readonly nexts: number[] = []
  private readonly ends: number[] = []
  /** Nothing has been found since `open`. */
  private fresh = false
  /** The trail has just got longer, so what follows its end comes next. */
  private grown = false
  private accepts: Accepts = null

  constructor(
    private readonly cursor: AdjacencyCursor,
    private readonly options: TrailOptions,
  ) {}

  /** Begins at a node; the first trail found is the empty one where `min` is 0. */
  open(start: NodeId, accepts: Accepts): void {
    this.accepts = accepts
    this.end = start
    this.relationships.length = 0
    this.forbidden.length = 0
    this.deep.clear()
    this.nexts.length = 0
    this.ends.length = 0
    this.fresh = true
    this.grown = true
  }

  /** Keeps a relationship, or all of another trail, off the trails of this walk. */
  forbid(other: RelationshipId | TrailWalk): void {
    if (typeof other === 'number') this.forbidden.push(other)
    else this.forbidden.push(...other.relationships)
  }

  /** Goes on to the next trail of a wanted length: walkFound, walkEnded or walkPaused. */
  next(): number {
    const { min, max } = this.options
    if (this.fresh) {
      this.fresh = false
      if (min === 0) return walkFound
    }
    for (let steps = 0; steps < stepsMax; steps++) {
      if (this.grown && this.relationships.length < max) this.openLevel()
      this.grown = false
      if (this.nexts.length === 0) return walkEnded
      this.step()
      if (this.grown && this.relationships.length >= min) return walkFound
    }
    return walkPaused
  }

  has(relationship: RelationshipId): boolean {
    const listed = Math.min(this.relationships.length, listedMax)
    for (let i = 0; i < listed; i++) if (this.relationships[i] === relationship) return true
    return this.deep.has(relationship)
  }

  get length(): number {
    return this.relationships.length
  }

  /** The relationships in the order of the pattern. */
  ids(): readonly RelationshipId[] {
    const ids = this.relationships.slice()
    return this.options.reversed ? ids.reverse() : ids
  }

  refs(): readonly RelationshipRef[] {
    return this.ids().map((id) => new RelationshipRef(id))
  }

  /** Copies what lies around the end of the trail. */
  private openLevel(): void {
    const { cursor, end } = this
    const first = this.ends.at(-1) ?? 0
    let last = first
    for (let more = cursor.open(end); more; more = cursor.next()) {
      this.reserve(last + cursor.end - cursor.start)
      for (let i = cursor.start; i < cursor.end; i += 2) {
        if (cursor.skipLoops && cursor.words[i] === end) continue
        this.pairs[last++] = cursor.words[i]!
        this.pairs[last++] = cursor.words[i + 1]!
      }
    }
    this.nexts.push(first)
    this.ends.push(last)
  }

  /** Takes the next pair of the deepest level in place of the one before it; leaves the level when it has no more. */
  private step(): void {
    const level = this.nexts.length - 1
    while (this.relationships.length > level) this.shorten()
    const at = this.nexts[level]!
    if (at === this.ends[level]) {
      this.nexts.pop()
      this.ends.pop()
      return
    }
    this.nexts[level] = at + 2
    const relationship = this.pairs[at + 1] as RelationshipId
    if (this.mayUse(relationship)) this.lengthen(this.pairs[at] as NodeId, relationship)
  }

  private mayUse(relationship: RelationshipId): boolean {
    if (this.has(relationship) || this.forbidden.includes(relationship)) return false
    return this.accepts === null || this.accepts(relationship)
  }

  private lengthen(end: NodeId, relationship: RelationshipId): void {
    if (this.relationships.length >= listedMax) this.deep.add(relationship)
    this.relationships.push(relationship)
    this.end = end
    this.grown = true
  }

  private shorten(): void {
    const relationship = this.relationships.pop()!
    if (this.relationships.length >= listedMax) this.deep.delete(relationship)
  }

  private reserve(length: number): void {
    if (length <= this.pairs.length) return
    const larger = new Int32Array(Math.max(length, this.pairs.length * 2))
    larger.set(this.pairs)
    this.pairs = larger
  }
}
