/**
 * Names and definitions: labels, relationship types, property keys, sets of labels, indexes, rules. Each has a number
 * from 1; indexes of all kinds and rules have theirs from one row.
 *
 *   record of number i   | label | type | property: string codes | labels of set i: ref, length | index or rule i: ref, length, filled |
 *   record 0             | how many of each; at `filled`: vector indexes that were ever made |
 *
 * `filled` tells up to which id an index holds its entities: that id plus 1, which for a whole index, `idMax`, is 0.
 *
 * All of it is few and read often, so it is also kept as maps, made anew after an undo and for each snapshot that asks.
 */

import type {
  EntityKind,
  IndexDefinition,
  IndexPart,
  IndexStep,
  PropertyType,
  RuleDefinition,
  Similarity,
  TextField,
  TextIndexDefinition,
  TokenSpace,
  VectorIndexDefinition,
} from '../../core/change.js'
import { decodeValue, encodeValue } from '../../core/codec.js'
import { DatabaseError } from '../../core/errors.js'
import { idMax, type LabelId, type LabelSetId, type PropertyId, type StringCode } from '../../core/ids.js'
import { wholeProperty } from '../../core/index-parts.js'
import { Float, type PropertyValue } from '../../core/value.js'
import type { ByteStore } from '../../pages/block-heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedRecords } from '../../pages/paged-words.js'
import { slots, tokensMax } from '../slots.js'
import type { Dictionary } from '../strings/dictionary.js'

const field = {
  label: 0,
  type: 1,
  property: 2,
  setRef: 3,
  setLength: 4,
  indexRef: 5,
  indexLength: 6,
  filled: 7,
  /** Of record 0. */
  births: 7,
} as const

interface Mirror {
  readonly ids: Record<TokenSpace, Map<string, number>>
  readonly names: Record<TokenSpace, string[]>
  readonly labelSets: (readonly LabelId[])[]
  readonly labelSetIds: Map<string, LabelSetId>
  /** By number; undefined where one was dropped. */
  readonly indexes: (IndexDefinition | undefined)[]
  readonly rules: (RuleDefinition | undefined)[]
  readonly textIndexes: (Placed<TextIndexDefinition> | undefined)[]
  readonly vectorIndexes: (PlacedVectorIndex | undefined)[]
}

/** A full-text or vector index, and which of the areas its tables are. */
export interface Placed<Definition> {
  readonly definition: Definition
  readonly area: number
}

export interface PlacedVectorIndex extends Placed<VectorIndexDefinition> {
  /** Counts the vector indexes that were ever made: no other has the same, as one may have the name or the area. */
  readonly birth: number
}

export class CatalogStore {
  private readonly records: PagedRecords
  private mirror: Mirror | null = null
  private mirrorEpoch = -1
  /** Grows with each new name or definition, and with each undo of one. */
  version = 0

  constructor(
    private readonly space: PageSpace,
    private readonly strings: Dictionary,
    private readonly values: ByteStore,
  ) {
    this.records = new PagedRecords(space.table(slots.catalog), 3)
  }

  find(tokens: TokenSpace, name: string): number | undefined {
    return this.read().ids[tokens].get(name)
  }

  name(tokens: TokenSpace, id: number): string {
    return this.read().names[tokens][id]!
  }

  /** How many there are; their numbers are 1 to this. */
  count(tokens: TokenSpace): number {
    return this.records.get(0, field[tokens])
  }

  /** The number that a new name will get. Throws LIMIT_EXCEEDED when there are too many. */
  nextToken(tokens: TokenSpace): number {
    const id = this.count(tokens) + 1
    if (id > tokensMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `a database has room for ${tokensMax} ${plurals[tokens]}`, { id })
    return id
  }

  define(tokens: TokenSpace, id: number, name: string): void {
    const mirror = this.read()
    this.records.set(id, field[tokens], this.strings.hold(name))
    this.records.set(0, field[tokens], id)
    mirror.ids[tokens].set(name, id)
    mirror.names[tokens][id] = name
    this.changed()
  }

  /** Labels of a set, ascending. */
  labelsOf(set: LabelSetId): readonly LabelId[] {
    return this.read().labelSets[set] ?? []
  }

  get labelSetCount(): number {
    return this.records.get(0, field.setRef)
  }

  /** The set of these labels, made when there is none yet. */
  labelSet(labels: readonly LabelId[]): LabelSetId {
    const sorted = labels.length < 2 ? labels : [...new Set(labels)].sort((a, b) => a - b)
    const mirror = this.read()
    const key = sorted.length === 1 ? String(sorted[0]) : sorted.join()
    const known = mirror.labelSetIds.get(key)
    if (known !== undefined) return known
    const id = (this.labelSetCount + 1) as LabelSetId
    if (id > labelSetsMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `a database has room for ${labelSetsMax} combinations of labels`, {})
    this.setBytes(id, field.setRef, [...sorted])
    this.records.set(0, field.setRef, id)
    mirror.labelSets[id] = sorted
    mirror.labelSetIds.set(key, id)
    this.changed()
    return id
  }

  /** Whether a set of exactly these labels exists. */
  findLabelSet(labels: readonly LabelId[]): LabelSetId | undefined {
    return this.read().labelSetIds.get([...new Set(labels)].sort((a, b) => a - b).join())
  }

  /** Definitions by number, with undefined for numbers that are free. */
  indexes(): readonly (IndexDefinition | undefined)[] {
    return this.read().indexes
  }

  /** Adds an index that holds nothing yet. */
  addIndex(definition: IndexDefinition): number {
    const number = this.addDefinition(indexToValue(definition))
    this.records.set(number, field.filled, 1)
    this.read().indexes[number] = definition
    this.changed()
    return number
  }

  /** As `indexes`. */
  rules(): readonly (RuleDefinition | undefined)[] {
    return this.read().rules
  }

  addRule(definition: RuleDefinition): void {
    const number = this.addDefinition(ruleToValue(definition))
    this.read().rules[number] = definition
    this.changed()
  }

  /** As `indexes`. */
  textIndexes(): readonly (Placed<TextIndexDefinition> | undefined)[] {
    return this.read().textIndexes
  }

  /** As `indexes`. */
  vectorIndexes(): readonly (PlacedVectorIndex | undefined)[] {
    return this.read().vectorIndexes
  }

  /** Adds a full-text index that holds nothing yet. Gives its area. */
  addTextIndex(definition: TextIndexDefinition): number {
    const placed = { definition, area: this.freeArea() }
    const number = this.addDefinition(textIndexToValue(placed))
    this.records.set(number, field.filled, 1)
    this.read().textIndexes[number] = placed
    this.changed()
    return placed.area
  }

  /** Another definition of the same documents and terms. */
  changeTextIndex(number: number, definition: TextIndexDefinition): void {
    const placed = { ...this.textIndexes()[number]!, definition }
    this.freeBytes(number)
    this.setBytes(number, field.indexRef, textIndexToValue(placed))
    this.read().textIndexes[number] = placed
    this.changed()
  }

  /** As `addTextIndex`. Gives its birth. */
  addVectorIndex(definition: VectorIndexDefinition): number {
    const birth = this.records.get(0, field.births) + 1
    this.records.set(0, field.births, birth)
    const placed = { definition, area: this.freeArea(), birth }
    const number = this.addDefinition(vectorIndexToValue(placed))
    this.records.set(number, field.filled, 1)
    this.read().vectorIndexes[number] = placed
    this.changed()
    return placed.birth
  }

  private freeArea(): number {
    const taken = new Set([...this.textIndexes(), ...this.vectorIndexes()].map((placed) => placed?.area))
    let area = 0
    while (taken.has(area)) area++
    return area
  }

  private addDefinition(value: PropertyValue): number {
    let number = 1
    while (this.records.get(number, field.indexRef) !== 0) number++
    this.setBytes(number, field.indexRef, value)
    if (number > this.records.get(0, field.indexRef)) this.records.set(0, field.indexRef, number)
    return number
  }

  /** Removes an index of any kind or a rule. */
  removeDefinition(number: number): void {
    this.freeBytes(number)
    this.records.set(number, field.indexRef, 0)
    this.records.set(number, field.indexLength, 0)
    this.records.set(number, field.filled, 0)
    this.read().indexes[number] = undefined
    this.read().rules[number] = undefined
    this.read().textIndexes[number] = undefined
    this.read().vectorIndexes[number] = undefined
    this.changed()
  }

  private freeBytes(number: number): void {
    this.values.free(this.records.get(number, field.indexRef), this.records.get(number, field.indexLength))
  }

  /** The entities of an index up to this id are in it; `idMax` when it is whole. */
  filledTo(number: number): number {
    return (this.records.get(number, field.filled) - 1) >>> 0
  }

  /** A plan may use an index from when it is whole, so only that counts as a change. */
  setFilledTo(number: number, id: number): void {
    this.records.set(number, field.filled, (id + 1) | 0)
    if (id === idMax) this.changed()
  }

  private changed(): void {
    this.version++
    this.space.heap.onUndo(() => {
      this.version++
      this.mirror = null
    })
  }

  private setBytes(record: number, refField: number, value: PropertyValue): void {
    const bytes = encodeValue(value)
    this.records.set(record, refField, this.values.put(bytes))
    this.records.set(record, refField + 1, bytes.length)
  }

  private read(): Mirror {
    if (this.mirror === null || this.mirrorEpoch !== this.space.epoch) {
      this.mirror = this.load()
      this.mirrorEpoch = this.space.epoch
    }
    return this.mirror
  }

  private load(): Mirror {
    const mirror: Mirror = {
      ids: { label: new Map(), type: new Map(), property: new Map() },
      names: { label: [], type: [], property: [] },
      labelSets: [],
      labelSetIds: new Map(),
      indexes: [],
      rules: [],
      textIndexes: [],
      vectorIndexes: [],
    }
    for (const tokens of ['label', 'type', 'property'] as const)
      for (let id = 1; id <= this.count(tokens); id++) {
        const name = this.strings.text(this.records.get(id, field[tokens]) as StringCode)
        mirror.ids[tokens].set(name, id)
        mirror.names[tokens][id] = name
      }
    for (let id = 1; id <= this.labelSetCount; id++) {
      const labels = this.bytesOf(id, field.setRef) as LabelId[]
      mirror.labelSets[id] = labels
      mirror.labelSetIds.set(labels.join(), id as LabelSetId)
    }
    for (let number = 1; number <= this.records.get(0, field.indexRef); number++)
      if (this.records.get(number, field.indexRef) !== 0) {
        const value = this.bytesOf(number, field.indexRef) as Stored
        if (isVectorIndex(value)) mirror.vectorIndexes[number] = vectorIndexOf(value)
        else if (isTextIndex(value)) mirror.textIndexes[number] = textIndexOf(value)
        else if (isRule(value)) mirror.rules[number] = ruleOf(value)
        else mirror.indexes[number] = indexOf(value)
      }
    return mirror
  }

  private bytesOf(record: number, refField: number): PropertyValue {
    return decodeValue(this.values.get(this.records.get(record, refField), this.records.get(record, refField + 1)))
  }
}

export const labelSetsMax = 2 ** 20

const plurals: Record<TokenSpace, string> = {
  label: 'labels',
  type: 'relationship types',
  property: 'property keys',
}

/** A part without steps is the id of its property. Without the last field, no value is required. */
type StoredIndex = [string, EntityKind, LabelId, StoredPart[], boolean, boolean?]
type StoredPart = PropertyId | [PropertyId, ...IndexStep[]]
type StoredRule = [string, EntityKind, LabelId, PropertyId, PropertyType[] | null]
/** Name, kind of entity, tokens, fields, k1, b, area. */
type StoredTextIndex = [string, EntityKind, LabelId[], StoredField[], Float, Float, number]
type StoredField = [StoredPart, analyzer: PropertyValue, weight: Float]

/** Name, kind of entity, tokens, part, similarity, dimensions, m, efConstruction, area, birth. */
type StoredVectorIndex = [
  string,
  EntityKind,
  LabelId[],
  [StoredPart],
  Similarity,
  number,
  number,
  number,
  number,
  number,
]
type Stored = StoredIndex | StoredRule | StoredTextIndex | StoredVectorIndex

/** A vector index has the name of its similarity. */
function isVectorIndex(value: Stored): value is StoredVectorIndex {
  return typeof value[4] === 'string'
}

/** A full-text index has a list of tokens. */
function isTextIndex(value: Exclude<Stored, StoredVectorIndex>): value is StoredTextIndex {
  return Array.isArray(value[2])
}

/** A rule has one property, an index a list of them. */
function isRule(value: StoredIndex | StoredRule): value is StoredRule {
  return typeof value[3] === 'number'
}

function indexToValue({ name, entity, token, parts, unique, required }: IndexDefinition): PropertyValue {
  return [name, entity, token, parts.map(partToValue), unique, required]
}

function indexOf([name, entity, token, stored, unique, required = false]: StoredIndex): IndexDefinition {
  return { name, entity, token, parts: stored.map(partOf), unique, required }
}

function partToValue({ property, path }: IndexPart): StoredPart {
  return path.length === 0 ? property : [property, ...path]
}

function partOf(stored: StoredPart): IndexPart {
  if (typeof stored === 'number') return wholeProperty(stored)
  const [property, ...path] = stored
  return { property, path }
}

function textIndexToValue({ definition, area }: Placed<TextIndexDefinition>): PropertyValue {
  const { name, entity, tokens, parts, k1, b } = definition
  const stored = parts.map((part) => [partToValue(part), part.analyzer, new Float(part.weight)])
  return [name, entity, [...tokens], stored, new Float(k1), new Float(b), area]
}

function textIndexOf([name, entity, tokens, stored, k1, b, area]: StoredTextIndex): Placed<TextIndexDefinition> {
  const parts = stored.map(([part, analyzer, weight]): TextField => {
    return { ...partOf(part), analyzer, weight: weight.value }
  })
  return { definition: { name, entity, tokens, parts, k1: k1.value, b: b.value }, area }
}

function vectorIndexToValue({ definition, area, birth }: PlacedVectorIndex): PropertyValue {
  const { name, entity, tokens, parts, similarity, dimensions, m, efConstruction } = definition
  return [name, entity, [...tokens], parts.map(partToValue), similarity, dimensions, m, efConstruction, area, birth]
}

function vectorIndexOf(stored: StoredVectorIndex): PlacedVectorIndex {
  const [name, entity, tokens, [part], similarity, dimensions, m, efConstruction, area, birth] = stored
  const parts = [partOf(part)] as const
  return { definition: { name, entity, tokens, parts, similarity, dimensions, m, efConstruction }, area, birth }
}

function ruleToValue({ name, entity, token, property, types }: RuleDefinition): PropertyValue {
  return [name, entity, token, property, types && [...types]]
}

function ruleOf([name, entity, token, property, types]: StoredRule): RuleDefinition {
  return { name, entity, token, property, types }
}
