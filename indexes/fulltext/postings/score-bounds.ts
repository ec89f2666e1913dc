/**
 * What bounds the scores of some postings, whatever the statistics of the index and the settings of BM25 are: a word.
 *
 *   | least length where the frequency is 1 | where it is 2 or 3 | where it is 4 or more | greatest frequency |    a byte each
 *
 * BM25 grows with the frequency and falls with the length. So no posting scores more than the best of three do: one of each
 * row with the greatest frequency and the least length of that row. One pair for all postings would put the greatest
 * frequency into the shortest text, where it hardly ever is. Source: after Ding and Suel 2011, and the impacts of Lucene.
 *
 * A byte holds numbers up to 15 as they are, greater ones by their highest four bits: lengths rounded down, the frequency
 * up, so that a bound stays one. 255 stands for a row without postings. A bound is never 0.
 */
import type { Lengths } from '../lengths.js'
import type { BlockContents } from './posting-blocks.js'

/** Less than any bound: nothing is known. */
export const unbounded = 0
const none = 255
const exactMax = 15

/** Frequencies of the rows begin so. */
const secondRow = 2
export const thirdRow = 4

/** The bound of the postings of a block. */
export function boundOf({ ids, frequencies, count }: BlockContents, lengths: Lengths): number {
  let [first, second, third] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let most = 0
  for (let i = 0; i < count; i++) {
    const frequency = frequencies[i]!
    const length = lengths.of(ids[i]!)
    if (frequency > most) most = frequency
    if (frequency < secondRow) first = Math.min(first, length)
    else if (frequency < thirdRow) second = Math.min(second, length)
    else third = Math.min(third, length)
  }
  return byteBelow(first) | (byteBelow(second) << 8) | (byteBelow(third) << 16) | (byteAbove(most) << 24)
}

/** The bound of the same postings and one more. */
export function widened(bound: number, frequency: number, length: number): number {
  const shift = shiftOf(frequency)
  const least = Math.min((bound >>> shift) & 255, byteBelow(length))
  const most = Math.max(bound >>> 24, byteAbove(frequency))
  return (bound & ~(0xff000000 | (255 << shift))) | (least << shift) | (most << 24)
}

/** Whether a bound surely stays what it is when a posting goes. */
export function staysWithout(bound: number, frequency: number, length: number): boolean {
  if (((bound >>> shiftOf(frequency)) & 255) >= byteBelow(length)) return false
  // Of the row of 1 there is another posting, so that no other frequency is asked for.
  return frequency < secondRow || bound >>> 24 > byteAbove(frequency)
}

/** Whether no bound tells the lengths of a document apart. */
export function isSameLength(length: number, other: number): boolean {
  return byteBelow(length) === byteBelow(other)
}

function shiftOf(frequency: number): number {
  return frequency < secondRow ? 0 : frequency < thirdRow ? 8 : 16
}

/** By byte, the number that it stands for: a length, or a frequency. */
export const numberOfByte = Float64Array.from({ length: 256 }, (_, byte) => {
  // Not infinity: where lengths do not count (b = 0), it would be multiplied by 0.
  if (byte === none) return Number.MAX_VALUE
  return byte <= exactMax ? byte : ((byte & 7) | 8) * 2 ** ((byte >>> 3) - 1)
})

/** The byte of the greatest number that is not above the value. */
function byteBelow(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return none
  if (value <= exactMax) return value
  const shift = 28 - Math.clz32(value)
  return ((shift + 1) << 3) | ((value >>> shift) & 7)
}

/** The byte of the least number that is not below the value. */
function byteAbove(value: number): number {
  const byte = byteBelow(value)
  return numberOfByte[byte]! < value ? byte + 1 : byte
}
