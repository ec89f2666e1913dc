/**
 * Which node carries which id of a CSV file. One table for each id group, asked twice for every relationship.
 *
 * Ids are texts, but nearly all are decimal numbers. Those live in an open-addressing table of pairs in one typed
 * array (linear probing, at most half full, Knuth's multiplicative hash), where a look-up is one or two cache lines
 * and no string is made:
 *
 *   | number | node | number | node | ...      node 0: the place is free
 *
 * Every other text lives in a Map. No id can be in both: a number is in the table exactly when the text is its usual
 * decimal form, so '7' and '007' stay apart. 16 bytes a place, so 32 to 64 bytes an id.
 */
import type { NodeId } from '../../core/ids.js'
import { readNatural, readText } from './values.js'

const placesFirst = 1024

export class NodeIds {
  #pairs = new Float64Array(placesFirst * 2)
  #count = 0
  readonly #texts = new Map<string, NodeId>()

  /** The node with the id in `bytes`, 0 when there is none. */
  find(bytes: Buffer, start: number, end: number): NodeId | 0 {
    const number = readNatural(bytes, start, end)
    if (number !== -1) return this.#pairs[this.#place(number) + 1] as NodeId | 0
    const text = readText(bytes, start, end)
    return (text !== undefined && this.#texts.get(text)) || 0
  }

  /** Notes that `node` carries the id in `bytes`, which no node carried before. */
  add(bytes: Buffer, start: number, end: number, node: NodeId): void {
    const number = readNatural(bytes, start, end)
    if (number === -1) {
      this.#texts.set(readText(bytes, start, end)!, node)
      return
    }
    if (++this.#count * 4 > this.#pairs.length) this.#grow()
    this.#put(number, node)
  }

  #put(number: number, node: number): void {
    const place = this.#place(number)
    this.#pairs[place] = number
    this.#pairs[place + 1] = node
  }

  /** Where the number is, or the free place where it would be. */
  #place(number: number): number {
    const pairs = this.#pairs
    const mask = pairs.length - 2
    const high = (number / 0x1_0000_0000) | 0
    const hash = Math.imul((number | 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1)
    // The high bits of the product depend on all bits of the number, the low ones on the low ones only.
    let place = ((hash ^ (hash >>> 15)) << 1) & mask
    while (pairs[place + 1] !== 0 && pairs[place] !== number) place = (place + 2) & mask
    return place
  }

  #grow(): void {
    const old = this.#pairs
    this.#pairs = new Float64Array(old.length * 2)
    for (let place = 0; place < old.length; place += 2)
      if (old[place + 1] !== 0) this.#put(old[place]!, old[place + 1]!)
  }
}
