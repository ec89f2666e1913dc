/**
 * Ids are dense unsigned 32-bit numbers, from 1. Each space has a type of its own, so that a relationship's id never
 * compiles where a node's is wanted. Zero means "none" in pages, which start zeroed.
 */
declare const space: unique symbol

export type NodeId = number & { readonly [space]: 'node' }
/** A plain value: its id is from the same space as those of nodes. */
export type ValueId = number & { readonly [space]: 'value' }
/** Whatever has a key, of any kind. */
export type KeyId = number & { readonly [space]: 'node' | 'value' }
export type RelationshipId = number & { readonly [space]: 'relationship' }
export type LabelId = number & { readonly [space]: 'label' }
export type TypeId = number & { readonly [space]: 'type' }
export type PropertyId = number & { readonly [space]: 'property' }
/** No id is higher. */
export const idMax = 0xffffffff
/** A set of labels that some nodes carry together; 1 is the empty set. */
export type LabelSetId = number & { readonly [space]: 'labelSet' }
/** A string's number in the dictionary: equal codes, equal strings. */
export type StringCode = number & { readonly [space]: 'string' }
