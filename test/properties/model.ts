/** The plain model of a database: Maps, no cleverness. What the real one must equal after any operations. */
import { Float, type PropertyValue } from '../../src/core/value.js'
import type { Stores } from '../../src/stores/stores.js'

export interface ModelNode {
  labels: Set<string>
  key: string | null
  properties: Map<string, PropertyValue>
}

export interface ModelRelationship {
  type: string
  start: number
  end: number
  properties: Map<string, PropertyValue>
}

export class Model {
  nodes = new Map<number, ModelNode>()
  relationships = new Map<number, ModelRelationship>()
  /** By id, as what has a key is. */
  values = new Map<number, { key: string; value: PropertyValue }>()
  expiries = new Map<number, number>()

  copy(): Model {
    const model = new Model()
    for (const [id, { labels, key, properties }] of this.nodes)
      model.nodes.set(id, { labels: new Set(labels), key, properties: new Map(properties) })
    for (const [id, { type, start, end, properties }] of this.relationships)
      model.relationships.set(id, { type, start, end, properties: new Map(properties) })
    for (const [id, value] of this.values) model.values.set(id, { ...value })
    model.expiries = new Map(this.expiries)
    return model
  }

  hasKey(key: string): boolean {
    return this.holderOf(key) !== undefined
  }

  /** The id of the node or plain value. */
  holderOf(key: string): number | undefined {
    return [...this.nodes, ...this.values].find(([, holder]) => holder.key === key)?.[0]
  }

  relationshipsOf(node: number): number[] {
    return [...this.relationships].filter(([, { start, end }]) => start === node || end === node).map(([id]) => id)
  }

  /** Whether another node with the label has the value. */
  clashes(label: string, name: string, value: PropertyValue, except: number): boolean {
    return [...this.nodes].some(
      ([id, node]) =>
        id !== except && node.labels.has(label) && equalText(node.properties.get(name) ?? null) === equalText(value),
    )
  }

  /** Whether two nodes with the label have equal values. */
  repeats(label: string, name: string): boolean {
    return [...this.nodes].some(([id, { labels, properties }]) => {
      const value = properties.get(name)
      return value !== undefined && labels.has(label) && this.clashes(label, name, value, id)
    })
  }
}

/** A value as text that tells 1 from 1.0. */
export function show(value: PropertyValue): string {
  if (value instanceof Float) return `${value.value}f`
  if (Array.isArray(value)) return `[${value.map(show).join()}]`
  if (value instanceof Map) return `{${Array.from(value, ([name, each]) => `${name}:${show(each)}`).join()}}`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** A value as text that is the same for equal values, so for 1 and 1.0. */
function equalText(value: PropertyValue): string {
  if (Array.isArray(value)) return `[${value.map(equalText).join()}]`
  if (value instanceof Map)
    return `{${Array.from(value, ([name, each]) => `${name}:${equalText(each)}`)
      .sort()
      .join()}}`
  return show(value instanceof Float && Number.isSafeInteger(value.value) ? value.value : value)
}

function properties(map: ReadonlyMap<string, PropertyValue>): string {
  return [...map]
    .map(([name, value]) => `${name}=${show(value)}`)
    .sort()
    .join(' ')
}

export function textOfModel(model: Model): string {
  const nodes = [...model.nodes].map(
    ([id, node]) => `(${id} ${[...node.labels].sort().join(':')} ${node.key} ${properties(node.properties)})`,
  )
  const relationships = [...model.relationships].map(
    ([id, { type, start, end, properties: own }]) => `[${id} ${type} ${start}->${end} ${properties(own)}]`,
  )
  const values = [...model.values].map(([id, { key, value }]) => `{${id} ${key} ${show(value)}}`)
  const expiries = [...model.expiries].map(([id, atMs]) => `${atMs}:${id}`)
  return [nodes, relationships, values, expiries].flatMap((part) => part.sort()).join('\n')
}

export function textOfStores(stores: Stores): string {
  const nodes: string[] = []
  const relationships: string[] = []
  for (let id = 1; id < stores.nodes.ids.extentCount * 1024; id++) {
    if (!stores.exists('node', id)) continue
    const labels = stores.nodes.labelsOf(id as never).map((label) => stores.catalog.name('label', label))
    const own = properties(stores.propertiesOf('node', id))
    nodes.push(`(${id} ${labels.sort().join(':')} ${stores.nodes.keyOf(id as never)} ${own})`)
  }
  for (let id = 1; id < stores.graph.ids.extentCount * 1024; id++) {
    if (!stores.exists('relationship', id)) continue
    const { graph } = stores
    const type = stores.catalog.name('type', graph.typeOf(id))
    const own = properties(stores.propertiesOf('relationship', id))
    relationships.push(`[${id} ${type} ${graph.startOf(id)}->${graph.endOf(id)} ${own}]`)
  }
  const expiries = Array.from(stores.expiries.entries(), ({ id, atMs }) => `${atMs}:${id}`)
  return [nodes, relationships, valuesOf(stores), expiries].flatMap((part) => part.sort()).join('\n')
}

function valuesOf({ keyspace, plainValues }: Stores): string[] {
  const values: string[] = []
  for (let id = 1; id < keyspace.ids.extentCount * 1024; id++)
    if (plainValues.exists(id))
      values.push(`{${id} ${keyspace.keyOf(id as never)} ${show(plainValues.get(id as never))}}`)
  return values
}
