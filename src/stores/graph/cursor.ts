/** Walks adjacency lists a span at a time: the innermost loops of queries run over what this points at. */
import type { NodeId, RelationshipId, TypeId } from '../../core/ids.js'
import { unitWords } from '../../pages/block-heap.js'
import { pageShift } from '../../pages/heap.js'
import type { GraphStore } from './graph-store.js'
import { type Headers, headerMask, headerShift } from './headers.js'
import { leafPairs } from './lists.js'

/** One type in one direction. */
export interface CursorPart {
  readonly type: TypeId
  readonly incoming: boolean
}

const noWords = new Int32Array(0)

export class Cursor {
  words: Int32Array = noWords
  start = 0
  end = 0
  skipLoops = false

  private slabs: readonly Int32Array[] = []
  private slabShift = 0
  private slabMask = 0
  private lists: Int32Array = noWords
  private headers: Headers[] = []
  private headerEntries: Int32Array[] = []

  private node = 0
  private part = 0
  /** Inner pages of the tree being walked, root first: page, offset of the next child, offset past the last. */
  private readonly path: number[] = []
  /** How much of `path` holds; setting an array's length costs more than all else that `open` does. */
  private depth = 0

  constructor(
    private graph: GraphStore,
    private parts: readonly CursorPart[],
    /** Both directions: parts from here on are the second ones, in which loops were seen already. */
    private secondFrom: number,
  ) {
    this.attach(graph, parts, secondFrom)
  }

  /** Points at the newest pages of a graph, or of its snapshot. */
  attach(graph: GraphStore, parts: readonly CursorPart[], secondFrom: number): void {
    this.graph = graph
    this.parts = parts
    this.secondFrom = secondFrom
    const { heap } = graph
    this.slabs = heap.words
    this.slabShift = heap.slabShift
    this.slabMask = heap.slabMask
    this.lists = graph.lists.blocks.table.entries()
    this.headers = parts.map(({ type, incoming }) => graph.headers(type, incoming))
    this.headerEntries = this.headers.map(({ table }) => table.entries())
  }

  open(node: NodeId): boolean {
    this.node = node
    this.part = -1
    this.depth = 0
    return this.nextPart()
  }

  next(): boolean {
    if (this.depth > 0 && this.nextLeaf()) return true
    return this.part + 1 < this.headerEntries.length && this.nextPart()
  }

  degree(node: NodeId): number {
    let sum = 0
    for (let part = 0; part < this.headerEntries.length; part++) sum += this.degreeIn(part, node)
    return this.secondFrom < this.parts.length ? sum - this.loops(node) : sum
  }

  private degreeIn(part: number, node: number): number {
    const entries = this.headerEntries[part]!
    const index = node >>> headerShift
    const entry = index < entries.length ? entries[index]! : 0
    if (entry < 0) return this.headers[part]!.countOf(node)
    const at = ((entry & this.slabMask) << pageShift) + ((node & headerMask) << 1) + 1
    return this.slabs[entry >>> this.slabShift]![at]!
  }

  typeOf(relationship: RelationshipId): TypeId {
    return this.graph.typeOf(relationship)
  }

  private loops(node: NodeId): number {
    let loops = 0
    for (let more = this.open(node); more; more = this.next())
      if (this.skipLoops) for (let i = this.start; i < this.end; i += 2) if (this.words[i] === node) loops++
    return loops
  }

  private nextPart(): boolean {
    const { node, headerEntries } = this
    while (++this.part < headerEntries.length) {
      const entries = headerEntries[this.part]!
      const index = node >>> headerShift
      const entry = index < entries.length ? entries[index]! : 0
      if (entry === 0) continue
      let ref: number
      let count: number
      if (entry > 0) {
        const words = this.slabs[entry >>> this.slabShift]!
        const at = ((entry & this.slabMask) << pageShift) + ((node & headerMask) << 1)
        count = words[at + 1]!
        if (count === 0) continue
        ref = words[at]!
      } else {
        const list = this.headers[this.part]!.get(node)
        if (list.count === 0) continue
        ref = list.ref
        count = list.count
      }
      this.skipLoops = this.part >= this.secondFrom
      if (count <= leafPairs) this.span(ref, count)
      else {
        this.enter(ref)
        this.nextLeaf()
      }
      return true
    }
    return false
  }

  /** Makes the pairs of a block or leaf the current span. */
  private span(ref: number, count: number): void {
    const page = this.lists[ref >>> 8]!
    this.words = this.slabs[page >>> this.slabShift]!
    this.start = ((page & this.slabMask) << pageShift) + (ref & 255) * unitWords
    this.end = this.start + count * 2
  }

  /** Starts on the children of an inner page. */
  private enter(ref: number): void {
    const page = this.lists[ref >>> 8]!
    const words = this.slabs[page >>> this.slabShift]!
    const start = (page & this.slabMask) << pageShift
    this.path[this.depth] = page
    this.path[this.depth + 1] = start + 2
    this.path[this.depth + 2] = start + 2 + words[start]! * 2
    this.depth += 3
  }

  private nextLeaf(): boolean {
    const { path } = this
    while (this.depth > 0) {
      const { depth } = this
      const page = path[depth - 3]!
      const at = path[depth - 2]!
      if (at === path[depth - 1]!) {
        this.depth = depth - 3
        continue
      }
      path[depth - 2] = at + 2
      const words = this.slabs[page >>> this.slabShift]!
      const height = words[((page & this.slabMask) << pageShift) + 1]!
      if (height === 1) {
        this.span(words[at]!, words[at + 1]!)
        return true
      }
      this.enter(words[at]!)
    }
    return false
  }
}
