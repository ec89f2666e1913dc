/**
 * The heap: all pages of a database, who may still read them, and how to take writes back.
 *
 * A page is 4 KiB, 1,024 words. Pages lie in slabs, large SharedArrayBuffers which the platform commits only as they
 * are touched; page `p` is in slab `p >>> slabShift`, its words start at `(p & slabMask) << 10`. Page 0 is never
 * written: it stands for every page that does not exist, so a reader of an absent page reads zeros without a branch.
 *
 *   slab 0                        slab 1
 *   | 0: zeros | 1 | 2 | 3 ...    | 2^14 | 2^14 + 1 ...            one page:  | word 0 | word 1 | ... | word 1023 |
 *
 * **Versions.** Each commit makes a version. `born` tells in which version a page was made. A *pin* keeps a version
 * readable: a page born at or before the newest pin must not change, so its first write copies it (`copyMode`); with
 * no pin in the way writes go in place. Who holds a page's number (a page table) puts the copy's number in its place.
 * The replaced page is *retired*, and free again when no pin and no undo can reach it.
 *
 *   born 3, retired 7:   pins at 3, 4, 5, 6 still read it;  pins at 2 or 7 do not
 *
 * **Undo.** Every change to a page that is older than the running transaction leaves an entry (where, what was there);
 * pages made by the transaction need none, since undoing it drops them. So copying a page is at the same time its
 * before-image, and a transaction whose entries outgrow `undoEntriesMax` goes on by copying. Entries are kept, newest
 * last, until `release` says that the commit is safe; `unroll` takes back everything after a mark.
 */
import { strict as assert } from 'node:assert'
import { DatabaseError } from '../core/errors.js'

export const pageShift = 10
export const pageWords = 1 << pageShift
export const pageMask = pageWords - 1
export const pageBytes = pageWords * 4

export interface HeapOptions {
  /** The version to go on from: a checkpoint's. */
  version?: number
  /** Pages of a slab as a power of two; 14, the default, gives slabs of 64 MiB. */
  slabShift?: number
  /** Pages the heap may hold, all versions together. */
  pagesMax?: number
  /** Entries a transaction may leave before it goes on by copying pages. */
  undoEntriesMax?: number
}

/** Entries of the undo list are three numbers; the first tells what they mean. */
const undoAllocated = -1
const undoRetired = -2
const undoHook = -3
const undoWordsKept = 3 * 4096
/** How much of a version an undo entry holds: enough to tell versions apart that are in it together. */
const versionBits = 0x7fffffff

/** A place in the undo list: how many numbers had been recorded, ever. */
export type UndoMark = number

export interface CommitPoint {
  readonly mark: UndoMark
  readonly version: number
}

export class Heap {
  readonly slabShift: number
  readonly slabMask: number
  /** By slab. */
  readonly words: Int32Array[] = []
  readonly floats: Float64Array[] = []
  readonly singles: Float32Array[] = []
  readonly bytes: Uint8Array[] = []

  /** The version being written. Savepoints within a transaction make versions too, which nobody can pin. */
  private version = 1
  private committed = 0
  /** Where the last commit ended in the undo list. */
  private committedMark: UndoMark = 0
  private released = 0
  private born = new Float64Array(1024)
  private pageCount = 1
  private free = new Int32Array(256)
  private freeCount = 0
  private readonly pagesMax: number
  /** Frees pages when the heap is full and tells whether it did; nobody can until one is set. */
  makeRoom: () => boolean = () => false

  /** Pinned versions, ascending, with how often each is pinned. */
  private readonly pins = new Map<number, number>()
  /** Pages born at or before this are copied before they are written. */
  private frozen = -1
  private retired: { page: number; at: number }[] = []

  private undo = new Int32Array(undoWordsKept)
  private undoLength = 0
  private undoBase = 0
  private hooks: (() => void)[] = []
  private readonly undoEntriesMax: number
  /** Pages born at or before this are copied by the running transaction, whether pinned or not. */
  private copyUpTo = -1

  constructor(options: HeapOptions = {}) {
    this.slabShift = options.slabShift ?? 14
    this.slabMask = (1 << this.slabShift) - 1
    this.pagesMax = options.pagesMax ?? 2 ** 31 - 1
    this.undoEntriesMax = options.undoEntriesMax ?? 1024 * 1024
    this.committed = options.version ?? 0
    this.version = this.committed + 1
    this.addSlab()
    this.born[0] = -1
  }

  // ---- pages ----------------------------------------------------------------------------------------------------

  /** A page of zeros, born in the running version. */
  allocate(): number {
    const end = this.pageCount
    const page = this.take()
    // A page that nobody has had is zeros as the platform gives it.
    if (page < end) this.wordsOf(page).fill(0, this.offset(page), this.offset(page) + pageWords)
    return page
  }

  /** Whether a word of the page may change where it stands. */
  writable(page: number): boolean {
    return this.born[page]! > this.frozen
  }

  /** Whether the running transaction made the page: then its words may change without an undo entry. */
  own(page: number): boolean {
    return this.born[page] === this.version
  }

  /** A copy of the page for the running transaction. The caller puts its number in the place of the old one. */
  copy(page: number): number {
    const copy = this.take()
    const from = this.offset(page)
    const target = this.wordsOf(copy)
    if (page >>> this.slabShift === copy >>> this.slabShift)
      target.copyWithin(this.offset(copy), from, from + pageWords)
    else target.set(this.wordsOf(page).subarray(from, from + pageWords), this.offset(copy))
    this.retire(page)
    return copy
  }

  /** Gives a page up; pins and undo that still reach it keep it as it is. */
  retire(page: number): void {
    this.record(undoRetired, page, this.version & versionBits)
  }

  wordsOf(page: number): Int32Array {
    return this.words[page >>> this.slabShift]!
  }

  /** Where the page's words start within its slab. */
  offset(page: number): number {
    return (page & this.slabMask) << pageShift
  }

  read(page: number, word: number): number {
    return this.words[page >>> this.slabShift]![((page & this.slabMask) << pageShift) + word]!
  }

  /** Changes one word of a writable page, so that `unroll` can take it back. */
  write(page: number, word: number, value: number): void {
    const words = this.words[page >>> this.slabShift]!
    const at = ((page & this.slabMask) << pageShift) + word
    if (this.born[page] !== this.version) this.record(page, word, words[at]!)
    words[at] = value
  }

  /** Lets words of a writable page, from one to before another, be changed directly: `unroll` puts back what they are. */
  keep(page: number, from: number, to: number): void {
    if (this.born[page] === this.version) return
    const words = this.words[page >>> this.slabShift]!
    const start = (page & this.slabMask) << pageShift
    for (let word = from; word < to; word++) this.record(page, word, words[start + word]!)
  }

  /** One more than the highest page number so far. */
  get pagesEnd(): number {
    return this.pageCount
  }

  /** Pages in use, those kept for pins and undo included. */
  get pagesUsed(): number {
    return this.pageCount - this.freeCount
  }

  get bytesUsed(): number {
    return this.pagesUsed * pageBytes
  }

  /** Makes room for `count` pages at the start of an empty heap (page 1 and up), to be filled from a checkpoint. */
  reserve(count: number): void {
    assert(this.pageCount === 1, 'only an empty heap can be filled from a checkpoint')
    while (this.words.length << this.slabShift < count + 1) this.addSlab()
    this.pageCount = count + 1
    this.growBorn(this.pageCount)
    this.born.fill(0, 1, this.pageCount)
  }

  private take(): number {
    if (this.freeCount === 0 && this.pageCount > this.pagesMax) this.findRoom()
    const page = this.freeCount > 0 ? this.free[--this.freeCount]! : this.extend()
    this.born[page] = this.version
    this.record(undoAllocated, page, 0)
    return page
  }

  private findRoom(): void {
    while (this.freeCount === 0)
      if (!this.makeRoom())
        throw new DatabaseError(
          'LIMIT_EXCEEDED',
          `the database needs more than its ${this.pagesMax * pageBytes} bytes of memory; delete data, or raise memoryMaxBytes`,
          { bytesMax: this.pagesMax * pageBytes },
        )
  }

  private extend(): number {
    const page = this.pageCount++
    if (page >>> this.slabShift >= this.words.length) this.addSlab()
    if (page >= this.born.length) this.growBorn(page + 1)
    return page
  }

  private growBorn(count: number): void {
    if (count <= this.born.length) return
    const larger = new Float64Array(Math.max(count, this.born.length * 2))
    larger.set(this.born)
    this.born = larger
  }

  private addSlab(): void {
    const buffer = new SharedArrayBuffer(pageBytes * 2 ** this.slabShift)
    this.words.push(new Int32Array(buffer))
    this.floats.push(new Float64Array(buffer))
    this.singles.push(new Float32Array(buffer))
    this.bytes.push(new Uint8Array(buffer))
  }

  private putFree(page: number): void {
    if (this.freeCount === this.free.length) {
      const larger = new Int32Array(this.free.length * 2)
      larger.set(this.free)
      this.free = larger
    }
    this.free[this.freeCount++] = page
  }

  // ---- pins -----------------------------------------------------------------------------------------------------

  /** Keeps the last committed version readable until `unpin`. Gives that version. */
  pin(): number {
    return this.pinAgain(this.committed)
  }

  /** One more hold on a version that is the last committed one, or pinned already. */
  pinAgain(version: number): number {
    this.pins.set(version, (this.pins.get(version) ?? 0) + 1)
    this.settleFrozen()
    return version
  }

  unpin(version: number): void {
    const count = this.pins.get(version)
    assert(count !== undefined, `version ${version} is not pinned`)
    if (count > 1) {
      this.pins.set(version, count - 1)
      return
    }
    this.pins.delete(version)
    this.settleFrozen()
    this.freeRetired()
  }

  get pinned(): boolean {
    return this.pins.size > 0
  }

  /** The newest pinned version, -1 without pins. */
  get newestPin(): number {
    let newest = -1
    for (const pin of this.pins.keys()) if (pin > newest) newest = pin
    return newest
  }

  /** Whether a version in [from, before) is pinned. */
  isPinnedWithin(from: number, before: number): boolean {
    for (const pin of this.pins.keys()) if (pin >= from && pin < before) return true
    return false
  }

  private settleFrozen(): void {
    this.frozen = this.copyUpTo
    if (this.pins.size === 0) return
    for (const pin of this.pins.keys()) if (pin > this.frozen) this.frozen = pin
  }

  private freeRetired(): void {
    const kept = this.retired.filter(({ page, at }) => {
      if (this.isPinnedWithin(this.born[page]!, at)) return true
      this.putFree(page)
      return false
    })
    this.retired = kept
  }

  // ---- undo -----------------------------------------------------------------------------------------------------

  /** A place that `unroll` can go back to. What is written after it counts as a version of its own. */
  savepoint(): UndoMark {
    this.version++
    return this.undoBase + this.undoLength
  }

  /** Has `hook` called when this point is unrolled: for state outside of pages. */
  onUndo(hook: () => void): void {
    this.hooks.push(hook)
    this.record(undoHook, 0, 0)
  }

  /** From now until the transaction ends, committed pages are copied rather than changed in place. */
  copyCommitted(): void {
    this.copyUpTo = this.committed
    this.settleFrozen()
  }

  /** Changes with each savepoint, commit and unroll: one undo hook is enough for what happens within one. */
  get undoSpan(): number {
    return this.version
  }

  /** Nothing written in this version or before can be taken back any more. */
  get releasedVersion(): number {
    return this.released
  }

  get committedVersion(): number {
    return this.committed
  }

  /** Ends the running transaction: what it wrote can be pinned. Gives what `release` takes once the commit is safe. */
  commit(): CommitPoint {
    this.committed = this.version++
    this.committedMark = this.undoBase + this.undoLength
    this.copyUpTo = -1
    this.settleFrozen()
    return { mark: this.committedMark, version: this.committed }
  }

  /** Takes back everything after the mark, newest first. Page tables must be read anew afterwards. */
  unroll(mark: UndoMark): void {
    const undo = this.undo
    const down = mark - this.undoBase
    assert(down >= 0, 'what was released cannot be taken back')
    for (let i = this.undoLength - 3; i >= down; i -= 3) {
      const kind = undo[i]!
      if (kind >= 0) this.wordsOf(kind)[this.offset(kind) + undo[i + 1]!] = undo[i + 2]!
      else if (kind === undoAllocated) this.putFree(undo[i + 1]!)
      else if (kind === undoHook) this.hooks.pop()!()
    }
    this.undoLength = down
    // What is written from here on must not look as if the undone part had made it.
    this.version++
  }

  /** Takes back everything after the mark and ends the running transaction. Commits that are not safe may be among it. */
  rollback(mark: UndoMark): void {
    this.unroll(mark)
    if (mark < this.committedMark) {
      // A number means one state for ever: who pinned a commit that is gone must not share it with those who come now.
      this.committed = this.version++
      this.committedMark = mark
    }
    this.copyUpTo = -1
    this.settleFrozen()
  }

  /** Forgets how to take back a commit and those before it, and frees what only undo still reached. */
  release({ mark, version }: CommitPoint): void {
    this.released = version
    const end = mark - this.undoBase
    if (end <= 0) return
    const { undo } = this
    let hooks = 0
    for (let i = 0; i < end; i += 3)
      if (undo[i] === undoRetired) this.dispose(undo[i + 1]!, undo[i + 2]!)
      else if (undo[i] === undoHook) hooks++
    if (hooks > 0) this.hooks.splice(0, hooks)
    if (end < this.undoLength) undo.copyWithin(0, end, this.undoLength)
    this.undoBase = mark
    this.undoLength -= end
    // A large transaction's list is given back to the collector, unless the next one is as large.
    if (this.undoLength === 0 && undo.length > undoWordsKept && end * 4 < undo.length)
      this.undo = new Int32Array(undoWordsKept)
  }

  private dispose(page: number, versionLow: number): void {
    const at = this.version - ((this.version - versionLow) & versionBits)
    if (this.pins.size > 0 && this.isPinnedWithin(this.born[page]!, at)) this.retired.push({ page, at })
    else this.putFree(page)
  }

  private record(kind: number, where: number, what: number): void {
    if (this.undoLength === this.undo.length) this.growUndo()
    const { undo, undoLength: i } = this
    undo[i] = kind
    undo[i + 1] = where
    undo[i + 2] = what
    this.undoLength = i + 3
  }

  private growUndo(): void {
    const larger = new Int32Array(this.undo.length * 2)
    larger.set(this.undo)
    this.undo = larger
    if (this.undoLength < 3 * this.undoEntriesMax) return
    this.copyUpTo = this.version - 1
    this.settleFrozen()
  }
}
