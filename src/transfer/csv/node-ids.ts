/**
 * Which node carries which id of a CSV file. One table for each id group, asked twice for every relationship.
 *
 * Ids are texts, but nearly all are decimal numbers, and mostly dense ones. Nodes of sixteen consecutive numbers stand
 * in one line, and an open-addressing table (linear probing, at most half full, Knuth's multiplicative hash) finds the
 * line of a number:
 *
 *   pairs   | number / 16 | line | number / 16 | line | ...      line 0: the place is free
 *   nodes   | (not used) | 16 nodes | 16 nodes | ...             node 0: no such id
 *
 * So a million dense ids take 6 MB, which stay in the cache of the processor while ten million relationships ask for
 * twenty million of them (a pair for each id took 32 MB and three times as long). Scattered ids take 64 bytes for their
 * line and 32 to 64 for its place.
 *
 * Every other text lives in a Map. No id can be in both: a number is in the table exactly when the text is its usual
 * decimal form, so '7' and '007' stay apart.
 */
import type { NodeId } from '../../core/ids.js'
import { readNatural, readText } from './values.js'

const lineLength = 16
const placesFirst = 256

export class NodeIds {
  #pairs = new Float64Array(placesFirst * 2)
  #nodes = new Int32Array(placesFirst * lineLength)
  #lineCount = 0
  readonly #texts = new Map<string, NodeId>()

  /** The node with the id in `bytes`, 0 when there is none. */
  find(bytes: Buffer, start: number, end: number): NodeId | 0 {
    const number = readNatural(bytes, start, end)
    if (number !== -1) {
      const line = this.#pairs[this.#placeOf(blockOf(number)) + 1]!
      return this.#nodes[line * lineLength + (number & (lineLength - 1))] as NodeId | 0
    }
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
    // Before the array is named below: a new line may replace it.
    const line = this.#mustHaveLine(blockOf(number))
    this.#nodes[line * lineLength + (number & (lineLength - 1))] = node
  }

  #mustHaveLine(block: number): number {
    const line = this.#pairs[this.#placeOf(block) + 1]!
    return line === 0 ? this.#addLine(block) : line
  }

  #addLine(block: number): number {
    const line = ++this.#lineCount
    if (line * 4 > this.#pairs.length) this.#growPairs()
    if ((line + 1) * lineLength > this.#nodes.length) this.#growNodes()
    this.#put(block, line)
    return line
  }

  #put(block: number, line: number): void {
    const place = this.#placeOf(block)
    this.#pairs[place] = block
    this.#pairs[place + 1] = line
  }

  /** Where the block is, or the free place where it would be. */
  #placeOf(block: number): number {
    const pairs = this.#pairs
    const mask = pairs.length - 2
    const high = (block / 0x1_0000_0000) | 0
    const hash = Math.imul((block | 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1)
    // The high bits of the product depend on all bits of the number, the low ones on the low ones only.
    let place = ((hash ^ (hash >>> 15)) << 1) & mask
    while (pairs[place + 1] !== 0 && pairs[place] !== block) place = (place + 2) & mask
    return place
  }

  #growPairs(): void {
    const old = this.#pairs
    this.#pairs = new Float64Array(old.length * 2)
    for (let place = 0; place < old.length; place += 2)
      if (old[place + 1] !== 0) this.#put(old[place]!, old[place + 1]!)
  }

  #growNodes(): void {
    const old = this.#nodes
    this.#nodes = new Int32Array(old.length * 2)
    this.#nodes.set(old)
  }
}

function blockOf(number: number): number {
  return Math.floor(number / lineLength)
}
