/**
 * The dictionary of terms: a number for each that some document holds, in order, and back.
 *
 *   record of a term  | ref of its bytes | their number | documents that hold it | next free number |      (from 1)
 *   tree              term, with 0 as 0 255 | 0 | number, u32 big-endian
 *
 * Bytes are UTF-8, whose order is that of code points. The 0 behind a term makes one that goes on as another come after it.
 * A term of more than `termBytesMax` bytes, which is no word, is kept as its beginning and a hash of the whole, so that
 * it is still found as a whole. Numbers met lately are kept by term, as most words of a text are common ones.
 */
import { createHash } from 'node:crypto'
import type { ByteStore } from '../../src/pages/block-heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import { type PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import { ByteTree, entryBytesMax, TreeCursor } from '../ordered/byte-tree.js'

const field = { ref: 0, length: 1, documents: 2, next: 3 } as const
export const termWordsShift = 2
/** Words of `counts`: numbers ever given out, the first free one. */
const word = { given: 0, free: 1 } as const
/** Each 0 may take two bytes, and six stand behind a term. */
const termBytesMax = Math.floor((entryBytesMax - 6) / 2)
const recentMax = 131_072

export class Terms {
  private readonly tree: ByteTree
  private readonly cursor: TreeCursor
  private readonly key = new Uint8Array(entryBytesMax)
  private recent = new Map<string, number>()
  private recentEpoch: number

  constructor(
    private readonly space: PageSpace,
    tables: { tree: number; treeMeta: number },
    private readonly records: PagedRecords,
    private readonly counts: PagedWords,
    private readonly bytes: ByteStore,
  ) {
    this.tree = new ByteTree(space.table(tables.tree), new PagedWords(space.table(tables.treeMeta)))
    this.cursor = new TreeCursor(this.tree, false)
    this.recentEpoch = space.epoch
  }

  get size(): number {
    return this.tree.size
  }

  /** How many documents hold the term, in whatever field. */
  documents(term: number): number {
    return this.records.get(term, field.documents)
  }

  /** The number of a term, 0 when no document holds it. */
  find(text: string): number {
    if (this.recentEpoch !== this.space.epoch) this.forget()
    const known = this.recent.get(text)
    if (known !== undefined) return known
    const term = this.look(text)
    if (term !== 0) this.remember(text, term)
    return term
  }

  /** The number of a term, which gets one if it has none; then `hold` must follow. */
  give(text: string): number {
    const found = this.find(text)
    if (found !== 0) return found
    const kept = keptBytes(text)
    const term = this.takeNumber()
    this.records.set(term, field.ref, kept.length === 0 ? 0 : this.bytes.put(kept))
    this.records.set(term, field.length, kept.length)
    this.records.set(term, field.documents, 0)
    this.tree.add(this.key, this.writeKey(kept, term), 0)
    this.remember(text, term)
    return term
  }

  /** One more document holds the term. */
  hold(term: number): void {
    this.records.set(term, field.documents, this.documents(term) + 1)
  }

  /** One document less holds the term, which goes with the last. */
  release(term: number): void {
    const documents = this.documents(term) - 1
    this.records.set(term, field.documents, documents)
    if (documents > 0) return
    const kept = this.bytesOf(term)
    this.recent.delete(textOf(kept))
    this.tree.remove(this.key, this.writeKey(kept, term))
    if (kept.length > 0) this.bytes.free(this.records.get(term, field.ref), kept.length)
    this.records.set(term, field.next, this.counts.get(word.free))
    this.counts.set(word.free, term)
  }

  text(term: number): string {
    return textOf(this.bytesOf(term))
  }

  /** Terms in order, from the first that is `from` or comes after it. */
  *from(from: string): Generator<{ text: string; term: number }> {
    const cursor = new TreeCursor(this.tree, false)
    cursor.seek(this.key, this.escape(keptBytes(from)))
    for (; cursor.length >= 0; cursor.next()) {
      const term = numberAt(cursor)
      yield { text: this.text(term), term }
    }
  }

  /** The first term that is `text` or comes after it. */
  ceiling(text: string): string | undefined {
    this.cursor.seek(this.key, this.escape(Buffer.from(text)))
    return this.cursor.length < 0 ? undefined : this.text(numberAt(this.cursor))
  }

  private look(text: string): number {
    const length = this.escape(keptBytes(text))
    this.key[length] = 0
    const { cursor, key } = this
    cursor.seek(key, length + 1)
    if (cursor.length !== length + 1 + numberBytes) return 0
    for (let i = 0; i <= length; i++) if (cursor.source[cursor.start + i] !== key[i]) return 0
    return numberAt(cursor)
  }

  private bytesOf(term: number): Uint8Array {
    const length = this.records.get(term, field.length)
    return length === 0 ? noBytes : this.bytes.get(this.records.get(term, field.ref), length)
  }

  /** Only by the text that `release` will forget: one that is cut, or that has no UTF-8, is looked for each time. */
  private remember(text: string, term: number): void {
    if (text !== this.text(term)) return
    if (this.recent.size === recentMax) this.recent.clear()
    this.recent.set(text, term)
  }

  /** After an undo a number may mean another term. */
  private forget(): void {
    this.recent.clear()
    this.recentEpoch = this.space.epoch
  }

  private takeNumber(): number {
    const free = this.counts.get(word.free)
    if (free === 0) return this.counts.add(word.given, 1)
    this.counts.set(word.free, this.records.get(free, field.next))
    return free
  }

  private writeKey(kept: Uint8Array, term: number): number {
    let length = this.escape(kept)
    const { key } = this
    key[length++] = 0
    for (let shift = 24; shift >= 0; shift -= 8) key[length++] = (term >>> shift) & 255
    return length
  }

  private escape(kept: Uint8Array): number {
    const { key } = this
    let length = 0
    for (let i = 0; i < kept.length && length < key.length - 2; i++) {
      key[length++] = kept[i]!
      if (kept[i] === 0) key[length++] = 255
    }
    return length
  }
}

const numberBytes = 4
const noBytes = new Uint8Array(0)

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

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}
