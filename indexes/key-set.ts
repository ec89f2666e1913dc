/**
 * A set of ids as a roaring bitmap (Lemire et al. 2016): the nodes of a label, the relationships of a type, hits.
 *
 * Bitmaps are native and lie outside of pages, so the set keeps its own journal: changes since the last safe point, in
 * order, of which a first part has been carried into the bitmap. A write only appends to the journal; a read carries
 * the rest over in a few native calls; undo takes entries off the end, reversing those that were carried.
 *
 *   journal   | +7 | +8 | -3 | +9 | ...        applied: 2 (in the bitmap), the others wait for the next read
 *
 * While a version is pinned, the first change after the pin keeps the bitmap as it was for that version's readers and
 * goes on with a clone (23 to 500 µs, so only then). Compiled loops never ask a set about one id: they read pages.
 */
import { createRequire } from 'node:module'
import type { RoaringBitmap32 as Bitmap } from 'roaring'
import { type Heap, pageMask } from '../src/pages/heap.js'

const { RoaringBitmap32, SerializationFormat, DeserializationFormat } = loadRoaring()

/** The package finds its binary with a tool that reads the program's own arguments, and fails at a `--dir`: hide them. */
function loadRoaring(): typeof import('roaring') {
  const { argv } = process
  process.argv = argv.slice(0, 2)
  try {
    return createRequire(import.meta.url)('roaring') as typeof import('roaring')
  } finally {
    process.argv = argv
  }
}

export type { Bitmap }

/** A bitmap of its own, which whoever asked may change. */
export function bitmapOf(ids: Iterable<number>): Bitmap {
  return new RoaringBitmap32(ids)
}

/** What is in any of the bitmaps, of which there is one at least; of one it is that one. */
export function unionOf(bitmaps: readonly Bitmap[]): Bitmap {
  return bitmaps.length === 1 ? bitmaps[0]! : RoaringBitmap32.orMany([...bitmaps])
}

/** The ids that are in all of the bitmaps, of which there is one at least, ascending. */
export function intersectionOf(bitmaps: readonly Bitmap[]): Uint32Array {
  const [first, ...others] = bitmaps.toSorted((a, b) => a.size - b.size)
  const common = first!.clone()
  for (const other of others) common.andInPlace(other)
  const ids = common.toUint32Array()
  common.dispose()
  return ids
}

export class KeySet {
  private bitmap: Bitmap
  /** Changes: an id that was added, or ~id for one that was removed. */
  private journal = new Int32Array(64)
  private length = 0
  private applied = 0
  /** How many changes were dropped from the journal's start, ever. */
  private dropped = 0
  /** Versions with changes that may be taken back, ascending, and how many changes there were before each, ever. */
  private spans: { version: number; before: number }[] = []
  /** Bitmaps of earlier versions, ascending: each holds for versions after the one before it, up to `upTo`. */
  private earlier: { upTo: number; bitmap: Bitmap }[] = []

  constructor(
    private readonly heap: Heap,
    bitmap: Bitmap = new RoaringBitmap32(),
  ) {
    this.bitmap = bitmap
  }

  /** Adds an id that is not in the set. */
  add(id: number): void {
    this.append(id)
  }

  /** Adds the ids from `from` to before `to`, none of which is in the set. */
  addRange(from: number, to: number): void {
    let at = this.claim(to - from)
    const { journal } = this
    for (let id = from; id < to; id++) journal[at++] = id
  }

  /** Removes an id that is in the set. */
  remove(id: number): void {
    this.append(~id)
  }

  /** The newest state. It must not be changed, and not be held across a write. */
  current(): Bitmap {
    this.apply()
    return this.bitmap
  }

  /** The state at a version that the caller has pinned. */
  at(version: number): Bitmap {
    return this.earlier.find(({ upTo }) => version <= upTo)?.bitmap ?? this.current()
  }

  /** Frees bitmaps that no pinned version reads any more. */
  prune(): void {
    let after = -1
    this.earlier = this.earlier.filter(({ upTo, bitmap }) => {
      const kept = this.heap.isPinnedWithin(after + 1, upTo + 1)
      after = upTo
      if (!kept) bitmap.dispose()
      return kept
    })
  }

  /** Replaces the state by ids that nobody has seen yet: for loading and import. */
  fill(ids: Iterable<number>): void {
    this.current().addMany(ids)
  }

  save(version: number): Uint8Array {
    const bitmap = this.at(version).clone()
    bitmap.runOptimize()
    const bytes = bitmap.serialize(SerializationFormat.portable)
    bitmap.dispose()
    return bytes
  }

  static load(heap: Heap, bytes: Uint8Array): KeySet {
    return new KeySet(heap, RoaringBitmap32.deserialize(bytes, DeserializationFormat.portable))
  }

  private append(change: number): void {
    const at = this.claim(1)
    this.journal[at] = change
  }

  /** Makes room for so many changes at the end of the journal, which the caller writes at once; gives where. */
  private claim(count: number): number {
    this.keepForPins()
    this.hook()
    const at = this.length
    this.length += count
    if (this.length > this.journal.length) {
      const larger = new Int32Array(Math.max(this.length, this.journal.length * 2))
      larger.set(this.journal)
      this.journal = larger
    }
    return at
  }

  /** Makes one undo hook for all changes until the next savepoint. */
  private hook(): void {
    const version = this.heap.undoSpan
    if (this.spans.at(-1)?.version === version) return
    if (this.length > journalKept) this.dropSafe()
    const before = this.dropped + this.length
    this.spans.push({ version, before })
    this.heap.onUndo(() => this.takeBack(before))
  }

  /** Drops the part of the journal that cannot be taken back any more. */
  private dropSafe(): void {
    this.apply()
    const unsafe = this.spans.findIndex(({ version }) => version > this.heap.releasedVersion)
    const safe = unsafe === -1 ? this.length : this.spans[unsafe]!.before - this.dropped
    this.spans = unsafe === -1 ? [] : this.spans.slice(unsafe)
    this.journal.copyWithin(0, safe, this.length)
    this.length -= safe
    this.applied = this.length
    this.dropped += safe
  }

  private keepForPins(): void {
    const pin = this.heap.newestPin
    const last = this.earlier.at(-1)
    if (pin === -1 || (last !== undefined && last.upTo >= pin)) return
    this.apply()
    this.earlier.push({ upTo: pin, bitmap: this.bitmap })
    this.bitmap = this.bitmap.clone()
  }

  private takeBack(before: number): void {
    const length = before - this.dropped
    for (let i = this.applied - 1; i >= length; i--) {
      const change = this.journal[i]!
      if (change >= 0) this.bitmap.remove(change)
      else this.bitmap.add(~change)
    }
    this.applied = Math.min(this.applied, length)
    this.length = length
    this.spans.pop()
  }

  private apply(): void {
    const { journal, length } = this
    let from = this.applied
    while (from < length) {
      let to = from + 1
      while (to < length && journal[to]! === journal[to - 1]! + 1 && journal[from]! >= 0) to++
      if (to - from >= rangeMin) this.bitmap.addRange(journal[from]!, journal[to - 1]! + 1)
      else {
        const adding = journal[from]! >= 0
        while (to < length && journal[to]! >= 0 === adding) to++
        const run = journal.subarray(from, to)
        if (adding) this.bitmap.addMany(run as unknown as Uint32Array)
        else this.bitmap.removeMany(run.map((change) => ~change))
      }
      from = to
    }
    this.applied = length
  }
}

/** So many ids in a row are added as a range. */
const rangeMin = 256

/** Changes kept before the safe part of a journal is looked for. */
const journalKept = 1024

/**
 * The ids of a bitmap in ascending order, a batch at a time. The bitmap must not change meanwhile. A batch never goes
 * over a multiple of 1,024, so that the words of its ids lie in one page of a column.
 *
 * Ids are fetched into a window that is used again: 10 to 100 µs for 100,000 ids, where one by one they take 400.
 */
export class BitmapScan {
  private window: Uint32Array = noIds
  /** Whose memory `window` is. */
  private room: Uint32Array = noIds
  private at = 0
  private taken = 0
  private readonly size: number

  constructor(private readonly bitmap: Bitmap) {
    this.size = bitmap.size
  }

  /** Writes the next ids into `batch` from its start; gives how many, 0 at the end. */
  next(batch: Uint32Array): number {
    if (this.at === this.window.length) {
      if (this.taken === this.size) return 0
      this.fetch()
    }
    const { window, at } = this
    const count = countUpTo(window, at, {
      countMax: Math.min(batch.length, window.length - at),
      last: window[at]! | pageMask,
    })
    if (count < copyMin) for (let i = 0; i < count; i++) batch[i] = window[at + i]!
    else batch.set(window.subarray(at, at + count))
    this.at = at + count
    return count
  }

  private fetch(): void {
    if (this.room.length === 0) this.room = new Uint32Array(Math.min(windowIds, this.size))
    this.window = this.bitmap.rangeUint32Array(this.taken, this.room.length, this.room)
    this.taken += this.window.length
    this.at = 0
  }
}

/** Ascending ids in batches, as `BitmapScan` gives them. */
export class IdListScan {
  private at = 0

  constructor(private readonly ids: Uint32Array) {}

  /** Writes the next ids into `batch` from its start; gives how many, 0 at the end. */
  next(batch: Uint32Array): number {
    const { ids, at } = this
    if (at === ids.length) return 0
    const countMax = Math.min(batch.length, ids.length - at)
    const count = countUpTo(ids, at, { countMax, last: ids[at]! | pageMask })
    batch.set(ids.subarray(at, at + count))
    this.at = at + count
    return count
  }
}

/** How many of the ascending ids from `at` on are not beyond `last`. */
function countUpTo(ids: Uint32Array, at: number, { countMax, last }: { countMax: number; last: number }): number {
  let low = 0
  let high = countMax
  if (ids[at + high - 1]! <= last) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ids[at + middle]! <= last) low = middle + 1
    else high = middle
  }
  return low
}

const noIds = new Uint32Array(0)
const windowIds = 8192
/** Below so many ids a loop is faster than a copy. */
const copyMin = 32
