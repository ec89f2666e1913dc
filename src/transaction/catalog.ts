/** What the planner may know of a database: names, counts and indexes. Read-only; the counts are exact. */
import type { IndexDefinition, RuleDefinition, TextIndexDefinition, VectorIndexDefinition } from '../core/change.js'
import type { LabelId, PropertyId, TypeId } from '../core/ids.js'

export interface IndexState<Definition = IndexDefinition> {
  readonly definition: Definition
  /** Whether it holds all that it covers. */
  readonly whole: boolean
  /** The share of what it covers that it holds: 0 to 1. */
  readonly filled: number
}

export interface TextIndexState extends IndexState<TextIndexDefinition> {
  /** Entities that it holds. */
  readonly documents: number
  /** Different terms in them. */
  readonly terms: number
  /** Of pages. */
  readonly bytes: number
}

export interface VectorIndexState extends IndexState<VectorIndexDefinition> {
  /** Entities that it holds. */
  readonly vectors: number
  /** Of pages, and of native memory by estimate. */
  readonly bytes: number
}

/** The states of indexes of every kind. */
export function anyIndexStates(
  catalog: Catalog,
): readonly IndexState<IndexDefinition | TextIndexDefinition | VectorIndexDefinition>[] {
  return [...catalog.indexStates(), ...catalog.textIndexStates(), ...catalog.vectorIndexStates()]
}

export interface Catalog {
  /** Grows whenever a name or an index comes or goes, or counts moved so far that a plan may be worth making again. */
  readonly version: number

  findLabel(name: string): LabelId | undefined
  findType(name: string): TypeId | undefined
  findProperty(name: string): PropertyId | undefined
  labelName(id: LabelId): string
  typeName(id: TypeId): string
  propertyName(id: PropertyId): string
  labels(): readonly LabelId[]
  types(): readonly TypeId[]
  properties(): readonly PropertyId[]

  readonly nodeCount: number
  readonly relationshipCount: number
  labelCount(label: LabelId): number
  typeCount(type: TypeId): number
  /** How many relationships of the type start (or end) at nodes with the label. */
  endLabelCount(type: TypeId, label: LabelId, end: 'start' | 'end'): number
  /** Those that plans may use: the ones that are whole. */
  indexes(): readonly IndexDefinition[]
  /** All of them, those that are still being filled too. */
  indexStates(): readonly IndexState[]
  /** All full-text indexes. */
  textIndexStates(): readonly TextIndexState[]
  /** All vector indexes. */
  vectorIndexStates(): readonly VectorIndexState[]
  /** How many entities a full-text or vector index holds. */
  documentCount(name: string): number
  /** The full-text and vector indexes that plans may use: the ones that are whole. */
  searchIndexes(): readonly (TextIndexDefinition | VectorIndexDefinition)[]
  /** The vector indexes that plans may use: the ones that are whole. */
  vectorIndexes(): readonly VectorIndexDefinition[]
  /** What entities must keep by themselves: types of properties, and that properties exist. */
  rules(): readonly RuleDefinition[]
  /** Distinct keys an index holds: exact for a unique one, an estimate otherwise. */
  indexKeyCount(name: string): number
}
