/**
 * What finding asks of a tree, and all that it knows of one. `T` is a value of the tree, whatever stands for it there: an
 * address in an arena, or a value in memory.
 */
import type { JsonScalar } from './path.js'

/** 'other' is what JSON has no form for: it is found, and equals nothing. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'other'

export interface JsonTree<T> {
  kindOf(value: T): JsonKind
  /** Of a string, number, boolean or null. */
  scalarOf(value: T): JsonScalar
  /** Of an object; undefined where it has no such member. */
  memberOf(value: T, name: string): T | undefined
  /** Of an array; `index` lies below its size. */
  elementOf(value: T, index: number): T
  /** How many members or elements an object or array has. */
  sizeOf(value: T): number
  /** The members of an object, in its order. */
  membersOf(value: T): Iterable<readonly [name: string, value: T]>
}

/** A member's name or an element's index, from the root down: where a value lies. */
export type Step = string | number
