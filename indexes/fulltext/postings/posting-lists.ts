/**
 * Postings: for each list (the documents of one term in one field), ids ascending, with frequency and positions.
 *
 *   record of a list  | root | height | documents | last block |
 *
 * A list of one block has height 0 and that block for its root; most have. Above that, a tree of directories leads to the
 * blocks, each a block of the same heap of up to a page:
 *
 *   directory  | count, units << 16 | first id, ref, bound | first id, ref, bound | ...        up to 341
 *
 * A first id is a limit: what lies below the entry is at or above it, and below the next one's; that of the first entry
 * counts as 0. So removals leave first ids alone. A bound tells what the postings of a block score at most
 * (`score-bounds.ts`), so that a search passes blocks by that can have none of the best. It is worked out when a block is
 * written anew; the last block, to which postings are appended, has none, and neither have directories. A directory splits at the end where it is appended to (it stays full then),
 * else in half. What has become empty goes; what has become small is not joined.
 *
 * Ids are below 2^31.
 */
import { type BlockHeap, classUnits, unitWords } from '../../../src/pages/block-heap.js'
import { pageWords } from '../../../src/pages/heap.js'
import type { PagedRecords } from '../../../src/pages/paged-words.js'
import type { Lengths } from '../lengths.js'
import { BlockContents, type PostingBlocks } from './posting-blocks.js'
import type { PostingRun } from './posting-run.js'
import { boundOf, staysWithout, unbounded, widened } from './score-bounds.js'

const field = { root: 0, height: 1, documents: 2, last: 3 } as const
/** Words of a list's record, as a power of two. */
export const listWordsShift = 2
/** Words of a directory. */
export const firstEntry = 1
export const entryWords = 3
export const entry = { first: 0, ref: 1, bound: 2 } as const
const entriesMax = Math.floor((pageWords - firstEntry) / entryWords)
/** Beyond all ids. */
export const idEnd = 0x7fffffff

export class PostingLists {
  /** The way to a block: the directory at each height from 1 on, and the entry in it. */
  private readonly pathRefs: number[] = []
  private readonly pathAt: number[] = []
  private readonly contents = new BlockContents()

  /** `lengthsOf` a list: those of the field that it is of, which are there when a document is added. */
  constructor(
    private readonly records: PagedRecords,
    readonly blocks: PostingBlocks,
    private readonly lengthsOf: (list: number) => Lengths,
  ) {}

  private get heap(): BlockHeap {
    return this.blocks.blocks
  }

  /** How many documents are in the list. */
  documents(list: number): number {
    return this.records.get(list, field.documents)
  }

  root(list: number): number {
    return this.records.get(list, field.root)
  }

  height(list: number): number {
    return this.records.get(list, field.height)
  }

  /** The last block of a list that is not empty. */
  last(list: number): number {
    return this.records.get(list, field.last)
  }

  /** The highest id in a list that is not empty. */
  lastId(list: number): number {
    return this.blocks.lastId(this.records.get(list, field.last))
  }

  /** Adds postings of documents that are not in the list, each settled by `PostingBlocks.settle`. */
  add(list: number, run: PostingRun): void {
    const { records, blocks } = this
    const documents = records.get(list, field.documents)
    records.set(list, field.documents, documents + run.count)
    let at = documents === 0 ? this.begin(list, run) : 0
    while (at < run.count) {
      const last = records.get(list, field.last)
      at = run.ids[at]! > blocks.lastId(last) ? this.append(list, { last, run, at }) : this.insert(list, run, at)
    }
  }

  /** Each of the following gives the first posting of the run that is still to be added. */
  private begin(list: number, run: PostingRun): number {
    const { records } = this
    const { ref, end } = this.blocks.create(run, 0)
    records.set(list, field.root, ref)
    records.set(list, field.height, 0)
    records.set(list, field.last, ref)
    return end
  }

  private append(list: number, { last, run, at }: { last: number; run: PostingRun; at: number }): number {
    const { records, blocks } = this
    const { ref, end } = blocks.append(last, run, at)
    if (ref !== last) {
      this.find(list, idEnd)
      this.replace(list, 1, ref)
      records.set(list, field.last, ref)
    }
    return end === at ? this.appendBlock(list, { last, run, at }) : end
  }

  /** Behind the last block, which is full. */
  private appendBlock(list: number, { last, run, at }: { last: number; run: PostingRun; at: number }): number {
    const { records, blocks } = this
    this.find(list, idEnd)
    const trimmed = blocks.trim(last)
    if (trimmed !== last) this.replace(list, 1, trimmed)
    this.bind(list, trimmed)
    const { ref, end } = blocks.create(run, at)
    this.insertBehind(list, 1, { first: run.ids[at]!, ref, bound: unbounded })
    records.set(list, field.last, ref)
    return end
  }

  private insert(list: number, run: PostingRun, at: number): number {
    const { records, blocks } = this
    const id = run.ids[at]!
    const before = this.find(list, id)
    const isLast = before === records.get(list, field.last)
    if (blocks.splice(before, id, run, at).kind === 'changed') {
      if (!isLast) this.setBound(list, (bound) => widened(bound, run.frequencies[at]!, this.lengthsOf(list).of(id)))
      return at + 1
    }
    const { ref, split, splitFirst } = blocks.insert(before, run, at)
    if (ref !== before) this.replace(list, 1, ref)
    if (split !== 0 || !isLast) this.bind(list, ref)
    if (split !== 0) {
      const bound = isLast ? unbounded : this.boundOf(list, split)
      this.insertBehind(list, 1, { first: splitFirst, ref: split, bound })
    }
    if (isLast) records.set(list, field.last, split === 0 ? ref : split)
    return at + 1
  }

  /** Takes a document out, which is in the list. Its length is still the one that it was added with. */
  remove(list: number, id: number): void {
    const { records, blocks } = this
    const before = this.find(list, id)
    const wasLast = before === records.get(list, field.last)
    records.set(list, field.documents, records.get(list, field.documents) - 1)
    const { kind, frequency } = blocks.splice(before, id)
    if (kind === 'changed') {
      if (!wasLast && !this.staysWithout(list, frequency, id)) this.bind(list, before)
      return
    }
    const after = blocks.remove(before, id)
    if (after === 0) {
      this.removeEntry(list, 1)
      if (wasLast) this.findLast(list)
      return
    }
    if (after !== before) this.replace(list, 1, after)
    if (wasLast) records.set(list, field.last, after)
    else this.bind(list, after)
  }

  /** Gives a document that is in the list another posting, the only one of a run. `isSameLength` as bounds see its length. */
  change(list: number, run: PostingRun, { isSameLength }: { isSameLength: boolean }): void {
    const id = run.ids[0]!
    const block = this.find(list, id)
    const { kind, frequency } = this.blocks.splice(block, id, run)
    if (isSameLength && (kind === 'same' || (kind === 'changed' && frequency === run.frequencies[0]))) return
    if (kind === 'refused') {
      this.remove(list, id)
      this.add(list, run)
    }
    const now = this.find(list, id)
    if (now !== this.records.get(list, field.last)) this.bind(list, now)
  }

  private staysWithout(list: number, frequency: number, id: number): boolean {
    if (this.height(list) === 0) return true
    const at = firstEntry + this.pathAt[1]! * entryWords + entry.bound
    return staysWithout(this.wordOf(this.pathRefs[1]!, at), frequency, this.lengthsOf(list).of(id))
  }

  /** The last block is gone: the one before it, if there is one, is the last now. */
  private findLast(list: number): void {
    this.records.set(list, field.last, this.find(list, idEnd))
    if (this.height(list) > 0) this.setEntry(this.pathRefs[1]!, this.pathAt[1]!, { bound: unbounded })
  }

  /** The entries of all blocks whose bound is not that of their postings; the last one should have none. */
  *wrongBounds(list: number, directory = this.root(list), height = this.height(list)): Generator<{ first: number }> {
    if (height === 0) return
    for (const { first, ref, bound } of this.entriesOf(directory)) {
      if (height > 1) yield* this.wrongBounds(list, ref, height - 1)
      else if (bound !== (ref === this.records.get(list, field.last) ? unbounded : this.boundOf(list, ref)))
        yield { first }
    }
  }

  // ---- directories --------------------------------------------------------------------------------------------------

  /** The block where an id belongs, 0 in an empty list; leaves the way to it in the path. */
  private find(list: number, id: number): number {
    let ref = this.root(list)
    for (let height = this.height(list); height > 0; height--) {
      const at = this.entryFor(ref, id)
      this.pathRefs[height] = ref
      this.pathAt[height] = at
      ref = this.refAt(ref, at)
    }
    return ref
  }

  private boundOf(list: number, block: number): number {
    this.blocks.read(block, this.contents)
    return boundOf(this.contents, this.lengthsOf(list))
  }

  /** Changes the bound of the block that the path leads to. */
  private setBound(list: number, change: (bound: number) => number): void {
    if (this.height(list) === 0) return
    const [directory, at] = [this.pathRefs[1]!, this.pathAt[1]!]
    const bound = this.wordOf(directory, firstEntry + at * entryWords + entry.bound)
    this.setEntry(directory, at, { bound: change(bound) })
  }

  /** Works out the bound of the block that the path leads to. */
  private bind(list: number, block: number): void {
    if (this.height(list) > 0) this.setEntry(this.pathRefs[1]!, this.pathAt[1]!, { bound: this.boundOf(list, block) })
  }

  /** The entry of a directory below which an id belongs. */
  entryFor(directory: number, id: number): number {
    const { heap } = this
    const page = heap.pageOf(directory)
    const words = heap.heap.wordsOf(page)
    const start = heap.offset(page, directory)
    let low = 0
    let high = words[start]! & 0xffff
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (words[start + firstEntry + middle * entryWords]! <= id) low = middle
      else high = middle
    }
    return low
  }

  refAt(directory: number, at: number): number {
    return this.wordOf(directory, firstEntry + at * entryWords + entry.ref)
  }

  /** The first id of the entry behind one, `idEnd` at the end. */
  firstBehind(directory: number, at: number): number {
    return at + 1 < this.countOf(directory) ? this.wordOf(directory, firstEntry + (at + 1) * entryWords) : idEnd
  }

  /** What the path leads to at a height has another ref now. */
  private replace(list: number, height: number, ref: number): void {
    if (height > this.height(list)) this.records.set(list, field.root, ref)
    else this.setEntry(this.pathRefs[height]!, this.pathAt[height]!, { ref })
  }

  /** Puts an entry behind the one that the path leads to. The path does not hold any more. */
  private insertBehind(list: number, height: number, behind: Entry): void {
    if (height > this.height(list)) {
      const root = this.root(list)
      const before = { first: 0, ref: root, bound: height === 1 ? this.boundOf(list, root) : unbounded }
      this.records.set(list, field.root, this.newDirectory([before, behind]))
      this.records.set(list, field.height, height)
      return
    }
    const directory = this.pathRefs[height]!
    const at = this.pathAt[height]! + 1
    if (this.hasRoomBehind(directory, at)) {
      this.setEntry(directory, at, behind)
      this.set(directory, 0, this.wordOf(directory, 0) + 1)
      return
    }
    const entries = this.entriesOf(directory)
    entries.splice(at, 0, behind)
    if (entries.length <= entriesMax) {
      const kept = this.rewrite(directory, entries)
      if (kept !== directory) this.replace(list, height + 1, kept)
      return
    }
    const half = at === entriesMax ? entriesMax : entries.length >>> 1
    const others = entries.splice(half)
    const kept = this.rewrite(directory, entries)
    if (kept !== directory) this.replace(list, height + 1, kept)
    const ref = this.newDirectory(others)
    this.insertBehind(list, height + 1, { first: others[0]!.first, ref, bound: unbounded })
  }

  /** Whether an entry at the end of a directory needs no other to be moved. */
  private hasRoomBehind(directory: number, at: number): boolean {
    const units = this.wordOf(directory, 0) >>> 16
    return at === this.countOf(directory) && at < entriesMax && classUnits(firstEntry + (at + 1) * entryWords) <= units
  }

  private removeEntry(list: number, height: number): void {
    const { records } = this
    if (height > this.height(list)) {
      records.set(list, field.root, 0)
      records.set(list, field.height, 0)
      return
    }
    const directory = this.pathRefs[height]!
    const entries = this.entriesOf(directory)
    entries.splice(this.pathAt[height]!, 1)
    if (entries.length === 0) {
      this.freeDirectory(directory)
      this.removeEntry(list, height + 1)
    } else if (entries.length === 1 && height === this.height(list)) {
      this.freeDirectory(directory)
      records.set(list, field.root, entries[0]!.ref)
      records.set(list, field.height, height - 1)
      this.lowerRoot(list)
    } else {
      const kept = this.rewrite(directory, entries)
      if (kept !== directory) this.replace(list, height + 1, kept)
    }
  }

  /** A root of one entry is not needed. */
  private lowerRoot(list: number): void {
    const { records } = this
    for (let height = this.height(list); height > 0; height--) {
      const root = this.root(list)
      if (this.countOf(root) > 1) return
      records.set(list, field.root, this.refAt(root, 0))
      records.set(list, field.height, height - 1)
      this.freeDirectory(root)
    }
  }

  private countOf(directory: number): number {
    return this.wordOf(directory, 0) & 0xffff
  }

  private entriesOf(directory: number): Entry[] {
    return Array.from({ length: this.countOf(directory) }, (_, i) => {
      const at = firstEntry + i * entryWords
      const [first, ref, bound] = [0, 1, 2].map((word) => this.wordOf(directory, at + word))
      return { first: first!, ref: ref!, bound: bound! }
    })
  }

  private newDirectory(entries: readonly Entry[]): number {
    const units = classUnits(firstEntry + entries.length * entryWords)
    const directory = this.heap.allocate(units * unitWords)
    this.fill(directory, units, entries)
    return directory
  }

  /** Gives the directory's ref, which is another where it needs more room. */
  private rewrite(directory: number, entries: readonly Entry[]): number {
    const units = this.wordOf(directory, 0) >>> 16
    if (classUnits(firstEntry + entries.length * entryWords) <= units) {
      this.fill(directory, units, entries)
      return directory
    }
    this.freeDirectory(directory)
    return this.newDirectory(entries)
  }

  private fill(directory: number, units: number, entries: readonly Entry[]): void {
    this.set(directory, 0, entries.length | (units << 16))
    for (const [i, each] of entries.entries()) this.setEntry(directory, i, each)
  }

  private setEntry(directory: number, at: number, values: Partial<Entry>): void {
    for (const name of ['first', 'ref', 'bound'] as const) {
      const value = values[name]
      if (value !== undefined) this.set(directory, firstEntry + at * entryWords + entry[name], value)
    }
  }

  private set(directory: number, word: number, value: number): void {
    if (this.wordOf(directory, word) !== value) this.heap.write(directory, word, value)
  }

  private freeDirectory(directory: number): void {
    this.heap.free(directory, (this.wordOf(directory, 0) >>> 16) * unitWords)
  }

  private wordOf(ref: number, at: number): number {
    const { heap } = this
    return heap.heap.read(heap.pageOf(ref), (ref & 255) * unitWords + at)
  }
}

interface Entry {
  readonly first: number
  readonly ref: number
  readonly bound: number
}
