import type { Slot } from './bound.js'

/** Whether a part of a bound tree reads or binds one of the slots, queries within expressions included. */
export function mentions(part: unknown, slots: ReadonlySet<Slot>): boolean {
  if (typeof part !== 'object' || part === null) return false
  if ('slot' in part && slots.has(part.slot as Slot)) return true
  return Object.values(part).some((each) => mentions(each, slots))
}
