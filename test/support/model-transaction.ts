/**
 * A transaction over plain Maps, obviously right and slow. Queries run over it and over the real stores in the same
 * tests and must give the same rows. It holds what the contract leaves open at its edge on purpose: spans are at most
 * two relationships long, and every entity has an encoding of its own.
 */
import { compare, equals } from '../../query/functions/values.js'
import type {
  EntityKind,
  IndexDefinition,
  KeyKind,
  PropertyEntry,
  StoredValue,
  TreeChange,
} from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { LabelId, LabelSetId, NodeId, PropertyId, RelationshipId, StringCode, TypeId } from '../../src/core/ids.js'
import { valuesBy, valuesOfParts } from '../../src/core/index-parts.js'
import { withChange } from '../../src/core/tree-change.js'
import { Float, type MemberValue, type PropertyValue, plainMember, typeName } from '../../src/core/value.js'
import type { TreeValue } from '../../src/stores/json/tree-ref.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import {
  type AdjacencyCursor,
  type ColumnView,
  type Direction,
  encodings,
  type IdScan,
  type IdSet,
  type KeyAccess,
  type KeyEntry,
  type LabelSetView,
  nullInt32,
  type RelationshipView,
  type Transaction,
  type ValueRange,
} from '../../src/transaction/transaction.js'
import { MemoryTrees } from './memory-trees.js'

interface Entity {
  readonly properties: Map<PropertyId, MemberValue>
}

interface ModelNode extends Entity {
  readonly labels: Set<LabelId>
  key: string | null
}

interface ModelRelationship extends Entity {
  readonly type: TypeId
  readonly start: NodeId
  readonly end: NodeId
}

const spanLength = 2

/** Names with numbers from 1. */
class Names<Id extends number> {
  private readonly names: string[] = []

  find(name: string): Id | undefined {
    const place = this.names.indexOf(name)
    return place === -1 ? undefined : ((place + 1) as Id)
  }

  idOf(name: string): Id {
    return this.find(name) ?? (this.names.push(name) as Id)
  }

  nameOf(id: number): string {
    return this.names[id - 1]!
  }

  all(): Id[] {
    return this.names.map((_, i) => (i + 1) as Id)
  }
}

/** Plain values in a Map; keys of nodes are the nodes' own. */
class ModelKeys implements KeyAccess {
  private readonly values = new Map<string, StoredValue>()
  private readonly expiries = new Map<string, number>()

  constructor(
    private readonly transaction: Transaction,
    private readonly nodes: Map<NodeId, ModelNode>,
  ) {}

  kindOf(key: string): KeyKind | null {
    if (this.values.has(key)) return 'value'
    return this.transaction.nodeByKey(key) === 0 ? null : 'node'
  }

  get(key: string): PropertyValue {
    this.mustNotBe('node', key)
    return this.values.get(key) ?? null
  }

  expiryOf(key: string): number | null {
    return this.expiries.get(key) ?? null
  }

  entries(): KeyEntry[] {
    const ofNodes = [...this.nodes.values()].flatMap(({ key }) => (key === null ? [] : [key]))
    return [...ofNodes, ...this.values.keys()].map((key) => {
      const value = this.values.get(key)
      const valueType = value === undefined ? null : typeName(value)
      return { key, kind: this.kindOf(key)!, valueType, expiresAtMs: this.expiryOf(key) }
    })
  }

  set(key: string, value: StoredValue, atMs?: number | null): void {
    this.mustNotBe('node', key)
    this.values.set(key, value)
    if (atMs !== undefined) this.setExpiry(key, atMs)
  }

  add(key: string, value: StoredValue, atMs: number | null): void {
    this.mustBeFree(key)
    this.set(key, value, atMs)
  }

  delete(key: string): boolean {
    const node = this.transaction.nodeByKey(key)
    if (node !== 0) this.transaction.deleteNode(node, { detach: false })
    this.expiries.delete(key)
    return this.values.delete(key) || node !== 0
  }

  rename(from: string, to: string): void {
    this.mustExist(from)
    if (from === to) return
    this.mustBeFree(to)
    const node = this.transaction.nodeByKey(from)
    if (node === 0) this.values.set(to, this.values.get(from)!)
    else this.nodes.get(node)!.key = to
    this.setExpiry(to, this.expiryOf(from))
    this.values.delete(from)
    this.expiries.delete(from)
  }

  copy(from: string, to: string): void {
    this.mustExist(from)
    this.mustBeFree(to)
    const node = this.transaction.nodeByKey(from)
    if (node === 0) this.values.set(to, this.values.get(from)!)
    else {
      const { labels, properties } = this.nodes.get(node)!
      this.transaction.createNode({ labels: [...labels], key: to, properties: [...properties] })
    }
    this.setExpiry(to, this.expiryOf(from))
  }

  setExpiry(key: string, atMs: number | null): boolean {
    this.mustExist(key)
    if (this.expiryOf(key) === atMs) return false
    if (atMs === null) this.expiries.delete(key)
    else this.expiries.set(key, atMs)
    return true
  }

  mustNotBe(kind: KeyKind, key: string): void {
    if (this.kindOf(key) === kind) throw new DatabaseError('KEY_KIND', `${key} is the key of a ${kind}`)
  }

  private mustExist(key: string): void {
    if (this.kindOf(key) === null) throw new DatabaseError('KEY_MISSING', `there is no key ${key}`)
  }

  private mustBeFree(key: string): void {
    if (this.kindOf(key) !== null) throw new DatabaseError('KEY_TAKEN', `${key} is taken`)
  }
}

export class ModelTransaction implements Transaction {
  private readonly nodes = new Map<NodeId, ModelNode>()
  private readonly relations = new Map<RelationshipId, ModelRelationship>()
  private readonly labels = new Names<LabelId>()
  private readonly types = new Names<TypeId>()
  private readonly properties = new Names<PropertyId>()
  private readonly strings = new Names<StringCode>()
  private readonly labelLists = new Names<LabelSetId>()
  /** Types of relationships that are gone too. */
  private readonly typesEver = new Map<RelationshipId, TypeId>()
  private indexList: IndexDefinition[] = []
  /** How often an index came or went. */
  private indexChanges = 0
  private lastId = 0
  private readonly ownKeys = new ModelKeys(this, this.nodes)
  readonly catalog: Catalog
  /** It has no indexes to search. */
  readonly searches = []
  readonly searchWork = { postingsRead: 0, candidates: 0 }

  constructor() {
    const { nodes, relations, labels, types, properties } = this
    const labelCount = (label: LabelId) => [...nodes.values()].filter((node) => node.labels.has(label)).length
    const typeCount = (type: TypeId) => [...relations.values()].filter((relation) => relation.type === type).length
    const indexes = () => this.indexList
    const indexKeyCount = (name: string) => this.keysOf(name).length
    const version = () => labels.all().length + types.all().length + properties.all().length + this.indexChanges
    this.catalog = {
      get version() {
        return version()
      },
      findLabel: (name) => labels.find(name),
      findType: (name) => types.find(name),
      findProperty: (name) => properties.find(name),
      labelName: (id) => labels.nameOf(id),
      typeName: (id) => types.nameOf(id),
      propertyName: (id) => properties.nameOf(id),
      labels: () => labels.all(),
      types: () => types.all(),
      properties: () => properties.all(),
      get nodeCount() {
        return nodes.size
      },
      get relationshipCount() {
        return relations.size
      },
      labelCount,
      typeCount,
      endLabelCount: (type, label, end) =>
        [...relations.values()].filter(
          (relation) => relation.type === type && nodes.get(relation[end])!.labels.has(label),
        ).length,
      indexes,
      documentCount: () => 0,
      textIndexStates: () => [],
      vectorIndexStates: () => [],
      vectorIndexes: () => [],
      searchIndexes: () => [],
      indexStates: () => indexes().map((definition) => ({ definition, whole: true, filled: 1 })),
      rules: () => [],
      indexKeyCount,
    }
  }

  refresh(): void {}

  pause(): void {}

  get keys(): KeyAccess {
    return this.ownKeys
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  scanNodes(label: LabelId | undefined): IdScan {
    const found = [...this.nodes].filter(([, node]) => label === undefined || node.labels.has(label))
    const ids = found.map(([id]) => id)
    return scanOf(ids, (from) => ids.findIndex((id, i) => i > from && id >>> 10 !== ids[from]! >>> 10))
  }

  scanRelationships(type: TypeId | undefined): IdScan {
    const found = [...this.relations].filter(([, relation]) => type === undefined || relation.type === type)
    return scanOf(found.map(([id]) => id))
  }

  scanCommon(sets: readonly IdSet[]): IdScan {
    const [first, ...others] = sets.map((set) => new Set(this.idsOf(set)))
    const common = [...first!].filter((id) => others.every((other) => other.has(id))).sort((a, b) => a - b)
    return scanOf(common, (from) => common.findIndex((id, i) => i > from && id >>> 10 !== common[from]! >>> 10))
  }

  private idsOf(set: IdSet): readonly number[] {
    if (set.kind === 'hits') return this.textIndex()
    if (set.kind === 'ids') return set.ids
    const scan = set.kind === 'scan' ? set.scan : this.scanNodes(set.label ?? (0 as LabelId))
    const ids: number[] = []
    const batch = new Uint32Array(10)
    for (let count = scan.next(batch); count > 0; count = scan.next(batch)) ids.push(...batch.subarray(0, count))
    return ids
  }

  nodeByKey(key: string): NodeId | 0 {
    for (const [id, node] of this.nodes) if (node.key === key) return id
    return 0
  }

  indexSeek(index: IndexDefinition, values: readonly PropertyValue[]): readonly number[] {
    const found = this.entries(index).filter(({ keys }) => keys.every((key, i) => equals(key, values[i]!) === true))
    return [...new Set(found.map(({ id }) => id))].sort((left, right) => left - right)
  }

  indexRange(index: IndexDefinition, range: ValueRange): IdScan {
    const isAbove = (key: PropertyValue) =>
      range.min === undefined || compare(key, range.min) > (range.minInclusive ? -1 : 0)
    const isBelow = (key: PropertyValue) =>
      range.max === undefined || compare(key, range.max) < (range.maxInclusive ? 1 : 0)
    const found = this.entries(index).filter(({ keys: [key] }) => isAbove(key!) && isBelow(key!))
    const sorted = found.sort((left, right) => compare(left.keys[0]!, right.keys[0]!))
    return scanOf((range.descending ? sorted.reverse() : sorted).map(({ id }) => id))
  }

  labelSets(): LabelSetView {
    return { at: (node) => (this.nodes.has(node) ? this.labelSetOf(node) : 0) }
  }

  labelSetsWith(labels: readonly LabelId[]): Uint8Array {
    // Sets that nothing has met yet get their numbers here, as a node may carry one.
    for (const id of this.nodes.keys()) this.labelSetOf(id)
    const sets = this.labelLists.all()
    const has = (set: LabelSetId) =>
      labels.every((label) => this.labelLists.nameOf(set).split(',').includes(`${label}`))
    return Uint8Array.from([0, ...sets.map((set) => Number(has(set)))])
  }

  labelsOf(node: NodeId): readonly LabelId[] {
    return [...(this.nodes.get(node)?.labels ?? [])]
  }

  column(entity: EntityKind, property: PropertyId): ColumnView {
    const valueAt = (id: number) => plainMember(this.entity(entity, id)?.properties.get(property) ?? null)
    return {
      encodingAt: (id) => encodingOf(valueAt(id)),
      wordAt: (id) => this.wordOf(valueAt(id)),
      wordsOf: (id) => Int32Array.from({ length: 1024 }, (_, i) => this.wordOf(valueAt((id & ~1023) + i))),
      baseOf: (id) => -(id & ~1023),
      floatAt: (id) => (valueAt(id) as Float).value,
      valueAt,
      treeAt: (id) => this.treeOf(entity, id as NodeId | RelationshipId, property),
      isUniform: (encoding) => {
        const ids = entity === 'node' ? [...this.nodes.keys()] : [...this.relations.keys()]
        return ids.every((id) => encodingOf(valueAt(id)) === encoding)
      },
    }
  }

  adjacency({ types, direction }: { types: readonly TypeId[] | 'any'; direction: Direction }): AdjacencyCursor {
    const isWanted = ({ type }: ModelRelationship) => types === 'any' || types.includes(type)
    return new ModelCursor(
      (node, outgoing) => {
        if (direction === (outgoing ? 'incoming' : 'outgoing')) return []
        const own = [...this.relations].filter(
          ([, each]) => isWanted(each) && (outgoing ? each.start : each.end) === node,
        )
        return own.map(([id, each]) => [outgoing ? each.end : each.start, id])
      },
      direction === 'both',
      this,
    )
  }

  relationships(): RelationshipView {
    return {
      startOf: (id) => this.relations.get(id)?.start ?? 0,
      endOf: (id) => this.relations.get(id)?.end ?? 0,
      typeOf: (id) => this.typeOf(id),
    }
  }

  typeOf(id: RelationshipId): TypeId {
    return this.typesEver.get(id)!
  }

  stringCode(text: string): StringCode | 0 {
    return this.strings.find(text) ?? 0
  }

  stringOf(code: StringCode): string {
    return this.strings.nameOf(code)
  }

  nodeExists(id: NodeId): boolean {
    return this.nodes.has(id)
  }

  relationshipExists(id: RelationshipId): boolean {
    return this.relations.has(id)
  }

  propertiesOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue> {
    const entries = [...(this.entity(entity, id)?.properties ?? [])].sort(([left], [right]) => left - right)
    const named = entries.map(([property, value]) => [this.properties.nameOf(property), plainMember(value)] as const)
    return new Map(named.filter(([, value]) => value !== null))
  }

  documentOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue> {
    const entries = [...(this.entity(entity, id)?.properties ?? [])].sort(([left], [right]) => left - right)
    return new Map(entries.map(([property, value]) => [this.properties.nameOf(property), plainMember(value)]))
  }

  keyOf(node: NodeId): string | null {
    return this.nodes.get(node)?.key ?? null
  }

  elementIdOf(entity: EntityKind, id: NodeId | RelationshipId): string {
    return `${entity}:${id}`
  }

  propertyOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): PropertyValue {
    return plainMember(this.entity(entity, id)?.properties.get(property) ?? null)
  }

  treeOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): TreeValue | undefined {
    const member = this.entity(entity, id)?.properties.get(property)
    return member === undefined ? undefined : new MemoryTrees().place(plainMember(member))
  }

  // ---- writing ----------------------------------------------------------------------------------------------------

  labelId(name: string): LabelId {
    return this.labels.idOf(name)
  }

  typeId(name: string): TypeId {
    return this.types.idOf(name)
  }

  propertyId(name: string): PropertyId {
    return this.properties.idOf(name)
  }

  createNode(node: { labels: readonly LabelId[]; key?: string | null; properties: readonly PropertyEntry[] }): NodeId {
    if (typeof node.key === 'string') this.ownKeys.mustNotBe('value', node.key)
    const id = ++this.lastId as NodeId
    this.nodes.set(id, { labels: new Set(node.labels), key: node.key ?? null, properties: new Map(node.properties) })
    this.rememberStrings(node.properties)
    return id
  }

  createRelationship(relationship: {
    type: TypeId
    start: NodeId
    end: NodeId
    properties: readonly PropertyEntry[]
  }): RelationshipId {
    const id = ++this.lastId as RelationshipId
    this.relations.set(id, { ...relationship, properties: new Map(relationship.properties) })
    this.typesEver.set(id, relationship.type)
    this.rememberStrings(relationship.properties)
    return id
  }

  setProperty(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, value: MemberValue): boolean {
    const { properties } = this.mustHave(entity, id)
    this.rememberStrings([[property, value]])
    if (value === null) return properties.delete(property)
    properties.set(property, value)
    return true
  }

  changeTree(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, change: TreeChange): void {
    this.setProperty(entity, id, property, withChange(this.propertyOf(entity, id, property), change))
  }

  addLabel(node: NodeId, label: LabelId): boolean {
    const { labels } = this.mustHave('node', node) as ModelNode
    return labels.size < labels.add(label).size
  }

  removeLabel(node: NodeId, label: LabelId): boolean {
    return (this.mustHave('node', node) as ModelNode).labels.delete(label)
  }

  deleteRelationship(id: RelationshipId): void {
    this.mustHave('relationship', id)
    this.relations.delete(id)
  }

  deleteNode(id: NodeId, { detach }: { detach: boolean }): number {
    this.mustHave('node', id)
    const own = [...this.relations].filter(([, { start, end }]) => start === id || end === id)
    if (own.length > 0 && !detach) throw new DatabaseError('NODE_HAS_RELATIONSHIPS', `node ${id} has relationships`)
    for (const [relation] of own) this.relations.delete(relation)
    this.nodes.delete(id)
    return own.length
  }

  createTextIndex(): never {
    throw new Error('the model has no full-text indexes')
  }

  setSynonyms(): never {
    throw new Error('the model has no full-text indexes')
  }

  textIndex(): never {
    throw new Error('the model has no full-text indexes')
  }

  createVectorIndex(): never {
    throw new Error('the model has no vector indexes')
  }

  searchIndex(): never {
    throw new Error('the model has no indexes to search')
  }

  vectorIndex(): never {
    throw new Error('the model has no vector indexes')
  }

  createIndex(index: IndexDefinition): void {
    this.indexList = [...this.indexList, index]
    this.indexChanges++
  }

  dropIndex(name: string): void {
    this.indexList = this.indexList.filter((index) => index.name !== name)
    this.indexChanges++
  }

  /** It keeps no rules: queries do not see them. */
  createRule(): void {}

  dropRule(): void {}

  // ---- inside -----------------------------------------------------------------------------------------------------

  private entity(kind: EntityKind, id: number): Entity | undefined {
    return kind === 'node' ? this.nodes.get(id as NodeId) : this.relations.get(id as RelationshipId)
  }

  private mustHave(kind: EntityKind, id: number): Entity {
    const entity = this.entity(kind, id)
    if (entity === undefined) throw new DatabaseError('ENTITY_DELETED', `${kind} ${id} does not exist`)
    return entity
  }

  private rememberStrings(entries: readonly PropertyEntry[]): void {
    for (const [, value] of entries) if (typeof value === 'string') this.strings.idOf(value)
  }

  private labelSetOf(node: NodeId): LabelSetId {
    return this.labelLists.idOf([...this.nodes.get(node)!.labels].sort((left, right) => left - right).join(','))
  }

  private wordOf(value: PropertyValue): number {
    if (value === null) return nullInt32
    if (typeof value === 'string') return this.strings.find(value)!
    return typeof value === 'boolean' ? Number(value) + 1 : (value as number)
  }

  private entries(index: IndexDefinition): { id: number; keys: PropertyValue[] }[] {
    const entities = index.entity === 'node' ? this.nodes : this.relations
    const isCovered = (entity: ModelNode | ModelRelationship) =>
      'labels' in entity ? entity.labels.has(index.token as LabelId) : entity.type === index.token
    return [...entities]
      .filter(([, entity]) => isCovered(entity))
      .flatMap(([id, entity]) => {
        const read = (property: PropertyId) => plainMember(entity.properties.get(property) ?? null)
        return valuesOfParts(index.parts, valuesBy(read)).map((keys) => ({ id, keys }))
      })
  }

  private keysOf(name: string): string[] {
    const index = this.indexList.find((each) => each.name === name)!
    return [...new Set(this.entries(index).map(({ keys }) => JSON.stringify(keys, (_, value) => String(value))))]
  }
}

type Pair = readonly [neighbor: NodeId, relationship: RelationshipId]

class ModelCursor implements AdjacencyCursor {
  words = new Int32Array(0)
  start = 0
  end = 0
  skipLoops = false
  private spans: { pairs: readonly Pair[]; second: boolean }[] = []

  constructor(
    private readonly pairsOf: (node: NodeId, outgoing: boolean) => Pair[],
    private readonly walksBoth: boolean,
    private readonly transaction: ModelTransaction,
  ) {}

  open(node: NodeId): boolean {
    // A loop lies in both lists, so it can only be met twice where both are walked.
    this.spans = [
      ...spansOf(this.pairsOf(node, true)).map((pairs) => ({ pairs, second: false })),
      ...spansOf(this.pairsOf(node, false)).map((pairs) => ({ pairs, second: this.walksBoth })),
    ]
    return this.next()
  }

  next(): boolean {
    const span = this.spans.shift()
    if (span === undefined) return false
    // The words before the span are another list's.
    this.words = Int32Array.from([-1, -1, ...span.pairs.flat()])
    this.start = 2
    this.end = this.words.length
    this.skipLoops = span.second
    return true
  }

  degree(node: NodeId): number {
    const incoming = this.pairsOf(node, false)
    const counted = this.walksBoth ? incoming.filter(([neighbor]) => neighbor !== node) : incoming
    return this.pairsOf(node, true).length + counted.length
  }

  typeOf(relationship: RelationshipId): TypeId {
    return this.transaction.typeOf(relationship)
  }
}

function spansOf(pairs: readonly Pair[]): (readonly Pair[])[] {
  const spans: (readonly Pair[])[] = []
  for (let i = 0; i < pairs.length; i += spanLength) spans.push(pairs.slice(i, i + spanLength))
  return spans
}

/** `endOf` gives where the batch that begins at a place ends at the latest, -1 where nothing ends it. */
function scanOf(ids: readonly number[], endOf: (from: number) => number = () => -1): IdScan {
  let next = 0
  return {
    next: (batch) => {
      const end = endOf(next)
      const found = ids.slice(next, end === -1 ? next + batch.length : Math.min(end, next + batch.length))
      next += found.length
      batch.set(found)
      return found.length
    },
  }
}

function encodingOf(value: PropertyValue): ReturnType<ColumnView['encodingAt']> {
  switch (typeof value) {
    case 'string':
      return encodings.string
    case 'boolean':
      return encodings.boolean
    case 'bigint':
      return encodings.int64
    case 'number':
      return (value | 0) === value && value !== nullInt32 ? encodings.int32 : encodings.int64
  }
  // A missing value may lie in a page of any encoding.
  if (value === null) return encodings.int32
  return value instanceof Float ? encodings.float64 : encodings.mixed
}
