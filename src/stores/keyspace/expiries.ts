/**
 * When keys expire: the time of each id, and all times in order, so that the next due one is found without a scan.
 *
 *   times   id -> milliseconds since 1970, low and high word; 0 for an id that stays
 *   tree    | time, 8 bytes | id, 4 bytes |      big end first, so that bytes sort as times do (`byte-tree.ts`)
 *
 * Nothing here hides anything: what is due stays until a commit takes it away.
 */
import { ByteTree, TreeCursor } from '../../../indexes/ordered/byte-tree.js'
import type { KeyId } from '../../core/ids.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedRecords, PagedWords } from '../../pages/paged-words.js'
import { slots } from '../slots.js'

const timeField = { low: 0, high: 1 } as const
const wordValues = 2 ** 32
const entryBytes = 12

export class Expiries {
  private readonly times: PagedRecords
  private readonly tree: ByteTree
  private readonly entry = Buffer.alloc(entryBytes)

  constructor(space: PageSpace) {
    this.times = new PagedRecords(space.table(slots.expiryTimes), 1)
    this.tree = new ByteTree(space.table(slots.expiryTree), new PagedWords(space.table(slots.expiryTree + 1)))
  }

  /** How many keys expire some time. */
  get size(): number {
    return this.tree.size
  }

  /** When the id expires, in milliseconds since 1970; null for one that stays. */
  of(id: KeyId): number | null {
    const high = this.times.get(id, timeField.high)
    const low = this.times.get(id, timeField.low)
    return high === 0 && low === 0 ? null : high * wordValues + (low >>> 0)
  }

  set(id: KeyId, atMs: number | null): void {
    const before = this.of(id)
    if (before === atMs) return
    if (before !== null) this.tree.remove(this.entryOf(before, id), entryBytes)
    if (atMs !== null) this.tree.add(this.entryOf(atMs, id), entryBytes, entryBytes)
    this.times.set(id, timeField.high, Math.floor((atMs ?? 0) / wordValues))
    this.times.set(id, timeField.low, (atMs ?? 0) | 0)
  }

  /** The id that expires first; undefined where all stay. */
  first(): { readonly id: KeyId; readonly atMs: number } | undefined {
    for (const entry of this.entries()) return entry
    return undefined
  }

  /** All that expire, the first to do so first. */
  *entries(): Generator<{ readonly id: KeyId; readonly atMs: number }> {
    const cursor = new TreeCursor(this.tree, false)
    for (cursor.seek(this.entry, 0); cursor.length >= 0; cursor.next()) {
      const { buffer, byteOffset } = cursor.source
      const bytes = new DataView(buffer, byteOffset + cursor.start, entryBytes)
      yield { id: bytes.getUint32(8) as KeyId, atMs: bytes.getUint32(0) * wordValues + bytes.getUint32(4) }
    }
  }

  private entryOf(atMs: number, id: KeyId): Uint8Array {
    this.entry.writeUInt32BE(Math.floor(atMs / wordValues), 0)
    this.entry.writeUInt32BE(atMs % wordValues, 4)
    this.entry.writeUInt32BE(id, 8)
    return this.entry
  }
}
