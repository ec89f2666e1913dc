/** Parts of JSON texts that the plain and the typed form have in common. */
import { writeJson } from '../../core/json.js'
import type { Float } from '../../core/value.js'

/**
 * `{"name":text,...}`. Joined, not added up: of a text that was added to piece by piece, V8 keeps the pieces as objects
 * until somebody reads it, and answers of many rows spent most of their time collecting those.
 */
export function mapText<Item>(values: ReadonlyMap<string, Item>, textOf: (item: Item) => string): string {
  const members: string[] = []
  for (const [name, value] of values) members.push(`${JSON.stringify(name)}:${textOf(value)}`)
  return `{${members.join(',')}}`
}

export function listText<Item>(items: readonly Item[], textOf: (item: Item) => string): string {
  return `[${items.map(textOf).join(',')}]`
}

/** A FLOAT that can be told from an INTEGER: 1 is '1.0'. NaN and the infinities, which JSON lacks, are their names. */
export function floatText(float: Float): string {
  return Number.isFinite(float.value) ? writeJson(float) : String(float.value)
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
