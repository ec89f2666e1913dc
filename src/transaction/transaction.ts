/**
 * What a compiled query may do: read through views, write through one method for each kind of change. With `Catalog`
 * this is all that `query/` sees of storage.
 *
 * Views are small objects over page tables, cheap to hold and to call in the innermost loop. Each view stays the same
 * object while a query runs; `refresh` points all of them at the newest pages of this transaction (call it when a
 * pipeline starts, since an earlier one may have written), and `pause` pins what the query sees before it gives the
 * event loop back, so that its views go on reading the same state while others write.
 */
import type {
  Explanation,
  HitTable,
  SearchOptions,
  SearchResult,
  SpellAsked,
  Spelled,
  Suggestion,
  TermCount,
  WordsAsked,
} from '../../indexes/fulltext/fulltext-index.js'
import type { Query } from '../../indexes/fulltext/query/ast.js'
import type { Bitmap } from '../../indexes/key-set.js'
import type { Numbers } from '../../indexes/vector/query-vector.js'
import type { VectorExplanation, VectorHits, VectorSearchOptions } from '../../indexes/vector/vector-index.js'
import type {
  EntityKind,
  IndexDefinition,
  KeyKind,
  PropertyEntry,
  RuleDefinition,
  StoredValue,
  TextIndexDefinition,
  TreeChange,
  VectorIndexDefinition,
} from '../core/change.js'
import type { LabelId, LabelSetId, NodeId, PropertyId, RelationshipId, StringCode, TypeId } from '../core/ids.js'
import type { MemberValue, PropertyValue, TypeName, Value } from '../core/value.js'
import type { Encoding } from '../stores/json/column.js'
import type { TreeValue } from '../stores/json/tree-ref.js'
import type { Catalog } from './catalog.js'

export type { Explanation, FieldTexts, SearchResult, WordsAsked } from '../../indexes/fulltext/fulltext-index.js'
export { type Bitmap, IdListScan } from '../../indexes/key-set.js'
export type { VectorExplanation, VectorHits, VectorSearchOptions } from '../../indexes/vector/vector-index.js'
export { TreeRef, type TreeValue } from '../stores/json/tree-ref.js'

export interface Transaction {
  readonly catalog: Catalog

  refresh(): void
  pause(): void

  // ---- reading: sets of ids -------------------------------------------------------------------------------------
  /** Ids of nodes with the label (all nodes when undefined), ascending. No batch goes over a multiple of 1,024. */
  scanNodes(label: LabelId | undefined): IdScan
  scanRelationships(type: TypeId | undefined): IdScan
  /** Ids that are in all of the sets, of which there is one at least, ascending. */
  scanCommon(sets: readonly IdSet[]): IdScan
  /** The node with the key, 0 when there is none. */
  nodeByKey(key: string): NodeId | 0
  /** Entities whose indexed properties equal `values` (one a property, none null), in ascending id. */
  indexSeek(index: IndexDefinition, values: readonly PropertyValue[]): readonly number[]
  /** Entities whose first indexed property lies in the range, in the order of the index. */
  indexRange(index: IndexDefinition, range: ValueRange): IdScan

  /** A full-text index as it is now. Throws INDEX_MISSING where there is none, or one that is not whole yet. */
  textIndex(name: string): TextIndexView
  /** As `textIndex`. */
  vectorIndex(name: string): VectorIndexView
  /** As `textIndex`, of either kind. */
  searchIndex(name: string): TextIndexView | VectorIndexView

  /** What the searches made through this transaction have done, index by index; none of a search that is only planned. */
  readonly searches: readonly SearchRecord[]
  /** All of them together, so far. */
  readonly searchWork: SearchWork

  // ---- reading: views --------------------------------------------------------------------------------------------
  /** The label set of each node. */
  labelSets(): LabelSetView
  /** Per label set: 1 where it has all of `labels`. Valid until the next write. */
  labelSetsWith(labels: readonly LabelId[]): Uint8Array
  labelsOf(node: NodeId): readonly LabelId[]
  column(entity: EntityKind, property: PropertyId): ColumnView
  /** Relationships of any of the types ('any': of every type), seen from a node. */
  adjacency(options: { types: readonly TypeId[] | 'any'; direction: Direction }): AdjacencyCursor
  relationships(): RelationshipView
  /** The dictionary code of a string, 0 when no stored value equals it. */
  stringCode(text: string): StringCode | 0
  stringOf(code: StringCode): string
  nodeExists(id: NodeId): boolean
  relationshipExists(id: RelationshipId): boolean
  /** The properties an entity has, by name, in the order in which the names were first used in the database. */
  propertiesOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue>
  /** As `propertiesOf`, with the members that are JSON's null, as null. */
  documentOf(entity: EntityKind, id: NodeId | RelationshipId): Map<string, PropertyValue>
  keyOf(node: NodeId): string | null
  /** Stable for an entity's life and never that of another. */
  elementIdOf(entity: EntityKind, id: NodeId | RelationshipId): string
  /** As `propertyOf`, with a list or a map as it lies in the store, to be walked; undefined where the property is missing. */
  treeOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): TreeValue | undefined
  /** One property as it is now, this transaction's own writes included, without a view; null where it is missing. */
  propertyOf(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId): PropertyValue

  /** Keys of all kinds, and the plain values among them. */
  readonly keys: KeyAccess

  // ---- writing ---------------------------------------------------------------------------------------------------
  // Each method checks first and throws a DatabaseError before anything changed; a throw leaves the transaction usable.
  labelId(name: string): LabelId
  typeId(name: string): TypeId
  propertyId(name: string): PropertyId
  createNode(node: { labels: readonly LabelId[]; key?: string | null; properties: readonly PropertyEntry[] }): NodeId
  createRelationship(relationship: {
    type: TypeId
    start: NodeId
    end: NodeId
    properties: readonly PropertyEntry[]
  }): RelationshipId
  /** null removes; `jsonNull` is kept. Gives whether anything changed. */
  setProperty(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, value: MemberValue): boolean
  /** Changes a place within a property. Throws JSON_PLACE_MISSING where the path does not lead there. */
  changeTree(entity: EntityKind, id: NodeId | RelationshipId, property: PropertyId, change: TreeChange): void
  addLabel(node: NodeId, label: LabelId): boolean
  removeLabel(node: NodeId, label: LabelId): boolean
  deleteRelationship(id: RelationshipId): void
  /** Throws NODE_HAS_RELATIONSHIPS unless `detach`, which deletes those first. Gives how many relationships went. */
  deleteNode(id: NodeId, options: { detach: boolean }): number
  createIndex(index: IndexDefinition): void
  /** Throws INDEX_EXISTS, LIMIT_EXCEEDED. */
  createTextIndex(index: TextIndexDefinition): void
  /**
   * Gives the fields of a full-text index other groups of synonyms, an empty list for none; nothing is indexed anew. Throws
   * INDEX_MISSING, OPTION_INVALID for what are no groups.
   */
  setSynonyms(index: string, groups: PropertyValue): void
  /** As `createTextIndex`. */
  createVectorIndex(index: VectorIndexDefinition): void
  /** An index of any kind. Throws INDEX_MISSING. */
  dropIndex(name: string): void
  /** Throws INDEX_EXISTS, and CONSTRAINT_VIOLATION for what is there and breaks it. */
  createRule(rule: RuleDefinition): void
  dropRule(name: string): void
}

/** Keys of all kinds, and the plain values among them. Writes check first, as those of the transaction do. */
export interface KeyAccess {
  /** null where there is no such key. */
  kindOf(key: string): KeyKind | null
  /** The plain value under the key; null where there is none. Throws KEY_KIND for the key of a node. */
  get(key: string): PropertyValue
  /** When the key expires, in milliseconds since 1970; null where it stays, or is none. */
  expiryOf(key: string): number | null
  /** Every key, in the order of ids. */
  entries(): Iterable<KeyEntry>
  /**
   * Puts a plain value under the key, in place of the one that may be there. It expires at `atMs`, never where that is
   * null, and as before where it is left out. Throws KEY_KIND for the key of a node, KEY_INVALID, LIMIT_EXCEEDED.
   */
  set(key: string, value: StoredValue, atMs?: number | null): void
  /** As `set`, where no key is yet. Throws KEY_TAKEN. */
  add(key: string, value: StoredValue, atMs: number | null): void
  /** Gives whether there was one. Throws NODE_HAS_RELATIONSHIPS. */
  delete(key: string): boolean
  /** What has the key has another one then. Throws KEY_MISSING, KEY_TAKEN. */
  rename(from: string, to: string): void
  /** A copy under another key expires when the first does; of a node it has labels and properties. As `rename`. */
  copy(from: string, to: string): void
  /** null: never. Gives whether that changed anything. Throws KEY_MISSING. */
  setExpiry(key: string, atMs: number | null): boolean
}

export interface KeyEntry {
  readonly key: string
  readonly kind: KeyKind
  /** Of a plain value. */
  readonly valueType: TypeName | null
  readonly expiresAtMs: number | null
}

export type Direction = 'outgoing' | 'incoming' | 'both'

export interface ValueRange {
  readonly min?: PropertyValue
  readonly minInclusive?: boolean
  readonly max?: PropertyValue
  readonly maxInclusive?: boolean
  readonly descending?: boolean
}

/** A set of ids, to be intersected with others. */
export type IdSet =
  /** The nodes of a label; undefined: of one that does not exist. */
  | { readonly kind: 'label'; readonly label: LabelId | undefined }
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  | { readonly kind: 'scan'; readonly scan: IdScan }
  /** The hits of a search, which is made among the ids of the other sets; null: of none. */
  | { readonly kind: 'hits'; readonly search: { readonly view: TextIndexView; readonly query: Query } | null }

export interface IdScan {
  /** Writes the next ids into `batch` from its start; gives how many, 0 at the end. */
  next(batch: Uint32Array): number
}

/** What a full-text index finds, this transaction's own writes included. It holds until the next write. */
export interface TextIndexView {
  readonly kind: 'fulltext'
  readonly definition: TextIndexDefinition
  /** How many entities it holds. */
  readonly documents: number
  /** The best hits, best first; equal ones by ascending id. Throws SEARCH_QUERY_INVALID. */
  search(query: Query, options?: SearchOptions): SearchResult
  /** No more than so many are hits: what the dictionary tells at once, without looking at one. */
  hitsMax(query: Query): number
  /** All hits. They must not be changed. */
  matches(query: Query): Bitmap
  /** How many hits there are. */
  count(query: Query): number
  /** What the last word of a text may become, those first that most entities hold. */
  suggest(text: string, asked: WordsAsked): readonly Suggestion[]
  /** Words of a text that the index lacks or hardly has, and what may be meant. */
  spell(text: string, asked: SpellAsked): Spelled
  /** Answers about single entities, of which `limit` leaves the best so many. */
  asked(query: Query, limit?: number): Answers
  /** All hits, or the best `limit`, by ascending id. */
  scan(query: Query, limit?: number): IdScan
  /** The hits best first, for whoever stops before the last; `count`: about how many it takes. */
  bestFirst(query: Query, count: number): BestHits
  /** Of the hits that are among some ids the best `count` (which may be Infinity), and all that score as the last of them. */
  bestAmong(query: Query, ids: Iterable<number>, count: number): HitTable
  explain(query: Query, id: number): Explanation | undefined
  /** Terms in order (by code point), from the first that is `from` or comes after it. */
  termsFrom(from: string): Iterable<TermCount>
  documentFrequency(term: string): number
}

/** Hits best first, a batch at a time; in a batch those of equal scores by ascending id, others in any order. */
export interface BestHits {
  /** Of the present batch. */
  readonly ids: Uint32Array
  readonly scores: Float64Array
  /** None of the hits to come scores more. */
  readonly least: number
  /** Goes on to the next batch; gives how many it has, 0 at the end. */
  next(): number
}

/** What an index answers about single entities, of one question. */
export interface Answers {
  /** Whether it is a hit. */
  has(id: number): boolean
  /** undefined for what is no hit; of one that is not among the best so many, what it scores all the same. */
  score(id: number): number | undefined
}

/** What a vector index finds, this transaction's own writes included. It holds until the next write. */
export interface VectorIndexView {
  readonly kind: 'vector'
  readonly definition: VectorIndexDefinition
  /** How many entities it holds. */
  readonly size: number
  /** The nearest, nearest first; equal ones by ascending id. Throws VECTOR_INVALID for what it cannot compare. */
  search(vector: Numbers, options: VectorSearchOptions): VectorHits
  /** Whether it holds a vector of the entity. */
  has(id: number): boolean
  /** Whether it can compare the vector with those that it holds. */
  fits(vector: readonly number[]): boolean
  /** As `TextIndexView.asked`: the hits are the nearest `limit`, or all that have a vector. */
  asked(vector: readonly number[], options: NearestOptions): Answers
  /** The hits, by ascending id. */
  scan(vector: readonly number[], options: NearestOptions): IdScan
  /** As `TextIndexView.bestFirst`. What the graph has missed before may come in a later batch, and score more. */
  bestFirst(vector: readonly number[], count: number, exact?: boolean): BestHits
  /** As `TextIndexView.bestAmong`. */
  bestAmong(vector: readonly number[], ids: Iterable<number>, count: number, exact?: boolean): ReadonlySet<number>
  /** What the score of an entity's vector comes from; undefined where the index holds none. */
  explain(vector: readonly number[], id: number): VectorExplanation | undefined
}

export type NearestOptions = Partial<Pick<VectorSearchOptions, 'limit' | 'exact'>>

export interface LabelSetView {
  /** The label set of a node, 0 when no such node lives. */
  at(node: NodeId): LabelSetId | 0
}

export { type Encoding, encodings, nullCode, nullInt32 } from '../stores/json/column.js'
export { extentShift } from '../stores/keyspace/id-space.js'

/** One property of all nodes, or of all relationships. */
export interface ColumnView {
  /** How the value at `id` is kept: tells which of the typed readers may be called. */
  encodingAt(id: number): Encoding
  /** int32: the value or `nullInt32`. string: the code or 0. boolean: 0 null, 1 false, 2 true. */
  wordAt(id: number): number
  /**
   * All words around that of `id`: that of any id between the same multiples of 1,024 is `wordsOf(id)[baseOf(id) + id]`.
   * Of uniform columns of int32, string or boolean.
   */
  wordsOf(id: number): Int32Array
  baseOf(id: number): number
  /** float64 only; NaN both for NaN and for null, told apart by `valueAt`. */
  floatAt(id: number): number
  /** Any encoding; null where the entity lacks the property. */
  valueAt(id: number): PropertyValue
  /** As `valueAt`, with a list or a map as it lies in the store; undefined where the property is missing. */
  treeAt(id: number): TreeValue | undefined
  /** Whether every entity's value is kept in this encoding, so that loops need not ask `encodingAt`. */
  isUniform(encoding: Encoding): boolean
}

/**
 * Walks the relationships of a node a span at a time:
 *
 *   for (let more = cursor.open(node); more; more = cursor.next())
 *     for (let i = cursor.start; i < cursor.end; i += 2) {
 *       const neighbor = cursor.words[i], relationship = cursor.words[i + 1]
 *       if (cursor.skipLoops && neighbor === node) continue          // direction 'both' only
 *     }
 *
 * With direction 'both' a loop lies in both lists of its node; `skipLoops` is set on spans of the second one.
 */
export interface AdjacencyCursor {
  words: Int32Array
  start: number
  end: number
  skipLoops: boolean
  open(node: NodeId): boolean
  next(): boolean
  /** How many relationships `open` would walk (loops once), without walking them. */
  degree(node: NodeId): number
  /** The type of a relationship, by its extent. */
  typeOf(relationship: RelationshipId): TypeId
}

export interface RelationshipView {
  /** 0 when no such relationship lives. */
  startOf(id: RelationshipId): NodeId | 0
  endOf(id: RelationshipId): NodeId | 0
  typeOf(id: RelationshipId): TypeId
}

/** Counters of a statement, as `summary.counters` shows them. */
export interface Counters {
  nodesCreated: number
  nodesDeleted: number
  relationshipsCreated: number
  relationshipsDeleted: number
  propertiesSet: number
  labelsAdded: number
  labelsRemoved: number
  indexesAdded: number
  indexesRemoved: number
  constraintsAdded: number
  constraintsRemoved: number
  /** Plain values written or deleted, keys renamed, times of expiry set or taken away: one for each call. */
  keysChanged: number
}

/** What searches have looked at. */
export interface SearchWork {
  /** Entries of a full-text index: a word in a document. */
  readonly postingsRead: number
  /** Entities whose score was worked out. */
  readonly candidates: number
}

/** What a statement's searches in one index have done. */
export interface SearchRecord extends SearchWork {
  readonly index: string
  readonly kind: 'fulltext' | 'vector'
  /** Whether no hit can be missing. */
  readonly complete: boolean
  /** What may have missed a hit: 'hnsw', the graph of a vector index. null where all are there. */
  readonly operator: 'hnsw' | null
  /** Entities that were found, before the rest of the statement chose among them. */
  readonly hits: number
}

export type Row = readonly Value[]
