/**
 * A change: one logical step of a write, the same whether it comes from a query, an import or the log.
 *
 * It names ids, tokens, keys and values, never a page or a dictionary code, and it carries every decision (the ids
 * given out included), so that `applyChange` of the same changes in the same order gives the same database.
 */
import type { KeyId, LabelId, NodeId, PropertyId, RelationshipId, TypeId, ValueId } from './ids.js'
import type { Step } from './json-path/tree.js'
import type { MemberValue, PropertyValue } from './value.js'

export type TokenSpace = 'label' | 'type' | 'property'
export type EntityKind = 'node' | 'relationship'
/** What a key can be the key of. */
export type KeyKind = 'node' | 'value'
export type PropertyEntry = readonly [property: PropertyId, value: MemberValue]

/** From a value down: the member of a name, or (null) each element of a list. */
export type IndexStep = string | null

export interface IndexPart {
  readonly property: PropertyId
  /** Where within the property the values lie; without steps the property itself. One part at most goes through lists. */
  readonly path: readonly IndexStep[]
}

export interface IndexDefinition {
  readonly name: string
  readonly entity: EntityKind
  /** The label (of nodes) or type (of relationships) it covers. */
  readonly token: LabelId | TypeId
  readonly parts: readonly IndexPart[]
  /** Whether it enforces that no two entities share the values. Entities that lack one of the values are free. */
  readonly unique: boolean
  /** Whether every entity must have the values, which are whole properties: with `unique`, they are its key. */
  readonly required: boolean
}

/** A full-text index: what it finds are the entities with any of the tokens that hold text in any of the fields. */
export interface TextIndexDefinition {
  readonly name: string
  readonly entity: EntityKind
  /** The labels (of nodes) or types (of relationships) it covers. */
  readonly tokens: readonly (LabelId | TypeId)[]
  readonly parts: readonly TextField[]
  /** How soon a term that comes again counts for less, and how much the length of a text counts: of BM25. */
  readonly k1: number
  readonly b: number
}

/** Strings, and the strings of lists, at a place. */
export interface TextField extends IndexPart {
  /** A name, or a map of settings. */
  readonly analyzer: PropertyValue
  /** How often a score counts that comes from this field. */
  readonly weight: number
}

/** Ways to tell how near two vectors are, in the order of their numbers in files. */
export const similarities = ['cosine', 'euclidean', 'dot'] as const
export type Similarity = (typeof similarities)[number]

export interface VectorConfig {
  /** Numbers in each vector, from 1 to 4,096. */
  readonly dimensions: number
  readonly similarity: Similarity
  /** Neighbors that a vector keeps in the graph, from 1 to 512; 16 is usual. */
  readonly m: number
  /** Candidates that are looked at for them while the graph is built, from 1 to 3,200; 100 is usual. */
  readonly efConstruction: number
}

/** A vector index: what it finds are the entities with any of the tokens whose one part is a vector that fits. */
export interface VectorIndexDefinition extends VectorConfig {
  readonly name: string
  readonly entity: EntityKind
  readonly tokens: readonly (LabelId | TypeId)[]
  readonly parts: readonly [IndexPart]
}

/** What each entity of a label or type must keep by itself, so that it takes no index to tell. */
export interface RuleDefinition {
  readonly name: string
  readonly entity: EntityKind
  readonly token: LabelId | TypeId
  readonly property: PropertyId
  /** Of which types the property is, where an entity has it; null: each must have it, whatever its type. */
  readonly types: readonly PropertyType[] | null
}

/** Types that a rule can ask for, in the order of their numbers in files. */
export const propertyTypes = [
  'BOOLEAN',
  'STRING',
  'INTEGER',
  'FLOAT',
  'LIST<BOOLEAN NOT NULL>',
  'LIST<STRING NOT NULL>',
  'LIST<INTEGER NOT NULL>',
  'LIST<FLOAT NOT NULL>',
  'DATE',
  'LOCAL TIME',
  'ZONED TIME',
  'LOCAL DATETIME',
  'ZONED DATETIME',
  'DURATION',
  'LIST<DATE NOT NULL>',
  'LIST<LOCAL TIME NOT NULL>',
  'LIST<ZONED TIME NOT NULL>',
  'LIST<LOCAL DATETIME NOT NULL>',
  'LIST<ZONED DATETIME NOT NULL>',
  'LIST<DURATION NOT NULL>',
] as const
export type PropertyType = (typeof propertyTypes)[number]

/** What a plain value can be. */
export type StoredValue = NonNullable<PropertyValue>

/** `path` leads from the property down, one step at least; all but its last step exist. */
export type TreeChange =
  /** Puts a value in the place of a member or an element, or adds the member to its map. */
  | { readonly kind: 'set'; readonly path: readonly Step[]; readonly value: PropertyValue }
  /** Takes a member or an element away. */
  | { readonly kind: 'remove'; readonly path: readonly Step[] }
  /** Puts values into a list, before the element of that index or, at the list's length, at its end. */
  | { readonly kind: 'insert'; readonly path: readonly Step[]; readonly values: readonly PropertyValue[] }

export type Change =
  | { readonly kind: 'defineToken'; readonly space: TokenSpace; readonly id: number; readonly name: string }
  | {
      readonly kind: 'createNode'
      readonly id: NodeId
      readonly labels: readonly LabelId[]
      readonly key: string | null
      readonly properties: readonly PropertyEntry[]
    }
  | { readonly kind: 'deleteNode'; readonly id: NodeId }
  | { readonly kind: 'addLabel'; readonly id: NodeId; readonly label: LabelId }
  | { readonly kind: 'removeLabel'; readonly id: NodeId; readonly label: LabelId }
  | {
      readonly kind: 'createRelationship'
      readonly id: RelationshipId
      readonly type: TypeId
      readonly start: NodeId
      readonly end: NodeId
      readonly properties: readonly PropertyEntry[]
    }
  | { readonly kind: 'deleteRelationship'; readonly id: RelationshipId }
  | {
      readonly kind: 'setProperty'
      readonly entity: EntityKind
      readonly id: NodeId | RelationshipId
      readonly property: PropertyId
      /** null removes the property. */
      readonly value: MemberValue
    }
  | {
      /** Changes a property that is a list or a map at one place within. */
      readonly kind: 'changeTree'
      readonly entity: EntityKind
      readonly id: NodeId | RelationshipId
      readonly property: PropertyId
      readonly change: TreeChange
    }
  /** Makes an index over all that is there. */
  | { readonly kind: 'createIndex'; readonly index: IndexDefinition }
  /** Makes an index that holds nothing yet. */
  | { readonly kind: 'beginIndex'; readonly index: IndexDefinition }
  /** Takes the entities up to `upTo` into an index that was begun; up to `idMax` it is whole. */
  | { readonly kind: 'fillIndex'; readonly name: string; readonly upTo: number }
  /** As `createIndex` and `beginIndex`; filled and dropped like the others. */
  | { readonly kind: 'createTextIndex' | 'beginTextIndex'; readonly index: TextIndexDefinition }
  /** Takes the place of the one of its name. Only what searches use may differ: synonyms. */
  | { readonly kind: 'changeTextIndex'; readonly index: TextIndexDefinition }
  | { readonly kind: 'createVectorIndex' | 'beginVectorIndex'; readonly index: VectorIndexDefinition }
  | { readonly kind: 'createRule'; readonly rule: RuleDefinition }
  | { readonly kind: 'dropRule'; readonly name: string }
  | { readonly kind: 'dropIndex'; readonly name: string }
  | {
      readonly kind: 'createValue'
      readonly id: ValueId
      readonly key: string
      readonly value: StoredValue
    }
  /** Keeps the key and when it expires. */
  | { readonly kind: 'setValue'; readonly id: ValueId; readonly value: StoredValue }
  | { readonly kind: 'deleteValue'; readonly id: ValueId }
  | { readonly kind: 'renameKey'; readonly id: KeyId; readonly key: string }
  /** When the key goes with what it is the key of: milliseconds since 1970, above 0; null: never. */
  | { readonly kind: 'setExpiry'; readonly id: KeyId; readonly atMs: number | null }
