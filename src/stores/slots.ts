/**
 * Which root record of the page space each structure has. Fixed ones come first; then eight for each token or index
 * number, so that a number gives its tables without a lookup; and the last ones are areas of full-text and vector indexes.
 */
import { tablesMax } from '../pages/page-space.js'

export const slots = {
  counters: 0,
  stringBlocks: 1, // and 2, 3
  stringRecords: 4,
  stringBuckets: 5,
  stringCounts: 6,
  keyOfId: 7,
  idOfKey: 8,
  nodeExtents: 9, // and 10, 11
  relationshipExtents: 12, // and 13, 14
  kinds: 15,
  endsOfRelationship: 16,
  lists: 17, // and 18, 19
  sparseHeaders: 20,
  sparseBuckets: 21,
  catalog: 22,
  values: 23, // and 24, 25
  trees: 26, // and 27, 28
  plainValues: 40,
  expiryTimes: 41,
  expiryTree: 42, // and 43
} as const

const firstFamily = 64
const familyShift = 3

/** Tables that exist once for each property key, relationship type or index. */
export const families = {
  nodeColumn: 0,
  relationshipColumn: 1,
  outgoing: 2,
  incoming: 3,
  indexTree: 4,
  indexTreeMeta: 5,
  indexCounts: 6,
  endLabels: 7,
} as const

export function familySlot(family: keyof typeof families, id: number): number {
  return firstFamily + (id << familyShift) + families[family]
}

/** Full-text and vector indexes a space has room for; their areas count from 0. */
export const areasMax = 256
/** Tables of each. */
const areaShift = 4
const firstArea = tablesMax - (areasMax << areaShift)

/** The first table of a full-text or vector index. */
export function areaSlot(area: number): number {
  return firstArea + (area << areaShift)
}

/** Tokens and indexes a space has room for: (524,288 - 4,096 - 64) / 8, less number 0, which is nobody's. */
export const tokensMax = ((firstArea - firstFamily) >> familyShift) - 1
