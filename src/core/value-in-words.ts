/** A value as a message names it: its type, and what it is where that is short. */
import { Temporal } from './temporal/temporal.js'
import { Float, typeName, type Value } from './value.js'

const shownMax = 40

/** `the INTEGER 31`, `the STRING 'Ann'`, `a LIST of 3`, `a NODE`, `null`. */
export function valueInWords(value: Value): string {
  if (value === null) return 'null'
  const type = typeName(value)
  if (typeof value === 'string') return `the ${type} ${quoted(value)}`
  if (value instanceof Float) return `the ${type} ${floatText(value.value)}`
  if (value instanceof Temporal) return `the ${type} ${value}`
  if (Array.isArray(value)) return `a ${type} of ${value.length}`
  return typeof value === 'object' && !(value instanceof Temporal) ? `a ${type}` : `the ${type} ${value}`
}

/** The beginning of a long one. */
export function quoted(text: string): string {
  return `'${text.length > shownMax ? `${text.slice(0, shownMax)}...` : text}'`
}

function floatText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
