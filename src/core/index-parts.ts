/**
 * What an index holds of an entity: the values at places within its properties.
 *
 *   ON (n.meta.size)          the value there, if there is one
 *   ON (n.items[*].sku)       one for each element of `items` that has one: an entity may have several entries, or none
 *
 * A place is read as the expression of the same spelling reads it, so that an index and a scan find the same; where that
 * would be an error (a member of a number), there is no value.
 */
import type { EntityKind, IndexPart, IndexStep } from './change.js'
import type { PropertyId } from './ids.js'
import type { Step } from './json-path/tree.js'
import { componentOf } from './temporal/components.js'
import { Temporal } from './temporal/temporal.js'
import { Float, type PropertyValue, type Value } from './value.js'

/** A part that is a whole property. */
export function wholeProperty(property: PropertyId): IndexPart {
  return { property, path: [] }
}

/** A property, or a place within it, that is about to change. */
export interface ChangedPlace {
  readonly property: PropertyId
  readonly path: readonly Step[]
}

/** Whether what an index holds of an entity may depend on the place. */
export function covers(
  index: { readonly entity: EntityKind; readonly parts: readonly IndexPart[] },
  entity: EntityKind,
  { property, path }: ChangedPlace,
): boolean {
  return index.entity === entity && index.parts.some((part) => part.property === property && meet(part.path, path))
}

/** Whether one of the places lies within the other. */
function meet(indexed: readonly IndexStep[], changed: readonly Step[]): boolean {
  return changed.every((step, i) => {
    const other = indexed[i]
    return other === undefined || (other === null ? typeof step === 'number' : other === step)
  })
}

/** Whether an entity may have several values there. */
export function goesThroughLists(parts: readonly Pick<IndexPart, 'path'>[]): boolean {
  return parts.some(({ path }) => path.includes(null))
}

export function sameParts(one: readonly IndexPart[], other: readonly IndexPart[]): boolean {
  return JSON.stringify(one.map(stepsOf)) === JSON.stringify(other.map(stepsOf))
}

function stepsOf({ property, path }: IndexPart): readonly (PropertyId | IndexStep)[] {
  return [property, ...path]
}

/** The values of each entry, in the order of the parts; the same ones may come twice. Null is no value. */
export function valuesOfParts(
  parts: readonly IndexPart[],
  valuesOf: (part: IndexPart) => readonly PropertyValue[],
): readonly PropertyValue[][] {
  let entries: PropertyValue[][] = [[]]
  for (const part of parts) {
    const values = valuesOf(part)
    if (values.length === 1) for (const entry of entries) entry.push(values[0]!)
    else entries = entries.flatMap((entry) => values.map((value) => [...entry, value]))
  }
  return entries
}

/** The strings among values, those in lists too: what else lies at the place of a full-text field is no text. */
export function textsAmong(values: readonly PropertyValue[]): string[] {
  return values
    .flatMap((value) => (Array.isArray(value) ? (value as readonly PropertyValue[]) : [value]))
    .filter((value) => typeof value === 'string')
}

/** The numbers of a list that is nothing but numbers; undefined for any other value. */
export function numbersIn(value: Value | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined
  const numbers = new Array<number>(value.length)
  for (let i = 0; i < numbers.length; i++) {
    const item: Value = value[i]
    if (item instanceof Float) numbers[i] = item.value
    else if (typeof item === 'number' || typeof item === 'bigint') numbers[i] = Number(item)
    else return undefined
  }
  return numbers
}

/** The values to which a path leads, below its step of the number `depth`. */
export function valuesAt(value: PropertyValue, path: readonly IndexStep[], depth = 0): readonly PropertyValue[] {
  if (value === null) return []
  if (depth === path.length) return [value]
  const step = path[depth]!
  if (step !== null) return valuesAt(memberOf(value, step), path, depth + 1)
  return Array.isArray(value) ? value.flatMap((item: PropertyValue) => valuesAt(item, path, depth + 1)) : []
}

/** As `valuesAt`, going through whatever lists there are on the way and at the end. */
export function valuesThroughLists(
  value: PropertyValue,
  names: readonly string[],
  depth = 0,
): readonly PropertyValue[] {
  if (Array.isArray(value)) return value.flatMap((item: PropertyValue) => valuesThroughLists(item, names, depth))
  if (value === null) return []
  return depth === names.length ? [value] : valuesThroughLists(memberOf(value, names[depth]!), names, depth + 1)
}

/** What a part holds of an entity whose properties are in memory. */
export function valuesBy(read: (property: PropertyId) => PropertyValue): (part: IndexPart) => readonly PropertyValue[] {
  return ({ property, path }) => valuesAt(read(property), path)
}

function memberOf(value: PropertyValue, name: string): PropertyValue {
  if (value instanceof Map) return value.get(name) ?? null
  return value instanceof Temporal ? componentOrNull(value, name) : null
}

function componentOrNull(value: Temporal, name: string): PropertyValue {
  try {
    return componentOf(value, name)
  } catch {
    // There is none of this name, or one out of range.
    return null
  }
}

/** A part in Cypher, behind its variable: `meta.tags[*]`. */
export function partText(property: string, path: readonly IndexStep[]): string {
  return property + path.map((step) => (step === null ? '[*]' : `.${nameText(step)}`)).join('')
}

/** What a full-text query calls the place: `items.text` for `items[*].text`. */
export function fieldName(property: string, path: readonly IndexStep[]): string {
  return [property, ...path.filter((step) => step !== null)].join('.')
}

const plainName = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u

/** A name as Cypher writes it. */
function nameText(name: string): string {
  return plainName.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}
