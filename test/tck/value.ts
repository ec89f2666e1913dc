/**
 * Values as openCypher's compatibility kit tells them apart: by type and by content, without ids. Expected and actual
 * values both become one of these; two are the same when their keys are.
 */

export type TckValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly TckValue[] }
  | { readonly kind: 'map'; readonly entries: TckEntries }
  | TckNode
  | TckRelationship
  | { readonly kind: 'path'; readonly start: TckNode; readonly steps: readonly TckStep[] }

export type TckEntries = ReadonlyMap<string, TckValue>

export interface TckNode {
  readonly kind: 'node'
  readonly labels: readonly string[]
  readonly properties: TckEntries
}

export interface TckRelationship {
  readonly kind: 'relationship'
  readonly type: string
  readonly properties: TckEntries
}

/** `forward`: the stored relationship points the way the path goes. */
export interface TckStep {
  readonly relationship: TckRelationship
  readonly forward: boolean
  readonly node: TckNode
}

/** A text that is equal for values that are the same. Where order is ignored every list, at any depth, is a bag. */
export function keyOf(value: TckValue, ignoreListOrder = false): string {
  const key = (each: TckValue) => keyOf(each, ignoreListOrder)
  switch (value.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(value.value)
    case 'integer':
      return String(value.value)
    case 'float':
      return floatKey(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'list': {
      const keys = value.items.map(key)
      return `[${(ignoreListOrder ? keys.sort() : keys).join(', ')}]`
    }
    case 'map':
      return entriesKey(value.entries, key)
    case 'node':
      return `(${labelsKey(value.labels)}${entriesKey(value.properties, key)})`
    case 'relationship':
      return `[:${JSON.stringify(value.type)}${entriesKey(value.properties, key)}]`
    case 'path':
      return `<${key(value.start)}${value.steps.map((step) => stepKey(step, key)).join('')}>`
  }
}

/** Always with a point or a letter, which no INTEGER has; 0.0 and -0.0 are one. */
function floatKey(value: number): string {
  const text = String(value + 0)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function entriesKey(entries: TckEntries, key: (value: TckValue) => string): string {
  const texts = [...entries].map(([name, value]) => `${JSON.stringify(name)}: ${key(value)}`)
  return `{${texts.sort().join(', ')}}`
}

function labelsKey(labels: readonly string[]): string {
  return [...labels]
    .sort()
    .map((label) => `:${JSON.stringify(label)}`)
    .join('')
}

function stepKey({ relationship, forward, node }: TckStep, key: (value: TckValue) => string): string {
  return `${forward ? '-' : '<-'}${key(relationship)}${forward ? '->' : '-'}${key(node)}`
}
