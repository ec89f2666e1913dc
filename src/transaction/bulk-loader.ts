/**
 * Fills an empty database with pages instead of changes: nothing goes through the log, and a checkpoint at the end
 * makes it count. A crash before that leaves the database empty.
 *
 * Entities come in extents that are written when they are full (`bulk-extents.ts`). Relationships are kept unlinked
 * first; `link` then sorts them by node (a counting sort, stable, so lists ascend by relationship), and writes each list
 * once, at its final size.
 */
import type { EntityKind, PropertyEntry, StoredValue, TokenSpace } from '../core/change.js'
import { DatabaseError } from '../core/errors.js'
import type { KeyId, LabelId, LabelSetId, NodeId, PropertyId, RelationshipId, TypeId } from '../core/ids.js'
import { valuesBy } from '../core/index-parts.js'
import { type PropertyValue, plainMember } from '../core/value.js'
import { type Headers, headerShift } from '../stores/graph/headers.js'
import { extentIds } from '../stores/keyspace/id-space.js'
import { entriesOf, type RelationshipEnd, type Stores } from '../stores/stores.js'
import { applyChange } from './apply.js'
import { BulkExtents, type OpenExtent } from './bulk-extents.js'
import { checkFreeKey, checkKey, checkName, checkRequired, checkSchema, checkValue } from './checks.js'

/** So many headers among 512 are worth a page of their own. */
const headersForPage = 64

/** The relationships of a type, ascending, seen from one of their ends. */
interface Direction {
  readonly ids: Uint32Array
  readonly nodes: Int32Array
  readonly neighbors: Int32Array
  /** Room for the pairs of all lists. */
  readonly pairs: Int32Array
}

export class BulkLoader {
  private readonly nodes: BulkExtents
  private readonly relationships: BulkExtents
  /** Whether ordered indexes or rules are to be kept; nobody else can make one while the load lasts. */
  private readonly hasSchema: boolean
  private ended = false

  constructor(
    private readonly stores: Stores,
    /** `complete` makes what was loaded count, by a commit and a checkpoint; `abort` takes it back. */
    private readonly end: { complete: () => Promise<void>; abort: () => void },
  ) {
    if (stores.nodeCount > 0 || stores.plainValueCount > 0)
      throw new DatabaseError(
        'DATABASE_NOT_EMPTY',
        'only an empty database can be filled in bulk; import into this one goes by commits',
        {
          nodes: stores.nodeCount,
        },
      )
    this.hasSchema = stores.indexes().length + stores.rules().length > 0
    this.nodes = new BulkExtents(stores.nodes.ids, (extent) => this.writeNodes(extent))
    this.relationships = new BulkExtents(stores.graph.ids, (extent) => this.writeRelationships(extent))
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
  addNode(node: {
    labels: readonly LabelId[]
    key: string | null
    properties: readonly PropertyEntry[]
    /** When it expires. */
    atMs?: number | null
  }): NodeId {
    const { stores } = this
    const { labels, key, properties, atMs = null } = node
    this.mustBeOpen()
    if (key !== null) checkKey(stores, key)
    this.check('node', labels, properties)
    try {
      const id = this.nodes.next(stores.catalog.labelSet(labels)).add(properties) as NodeId
      if (key !== null) stores.nodes.setKey(id, key)
      this.setExpiry(id, atMs)
      this.addToIndexes('node', id, labels, properties)
      return id
    } catch (error) {
      throw this.stoppedBy(error)
    }
  }

  /** A plain value, which expires at `atMs`, or never where that is null. Throws as `addNode`. */
  addValue(key: string, value: StoredValue, atMs: number | null): void {
    const { stores } = this
    this.mustBeOpen()
    checkFreeKey(stores, key)
    checkValue(key, value)
    try {
      const id = stores.plainValues.nextId()
      applyChange(stores, { kind: 'createValue', id, key, value })
      this.setExpiry(id, atMs)
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
    const { type, start, end, properties } = relationship
    this.mustBeOpen()
    this.check('relationship', [type], properties)
    try {
      const extent = this.relationships.next(type)
      const id = extent.add(properties) as RelationshipId
      extent.ends.push(start, end)
      this.addToIndexes('relationship', id, [type], properties)
      return id
    } catch (error) {
      throw this.stoppedBy(error)
    }
  }

  nodeByKey(key: string): NodeId | 0 {
    return this.stores.nodes.findByKey(key)
  }

  /** Links the relationships and makes everything durable. When that fails the database is empty, as it was. */
  async finish(): Promise<void> {
    this.mustBeOpen()
    try {
      this.nodes.writeAll()
      this.relationships.writeAll()
      for (let type = 1; type <= this.stores.catalog.count('type'); type++) this.link(type as TypeId)
      this.fillEntityIndexes()
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

  private setExpiry(id: KeyId, atMs: number | null): void {
    if (atMs !== null) applyChange(this.stores, { kind: 'setExpiry', id, atMs })
  }

  /** What is half done cannot stay. */
  private stoppedBy(error: unknown): unknown {
    this.abort()
    return error
  }

  private mustBeOpen(): void {
    if (this.ended) throw new DatabaseError('TRANSACTION_CLOSED', 'the load has ended; begin another', {})
  }

  private writeNodes(extent: OpenExtent): void {
    const { stores } = this
    const { owner, first, written, next } = extent
    stores.nodes.ids.useUpTo(next, owner, first)
    stores.nodes.fill(written, next, owner as LabelSetId)
    stores.sets.nodes.addRange(written, next)
    stores.countNode(next - written)
    for (const label of stores.catalog.labelsOf(owner as LabelSetId)) {
      stores.sets.label(label).addRange(written, next)
      stores.countLabel(label, next - written)
    }
    this.writeValues('node', extent)
  }

  private writeRelationships(extent: OpenExtent): void {
    const { stores } = this
    const { first, written, next, ends } = extent
    const type = extent.owner as TypeId
    stores.graph.ids.useUpTo(next, type, first)
    stores.graph.fill(written, ends)
    stores.sets.type(type).addRange(written, next)
    stores.countRelationship(type, next - written)
    this.countEnds(type, ends, 'start')
    this.countEnds(type, ends, 'end')
    this.writeValues('relationship', extent)
  }

  private writeValues(entity: EntityKind, { written, values }: OpenExtent): void {
    values.forEach((column, property) => {
      this.stores.column(entity, property as PropertyId).fill(written, column)
    })
  }

  private countEnds(type: TypeId, ends: readonly number[], end: RelationshipEnd): void {
    const { catalog } = this.stores
    const bySet: number[] = []
    for (let at = end === 'start' ? 0 : 1; at < ends.length; at += 2) {
      const set = this.nodes.ownerOf(ends[at]!)
      bySet[set] = (bySet[set] ?? 0) + 1
    }
    bySet.forEach((count, set) => {
      this.stores.countEndLabels(type, catalog.labelsOf(set as LabelSetId), end, count)
    })
  }

  /** As they come, since uniqueness is asked of the indexes. */
  private addToIndexes(
    entity: EntityKind,
    id: number,
    tokens: readonly (LabelId | TypeId)[],
    properties: readonly PropertyEntry[],
  ): void {
    if (!this.hasSchema) return
    const { stores } = this
    for (const open of stores.indexes()) {
      const { definition, index, number } = open
      if (definition.entity !== entity || !tokens.includes(definition.token)) continue
      if (id > stores.catalog.filledTo(number)) continue
      for (const values of entriesOf(open, valuesBy(readerOf(properties)))) index.add(id, values)
    }
  }

  /** At the end, as nothing is asked of them before, and many entities at once cost less. */
  private fillEntityIndexes(): void {
    const { stores } = this
    for (const open of stores.entityIndexes()) {
      const covered = stores.coveredBy(open.definition)
      stores.addEntries(open, covered.rangeUint32Array(0, covered.rank(stores.catalog.filledTo(open.number))))
    }
  }

  private link(type: TypeId): void {
    const { graph, sets } = this.stores
    const ids = sets.type(type).current().toUint32Array()
    const { starts, ends } = graph.endsOf(ids)
    const pairs = new Int32Array(ids.length * 2)
    this.linkDirection(graph.headers(type, false), { ids, nodes: starts, neighbors: ends, pairs })
    this.linkDirection(graph.headers(type, true), { ids, nodes: ends, neighbors: starts, pairs })
  }

  private linkDirection(headers: Headers, { ids, nodes, neighbors, pairs }: Direction): void {
    const nodeEnd = this.stores.nodes.ids.extentCount * extentIds
    const places = new Int32Array(nodeEnd + 1)
    for (let i = 0; i < nodes.length; i++) places[nodes[i]! + 1]!++
    makePages(headers, places, nodeEnd)
    for (let node = 0; node < nodeEnd; node++) places[node + 1]! += places[node]!
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

  private check(entity: EntityKind, tokens: readonly (LabelId | TypeId)[], properties: readonly PropertyEntry[]): void {
    const { stores } = this
    for (const [property, value] of properties)
      if (typeof value !== 'number') checkValue(stores.catalog.name('property', property), plainMember(value))
    if (!this.hasSchema) return
    const prospect = { entity, tokens, id: 0, read: readerOf(properties) }
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

/** Of a property that is named twice the last value counts. */
function readerOf(properties: readonly PropertyEntry[]): (property: PropertyId) => PropertyValue {
  return (property) => plainMember(properties.findLast(([each]) => each === property)?.[1] ?? null)
}

function makePages(headers: Headers, counts: Int32Array, nodeEnd: number): void {
  for (let first = 0; first < nodeEnd; first += 1 << headerShift) {
    let used = 0
    for (let node = first; node < first + (1 << headerShift); node++) if (counts[node + 1]! > 0) used++
    if (used >= headersForPage) headers.makePage(first >>> headerShift)
  }
}
