/**
 * The graph: relationships with their ends, and for each type and direction the lists that lead from node to node.
 *
 *   ends        | start node | end node |     a relationship; its type is its extent's owner
 *   headers     (type, direction) -> node -> list          headers.ts
 *   lists       neighbor and relationship pairs            lists.ts
 */
import type { NodeId, RelationshipId, TypeId } from '../../core/ids.js'
import { type Heap, pageShift, pageWords } from '../../pages/heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedWords } from '../../pages/paged-words.js'
import { IdSpace } from '../keyspace/id-space.js'
import { familySlot, slots } from '../slots.js'
import { Headers, SparseHeaders } from './headers.js'
import { type List, Lists } from './lists.js'

export class GraphStore {
  readonly heap: Heap
  readonly lists: Lists
  readonly ids: IdSpace
  private readonly ends: PagedWords
  private readonly sparse: SparseHeaders
  private readonly outgoing = new Map<TypeId, Headers>()
  private readonly incoming = new Map<TypeId, Headers>()

  constructor(
    private readonly space: PageSpace,
    heldBySnapshot: (extent: number, freed: number) => boolean,
  ) {
    this.heap = space.heap
    this.lists = new Lists(space)
    this.ends = new PagedWords(space.table(slots.endsOfRelationship))
    this.sparse = new SparseHeaders(space)
    this.ids = new IdSpace(space, slots.relationshipExtents, { inUse: (id) => this.startOf(id) !== 0, heldBySnapshot })
  }

  headers(type: TypeId, incoming: boolean): Headers {
    const known = incoming ? this.incoming : this.outgoing
    let headers = known.get(type)
    if (headers === undefined) {
      headers = new Headers(this.space.table(familySlot(incoming ? 'incoming' : 'outgoing', type)), this.sparse)
      known.set(type, headers)
    }
    return headers
  }

  startOf(id: number): NodeId | 0 {
    return this.ends.get(2 * id) as NodeId
  }

  endOf(id: number): NodeId | 0 {
    return this.ends.get(2 * id + 1) as NodeId
  }

  /** The ends of many relationships, which ascend: read a page at a time. */
  endsOf(ids: Uint32Array): { readonly starts: Int32Array; readonly ends: Int32Array } {
    const { table } = this.ends
    const starts = new Int32Array(ids.length)
    const ends = new Int32Array(ids.length)
    for (let i = 0; i < ids.length; ) {
      const index = (2 * ids[i]!) >>> pageShift
      const page = table.page(index)
      const words = this.heap.wordsOf(page)
      const base = this.heap.offset(page) - index * pageWords
      const idEnd = ((index + 1) * pageWords) / 2
      for (; i < ids.length && ids[i]! < idEnd; i++) {
        const at = base + 2 * ids[i]!
        starts[i] = words[at]!
        ends[i] = words[at + 1]!
      }
    }
    return { starts, ends }
  }

  typeOf(id: number): TypeId {
    return this.ids.ownerOf(id) as TypeId
  }

  get endsTable() {
    return this.ends.table
  }

  create(id: RelationshipId, type: TypeId, start: NodeId, end: NodeId): void {
    this.ids.use(id, type)
    this.setEnds(id, start, end)
    this.link(this.headers(type, false), start, end, id)
    this.link(this.headers(type, true), end, start, id)
  }

  setEnds(id: RelationshipId, start: NodeId, end: NodeId): void {
    this.ends.set(2 * id, start)
    this.ends.set(2 * id + 1, end)
  }

  /** Import: the ends of `first` and the relationships after it, start and end by turns. */
  fill(first: number, ends: ArrayLike<number>): void {
    this.ends.put(2 * first, ends)
  }

  delete(id: RelationshipId): void {
    const type = this.typeOf(id)
    const start = this.startOf(id) as NodeId
    const end = this.endOf(id) as NodeId
    this.unlink(this.headers(type, false), start, id)
    this.unlink(this.headers(type, true), end, id)
    this.setEnds(id, 0 as NodeId, 0 as NodeId)
    this.ids.free(id)
  }

  private link(headers: Headers, node: NodeId, neighbor: NodeId, id: RelationshipId): void {
    const list = headers.get(node)
    this.lists.insert(list, neighbor, id)
    headers.set(node, list)
  }

  private unlink(headers: Headers, node: NodeId, id: RelationshipId): void {
    const list: List = headers.get(node)
    this.lists.remove(list, id)
    headers.set(node, list)
  }
}
