/**
 * The blocks of trees: a head and entries of two or three words. What the entries mean is `tree.ts`'s.
 *
 *   word 0   entries << 3 | form              | 5 << 3 | members | name, tag | payload | name, tag | payload | ...
 *   word 1   of sorted members alone: the sequence of the next member, kept true in the root
 *
 *   form       head  entry                               most
 *   list          1  tag | payload                        127   elements
 *   floats        1  low | high word of a FLOAT           127   elements, all of them FLOAT
 *   members       1  name << 4 | tag | payload            127   members of a small map, in their order
 *   sorted        2  name << 4 | tag | payload | sequence  84   members of a large map, by name
 *   lists         1  ref | elements below | 0              85   blocks of a long list
 *   sorteds       2  ref | members below | first name      84   blocks of a large map
 *
 * A block takes 1 KiB at most, and no more than its entries need: its length follows from their number, so that nobody
 * stores it, and it moves when its size class changes.
 */
import { type BlockHeap, classUnits, ownWordsMin, unitBytes } from '../../pages/block-heap.js'

export const forms = { list: 0, floats: 1, members: 2, sorted: 3, lists: 4, sorteds: 5 } as const
export type Form = (typeof forms)[keyof typeof forms]

const formBits = 3
const formMask = (1 << formBits) - 1
const blockWordsMax = 256

const heads: readonly number[] = [1, 1, 1, 2, 1, 2]
const widths: readonly number[] = [2, 2, 2, 3, 3, 3]
const mosts = heads.map((head, form) => Math.floor((blockWordsMax - head) / widths[form]!))

export const nameShift = 4
export const tagMask = (1 << nameShift) - 1

/** Words of an entry. */
export function widthOf(form: Form): number {
  return widths[form]!
}

/** Entries of a full block. */
export function mostOf(form: Form): number {
  return mosts[form]!
}

/** A block with what a block above it says of it. */
export interface Part {
  readonly ref: number
  /** Elements or members below it. */
  readonly count: number
  /** Of sorted members: the name that comes first. */
  readonly first: number
}

/** Replaces entries from `place` on: so many go, and `added` come, an entry after the other. */
export interface Edit {
  readonly place: number
  readonly removed: number
  readonly added: Int32Array
}

const noWords = new Int32Array(0)

export class TreeBlocks {
  /** The block that was opened last: entry i starts at `words[at + i * width]`. */
  words: Int32Array = noWords
  at = 0
  form: Form = forms.list
  entries = 0

  constructor(readonly blocks: BlockHeap) {}

  /** Points at a block, for reading many words of it. It holds until the next write or `open`. */
  open(ref: number): void {
    const { blocks } = this
    const page = blocks.pageOf(ref)
    this.words = blocks.heap.wordsOf(page)
    const start = blocks.offset(page, ref)
    const head = this.words[start]!
    this.form = (head & formMask) as Form
    this.entries = head >>> formBits
    this.at = start + heads[this.form]!
  }

  /** Of the block that was opened last. */
  get blockBytes(): number {
    return classUnits(heads[this.form]! + this.entries * widths[this.form]!) * unitBytes
  }

  formOf(ref: number): Form {
    return (this.word(ref, 0) & formMask) as Form
  }

  entriesOf(ref: number): number {
    return this.word(ref, 0) >>> formBits
  }

  isInner(ref: number): boolean {
    return this.formOf(ref) >= forms.lists
  }

  /** A word of an entry. */
  entry(ref: number, form: Form, place: number, word: number): number {
    return this.word(ref, heads[form]! + place * widths[form]! + word)
  }

  /** The words of entries from `place` on, copied. */
  copy(ref: number, place: number, count: number): Int32Array {
    const { blocks } = this
    const form = this.formOf(ref)
    const page = blocks.pageOf(ref)
    const start = blocks.offset(page, ref) + heads[form]! + place * widths[form]!
    return blocks.heap.wordsOf(page).slice(start, start + count * widths[form]!)
  }

  sequenceOf(ref: number): number {
    return this.word(ref, 1) >>> 0
  }

  setSequence(ref: number, sequence: number): void {
    if (this.sequenceOf(ref) !== sequence) this.blocks.write(ref, 1, sequence)
  }

  /** Writes one word of an entry where it stands. */
  setEntry(ref: number, form: Form, place: number, word: number, value: number): void {
    this.blocks.write(ref, heads[form]! + place * widths[form]! + word, value)
  }

  /** A new block of these entries, which must fit in one. */
  make(form: Form, entries: Int32Array): Part {
    const head = heads[form]!
    const count = entries.length / widths[form]!
    const ref = this.blocks.allocate(head + entries.length)
    if (head === 2) this.blocks.write(ref, 1, 0)
    this.put(ref, form, count, 0, entries)
    return this.partOf(ref)
  }

  /** Blocks of any number of entries, all full but the last two, which share what is left. */
  makeMany(form: Form, entries: Int32Array): Part[] {
    const width = widths[form]!
    const most = mosts[form]!
    const count = entries.length / width
    const parts: Part[] = []
    for (let from = 0; from < count; ) {
      const left = count - from
      const taken = left <= most ? left : left < 2 * most ? left >>> 1 : most
      parts.push(this.make(form, entries.subarray(from * width, (from + taken) * width)))
      from += taken
    }
    return parts
  }

  /** Gives back the block alone, not what its entries hold. */
  free(ref: number): void {
    const form = this.formOf(ref)
    this.blocks.free(ref, heads[form]! + this.entriesOf(ref) * widths[form]!)
  }

  /** Changes the entries of a block; gives the blocks that take its place, none when nothing is left. */
  edit(ref: number, { place, removed, added }: Edit): readonly Part[] {
    const form = this.formOf(ref)
    const width = widths[form]!
    const before = this.entriesOf(ref)
    const count = before - removed + added.length / width
    if (count === 0) {
      this.free(ref)
      return []
    }
    if (count === before) {
      this.put(ref, form, count, place, added)
      return [this.partOf(ref)]
    }
    const tail = this.copy(ref, place + removed, before - place - removed)
    if (count <= mosts[form]! && this.sameClass(form, before, count)) {
      this.put(ref, form, count, place, joined(added, tail))
      return [this.partOf(ref)]
    }
    const all = joined(this.copy(ref, 0, place), joined(added, tail))
    this.free(ref)
    return place === before ? this.makeAppended(form, all) : this.makeMany(form, all)
  }

  /** What comes at the end fills blocks whole, as more will come there. */
  private makeAppended(form: Form, entries: Int32Array): Part[] {
    const words = mosts[form]! * widths[form]!
    const parts: Part[] = []
    for (let from = 0; from < entries.length; from += words)
      parts.push(this.make(form, entries.subarray(from, from + words)))
    return parts
  }

  partOf(ref: number): Part {
    this.open(ref)
    const { words, at, form, entries } = this
    if (form < forms.lists) return { ref, count: entries, first: form === forms.sorted ? words[at]! >>> nameShift : 0 }
    let count = 0
    for (let i = 0; i < entries; i++) count += words[at + 3 * i + 1]!
    return { ref, count, first: words[at + 2]! }
  }

  private word(ref: number, word: number): number {
    const { blocks } = this
    const page = blocks.pageOf(ref)
    return blocks.heap.wordsOf(page)[blocks.offset(page, ref) + word]!
  }

  /** Writes the head, and entries from `place` on. */
  private put(ref: number, form: Form, count: number, place: number, entries: Int32Array): void {
    const { blocks } = this
    const from = heads[form]! + place * widths[form]!
    const head = (count << formBits) | form
    if (entries.length > ownWordsMin) {
      const page = blocks.own(ref)
      const start = blocks.offset(page, ref)
      const words = blocks.heap.wordsOf(page)
      words[start] = head
      words.set(entries, start + from)
      return
    }
    blocks.write(ref, 0, head)
    for (let i = 0; i < entries.length; i++) blocks.write(ref, from + i, entries[i]!)
  }

  private sameClass(form: Form, before: number, after: number): boolean {
    const [head, width] = [heads[form]!, widths[form]!]
    return classUnits(head + before * width) === classUnits(head + after * width)
  }
}

function joined(left: Int32Array, right: Int32Array): Int32Array {
  if (left.length === 0) return right
  if (right.length === 0) return left
  const all = new Int32Array(left.length + right.length)
  all.set(left)
  all.set(right, left.length)
  return all
}
