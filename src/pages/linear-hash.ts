/**
 * A hash that grows one bucket at a time (linear hashing, Litwin 1980), so no insert ever waits for a rehash.
 *
 * It keeps numbers of records whose fields lie elsewhere; two fields of each record are the hash's own: the hash value
 * and the next record of the same bucket. With `n` buckets, a hash goes to bucket `hash mod 2^L`, 2^L being the power
 * of two at or above n, or to `hash mod 2^(L-1)` where that bucket does not exist yet:
 *
 *   n = 5:   buckets 0 1 2 3 by two bits, but 0 is split already:  ...000 -> 0, ...100 -> 4, else by two bits
 *
 * When there are more records than buckets, the next bucket in turn is split in two.
 */
import type { PageSpace } from './page-space.js'
import { type PagedRecords, PagedWords } from './paged-words.js'

const wordCount = 0
const wordBuckets = 1
const firstBucket = 2

export class LinearHash {
  private readonly words: PagedWords

  constructor(
    space: PageSpace,
    slot: number,
    private readonly records: PagedRecords,
    private readonly fields: { hash: number; next: number },
  ) {
    this.words = new PagedWords(space.table(slot))
  }

  get count(): number {
    return this.words.get(wordCount)
  }

  /** The first record that may have this hash, 0 for none; `next` leads on. Their hashes are to be compared. */
  first(hash: number): number {
    return this.words.get(firstBucket + this.bucketOf(hash, this.words.get(wordBuckets)))
  }

  next(record: number): number {
    return this.records.get(record, this.fields.next)
  }

  hashOf(record: number): number {
    return this.records.get(record, this.fields.hash)
  }

  insert(record: number, hash: number): void {
    const { words, records, fields } = this
    let buckets = words.get(wordBuckets)
    if (words.add(wordCount, 1) > buckets) buckets = this.addBucket(buckets)
    const at = firstBucket + this.bucketOf(hash, buckets)
    records.set(record, fields.hash, hash)
    records.set(record, fields.next, words.get(at))
    words.set(at, record)
  }

  remove(record: number): void {
    const { words, records, fields } = this
    const at = firstBucket + this.bucketOf(this.hashOf(record), words.get(wordBuckets))
    const following = records.get(record, fields.next)
    const first = words.get(at)
    if (first === record) words.set(at, following)
    else {
      let before = first
      for (let next = this.next(before); next !== record; next = this.next(before)) before = next
      records.set(before, fields.next, following)
    }
    words.add(wordCount, -1)
  }

  private bucketOf(hash: number, buckets: number): number {
    if (buckets < 2) return 0
    const mask = (1 << (32 - Math.clz32(buckets - 1))) - 1
    const bucket = hash & mask
    return bucket < buckets ? bucket : hash & (mask >>> 1)
  }

  /** Splits the bucket whose turn it is. */
  private addBucket(buckets: number): number {
    const { words, records, fields } = this
    words.set(wordBuckets, buckets + 1)
    if (buckets === 0) return 1
    const half = 1 << (31 - Math.clz32(buckets))
    const from = firstBucket + buckets - half
    let record = words.get(from)
    let stays = 0
    let moves = 0
    while (record !== 0) {
      const next = this.next(record)
      const isMoving = this.bucketOf(this.hashOf(record), buckets + 1) === buckets
      const behind = isMoving ? moves : stays
      // Buckets hold one record or two, which mostly keep what is behind them.
      if (next !== behind) records.set(record, fields.next, behind)
      if (isMoving) moves = record
      else stays = record
      record = next
    }
    words.set(from, stays)
    words.set(firstBucket + buckets, moves)
    return buckets + 1
  }
}
