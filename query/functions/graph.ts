/**
 * Functions that read the graph. The back end compiles each against the transaction; those that take more than
 * entities give for the rest: `keys(map)` its keys, `properties(map)` the map, `size` is in lists.ts.
 */
import { graphFunction } from './function.js'

export const graphFunctions = [
  graphFunction('labels', [['node']], 'list'),
  graphFunction('type', [['relationship']], 'string'),
  graphFunction('id', [['node', 'relationship']], 'integer'),
  graphFunction('elementId', [['node', 'relationship']], 'string'),
  graphFunction('properties', [['node', 'relationship', 'map']], 'map'),
  graphFunction('keys', [['node', 'relationship', 'map']], 'list'),
  graphFunction('startNode', [['relationship']], 'node'),
  graphFunction('endNode', [['relationship']], 'node'),
  graphFunction('nodes', [['path']], 'list'),
  graphFunction('relationships', [['path']], 'list'),
  graphFunction('length', [['path']], 'integer'),
  graphFunction('degree', [['node']], 'integer'),
  graphFunction('inDegree', [['node']], 'integer'),
  graphFunction('outDegree', [['node']], 'integer'),
]
