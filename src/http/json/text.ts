/** Parts of JSON texts that the plain and the typed form have in common. */
import { writeJson } from '../../core/json.js'
import type { Float } from '../../core/value.js'

/** `{"name":text,...}` of texts that are JSON already. */
export function mapText(entries: Iterable<readonly [name: string, text: string]>): string {
  let members = ''
  for (const [name, text] of entries) members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${text}`
  return `{${members}}`
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
