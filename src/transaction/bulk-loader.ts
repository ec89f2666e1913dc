/**
 * Fills an empty database with pages instead of changes: nothing goes through the log, and a checkpoint at the end
 * makes it count. A crash before that leaves the database empty.
 *
 * Relationships are kept unlinked first; `link` then sorts them by node (a counting sort, stable, so lists ascend by
 * relationship), and writes each list once, at its final size.
 */
import type { PropertyEntry, TokenSpace } from '../core/change.js'
import { DatabaseError } from '../core/errors.js'
import type { LabelId, LabelSetId, NodeId, PropertyId, RelationshipId, TypeId } from '../core/ids.js'
import { plainMember } from '../core/value.js'
import { type Headers, headerShift } from '../stores/graph/headers.js'
import { extentIds } from '../stores/keyspace/id-space.js'
import type { RelationshipEnd, Stores } from '../stores/stores.js'
import { applyChange } from './apply.js'
import { checkKey, checkName, checkRequired, checkSchema, checkValue } from './checks.js'

/** An extent that relationships are given ids from: its first id, the next one, and where it ends. */
interface OpenExtent {
  readonly first: number
  next: number
  readonly end: number
}

/** So many headers among 512 are worth a page of their own. */
const headersForPage = 64

export class BulkLoader {
  private readonly openExtents = new Map<TypeId, OpenExtent>()
  private ended = false

  constructor(
    private readonly stores: Stores,
    /** `complete` makes what was loaded count, by a commit and a checkpoint; `abort` takes it back. */
    private readonly end: { complete: () => Promise<void>; abort: () => void },
  ) {
    if (stores.nodeCount > 0 || stores.relationshipCount > 0)
      throw new DatabaseError(
        'DATABASE_NOT_EMPTY',
        'only an empty database can be filled in bulk; import into this one goes by commits',
        {
          nodes: stores.nodeCount,
        },
      )
  }

  labelId(name: string): LabelId {
    return this.token('label', name) as LabelId
  }

  typeId(name: string): TypeId {
    return this.token('type', name) as TypeId
  }

  propertyId(name: string): PropertyId {
    return this.token('property', name) as PropertyId
  }

  /**
   * Throws KEY_TAKEN, CONSTRAINT_VIOLATION, PROPERTY_INVALID or LIMIT_EXCEEDED, and then has added nothing. Where memory
   * is full the load ends, as if it were aborted.
   */
  addNode(node: { labels: readonly LabelId[]; key: string | null; properties: readonly PropertyEntry[] }): NodeId {
    const { stores } = this
    const { labels, key, properties } = node
    this.mustBeOpen()
    if (key !== null) checkKey(stores, key)
    this.check('node', labels, properties)
    try {
      const id = stores.nodes.ids.next(stores.catalog.labelSet(labels)) as NodeId
      applyChange(stores, { kind: 'createNode', id, labels, key, properties })
      return id
    } catch (error) {
      throw this.stoppedBy(error)
    }
  }

  addRelationship(relationship: {
    type: TypeId
    start: NodeId
    end: NodeId
    properties: readonly PropertyEntry[]
  }): RelationshipId {
    const { stores } = this
    const { type, start, end, properties } = relationship
    this.mustBeOpen()
    if (properties.length > 0 || stores.indexes().length > 0 || stores.rules().length > 0)
      this.check('relationship', [type], properties)
    try {
      return this.put(type, start, end, properties)
    } catch (error) {
      throw this.stoppedBy(error)
    }
  }

  private put(type: TypeId, start: NodeId, end: NodeId, properties: readonly PropertyEntry[]): RelationshipId {
    const { stores } = this
    const id = this.nextRelationship(type)
    stores.graph.setEnds(id, start, end)
    for (const [property, value] of properties) stores.column('relationship', property).set(id, value)
    for (const open of stores.indexes()) {
      const { definition, index } = open
      const values =
        definition.entity === 'relationship' && stores.holds(open, id) ? stores.indexedValues(definition, id) : null
      if (values !== null) index.add(id, values)
    }
    return id
  }

  nodeByKey(key: string): NodeId | 0 {
    return this.stores.nodes.findByKey(key)
  }

  /** Links the relationships and makes everything durable. When that fails the database is empty, as it was. */
  async finish(): Promise<void> {
    this.mustBeOpen()
    try {
      for (const [type, { first, next }] of this.openExtents) this.closeExtent(type, first, next)
      for (let type = 1; type <= this.stores.catalog.count('type'); type++) this.link(type as TypeId)
    } catch (error) {
      throw this.stoppedBy(error)
    }
    this.ended = true
    await this.end.complete()
  }

  /** Leaves the database empty, as it was. Does nothing after the end. */
  abort(): void {
    if (this.ended) return
    this.ended = true
    this.end.abort()
  }

  /** What is half done cannot stay. */
  private stoppedBy(error: unknown): unknown {
    this.abort()
    return error
  }

  private mustBeOpen(): void {
    if (this.ended) throw new DatabaseError('TRANSACTION_CLOSED', 'the load has ended; begin another', {})
  }

  private nextRelationship(type: TypeId): RelationshipId {
    let extent = this.openExtents.get(type)
    if (extent === undefined || extent.next === extent.end) {
      if (extent !== undefined) this.closeExtent(type, extent.first, extent.end)
      const first = this.stores.graph.ids.nextOfNewExtent()
      this.stores.graph.ids.use(first, type)
      extent = { first, next: first, end: (first & ~(extentIds - 1)) + extentIds }
      this.openExtents.set(type, extent)
    }
    return extent.next++ as RelationshipId
  }

  /** Accounts for the ids of an extent up to `end`, of which the first was accounted for when it was opened. */
  private closeExtent(type: TypeId, first: number, end: number): void {
    const { graph, sets } = this.stores
    graph.ids.useUpTo(end, type, end - first)
    for (let id = first; id < end; id++) sets.type(type).add(id)
    this.stores.countRelationship(type, end - first)
    const counted = { type, first, end }
    this.countEnds(counted, 'start', (id) => graph.startOf(id))
    this.countEnds(counted, 'end', (id) => graph.endOf(id))
  }

  private countEnds(
    { type, first, end: last }: { readonly type: TypeId; readonly first: number; readonly end: number },
    end: RelationshipEnd,
    nodeAt: (id: number) => NodeId | 0,
  ): void {
    const { nodes: store, catalog } = this.stores
    const bySet: number[] = []
    for (let id = first; id < last; id++) {
      const set = store.labelSetOf(nodeAt(id) as NodeId)
      bySet[set] = (bySet[set] ?? 0) + 1
    }
    bySet.forEach((count, set) => {
      this.stores.countEndLabels(type, catalog.labelsOf(set as LabelSetId), end, count)
    })
  }

  private link(type: TypeId): void {
    const { graph, sets } = this.stores
    const ids = sets.type(type).current().toUint32Array()
    const starts = new Int32Array(ids.length)
    const ends = new Int32Array(ids.length)
    for (let i = 0; i < ids.length; i++) {
      starts[i] = graph.startOf(ids[i]!)
      ends[i] = graph.endOf(ids[i]!)
    }
    this.linkDirection(graph.headers(type, false), { ids, nodes: starts, neighbors: ends })
    this.linkDirection(graph.headers(type, true), { ids, nodes: ends, neighbors: starts })
  }

  private linkDirection(
    headers: Headers,
    { ids, nodes, neighbors }: { ids: Uint32Array; nodes: Int32Array; neighbors: Int32Array },
  ): void {
    const nodeEnd = this.stores.nodes.ids.extentCount * extentIds
    const places = new Int32Array(nodeEnd + 1)
    for (let i = 0; i < nodes.length; i++) places[nodes[i]! + 1]!++
    makePages(headers, places, nodeEnd)
    for (let node = 0; node < nodeEnd; node++) places[node + 1]! += places[node]!
    const pairs = new Int32Array(ids.length * 2)
    // Each node's place moves on as its pairs come; afterwards it is where the next node's began.
    for (let i = 0; i < nodes.length; i++) {
      const at = places[nodes[i]!]!++ * 2
      pairs[at] = neighbors[i]!
      pairs[at + 1] = ids[i]!
    }
    const { lists } = this.stores.graph
    for (let node = 1, start = places[0]!; node < nodeEnd; node++) {
      const count = places[node]! - start
      if (count > 0) headers.set(node, { ref: lists.build(pairs, start * 2, count), count })
      start = places[node]!
    }
  }

  private check(
    entity: 'node' | 'relationship',
    tokens: readonly (LabelId | TypeId)[],
    properties: readonly PropertyEntry[],
  ): void {
    const { stores } = this
    for (const [property, value] of properties)
      if (typeof value !== 'number') checkValue(stores.catalog.name('property', property), plainMember(value))
    if (stores.indexes().length === 0 && stores.rules().length === 0) return
    const read = (property: PropertyId) => plainMember(properties.find(([each]) => each === property)?.[1] ?? null)
    const prospect = { entity, tokens, id: 0, read }
    checkSchema(stores, prospect)
    // Nothing is set later: what it lacks now it would lack at the end.
    checkRequired(stores, prospect)
  }

  private token(space: TokenSpace, name: string): number {
    this.mustBeOpen()
    const known = this.stores.catalog.find(space, name)
    if (known !== undefined) return known
    checkName(space, name)
    const id = this.stores.catalog.nextToken(space)
    try {
      applyChange(this.stores, { kind: 'defineToken', space, id, name })
    } catch (error) {
      throw this.stoppedBy(error)
    }
    return id
  }
}

function makePages(headers: Headers, counts: Int32Array, nodeEnd: number): void {
  for (let first = 0; first < nodeEnd; first += 1 << headerShift) {
    let used = 0
    for (let node = first; node < first + (1 << headerShift); node++) if (counts[node + 1]! > 0) used++
    if (used >= headersForPage) headers.makePage(first >>> headerShift)
  }
}
