/**
 * All stores and indexes over one version of the pages: the newest, or a snapshot. Reading is the same for both.
 *
 *   counters     word 0: nodes, 1: relationships; then for each number i: 2i + 2 label's nodes, 2i + 3 type's relationships
 *   end labels   of a type, for each label i: 2i relationships that start at such a node, 2i + 1 that end there
 */
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import { FulltextIndex, type Texts } from '../../indexes/fulltext/fulltext-index.js'
import { type Bitmap, unionOf } from '../../indexes/key-set.js'
import { OrderedIndex } from '../../indexes/ordered/ordered-index.js'
import { VectorGraphs, VectorIndex } from '../../indexes/vector/vector-index.js'
import type {
  EntityKind,
  IndexDefinition,
  IndexPart,
  RuleDefinition,
  TextIndexDefinition,
  VectorIndexDefinition,
} from '../core/change.js'
import { idMax, type LabelId, type NodeId, type PropertyId, type RelationshipId, type TypeId } from '../core/ids.js'
import { fieldName, numbersIn, textsAmong, valuesAt, valuesOfParts, valuesThroughLists } from '../core/index-parts.js'
import { type PropertyValue, plainMember } from '../core/value.js'
import { BlockHeap, ByteStore } from '../pages/block-heap.js'
import type { CommitPoint, Heap, UndoMark } from '../pages/heap.js'
import { PageSpace } from '../pages/page-space.js'
import { PagedWords } from '../pages/paged-words.js'
import { CatalogStore, type Placed, type PlacedVectorIndex } from './catalog/catalog-store.js'
import { GraphStore } from './graph/graph-store.js'
import { valuesInTree } from './index-values.js'
import { Column } from './json/column.js'
import { TreeStore } from './json/tree.js'
import { Expiries } from './keyspace/expiries.js'
import { Keyspace } from './keyspace/keyspace.js'
import { NodeStore } from './keyspace/node-store.js'
import { ValueStore } from './keyspace/value-store.js'
import { Sets } from './sets.js'
import { areaSlot, familySlot, slots } from './slots.js'
import { Dictionary } from './strings/dictionary.js'

/** An index with its definition and number. */
export interface OpenIndex {
  readonly number: number
  readonly definition: IndexDefinition
  readonly index: OrderedIndex
}

export interface OpenTextIndex {
  readonly number: number
  readonly definition: TextIndexDefinition
  readonly index: FulltextIndex
}

export interface OpenVectorIndex {
  readonly number: number
  readonly birth: number
  readonly definition: VectorIndexDefinition
  readonly index: VectorIndex
}

/** Holds one entry at most for an entity, and takes it out by the entity's id alone. */
export type OpenEntityIndex = OpenTextIndex | OpenVectorIndex
export type OpenAnyIndex = OpenIndex | OpenEntityIndex

export function isEntityIndex(open: OpenAnyIndex): open is OpenEntityIndex {
  return 'tokens' in open.definition
}

export function isVectorIndex(open: OpenEntityIndex): open is OpenVectorIndex {
  return 'dimensions' in open.definition
}

export interface OpenRule {
  readonly number: number
  readonly definition: RuleDefinition
}

/** What every entity of a label or type must have, because of the constraint of this name. */
export interface Requirement extends Pick<IndexDefinition, 'name' | 'entity' | 'token'> {
  readonly properties: readonly PropertyId[]
}

/**
 * What an index would hold for an entity that has these properties: no entry for one that lacks a part, one for most, and
 * one for each value where a part goes through lists. They are a set.
 */
export function entriesOf(
  { definition, index }: Omit<OpenIndex, 'number'>,
  valuesOf: (part: IndexPart) => readonly PropertyValue[],
): readonly PropertyValue[][] {
  const entries = valuesOfParts(definition.parts, valuesOf)
  if (entries.length < 2) return entries
  return [...new Map(entries.map((values) => [index.keyOf(values), values])).values()]
}

/** What the key of a label or type asks of each entity: its parts are whole properties. */
export function requirementOf({ name, entity, token, parts }: IndexDefinition): Requirement {
  return { name, entity, token, properties: parts.map(({ property }) => property) }
}

/** What a full-text index would hold of an entity: for each field its texts; undefined where there is none at all. */
function textsOf(
  { parts }: TextIndexDefinition,
  valuesOf: (part: IndexPart) => readonly PropertyValue[],
): readonly (readonly string[])[] | undefined {
  const texts = parts.map((part) => textsAmong(valuesOf(part)))
  return texts.some((ofField) => ofField.length > 0) ? texts : undefined
}

/** The vector that an index would hold of an entity: undefined where the place has none, or one that does not fit. */
function vectorOf(
  { definition, index }: Omit<OpenVectorIndex, 'number'>,
  valuesOf: (part: IndexPart) => readonly PropertyValue[],
): readonly number[] | undefined {
  const [value] = valuesOf(definition.parts[0])
  const numbers = numbersIn(value)
  return numbers !== undefined && index.fits(numbers) ? numbers : undefined
}

export type RelationshipEnd = 'start' | 'end'

/** The part of a definition that says which entities it is about: those with the token, or with any of them. */
type Covering =
  | Pick<IndexDefinition, 'entity' | 'token'>
  | Pick<TextIndexDefinition | VectorIndexDefinition, 'entity' | 'tokens'>

/** What all versions have in common. */
interface Shared {
  /** Those that are open, so that ids they hold are not given out again. */
  readonly snapshots: Set<Stores>
  /** Of vector indexes, by their births. */
  readonly graphs: Map<number, VectorGraphs>
}

interface Schema {
  readonly indexes: readonly OpenIndex[]
  readonly textIndexes: readonly OpenTextIndex[]
  readonly vectorIndexes: readonly OpenVectorIndex[]
  /** Those of the two kinds above. */
  readonly entityIndexes: readonly OpenEntityIndex[]
  readonly rules: readonly OpenRule[]
  readonly requirements: readonly Requirement[]
}

const noSchema: Schema = {
  indexes: [],
  textIndexes: [],
  vectorIndexes: [],
  entityIndexes: [],
  rules: [],
  requirements: [],
}

const wordNodes = 0
const wordRelationships = 1
/** Labels and types have theirs from 4 on, as they count from 1. */
const wordPlainValues = 2

export class Stores {
  readonly heap: Heap
  readonly strings: Dictionary
  readonly values: ByteStore
  readonly trees: TreeStore
  readonly catalog: CatalogStore
  readonly keyspace: Keyspace
  readonly nodes: NodeStore
  readonly plainValues: ValueStore
  readonly expiries: Expiries
  readonly graph: GraphStore
  private readonly counters: PagedWords
  private readonly columns = { node: [] as Column[], relationship: [] as Column[] }
  private readonly endLabelsByType: PagedWords[] = []
  private schema: Schema = noSchema
  private schemaVersion = -1
  /** Of a snapshot: it can be read no more, since memory was full or what it read could not be made safe. */
  void = false
  /** Of a snapshot: it is not ended when memory is full. */
  kept = false

  private constructor(
    readonly space: PageSpace,
    readonly sets: Sets,
    /** The pinned version, undefined for the newest. */
    readonly version: number | undefined,
    private readonly shared: Shared,
  ) {
    this.heap = space.heap
    this.strings = new Dictionary(space)
    this.values = new ByteStore(new BlockHeap(space, slots.values))
    this.trees = new TreeStore(space, slots.trees, this.strings, this.values)
    this.counters = new PagedWords(space.table(slots.counters))
    this.catalog = new CatalogStore(space, this.strings, this.values)
    this.keyspace = new Keyspace(space, this.strings, (extent, freed) => this.heldBySnapshot('node', extent, freed))
    this.nodes = new NodeStore(this.keyspace, this.catalog)
    this.plainValues = new ValueStore(this.keyspace, this.columnOf(slots.plainValues, 'node'))
    this.expiries = new Expiries(space)
    this.graph = new GraphStore(space, (extent, freed) => this.heldBySnapshot('relationship', extent, freed))
  }

  /** The stores of an empty database. */
  static create(heap: Heap): Stores {
    const stores = Stores.open(PageSpace.current(heap), new Sets(heap))
    heap.release(stores.commit())
    return stores
  }

  static open(space: PageSpace, sets: Sets): Stores {
    const stores = new Stores(space, sets, undefined, { snapshots: new Set(), graphs: new Map() })
    stores.heap.makeRoom = () => stores.endOldestSnapshot()
    return stores
  }

  // ---- versions ---------------------------------------------------------------------------------------------------

  /** A place that `unroll` and `rollback` go back to. Throws as `settleTexts`. */
  savepoint(): UndoMark {
    this.settleTexts()
    return this.heap.savepoint()
  }

  /** The last writes of a transaction, before `commit`. Throws LIMIT_EXCEEDED when there is no memory for them. */
  settle(): void {
    const version = this.heap.undoSpan
    this.nodes.ids.settle(version)
    this.graph.ids.settle(version)
    this.settleTexts()
  }

  /** Brings the texts that were written into the pages of full-text indexes. Throws LIMIT_EXCEEDED. */
  settleTexts(): void {
    for (const { index } of this.schema.textIndexes) index.settle()
  }

  /** Ends the running transaction. It can be taken back until `Heap.release` is called with what this gives. */
  commit(): CommitPoint {
    this.settle()
    return this.heap.commit()
  }

  /** Takes back what was written since the mark, within the running transaction. */
  unroll(mark: UndoMark): void {
    this.heap.unroll(mark)
    this.space.epoch++
  }

  /** Takes back what was written since the mark, and ends the running transaction. */
  rollback(mark: UndoMark): void {
    this.heap.rollback(mark)
    this.space.epoch++
  }

  /** Pins the last commit. To be called between transactions only: what is written afterwards is not seen. */
  snapshot(): Stores {
    return this.opened(new Stores(this.space.snapshot(), this.sets, this.heap.pin(), this.shared))
  }

  /** Another hold on a snapshot's version. */
  again(): Stores {
    return this.opened(new Stores(this.space, this.sets, this.heap.pinAgain(this.version!), this.shared))
  }

  private opened(snapshot: Stores): Stores {
    // Plans are kept by the number of the catalog they were made under, which must mean the same in every version.
    snapshot.catalog.version = this.catalog.version
    this.shared.snapshots.add(snapshot)
    return snapshot
  }

  /** Ends a snapshot: its pages may be used again. */
  release(): void {
    if (!this.shared.snapshots.delete(this)) return
    this.heap.unpin(this.version!)
    this.sets.prune()
  }

  /** Marks snapshots newer than a version as void. */
  voidSnapshots(after: number): void {
    for (const snapshot of this.shared.snapshots) if (snapshot.version! > after) snapshot.void = true
  }

  /** When memory is full, whoever has read longest gives way. Those who keep what others read are spared. */
  private endOldestSnapshot(): boolean {
    for (const snapshot of this.shared.snapshots)
      if (!snapshot.kept) {
        snapshot.void = true
        snapshot.release()
        return true
      }
    return false
  }

  column(entity: EntityKind, property: PropertyId): Column {
    const columns = this.columns[entity]
    return (columns[property] ??= this.columnOf(
      familySlot(entity === 'node' ? 'nodeColumn' : 'relationshipColumn', property),
      entity,
    ))
  }

  /** A column by the ids of nodes, which all keys share, or of relationships. */
  private columnOf(slot: number, ids: EntityKind): Column {
    return new Column(
      this.space.table(slot),
      this.strings,
      this.values,
      this.trees,
      ids === 'node' ? () => this.keyspace.ids.extentCount : () => this.graph.ids.extentCount,
    )
  }

  propertyCount(): number {
    return this.catalog.count('property')
  }

  get nodeCount(): number {
    return this.counters.get(wordNodes)
  }

  get relationshipCount(): number {
    return this.counters.get(wordRelationships)
  }

  get plainValueCount(): number {
    return this.counters.get(wordPlainValues)
  }

  labelCount(label: LabelId): number {
    return this.counters.get(2 * label + 2)
  }

  typeCount(type: TypeId): number {
    return this.counters.get(2 * type + 3)
  }

  /** How many relationships of the type start (or end) at nodes with the label. */
  endLabelCount(type: TypeId, label: LabelId, end: RelationshipEnd): number {
    return this.endLabels(type).get(2 * label + (end === 'start' ? 0 : 1))
  }

  countEndLabels(type: TypeId, labels: readonly LabelId[], end: RelationshipEnd, by: number): void {
    const counts = this.endLabels(type)
    for (const label of labels) counts.add(2 * label + (end === 'start' ? 0 : 1), by)
  }

  private endLabels(type: TypeId): PagedWords {
    return (this.endLabelsByType[type] ??= new PagedWords(this.space.table(familySlot('endLabels', type))))
  }

  countNode(by: number): void {
    this.counters.add(wordNodes, by)
  }

  countPlainValue(by: number): void {
    this.counters.add(wordPlainValues, by)
  }

  countLabel(label: LabelId, by: number): void {
    this.counters.add(2 * label + 2, by)
  }

  countRelationship(type: TypeId, by: number): void {
    this.counters.add(wordRelationships, by)
    this.counters.add(2 * type + 3, by)
  }

  indexes(): readonly OpenIndex[] {
    return this.openSchema().indexes
  }

  /** Whether there is any index that a write may have to keep. */
  get hasIndexes(): boolean {
    const { indexes, entityIndexes } = this.openSchema()
    return indexes.length + entityIndexes.length > 0
  }

  textIndexes(): readonly OpenTextIndex[] {
    return this.openSchema().textIndexes
  }

  vectorIndexes(): readonly OpenVectorIndex[] {
    return this.openSchema().vectorIndexes
  }

  /** Full-text and vector indexes. */
  entityIndexes(): readonly OpenEntityIndex[] {
    return this.openSchema().entityIndexes
  }

  rules(): readonly OpenRule[] {
    return this.openSchema().rules
  }

  /** Of rules, and of indexes whose values are required, once those are whole. */
  requirements(): readonly Requirement[] {
    return this.openSchema().requirements
  }

  private openSchema(): Schema {
    if (this.schemaVersion !== this.catalog.version) {
      // An index of other settings is opened anew, and does not know what the one before it has not written yet.
      this.settleTexts()
      this.schema = this.readSchema()
      this.schemaVersion = this.catalog.version
    }
    return this.schema
  }

  private readSchema(): Schema {
    const indexes = this.catalog.indexes().flatMap((definition, number) => {
      return definition === undefined ? [] : [{ number, definition, index: this.openIndex(number) }]
    })
    const textIndexes = this.catalog.textIndexes().flatMap((placed, number) => {
      return placed === undefined ? [] : [this.reopenTextIndex(number, placed)]
    })
    const vectorIndexes = this.catalog.vectorIndexes().flatMap((placed, number) => {
      return placed === undefined ? [] : [this.openVectorIndex(number, placed)]
    })
    if (this.version === undefined) this.forgetGraphs(vectorIndexes)
    const rules = this.catalog.rules().flatMap((definition, number) => {
      return definition === undefined ? [] : [{ number, definition }]
    })
    const ofIndexes = indexes.filter((open) => open.definition.required && this.isWhole(open))
    const ofRules = rules.filter(({ definition }) => definition.types === null)
    const requirements = [
      ...ofIndexes.map(({ definition }) => requirementOf(definition)),
      ...ofRules.map(({ definition }) => ({ ...definition, properties: [definition.property] })),
    ]
    return {
      indexes,
      textIndexes,
      vectorIndexes,
      entityIndexes: [...textIndexes, ...vectorIndexes],
      rules,
      requirements,
    }
  }

  /** Whether an index holds all that it covers. Until then nothing may rely on what it lacks. */
  isWhole({ number }: { readonly number: number }): boolean {
    return this.catalog.filledTo(number) === idMax
  }

  findIndex(name: string): OpenIndex | undefined {
    return this.indexes().find(({ definition }) => definition.name === name)
  }

  findTextIndex(name: string): OpenTextIndex | undefined {
    return this.textIndexes().find(({ definition }) => definition.name === name)
  }

  findVectorIndex(name: string): OpenVectorIndex | undefined {
    return this.vectorIndexes().find(({ definition }) => definition.name === name)
  }

  findEntityIndex(name: string): OpenEntityIndex | undefined {
    return this.entityIndexes().find(({ definition }) => definition.name === name)
  }

  findAnyIndex(name: string): OpenAnyIndex | undefined {
    return this.findIndex(name) ?? this.findEntityIndex(name)
  }

  findRule(name: string): OpenRule | undefined {
    return this.rules().find(({ definition }) => definition.name === name)
  }

  openIndex(number: number): OrderedIndex {
    const { space } = this
    return new OrderedIndex({
      tree: space.table(familySlot('indexTree', number)),
      treeMeta: space.table(familySlot('indexTreeMeta', number)),
      counts: space.table(familySlot('indexCounts', number)),
    })
  }

  /** It keeps what it knows of its pages when other definitions come and go. */
  private reopenTextIndex(number: number, { definition, area }: Placed<TextIndexDefinition>): OpenTextIndex {
    const before = this.schema.textIndexes.find((open) => open.definition === definition)
    return before ?? { number, definition, index: this.openTextIndex(definition, area) }
  }

  private openTextIndex({ entity, parts, k1, b }: TextIndexDefinition, area: number): FulltextIndex {
    const fields = parts.map(({ property, path, analyzer, weight }) => {
      return { name: fieldName(this.catalog.name('property', property), path), analyzer: analyzerOf(analyzer), weight }
    })
    return new FulltextIndex(this.space, areaSlot(area), { fields, k1, b }, (name) => this.valuesNamed(entity, name))
  }

  private openVectorIndex(number: number, { definition, area, birth }: PlacedVectorIndex): OpenVectorIndex {
    const { graphs } = this.shared
    if (!graphs.has(birth)) graphs.set(birth, new VectorGraphs(definition))
    const versions = { graphs: graphs.get(birth)!, version: this.version }
    return { number, birth, definition, index: new VectorIndex(this.space, areaSlot(area), definition, versions) }
  }

  /** Adds a vector index that holds nothing yet; its birth may be that of one whose making was undone. */
  addVectorIndex(definition: VectorIndexDefinition): void {
    this.shared.graphs.set(this.catalog.addVectorIndex(definition), new VectorGraphs(definition))
  }

  /** Where an index that is gone comes back, as its drop is undone, its graphs are built anew. */
  private forgetGraphs(vectorIndexes: readonly OpenVectorIndex[]): void {
    const births = new Set(vectorIndexes.map(({ birth }) => birth))
    for (const birth of this.shared.graphs.keys()) if (!births.has(birth)) this.shared.graphs.delete(birth)
  }

  /** Gives up the pages of an index. */
  clearIndex(number: number): void {
    for (const family of ['indexTree', 'indexTreeMeta', 'indexCounts'] as const)
      this.space.table(familySlot(family, number)).clear()
  }

  /** What an index would hold for an entity as it is now. */
  indexEntries(open: Omit<OpenIndex, 'number'>, id: number): readonly PropertyValue[][] {
    const { entity } = open.definition
    return entriesOf(open, (part) => this.valuesOf(part, entity, id))
  }

  /** What a part of an index holds of an entity as it is now. */
  valuesOf({ property, path }: IndexPart, entity: EntityKind, id: number): readonly PropertyValue[] {
    const column = this.column(entity, property)
    return path.length === 0 ? valuesAt(column.get(id), path) : valuesInTree(column.treeOf(id), path)
  }

  /**
   * Reads what entities have at a property or a place within it, written with dots: each value of lists, on the way and at
   * the end. A name with dots in it is a property where there is one, and a place otherwise.
   */
  private valuesNamed(entity: EntityKind, name: string): (id: number) => readonly PropertyValue[] {
    const steps = name.split('.')
    for (let count = steps.length; count > 0; count--) {
      const property = this.catalog.find('property', steps.slice(0, count).join('.')) as PropertyId | undefined
      if (property === undefined) continue
      const column = this.column(entity, property)
      const names = steps.slice(count)
      return (id) => valuesThroughLists(column.get(id), names)
    }
    return () => []
  }

  /** Takes in entities that the index does not hold, as they are now: those of which there is something to hold. */
  addEntries(open: OpenEntityIndex, ids: Iterable<number>): void {
    if (isVectorIndex(open)) for (const id of ids) this.addVector(open, id)
    else open.index.addAll(this.documentsOf(open, ids))
  }

  /** Makes an index hold an entity as it is now, in place of what it held of it. */
  renewEntry(open: OpenEntityIndex, id: number): void {
    if (isVectorIndex(open)) {
      if (open.index.has(id)) open.index.remove(id)
      if (this.holds(open, id)) this.addVector(open, id)
    } else this.renewTexts(open, id)
  }

  private renewTexts(open: OpenTextIndex, id: number): void {
    const { index } = open
    const texts = this.holds(open, id) ? this.textsOf(open, id) : undefined
    if (!index.has(id)) {
      if (texts !== undefined) index.addLater(id, texts)
    } else if (texts === undefined) index.remove(id)
    else index.replace(id, texts)
  }

  private addVector(open: OpenVectorIndex, id: number): void {
    const vector = this.vectorOf(open, id)
    if (vector !== undefined) open.index.add(id, vector)
  }

  private *documentsOf(open: OpenTextIndex, ids: Iterable<number>): Generator<[id: number, fields: Texts]> {
    for (const id of ids) {
      const texts = this.textsOf(open, id)
      if (texts !== undefined) yield [id, texts]
    }
  }

  /** What a full-text index would hold of an entity as it is now. */
  textsOf({ definition }: OpenTextIndex, id: number): readonly (readonly string[])[] | undefined {
    return textsOf(definition, (part) => this.valuesOf(part, definition.entity, id))
  }

  /** The vector that an index would hold of an entity as it is now. */
  vectorOf(open: OpenVectorIndex, id: number): readonly number[] | undefined {
    return vectorOf(open, (part) => this.valuesOf(part, open.definition.entity, id))
  }

  /** Whether the entity is of a label or type that the index or rule covers. */
  covers(covering: Covering, id: number): boolean {
    if ('tokens' in covering) return covering.tokens.some((token) => this.has(covering.entity, token, id))
    return this.has(covering.entity, covering.token, id)
  }

  private has(entity: EntityKind, token: LabelId | TypeId, id: number): boolean {
    return entity === 'node'
      ? this.nodes.labelsOf(id as NodeId).includes(token as LabelId)
      : this.graph.typeOf(id as RelationshipId) === token
  }

  /** Whether the entity's values are to be in the index now: it covers the entity, and has been filled so far. */
  holds({ number, definition }: OpenAnyIndex, id: number): boolean {
    return id <= this.catalog.filledTo(number) && this.covers(definition, id)
  }

  /** The entities that an index or rule covers, in this version. It must not be changed, and not be held across a write. */
  coveredBy(covering: Covering): Bitmap {
    const { entity } = covering
    const tokens = 'tokens' in covering ? covering.tokens : [covering.token]
    return unionOf(tokens.map((token) => this.setOf(entity, token)))
  }

  private setOf(entity: EntityKind, token: LabelId | TypeId): Bitmap {
    const set = entity === 'node' ? this.sets.label(token as LabelId) : this.sets.type(token as TypeId)
    return this.version === undefined ? set.current() : set.at(this.version)
  }

  exists(entity: EntityKind, id: number): boolean {
    return entity === 'node' ? this.nodes.labelSetOf(id as NodeId) !== 0 : this.graph.startOf(id) !== 0
  }

  /** The properties an entity has, by name, in the order in which the names were first used. */
  propertiesOf(entity: EntityKind, id: number): Map<string, PropertyValue> {
    const properties = new Map<string, PropertyValue>()
    for (let property = 1; property <= this.propertyCount(); property++) {
      const value = this.column(entity, property as PropertyId).get(id)
      if (value !== null) properties.set(this.catalog.name('property', property), value)
    }
    return properties
  }

  /** As `propertiesOf`, with the members that are JSON's null, as null. */
  documentOf(entity: EntityKind, id: number): Map<string, PropertyValue> {
    const document = new Map<string, PropertyValue>()
    for (let property = 1; property <= this.propertyCount(); property++) {
      const member = this.column(entity, property as PropertyId).memberOf(id)
      if (member !== null) document.set(this.catalog.name('property', property), plainMember(member))
    }
    return document
  }

  private heldBySnapshot(entity: EntityKind, extent: number, freed: number): boolean {
    for (const snapshot of this.shared.snapshots) {
      if (snapshot.version! >= freed) continue
      const ids = entity === 'node' ? snapshot.nodes.ids : snapshot.graph.ids
      if (ids.usedIn(extent) > 0) return true
    }
    return false
  }
}
