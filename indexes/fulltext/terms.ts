/**
 * The dictionary of terms: a number for each that some document holds, in order, and back.
 *
 *   record of a term  | ref of its bytes | their number | documents counted twice | next free number |      (from 1)
 *   tree              term, with 0 as 0 255 | 0 | number, u32 big-endian
 *
 * Bytes are UTF-8, whose order is that of code points. The 0 behind a term makes one that goes on as another come after it.
 * A term of more than `termBytesMax` bytes, which is no word, is kept as its beginning and a hash of the whole, so that
 * it is still found as a whole. Nothing here remembers terms: who reads many texts knows numbers by word (`TermNumbers`).
 */
import { createHash } from 'node:crypto'
import type { ByteStore } from '../../src/pages/block-heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import { type PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import { ByteTree, entryBytesMax, TreeCursor } from '../ordered/byte-tree.js'

const field = { ref: 0, length: 1, repeats: 2, next: 3 } as const
export const termWordsShift = 2
/** Words of `counts`: numbers ever given out, the first free one. */
const word = { given: 0, free: 1 } as const
/** Each 0 may take two bytes, and six stand behind a term. */
const termBytesMax = Math.floor((entryBytesMax - 6) / 2)
/** So many are told one by one. */
const goneMax = 1 << 15
/** Longer terms are not read a character at a time. */
const plainMax = 100

export class Terms {
  private readonly tree: ByteTree
  private readonly cursor: TreeCursor
  private readonly key = new Uint8Array(entryBytesMax)
  /** Whether the key is the text as it is kept. */
  private isKeyText = false
  private spaceEpoch: number
  private readonly gone: number[] = []
  /** Numbers that were given out in a span of the heap, of which an undo takes back all or none. */
  private given: number[] = []
  private givenSpan = -1
  private readonly openedIn: number
  /** Whether what was there at first can still be taken back. */
  private isYoung = true
  private numbersChanged = 0

  constructor(
    private readonly space: PageSpace,
    tables: { tree: number; treeMeta: number },
    private readonly records: PagedRecords,
    private readonly counts: PagedWords,
    private readonly bytes: ByteStore,
  ) {
    this.tree = new ByteTree(space.table(tables.tree), new PagedWords(space.table(tables.treeMeta)))
    this.cursor = new TreeCursor(this.tree, false)
    this.spaceEpoch = space.epoch
    this.openedIn = space.heap.undoSpan
  }

  get size(): number {
    return this.tree.size
  }

  /** Numbers that were taken from their terms, oldest first, since `numbersEpoch` changed. Others may have them by now. */
  get numbersGone(): readonly number[] {
    return this.gone
  }

  /** Changes when any number may stand for another term. */
  get numbersEpoch(): number {
    if (this.spaceEpoch !== this.space.epoch) this.noteUndo()
    this.isYoung &&= this.space.heap.releasedVersion < this.openedIn
    return this.numbersChanged
  }

  /** How often a document holds the term in one more field than the first: so often its lists count it again. */
  repeats(term: number): number {
    return this.records.get(term, field.repeats)
  }

  countRepeats(term: number, by: number): void {
    this.records.set(term, field.repeats, this.repeats(term) + by)
  }

  /** The number of a term, 0 when no document holds it. */
  find(text: string): number {
    return this.findKey(this.writeKey(text))
  }

  private findKey(length: number): number {
    const { cursor, key } = this
    key[length] = 0
    cursor.seek(key, length + 1)
    if (cursor.length !== length + endBytes) return 0
    for (let i = 0; i <= length; i++) if (cursor.source[cursor.start + i] !== key[i]) return 0
    return numberAt(cursor)
  }

  /** The number of a term, which gets one if it has none; then a document with it must follow. */
  give(text: string): number {
    const { tree, key, records } = this
    const length = this.writeKey(text)
    key[length] = 0
    const found = tree.mayBegin(key, length + 1) ? this.findKey(length) : 0
    if (found !== 0) return found
    const kept = this.isKeyText ? key.subarray(0, length) : keptBytes(text)
    const term = this.takeNumber()
    records.set(term, field.ref, kept.length === 0 ? 0 : this.bytes.put(kept))
    records.set(term, field.length, kept.length)
    records.set(term, field.repeats, 0)
    tree.add(key, this.writeNumber(length, term), 0)
    this.noteGiven(term)
    return term
  }

  /** Removes a term that no document holds any more. */
  remove(term: number): void {
    this.loseNumber(term)
    this.tree.remove(this.key, this.writeNumber(this.writeKey(this.text(term)), term))
    const length = this.records.get(term, field.length)
    if (length > 0) this.bytes.free(this.records.get(term, field.ref), length)
    this.records.set(term, field.next, this.counts.get(word.free))
    this.counts.set(word.free, term)
  }

  text(term: number): string {
    const length = this.records.get(term, field.length)
    if (length === 0) return ''
    const ref = this.records.get(term, field.ref)
    const { blocks } = this.bytes
    const page = blocks.pageOf(ref)
    const start = blocks.offset(page, ref) * 4
    return Buffer.from(blocks.heap.bytes[page >>> blocks.heap.slabShift]!.buffer, start, length).toString()
  }

  /** Terms in order, from the first that is `from` or comes after it. */
  *from(from: string): Generator<{ text: string; term: number }> {
    const cursor = new TreeCursor(this.tree, false)
    cursor.seek(this.key, this.writeKey(from))
    for (; cursor.length >= 0; cursor.next()) {
      const term = numberAt(cursor)
      yield { text: this.textAt(cursor), term }
    }
  }

  /** The first term that is `text` or comes after it. */
  ceiling(text: string): string | undefined {
    this.cursor.seek(this.key, this.writeKey(text))
    return this.cursor.length < 0 ? undefined : this.textAt(this.cursor)
  }

  /** Of the tree's own bytes where these are plain, as of most words: that spares the way to the term's record. */
  private textAt(cursor: TreeCursor): string {
    const { source, start } = cursor
    const length = cursor.length - endBytes
    let plain = 0
    while (plain < length && source[start + plain]! > 0 && source[start + plain]! < 128) plain++
    if (plain < length || length > plainMax) return this.text(numberAt(cursor))
    return String.fromCharCode.apply(undefined, source.subarray(start, start + length) as unknown as number[])
  }

  /** After an undo what was there at first may be gone as well, unless that was safe by then. */
  private noteUndo(): void {
    if (this.isYoung) this.forget()
    this.spaceEpoch = this.space.epoch
  }

  private noteGiven(term: number): void {
    const { heap } = this.space
    if (heap.undoSpan !== this.givenSpan) {
      const given: number[] = []
      this.given = given
      this.givenSpan = heap.undoSpan
      heap.onUndo(() => this.forgetUndone(given))
    }
    this.given.push(term)
  }

  /** Numbers that were taken back may be nobody's now, or another term's. */
  forgetUndone(given: readonly number[]): void {
    for (const term of given) this.loseNumber(term)
  }

  private loseNumber(term: number): void {
    if (this.gone.push(term) > goneMax) this.forget()
  }

  /** When all pages were given up, or more numbers are gone than can be told: any may mean another term. */
  forget(): void {
    this.numbersChanged++
    this.gone.length = 0
    this.spaceEpoch = this.space.epoch
  }

  private takeNumber(): number {
    const free = this.counts.get(word.free)
    if (free === 0) return this.counts.add(word.given, 1)
    this.counts.set(word.free, this.records.get(free, field.next))
    return free
  }

  /** Writes the bytes of a term to `key`, without what ends it; gives how many. */
  private writeKey(text: string): number {
    const { key } = this
    const { length } = text
    this.isKeyText = false
    if (length > plainMax) return this.escape(keptBytes(text))
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0 || unit > 127) return this.escape(keptBytes(text))
      key[i] = unit
    }
    this.isKeyText = true
    return length
  }

  /** Ends a term with its number. */
  private writeNumber(length: number, term: number): number {
    const { key } = this
    key[length++] = 0
    for (let shift = 24; shift >= 0; shift -= 8) key[length++] = (term >>> shift) & 255
    return length
  }

  private escape(kept: Uint8Array): number {
    const { key } = this
    let length = 0
    for (let i = 0; i < kept.length; i++) {
      key[length++] = kept[i]!
      if (kept[i] === 0) key[length++] = 255
    }
    return length
  }
}

const numberBytes = 4
/** What stands behind a term: a zero and its number. */
const endBytes = 1 + numberBytes

function numberAt({ source, start, length }: TreeCursor): number {
  const at = start + length - numberBytes
  return (source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!
}

function keptBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  if (bytes.length <= termBytesMax) return bytes
  const hash = createHash('sha256').update(bytes).digest('hex')
  // Of characters, not bytes, so that what is kept is text: a hundred take at most 400 bytes.
  return Buffer.from([...text.slice(0, 200)].slice(0, 100).join('') + hash)
}
