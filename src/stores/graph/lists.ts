/**
 * Adjacency lists: the (neighbor, relationship) pairs of one node, one type and one direction, ascending by
 * relationship, so that one relationship is found by binary search.
 *
 * A list of up to 512 pairs is one block, of the size class its length asks for. A longer one is a tree whose leaves
 * are pages of pairs and whose inner pages hold their children with the number of pairs below each:
 *
 *   block     | neighbor, relationship | neighbor, relationship | ...
 *   inner     | children | height | child ref, pairs below | child ref, pairs below | ...   up to 511
 *
 * Removal closes the gap at once (at most a page moves: 0.1 µs), so a walk over a span meets no dead entries and needs
 * no test. Ids mostly ascend, so inserts mostly append, and appending never splits a full leaf: hubs are full pages.
 */
import { BlockHeap, classUnits, ownWordsMin } from '../../pages/block-heap.js'
import { pageWords } from '../../pages/heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import { slots } from '../slots.js'

/** Pairs that a block, and so a leaf, holds at most. */
export const leafPairs = pageWords / 2
const innerHead = 2
const innerChildren = (pageWords - innerHead) / 2
const wordChildren = 0
const wordHeight = 1

/** A list as its header has it; the methods below change it in place. */
export interface List {
  ref: number
  count: number
}

export class Lists {
  readonly blocks: BlockHeap
  /** A page's worth of pairs and one more, where lists are rearranged. */
  private readonly scratch = new Int32Array(pageWords + 2)
  /** What the last insert into a full page split off: pairs to its right. */
  private splitRef = 0
  private splitCount = 0

  constructor(space: PageSpace) {
    this.blocks = new BlockHeap(space, slots.lists)
  }

  insert(list: List, neighbor: number, relationship: number): void {
    const { ref, count } = list
    list.count = count + 1
    if (count === 0) {
      list.ref = this.blocks.allocate(2)
      this.writePair(list.ref, 0, neighbor, relationship)
    } else if (count < leafPairs) list.ref = this.insertIntoBlock(ref, count, neighbor, relationship)
    else {
      const root = count === leafPairs ? this.plantTree(ref, count) : ref
      list.ref = this.insertIntoRoot(root, count, neighbor, relationship)
    }
  }

  /** Removes a relationship's pair; gives whether it was there. */
  remove(list: List, relationship: number): boolean {
    const { ref, count } = list
    if (count > leafPairs) {
      if (!this.removeBelow(ref, this.word(ref, wordHeight), relationship)) return false
      list.count = count - 1
      if (list.count === leafPairs) list.ref = this.fellTree(ref)
      return true
    }
    const at = this.find(ref, count, relationship)
    if (at === count || this.word(ref, at * 2 + 1) !== relationship) return false
    list.count = count - 1
    list.ref = this.removeFromBlock(ref, count, at)
    return true
  }

  /** Keeps pairs that ascend by relationship as a new list. `pairs` holds two words each, from `from` on. */
  build(pairs: Int32Array, from: number, count: number): number {
    if (count <= leafPairs) return this.newBlock(pairs, from, count)
    let level: number[] = []
    for (let done = 0; done < count; done += leafPairs) {
      const here = Math.min(leafPairs, count - done)
      level.push(this.newBlock(pairs, from + done * 2, here, pageWords), here)
    }
    for (let height = 1; level.length > 2; height++) level = this.buildInner(level, height)
    return level[0]!
  }

  /** Gives the whole list's memory back. */
  free(list: List): void {
    if (list.count > leafPairs) this.freeBelow(list.ref, this.word(list.ref, wordHeight))
    else if (list.count > 0) this.blocks.free(list.ref, list.count * 2)
  }

  private insertIntoBlock(ref: number, count: number, neighbor: number, relationship: number): number {
    const at = this.find(ref, count, relationship)
    if (classUnits(count * 2) === classUnits(count * 2 + 2)) {
      this.insertInPlace(ref, count, at, neighbor, relationship)
      return ref
    }
    const { scratch } = this
    this.read(ref, 0, scratch, 0, at * 2)
    scratch[at * 2] = neighbor
    scratch[at * 2 + 1] = relationship
    this.read(ref, at * 2, scratch, at * 2 + 2, (count - at) * 2)
    this.blocks.free(ref, count * 2)
    return this.newBlock(scratch, 0, count + 1)
  }

  private removeFromBlock(ref: number, count: number, at: number): number {
    if (count === 1) {
      this.blocks.free(ref, 2)
      return 0
    }
    if (classUnits(count * 2) === classUnits(count * 2 - 2)) {
      this.removeInPlace(ref, count, at)
      return ref
    }
    const { scratch } = this
    this.read(ref, 0, scratch, 0, at * 2)
    this.read(ref, at * 2 + 2, scratch, at * 2, (count - at - 1) * 2)
    this.blocks.free(ref, count * 2)
    return this.newBlock(scratch, 0, count - 1)
  }

  /** Puts a pair at `at`; the block or leaf has room. */
  private insertInPlace(ref: number, count: number, at: number, neighbor: number, relationship: number): void {
    this.shift(ref, at * 2, at * 2 + 2, (count - at) * 2)
    this.writePair(ref, at * 2, neighbor, relationship)
  }

  private removeInPlace(ref: number, count: number, at: number): void {
    this.shift(ref, at * 2 + 2, at * 2, (count - at - 1) * 2)
  }

  // ---- trees ----------------------------------------------------------------------------------------------------

  /** Makes the inner page above a full block, which becomes its only leaf. */
  private plantTree(leaf: number, count: number): number {
    return this.newInner([leaf, count], 1)
  }

  private fellTree(root: number): number {
    const { scratch } = this
    const pairs = new Int32Array(leafPairs * 2)
    let filled = 0
    this.forEachLeaf(root, this.word(root, wordHeight), (leaf, count) => {
      this.read(leaf, 0, scratch, 0, count * 2)
      pairs.set(scratch.subarray(0, count * 2), filled)
      filled += count * 2
    })
    this.freeBelow(root, this.word(root, wordHeight))
    return this.newBlock(pairs, 0, leafPairs)
  }

  private insertIntoRoot(root: number, count: number, neighbor: number, relationship: number): number {
    const height = this.word(root, wordHeight)
    this.insertBelow(root, height, neighbor, relationship)
    if (this.splitRef === 0) return root
    return this.newInner([root, count + 1 - this.splitCount, this.splitRef, this.splitCount], height + 1)
  }

  /** Inserts below an inner page, which may split. */
  private insertBelow(ref: number, height: number, neighbor: number, relationship: number): void {
    const children = this.word(ref, wordChildren)
    const child = this.childFor(ref, children, height, relationship)
    const place = innerHead + child * 2
    const below = this.word(ref, place)
    const count = this.word(ref, place + 1)
    if (height === 1) this.insertIntoLeaf(below, count, neighbor, relationship)
    else this.insertBelow(below, height - 1, neighbor, relationship)
    const { splitRef, splitCount } = this
    this.blocks.write(ref, place + 1, count + 1 - (splitRef === 0 ? 0 : splitCount))
    if (splitRef !== 0) this.addChild(ref, height, child + 1, splitRef, splitCount)
  }

  private insertIntoLeaf(ref: number, count: number, neighbor: number, relationship: number): void {
    this.splitRef = 0
    const at = this.find(ref, count, relationship)
    if (count < leafPairs) this.insertInPlace(ref, count, at, neighbor, relationship)
    else if (at === count) {
      this.splitRef = this.blocks.allocate(pageWords)
      this.splitCount = 1
      this.writePair(this.splitRef, 0, neighbor, relationship)
    } else this.splitLeaf(ref, at, neighbor, relationship)
  }

  private splitLeaf(ref: number, at: number, neighbor: number, relationship: number): void {
    const half = leafPairs / 2
    this.read(ref, half * 2, this.scratch, 0, half * 2)
    this.splitRef = this.newBlock(this.scratch, 0, half, pageWords)
    if (at < half) {
      this.splitCount = half
      this.insertInPlace(ref, half, at, neighbor, relationship)
    } else {
      this.splitCount = half + 1
      this.insertInPlace(this.splitRef, half, at - half, neighbor, relationship)
    }
  }

  /** Adds a child to an inner page, splitting that in turn when it is full. */
  private addChild(ref: number, height: number, at: number, child: number, pairs: number): void {
    this.splitRef = 0
    const children = this.word(ref, wordChildren)
    if (children < innerChildren) {
      this.putChild(ref, children, at, child, pairs)
      return
    }
    // Appending leaves the full page as it is; elsewhere the right half moves out.
    const kept = at === children ? children : children >>> 1
    const moved: number[] = []
    for (let i = kept; i < children; i++)
      moved.push(this.word(ref, innerHead + i * 2), this.word(ref, innerHead + i * 2 + 1))
    this.blocks.write(ref, wordChildren, kept)
    if (at <= kept && at < children) this.putChild(ref, kept, at, child, pairs)
    else moved.splice((at - kept) * 2, 0, child, pairs)
    this.splitRef = this.newInner(moved, height)
    this.splitCount = this.pairsBelow(this.splitRef)
  }

  private putChild(ref: number, children: number, at: number, child: number, pairs: number): void {
    const place = innerHead + at * 2
    this.shift(ref, place, place + 2, (children - at) * 2)
    this.writePair(ref, place, child, pairs)
    this.blocks.write(ref, wordChildren, children + 1)
  }

  private removeBelow(ref: number, height: number, relationship: number): boolean {
    const children = this.word(ref, wordChildren)
    const child = this.childFor(ref, children, height, relationship)
    const place = innerHead + child * 2
    const below = this.word(ref, place)
    const count = this.word(ref, place + 1)
    if (height > 1) {
      if (!this.removeBelow(below, height - 1, relationship)) return false
    } else {
      const at = this.find(below, count, relationship)
      if (at === count || this.word(below, at * 2 + 1) !== relationship) return false
      this.removeInPlace(below, count, at)
    }
    this.blocks.write(ref, place + 1, count - 1)
    if (count === 1) {
      this.blocks.free(below, pageWords)
      this.dropChild(ref, children, child)
    } else if (height === 1) this.mergeWithNext(ref, children, child)
    return true
  }

  /** Joins a leaf with the next one when both together leave a quarter of a page free. */
  private mergeWithNext(ref: number, children: number, child: number): void {
    if (child + 1 >= children) return
    const place = innerHead + child * 2
    const here = this.word(ref, place + 1)
    const next = this.word(ref, place + 3)
    if (here + next > (leafPairs * 3) / 4) return
    const nextLeaf = this.word(ref, place + 2)
    this.read(nextLeaf, 0, this.scratch, 0, next * 2)
    this.write(this.word(ref, place), here * 2, this.scratch, 0, next * 2)
    this.blocks.free(nextLeaf, pageWords)
    this.blocks.write(ref, place + 1, here + next)
    this.dropChild(ref, children, child + 1)
  }

  private dropChild(ref: number, children: number, child: number): void {
    const place = innerHead + child * 2
    this.shift(ref, place + 2, place, (children - child - 1) * 2)
    this.blocks.write(ref, wordChildren, children - 1)
  }

  /** The child below which a relationship belongs: the last one that starts at or before it. */
  private childFor(ref: number, children: number, height: number, relationship: number): number {
    let low = 0
    let high = children - 1
    // Appends are the usual case: try the last child first.
    if (high > 0 && this.firstBelow(this.word(ref, innerHead + high * 2), height - 1) <= relationship) return high
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.firstBelow(this.word(ref, innerHead + middle * 2), height - 1) <= relationship) low = middle
      else high = middle - 1
    }
    return low
  }

  private firstBelow(ref: number, height: number): number {
    let first = ref
    for (let level = height; level > 0; level--) first = this.word(first, innerHead)
    return this.word(first, 1)
  }

  private pairsBelow(inner: number): number {
    const children = this.word(inner, wordChildren)
    let sum = 0
    for (let i = 0; i < children; i++) sum += this.word(inner, innerHead + i * 2 + 1)
    return sum
  }

  private forEachLeaf(ref: number, height: number, visit: (leaf: number, count: number) => void): void {
    const children = this.word(ref, wordChildren)
    for (let i = 0; i < children; i++) {
      const below = this.word(ref, innerHead + i * 2)
      if (height === 1) visit(below, this.word(ref, innerHead + i * 2 + 1))
      else this.forEachLeaf(below, height - 1, visit)
    }
  }

  private freeBelow(ref: number, height: number): void {
    const children = this.word(ref, wordChildren)
    for (let i = 0; i < children; i++) {
      const below = this.word(ref, innerHead + i * 2)
      if (height === 1) this.blocks.free(below, pageWords)
      else this.freeBelow(below, height - 1)
    }
    this.blocks.free(ref, pageWords)
  }

  private buildInner(level: readonly number[], height: number): number[] {
    const above: number[] = []
    for (let i = 0; i < level.length; i += innerChildren * 2) {
      const inner = this.newInner(level.slice(i, i + innerChildren * 2), height)
      above.push(inner, this.pairsBelow(inner))
    }
    return above
  }

  /** An inner page over children given as (ref, pairs below). */
  private newInner(children: readonly number[], height: number): number {
    const ref = this.blocks.allocate(pageWords)
    this.writePair(ref, wordChildren, children.length / 2, height)
    this.write(ref, innerHead, Int32Array.from(children), 0, children.length)
    return ref
  }

  // ---- words of blocks --------------------------------------------------------------------------------------------

  /** Where a relationship is, or would be put, among the pairs of a block or leaf. */
  private find(ref: number, count: number, relationship: number): number {
    const page = this.blocks.pageOf(ref)
    const words = this.blocks.heap.wordsOf(page)
    const start = this.blocks.offset(page, ref) + 1
    if (words[start + (count - 1) * 2]! < relationship) return count
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (words[start + middle * 2]! < relationship) low = middle + 1
      else high = middle
    }
    return low
  }

  private word(ref: number, word: number): number {
    const page = this.blocks.pageOf(ref)
    return this.blocks.heap.wordsOf(page)[this.blocks.offset(page, ref) + word]!
  }

  private writePair(ref: number, word: number, first: number, second: number): void {
    this.blocks.write(ref, word, first)
    this.blocks.write(ref, word + 1, second)
  }

  private newBlock(pairs: Int32Array, from: number, count: number, words = count * 2): number {
    const ref = this.blocks.allocate(words)
    this.write(ref, 0, pairs, from, count * 2)
    return ref
  }

  private read(ref: number, word: number, target: Int32Array, at: number, count: number): void {
    const page = this.blocks.pageOf(ref)
    const words = this.blocks.heap.wordsOf(page)
    const start = this.blocks.offset(page, ref) + word
    for (let i = 0; i < count; i++) target[at + i] = words[start + i]!
  }

  private write(ref: number, word: number, source: Int32Array, from: number, count: number): void {
    if (count > ownWordsMin || this.blocks.isOwn(ref)) {
      const page = this.blocks.own(ref)
      const words = this.blocks.heap.wordsOf(page)
      const start = this.blocks.offset(page, ref) + word
      for (let i = 0; i < count; i++) words[start + i] = source[from + i]!
    } else for (let i = 0; i < count; i++) this.blocks.write(ref, word + i, source[from + i]!)
  }

  /** Moves words within a block; the two places may overlap. */
  private shift(ref: number, from: number, to: number, count: number): void {
    if (count > ownWordsMin) {
      const page = this.blocks.own(ref)
      const start = this.blocks.offset(page, ref)
      this.blocks.heap.wordsOf(page).copyWithin(start + to, start + from, start + from + count)
    } else if (to < from) for (let i = 0; i < count; i++) this.blocks.write(ref, to + i, this.word(ref, from + i))
    else for (let i = count - 1; i >= 0; i--) this.blocks.write(ref, to + i, this.word(ref, from + i))
  }
}
