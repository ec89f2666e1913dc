/** The catalog that planners read, over the stores of one version. */
import type { IndexDefinition, RuleDefinition, TextIndexDefinition, VectorIndexDefinition } from '../core/change.js'
import type { LabelId, PropertyId, TypeId } from '../core/ids.js'
import type { OpenAnyIndex, Stores } from '../stores/stores.js'
import type { Catalog, IndexState, TextIndexState, VectorIndexState } from './catalog.js'

export class StoreCatalog implements Catalog {
  constructor(private readonly stores: Stores) {}

  /** Counts enter by their magnitude: a plan is worth making again when one has doubled a few times. */
  get version(): number {
    const { stores } = this
    const magnitude = 32 - Math.clz32(stores.nodeCount) + 32 - Math.clz32(stores.relationshipCount)
    return stores.catalog.version * 64 + magnitude
  }

  findLabel(name: string): LabelId | undefined {
    return this.stores.catalog.find('label', name) as LabelId | undefined
  }

  findType(name: string): TypeId | undefined {
    return this.stores.catalog.find('type', name) as TypeId | undefined
  }

  findProperty(name: string): PropertyId | undefined {
    return this.stores.catalog.find('property', name) as PropertyId | undefined
  }

  labelName(id: LabelId): string {
    return this.stores.catalog.name('label', id)
  }

  typeName(id: TypeId): string {
    return this.stores.catalog.name('type', id)
  }

  propertyName(id: PropertyId): string {
    return this.stores.catalog.name('property', id)
  }

  labels(): readonly LabelId[] {
    return numbers(this.stores.catalog.count('label'))
  }

  types(): readonly TypeId[] {
    return numbers(this.stores.catalog.count('type'))
  }

  properties(): readonly PropertyId[] {
    return numbers(this.stores.catalog.count('property'))
  }

  get nodeCount(): number {
    return this.stores.nodeCount
  }

  get relationshipCount(): number {
    return this.stores.relationshipCount
  }

  labelCount(label: LabelId): number {
    return this.stores.labelCount(label)
  }

  typeCount(type: TypeId): number {
    return this.stores.typeCount(type)
  }

  endLabelCount(type: TypeId, label: LabelId, end: 'start' | 'end'): number {
    return this.stores.endLabelCount(type, label, end)
  }

  indexes(): readonly IndexDefinition[] {
    const { stores } = this
    return stores.indexes().flatMap((open) => (stores.isWhole(open) ? [open.definition] : []))
  }

  indexStates(): readonly IndexState[] {
    return this.stores.indexes().map((open) => this.stateOf(open))
  }

  textIndexStates(): readonly TextIndexState[] {
    return this.stores.textIndexes().map((open) => {
      const { documents, terms, bytes } = open.index
      return { ...this.stateOf(open), documents, terms, bytes }
    })
  }

  vectorIndexStates(): readonly VectorIndexState[] {
    return this.stores.vectorIndexes().map((open) => {
      const { size, bytes } = open.index
      return { ...this.stateOf(open), vectors: size, bytes }
    })
  }

  documentCount(name: string): number {
    const { stores } = this
    return stores.findTextIndex(name)?.index.documents ?? stores.findVectorIndex(name)?.index.size ?? 0
  }

  searchIndexes(): readonly (TextIndexDefinition | VectorIndexDefinition)[] {
    const { stores } = this
    const all = [...stores.textIndexes(), ...stores.vectorIndexes()]
    return all.flatMap((open) => (stores.isWhole(open) ? [open.definition] : []))
  }

  vectorIndexes(): readonly VectorIndexDefinition[] {
    const { stores } = this
    return stores.vectorIndexes().flatMap((open) => (stores.isWhole(open) ? [open.definition] : []))
  }

  private stateOf<Open extends OpenAnyIndex>(open: Open) {
    const { stores } = this
    const definition: Open['definition'] = open.definition
    const covered = stores.coveredBy(definition)
    const held = covered.rank(stores.catalog.filledTo(open.number))
    return { definition, whole: stores.isWhole(open), filled: covered.size === 0 ? 1 : held / covered.size }
  }

  rules(): readonly RuleDefinition[] {
    return this.stores.rules().map(({ definition }) => definition)
  }

  indexKeyCount(name: string): number {
    return this.stores.findIndex(name)?.index.distinct ?? 0
  }
}

function numbers<Id extends number>(count: number): Id[] {
  return Array.from({ length: count }, (_, i) => (i + 1) as Id)
}
