/**
 * Functions that read nested values by path: JSONPath, RFC 9535. A target is a node, a relationship, a map, a list, or the
 * key of a node; each gives null where the target or the path is null, or where no node has the key.
 */
import type { StaticType } from '../semantics/bound.js'
import { graphFunction } from './function.js'

const target: readonly StaticType[] = ['node', 'relationship', 'map', 'list', 'string']
const path: readonly StaticType[] = ['string']
const any: readonly StaticType[] = ['any']
const integer: readonly StaticType[] = ['integer']

export const jsonFunctions = [
  graphFunction('json.get', [target, path], 'list'),
  graphFunction('json.value', [target, path], 'any'),
  graphFunction('json.exists', [target, path], 'boolean'),
  graphFunction('json.type', [target, path], 'string'),
  graphFunction('json.length', [target, path], 'integer'),
  graphFunction('json.keys', [target, path], 'list'),
  graphFunction('json.bytes', [target, path], 'integer'),
  graphFunction('json.indexOf', [target, path, any, integer, integer], 'integer', 2),
]
