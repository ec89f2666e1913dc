/**
 * The transaction over stores: reads through views, writes as changes. It knows nothing of commits; whoever makes it
 * says which version it reads, where its changes are recorded, and how to pin what it reads.
 */
import { withSynonyms } from '../../indexes/fulltext/analysis/named.js'
import { type Bitmap, BitmapScan, bitmapOf, IdListScan, intersectionOf, type KeySet } from '../../indexes/key-set.js'
import type {
  Change,
  EntityKind,
  IndexDefinition,
  IndexPart,
  IndexStep,
  PropertyEntry,
  RuleDefinition,
  TextIndexDefinition,
  TokenSpace,
  TreeChange,
  VectorIndexDefinition,
} from '../core/change.js'
import { DatabaseError } from '../core/errors.js'
import {
  idMax,
  type LabelId,
  type LabelSetId,
  type NodeId,
  type PropertyId,
  type RelationshipId,
  type StringCode,
  type TypeId,
} from '../core/ids.js'
import { type ChangedPlace, valuesAt } from '../core/index-parts.js'
import { withChange } from '../core/tree-change.js'
import { JsonNull, type MemberValue, type PropertyValue, plainMember } from '../core/value.js'
import { WordReader } from '../pages/paged-words.js'
import { Cursor, type CursorPart } from '../stores/graph/cursor.js'
import { valuesAfter, valuesGiven } from '../stores/index-values.js'
import { ColumnReader } from '../stores/json/column.js'
import type { TreeRef } from '../stores/json/tree-ref.js'
import { isEntityIndex, isVectorIndex, type Stores } from '../stores/stores.js'
import { applyChange, idsToFill } from './apply.js'
import type { Catalog } from './catalog.js'
import {
  checkEntries,
  checkFlat,
  checkIndexable,
  checkKey,
  checkName,
  checkNewEntityIndex,
  checkNewIndex,
  checkNewRule,
  checkRuleData,
  checkSchema,
  checkTreeChange,
  checkValue,
  checkWhole,
  isCovered,
  relationshipsLeft,
} from './checks.js'
import { elementIdOf } from './element-id.js'
import { SearchRecords } from './search-records.js'
import { StoreCatalog } from './store-catalog.js'
import { StoreKeys } from './store-keys.js'
import { TextView } from './text-view.js'
import type {
  AdjacencyCursor,
  ColumnView,
  Counters,
  Direction,
  IdScan,
  IdSet,
  LabelSetView,
  RelationshipView,
  SearchRecord,
  SearchWork,
  TextIndexView,
  Transaction,
  TreeValue,
  ValueRange,
  VectorIndexView,
} from './transaction.js'
import { VectorView } from './vector-view.js'

export interface TransactionOptions {
  /** Takes each change before it is applied: the log. A transaction without it cannot write. */
  record?: (change: Change) => void
  /** Whether properties can hold maps and lists of lists. Default true. */
  nestedProperties?: boolean
  /** Pins what the transaction reads and gives the stores to go on with; called at most once. */
  pin?: () => Stores
}

const noSearches: readonly SearchRecord[] = []
const noWork: SearchWork = { postingsRead: 0, candidates: 0 }

export class StoreTransaction implements Transaction {
  readonly catalog: Catalog
  private counted: Counters | undefined
  private stoppedBy: unknown
  private ownKeys: StoreKeys | undefined
  /** Views that were handed out, to be pointed at newer pages. */
  private attached: { attach(stores: Stores): void }[] | undefined
  /** Until something changes. */
  private entityViews: Map<string, TextView | VectorView> | undefined
  private searchRecords: SearchRecords | undefined

  /** A point read takes about a microsecond, so nothing is made here that it does not use. */
  constructor(
    /** The version that it reads. */
    public stores: Stores,
    private readonly options: TransactionOptions = readOnly,
  ) {
    this.catalog = catalogOf(stores)
  }

  get counters(): Counters {
    return (this.counted ??= noCounters())
  }

  refresh(): void {
    if (this.attached !== undefined) for (const view of this.attached) view.attach(this.stores)
    if (this.entityViews !== undefined) for (const view of this.entityViews.values()) view.attach(this.stores)
  }

  pause(): void {
    if (this.stores.version !== undefined || this.options.pin === undefined) return
    this.stores = this.options.pin()
    this.refresh()
  }

  // ---- reading: sets ----------------------------------------------------------------------------------------------

  scanNodes(label: LabelId | undefined): IdScan {
    const { sets } = this.stores
    return this.scan(label === undefined ? sets.nodes : sets.label(label))
  }

  scanRelationships(type: TypeId | undefined): IdScan {
    if (type !== undefined) return this.scan(this.stores.sets.type(type))
    const scans = Array.from({ length: this.typeCount() }, (_, i) =>
      this.scan(this.stores.sets.type((i + 1) as TypeId)),
    )
    return inTurn(scans)
  }

  scanCommon(sets: readonly IdSet[]): IdScan {
    const bitmaps = sets.flatMap((set) => (set.kind === 'hits' ? [] : [this.bitmapOfSet(set)]))
    const searches = sets.flatMap((set) => (set.kind === 'hits' ? [set.search] : []))
    let common = bitmaps.length === 0 ? undefined : intersectionOf(bitmaps)
    for (const search of searches) {
      if (search === null) return new IdListScan(new Uint32Array(0))
      const { view, query } = search
      const hits =
        common === undefined ? view.matches(query) : view.bestAmong(query, common, Number.POSITIVE_INFINITY).ids
      common = hits instanceof Uint32Array ? hits : hits.toUint32Array()
    }
    return new IdListScan(common!)
  }

  private bitmapOfSet(set: Exclude<IdSet, { kind: 'hits' }>): Bitmap {
    switch (set.kind) {
      case 'label':
        return set.label === undefined ? bitmapOf([]) : this.bitmapIn(this.stores.sets.label(set.label))
      case 'ids':
        return bitmapOf(set.ids)
      case 'scan':
        return bitmapOf(idsIn(set.scan))
    }
  }

  nodeByKey(key: string): NodeId | 0 {
    return this.stores.nodes.findByKey(key)
  }

  indexSeek(definition: IndexDefinition, values: readonly PropertyValue[]): readonly number[] {
    return this.indexOf(definition).equal(values)
  }

  indexRange(definition: IndexDefinition, range: ValueRange): IdScan {
    return this.indexOf(definition).range(range)
  }

  textIndex(name: string): TextIndexView {
    const view = this.searchIndex(name, 'full-text')
    if (view instanceof TextView) return view
    throw kindMissing('full-text', name, this.catalog)
  }

  vectorIndex(name: string): VectorIndexView {
    const view = this.searchIndex(name, 'vector')
    if (view instanceof VectorView) return view
    throw kindMissing('vector', name, this.catalog)
  }

  searchIndex(name: string, kind: EntityIndexKind = 'full-text or vector'): TextView | VectorView {
    const open = this.stores.findEntityIndex(name)
    if (open === undefined) throw kindMissing(kind, name, this.catalog)
    if (!this.stores.isWhole(open))
      throw new DatabaseError(
        'INDEX_MISSING',
        `the index '${name}' is being filled; CALL db.awaitIndex('${name}') waits for it`,
        { name },
      )
    const known = this.entityViews?.get(name)
    if (known?.index === open.index) return known
    const records = (this.searchRecords ??= new SearchRecords())
    const view = isVectorIndex(open)
      ? new VectorView(open, records.of(name, 'vector'))
      : new TextView(open, records.of(name, 'fulltext'))
    ;(this.entityViews ??= new Map()).set(name, view)
    return view
  }

  get searches(): readonly SearchRecord[] {
    return this.searchRecords?.list() ?? noSearches
  }

  get searchWork(): SearchWork {
    return this.searchRecords?.work() ?? noWork
  }

  // ---- reading: views ---------------------------------------------------------------------------------------------

  labelSets(): LabelSetView {
    const reader = new WordReader(this.stores.nodes.labelSets)
    this.attach(new AttachedLabelSets(reader))
    return reader as LabelSetView
  }

  labelSetsWith(labels: readonly LabelId[]): Uint8Array {
    const { catalog } = this.stores
    const having = new Uint8Array(catalog.labelSetCount + 1)
    for (let set = 1; set < having.length; set++) {
      const own = catalog.labelsOf(set as LabelSetId)
      if (labels.every((label) => own.includes(label))) having[set] = 1
    }
    return having
  }

  labelsOf(node: NodeId): readonly LabelId[] {
    return this.stores.nodes.labelsOf(node)
  }

  column(entity: EntityKind, property: PropertyId): ColumnView {
    const reader = new ColumnReader(this.stores.column(entity, property))
    this.attach(new AttachedColumn(reader, entity, property))
    return reader
  }

  adjacency({ types: named, direction }: { types: readonly TypeId[] | 'any'; direction: Direction }): AdjacencyCursor {
    const types = named === 'any' || named.length < 2 ? named : [...new Set(named)]
    const { parts, secondFrom } = this.cursorParts(types, direction)
    const cursor = new Cursor(this.stores.graph, parts, secondFrom)
    this.attach(new AttachedCursor(cursor, types === 'any' ? { of: this, direction } : { parts, secondFrom }))
    return cursor
  }

  relationships(): RelationshipView {
    return this.attach(new Ends(this.stores))
  }

  stringCode(text: string): StringCode | 0 {
    return this.stores.strings.find(text)
  }

  stringOf(code: StringCode): string {
    return this.stores.strings.text(code)
  }

  nodeExists(id: NodeId): boolean {
    return this.stores.nodes.labelSetOf(id) !== 0
  }

  relationshipExists(id: RelationshipId): boolean {
    return this.stores.graph.startOf(id) !== 0
  }

  propertiesOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue> {
    return this.stores.propertiesOf(entity, id)
  }

  documentOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue> {
    return this.stores.documentOf(entity, id)
  }

  keyOf(node: NodeId): string | null {
    return this.stores.nodes.keyOf(node)
  }

  elementIdOf(entity: EntityKind, id: NodeId | RelationshipId): string {
    return elementIdOf(this.stores, entity, id)
  }

  propertyOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): PropertyValue {
    return this.stores.column(entity, property).get(id)
  }

  get keys(): StoreKeys {
    return (this.ownKeys ??= new StoreKeys(this))
  }

  treeOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): TreeValue | undefined {
    return this.stores.column(entity, property).treeOf(id)
  }

  // ---- writing ----------------------------------------------------------------------------------------------------

  labelId(name: string): LabelId {
    return this.token('label', name) as LabelId
  }

  typeId(name: string): TypeId {
    return this.token('type', name) as TypeId
  }

  propertyId(name: string): PropertyId {
    return this.token('property', name) as PropertyId
  }

  createNode(node: { labels: readonly LabelId[]; key?: string | null; properties: readonly PropertyEntry[] }): NodeId {
    const { stores } = this
    const { labels, key = null } = node
    const properties = this.checked(node.properties)
    if (key !== null) checkKey(stores, key)
    checkSchema(stores, { entity: 'node', tokens: labels, id: 0, read: (property) => given(properties, property) })
    const id = stores.nodes.ids.next(stores.catalog.labelSet(labels)) as NodeId
    this.change({ kind: 'createNode', id, labels, key, properties })
    this.counters.nodesCreated++
    this.counters.labelsAdded += stores.nodes.labelsOf(id).length
    this.counters.propertiesSet += properties.length
    return id
  }

  createRelationship(relationship: {
    type: TypeId
    start: NodeId
    end: NodeId
    properties: readonly PropertyEntry[]
  }): RelationshipId {
    const { stores } = this
    const { type, start, end } = relationship
    const properties = this.checked(relationship.properties)
    this.mustExist('node', start)
    this.mustExist('node', end)
    checkSchema(stores, {
      entity: 'relationship',
      tokens: [type],
      id: 0,
      read: (property) => given(properties, property),
    })
    const id = stores.graph.ids.next(type) as RelationshipId
    this.change({ kind: 'createRelationship', id, type, start, end, properties })
    this.counters.relationshipsCreated++
    this.counters.propertiesSet += properties.length
    return id
  }

  setProperty(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, value: MemberValue): boolean {
    this.mustExist(entity, id)
    if (value === null && !this.stores.column(entity, property).has(id)) return false
    this.checkProperty(property, value)
    const place = { property, path: [] }
    if (isCovered(this.stores, entity, place)) this.checkCovering(entity, id, place, { next: () => plainMember(value) })
    this.change({ kind: 'setProperty', entity, id, property, value })
    this.counters.propertiesSet++
    return true
  }

  changeTree(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, change: TreeChange): void {
    const column = this.stores.column(entity, property)
    this.mustExist(entity, id)
    const name = this.stores.catalog.name('property', property)
    checkTreeChange(name, column.treeOf(id), change)
    // What is flat is a list of scalars, and stays one.
    if (this.options.nestedProperties === false) checkFlat(name, valuesGiven(change))
    const place = { property, path: change.path }
    if (isCovered(this.stores, entity, place))
      this.checkCovering(entity, id, place, {
        next: () => withChange(column.get(id), change),
        nextAt: (path) => valuesAfter(column.treeOf(id) as TreeRef, path, change),
      })
    this.change({ kind: 'changeTree', entity, id, property, change })
    this.counters.propertiesSet++
  }

  /** What a property is about to be must fit the indexes and rules that cover it, as some do. */
  private checkCovering(
    entity: EntityKind,
    id: NodeId | RelationshipId,
    changed: ChangedPlace,
    { next, nextAt = (path) => valuesAt(next(), path) }: Upcoming,
  ): void {
    const { stores } = this
    const tokens = entity === 'node' ? stores.nodes.labelsOf(id as NodeId) : [stores.graph.typeOf(id)]
    const read = (each: PropertyId) => (each === changed.property ? next() : stores.column(entity, each).get(id))
    const valuesOf = (part: IndexPart) =>
      part.property === changed.property ? nextAt(part.path) : stores.valuesOf(part, entity, id)
    checkSchema(stores, { entity, tokens, id, read, valuesOf, changed })
  }

  addLabel(node: NodeId, label: LabelId): boolean {
    const { stores } = this
    this.mustExist('node', node)
    if (stores.nodes.labelsOf(node).includes(label)) return false
    checkSchema(stores, {
      entity: 'node',
      tokens: [label],
      id: node,
      read: (property) => stores.column('node', property).get(node),
    })
    this.change({ kind: 'addLabel', id: node, label })
    this.counters.labelsAdded++
    return true
  }

  removeLabel(node: NodeId, label: LabelId): boolean {
    this.mustExist('node', node)
    if (!this.stores.nodes.labelsOf(node).includes(label)) return false
    this.change({ kind: 'removeLabel', id: node, label })
    this.counters.labelsRemoved++
    return true
  }

  deleteRelationship(id: RelationshipId): void {
    this.mustExist('relationship', id)
    this.change({ kind: 'deleteRelationship', id })
    this.counters.relationshipsDeleted++
  }

  deleteNode(id: NodeId, { detach }: { detach: boolean }): number {
    this.mustExist('node', id)
    const left = this.relationshipsOf(id)
    if (left.length > 0 && !detach) throw relationshipsLeft(this.stores, id, left.length)
    for (const relationship of left) this.deleteRelationship(relationship)
    this.change({ kind: 'deleteNode', id })
    this.counters.nodesDeleted++
    return left.length
  }

  createIndex(index: IndexDefinition): void {
    checkNewIndex(this.stores, index)
    checkIndexable(this.stores, index)
    this.change({ kind: 'createIndex', index })
    this.countIndex(index)
  }

  /**
   * Makes an index that holds nothing yet and that nobody uses before `fillIndex` has made it whole. It need not happen
   * in one transaction: what others write to the entities that it holds already is kept in it.
   */
  beginIndex(index: IndexDefinition): void {
    checkNewIndex(this.stores, index)
    this.change({ kind: 'beginIndex', index })
    this.countIndex(index)
  }

  /**
   * Takes the next entities into an index that was begun, `idsMax` at most. Gives whether it is whole now. Throws
   * INDEX_MISSING, LIMIT_EXCEEDED for values too long, and CONSTRAINT_VIOLATION when all are in and values are not unique.
   */
  fillIndex(name: string, idsMax: number): boolean {
    const { stores } = this
    const open = this.anyIndexNamed(name)
    if (stores.isWhole(open)) return true
    const ids = idsToFill(stores, open, { idsMax })
    if (!isEntityIndex(open)) checkEntries(stores, open, ids)
    if (ids.length > 0) this.change({ kind: 'fillIndex', name, upTo: ids.at(-1)! })
    if (ids.length === idsMax) return false
    if (!isEntityIndex(open)) checkWhole(stores, open)
    this.change({ kind: 'fillIndex', name, upTo: idMax })
    return true
  }

  createTextIndex(index: TextIndexDefinition): void {
    checkNewEntityIndex(this.stores, index)
    this.change({ kind: 'createTextIndex', index })
    this.counters.indexesAdded++
  }

  /** As `beginIndex`. */
  beginTextIndex(index: TextIndexDefinition): void {
    checkNewEntityIndex(this.stores, index)
    this.change({ kind: 'beginTextIndex', index })
    this.counters.indexesAdded++
  }

  setSynonyms(name: string, groups: PropertyValue): void {
    const open = this.stores.findTextIndex(name)
    if (open === undefined) throw kindMissing('full-text', name, this.catalog)
    const { definition } = open
    const parts = definition.parts.map((part) => ({ ...part, analyzer: withSynonyms(part.analyzer, groups) }))
    this.change({ kind: 'changeTextIndex', index: { ...definition, parts } })
  }

  createVectorIndex(index: VectorIndexDefinition): void {
    checkNewEntityIndex(this.stores, index)
    this.change({ kind: 'createVectorIndex', index })
    this.counters.indexesAdded++
  }

  /** As `beginIndex`. */
  beginVectorIndex(index: VectorIndexDefinition): void {
    checkNewEntityIndex(this.stores, index)
    this.change({ kind: 'beginVectorIndex', index })
    this.counters.indexesAdded++
  }

  createRule(rule: RuleDefinition): void {
    checkNewRule(this.stores, rule)
    checkRuleData(this.stores, rule)
    this.change({ kind: 'createRule', rule })
    this.counters.constraintsAdded++
  }

  dropRule(name: string): void {
    if (this.stores.findRule(name) === undefined) throw indexMissing(name)
    this.change({ kind: 'dropRule', name })
    this.counters.constraintsRemoved++
  }

  private countIndex(index: IndexDefinition): void {
    if (index.unique) this.counters.constraintsAdded++
    else this.counters.indexesAdded++
  }

  dropIndex(name: string): void {
    const { definition } = this.anyIndexNamed(name)
    this.change({ kind: 'dropIndex', name })
    if ('unique' in definition && definition.unique) this.counters.constraintsRemoved++
    else this.counters.indexesRemoved++
  }

  /** Records a change that was checked, and applies it. */
  change(change: Change): void {
    const { record } = this.options
    if (record === undefined)
      throw new DatabaseError(
        'DATABASE_READ_ONLY',
        "this transaction may only read; open it with { access: 'write' } to write",
        { change: change.kind },
      )
    record(change)
    this.entityViews = undefined
    try {
      applyChange(this.stores, change)
    } catch (error) {
      this.stoppedBy = error
      throw error
    }
  }

  /** Throws what stopped a change halfway (full memory), if anything did: then nothing of the transaction may stay. */
  mustBeWhole(): void {
    if (this.stoppedBy !== undefined) throw this.stoppedBy
  }

  private token(space: TokenSpace, name: string): number {
    const known = this.stores.catalog.find(space, name)
    if (known !== undefined) return known
    checkName(space, name)
    const id = this.stores.catalog.nextToken(space)
    this.change({ kind: 'defineToken', space, id, name })
    return id
  }

  private checked(properties: readonly PropertyEntry[]): readonly PropertyEntry[] {
    for (const [property, value] of properties) this.checkProperty(property, value)
    return properties.every(([, value]) => value !== null)
      ? properties
      : properties.filter(([, value]) => value !== null)
  }

  private checkProperty(property: PropertyId, value: MemberValue): void {
    if (typeof value === 'number' || value === null || value instanceof JsonNull) return
    const name = this.stores.catalog.name('property', property)
    checkValue(name, value)
    if (this.options.nestedProperties === false) checkFlat(name, value)
  }

  private mustExist(entity: EntityKind, id: NodeId | RelationshipId): void {
    if (!this.stores.exists(entity, id))
      throw new DatabaseError(
        'ENTITY_DELETED',
        `the ${entity} with the elementId ${elementIdOf(this.stores, entity, id)} is deleted; read or change it before DELETE`,
        { entity, id },
      )
  }

  private typeCount(): number {
    return this.stores.catalog.count('type')
  }

  private relationshipsOf(node: NodeId): RelationshipId[] {
    const { parts, secondFrom } = this.cursorParts('any', 'both')
    const cursor = new Cursor(this.stores.graph, parts, secondFrom)
    const found: RelationshipId[] = []
    for (let more = cursor.open(node); more; more = cursor.next())
      for (let i = cursor.start; i < cursor.end; i += 2)
        if (!(cursor.skipLoops && cursor.words[i] === node)) found.push(cursor.words[i + 1] as RelationshipId)
    return found
  }

  /** The lists that a cursor walks. 'any' means the types there are now, one that this transaction has made included. */
  cursorParts(types: readonly TypeId[] | 'any', direction: Direction): Parts {
    const wanted = types === 'any' ? allTypes(this.typeCount()) : types
    const parts: CursorPart[] = []
    if (direction !== 'incoming') for (const type of wanted) parts.push({ type, incoming: false })
    const secondFrom = direction === 'both' ? parts.length : Number.POSITIVE_INFINITY
    if (direction !== 'outgoing') for (const type of wanted) parts.push({ type, incoming: true })
    return { parts, secondFrom }
  }

  private scan(set: KeySet): IdScan {
    return new BitmapScan(this.bitmapIn(set))
  }

  private bitmapIn(set: KeySet): Bitmap {
    const { version } = this.stores
    return version === undefined ? set.current() : set.at(version)
  }

  private attach<View extends { attach(stores: Stores): void }>(view: View): View {
    ;(this.attached ??= []).push(view)
    return view
  }

  private indexOf({ name }: IndexDefinition) {
    const found = this.indexNamed(name)
    if (!this.stores.isWhole(found))
      throw new DatabaseError('INDEX_MISSING', `the index '${name}' is being made again; run the query again`, { name })
    return found.index
  }

  private anyIndexNamed(name: string) {
    const found = this.stores.findAnyIndex(name)
    if (found === undefined) throw indexMissing(name)
    return found
  }

  private indexNamed(name: string) {
    const found = this.stores.findIndex(name)
    if (found === undefined) throw indexMissing(name)
    return found
  }
}

type EntityIndexKind = 'full-text' | 'vector' | 'full-text or vector'

/** Names that a message lists. */
const namesListed = 20

function kindMissing(kind: EntityIndexKind, name: string, catalog: Catalog): DatabaseError {
  const texts = kind === 'vector' ? [] : catalog.textIndexStates()
  const vectors = kind === 'full-text' ? [] : catalog.vectorIndexStates()
  const names = [...texts, ...vectors].map(({ definition }) => definition.name)
  const listed = names.slice(0, namesListed).join(', ') + (names.length > namesListed ? ' and others' : '')
  const statement =
    kind === 'vector' ? 'CREATE VECTOR INDEX' : kind === 'full-text' ? 'CREATE FULLTEXT INDEX' : 'CREATE'
  return new DatabaseError(
    'INDEX_MISSING',
    `there is no ${kind} index '${name}'; ${listed === '' ? '' : `there is ${listed}, and `}${statement} makes one`,
    { name },
  )
}

function indexMissing(name: string): DatabaseError {
  return new DatabaseError(
    'INDEX_MISSING',
    `there is no index or constraint '${name}'; SHOW INDEXES and SHOW CONSTRAINTS list them`,
    { name },
  )
}

const readOnly: TransactionOptions = {}

/** One catalog for each version, as it is read by every query. */
const catalogs = new WeakMap<Stores, Catalog>()

export function catalogOf(stores: Stores): Catalog {
  let catalog = catalogs.get(stores)
  if (catalog === undefined) catalogs.set(stores, (catalog = new StoreCatalog(stores)))
  return catalog
}

function allTypes(count: number): readonly TypeId[] {
  return Array.from({ length: count }, (_, i) => (i + 1) as TypeId)
}

// Views that a transaction has handed out, with what they need to be pointed at other pages. They are objects of
// classes, not closures: a point read makes two or three of them, and a closure costs several times as much.

class AttachedColumn {
  constructor(
    private readonly reader: ColumnReader,
    private readonly entity: EntityKind,
    private readonly property: PropertyId,
  ) {}

  attach(stores: Stores): void {
    this.reader.attach(stores.column(this.entity, this.property))
  }
}

class AttachedLabelSets {
  constructor(private readonly reader: WordReader) {}

  attach({ nodes }: Stores): void {
    this.reader.attach(nodes.labelSets)
  }
}

interface Parts {
  readonly parts: readonly CursorPart[]
  readonly secondFrom: number
}

class AttachedCursor {
  constructor(
    private readonly cursor: Cursor,
    private readonly parts: Parts | { readonly of: StoreTransaction; readonly direction: Direction },
  ) {}

  attach({ graph }: Stores): void {
    const now = 'of' in this.parts ? this.parts.of.cursorParts('any', this.parts.direction) : this.parts
    this.cursor.attach(graph, now.parts, now.secondFrom)
  }
}

class Ends implements RelationshipView {
  constructor(private stores: Stores) {}

  attach(stores: Stores): void {
    this.stores = stores
  }

  startOf(id: RelationshipId): NodeId | 0 {
    return this.stores.graph.startOf(id)
  }

  endOf(id: RelationshipId): NodeId | 0 {
    return this.stores.graph.endOf(id)
  }

  typeOf(id: RelationshipId): TypeId {
    return this.stores.graph.typeOf(id)
  }
}

/** What a property is about to be. */
interface Upcoming {
  next(): PropertyValue
  /** The values at a place within it, where they need not be taken from the whole. */
  nextAt?(path: readonly IndexStep[]): readonly PropertyValue[]
}

function given(properties: readonly PropertyEntry[], property: PropertyId): PropertyValue {
  return plainMember(properties.find(([each]) => each === property)?.[1] ?? null)
}

function inTurn(scans: IdScan[]): IdScan {
  return {
    next(batch) {
      for (let scan = scans[0]; scan !== undefined; scan = scans[0]) {
        const count = scan.next(batch)
        if (count > 0) return count
        scans.shift()
      }
      return 0
    },
  }
}

export function noCounters(): Counters {
  return {
    nodesCreated: 0,
    nodesDeleted: 0,
    relationshipsCreated: 0,
    relationshipsDeleted: 0,
    propertiesSet: 0,
    labelsAdded: 0,
    labelsRemoved: 0,
    indexesAdded: 0,
    indexesRemoved: 0,
    constraintsAdded: 0,
    constraintsRemoved: 0,
    keysChanged: 0,
  }
}

function* idsIn(scan: IdScan): Generator<number> {
  const batch = new Uint32Array(1024)
  for (let count = scan.next(batch); count > 0; count = scan.next(batch)) yield* batch.subarray(0, count)
}
