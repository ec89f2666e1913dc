/** The plain forms of entities in results, told apart from maps by the fields that they alone have together. */
import type { Node, Path, Relationship } from '../../index.js'

export function isNode(value: object): value is Node {
  return 'elementId' in value && 'labels' in value && 'properties' in value
}

export function isRelationship(value: object): value is Relationship {
  return 'elementId' in value && 'startNodeElementId' in value && 'properties' in value
}

export function isPath(value: object): value is Path {
  return 'nodes' in value && 'relationships' in value && Array.isArray(value.nodes) && value.nodes.every(isNode)
}
