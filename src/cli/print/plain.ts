/** The plain forms of entities in results, told apart from maps by the fields that they alone have together. */
export interface PlainNode {
  readonly elementId: string
  readonly labels: readonly string[]
  readonly properties: Record<string, unknown>
  readonly _key?: string
}

export interface PlainRelationship {
  readonly elementId: string
  readonly type: string
  readonly startNodeElementId: string
  readonly endNodeElementId: string
  readonly properties: Record<string, unknown>
}

export interface PlainPath {
  readonly nodes: readonly PlainNode[]
  readonly relationships: readonly PlainRelationship[]
}

export function isNode(value: object): value is PlainNode {
  return 'elementId' in value && 'labels' in value && 'properties' in value
}

export function isRelationship(value: object): value is PlainRelationship {
  return 'elementId' in value && 'startNodeElementId' in value && 'properties' in value
}

export function isPath(value: object): value is PlainPath {
  return 'nodes' in value && 'relationships' in value && Array.isArray(value.nodes) && value.nodes.every(isNode)
}
