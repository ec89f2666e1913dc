/** Functions that read the keyspace: plain values, and what is known of a key of any kind. null for a key that is none. */
import type { StaticType } from '../semantics/bound.js'
import { graphFunction } from './function.js'

const key: readonly StaticType[] = ['string']

export const keyFunctions = [
  graphFunction('key.get', [key], 'any'),
  graphFunction('key.type', [key], 'string'),
  graphFunction('key.exists', [key], 'boolean'),
  graphFunction('key.info', [key], 'map'),
  graphFunction('key.expiresAt', [key], 'datetime'),
]
