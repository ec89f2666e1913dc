/**
 * Documents on their way into an index, many at once: which lists each of them is in, and what each list gets of them.
 *
 *   tokens, as they are read     list 7 at 0, 3 at 1, 7 at 2 | list 3 at 0            of documents 0 and 1
 *   by list                      3: document 0 at 1, document 1 at 0;   7: document 0 at 0 and 2
 *   by document                  0: 3 7;   1: 3
 *
 * Lists lie far from each other, and finding one takes longer than writing a posting to it: the more documents a list is told of
 * at once, the less each costs (bench/search.ts). Both orders are made by counting (radix sort, which keeps the order of what is
 * equal), as one that compares takes several times as long.
 */
import type { Documents } from './documents.js'
import type { PostingLists } from './postings/posting-lists.js'
import { PostingRun } from './postings/posting-run.js'
import { isSameLength } from './postings/score-bounds.js'

/** Of the digits that tokens are sorted by: of more bits where so many more counts are soon made up for. */
const digitBits = { few: 8, many: 11 }
const manyTokens = 1 << 13
const tokensFirst = 1024
/** What is gathered at most, but for one text that has more. */
const tokensMax = 1 << 17

interface Gathered {
  readonly id: number
  /** Of each field, -1 for one that it lacks. */
  readonly lengths: readonly number[]
}

/** Called for each document with the lists it is in, ascending, which hold until it returns. */
type DocumentVisitor = (document: Gathered, lists: Int32Array) => void

export class DocumentBatch {
  private readonly gathered: Gathered[] = []
  private count = 0
  private tokens = new Tokens(tokensFirst)
  private readonly run = new PostingRun()

  get size(): number {
    return this.gathered.length
  }

  get isFull(): boolean {
    return this.count >= tokensMax
  }

  get lastId(): number {
    return this.gathered.at(-1)?.id ?? -1
  }

  clear(): void {
    this.gathered.length = 0
    this.count = 0
    // A text of many megabytes does not hold its arrays for ever.
    if (this.tokens.length > 2 * tokensMax) this.tokens = new Tokens(tokensFirst)
  }

  /** Notes a token of the document that `end` will name. */
  note(list: number, position: number): void {
    if (this.count === this.tokens.length) this.tokens = this.tokens.grown()
    const at = this.count++
    this.tokens.lists[at] = list
    this.tokens.positions[at] = position
    this.tokens.documents[at] = this.gathered.length
  }

  /** How many tokens were noted, of all documents. */
  get tokenCount(): number {
    return this.count
  }

  /** Those behind the first so many, of a document that will not come. */
  forgetTokens(count: number): void {
    this.count = count
  }

  /** Ids come ascending. */
  end(document: Gathered): void {
    this.gathered.push(document)
  }

  /** Gives all documents to an index, and is empty then. */
  flush({ documents, lists, visit }: { documents: Documents; lists: PostingLists; visit: DocumentVisitor }): void {
    this.sort()
    // Documents first: the bounds of lists ask for their lengths.
    this.forEachDocument((document, own) => {
      documents.add(document.id, own, document.lengths)
      visit(document, own)
    })
    this.forEachRun(lists, (list, run) => lists.add(list, run))
    this.clear()
  }

  /**
   * Gives the only document, which an index holds, its texts there in place of others, and is empty then. Gives the lists that
   * it was in and those that it is in. What is the same in a list is left alone.
   */
  replace(index: { documents: Documents; lists: PostingLists }): { before: number[]; after: number[] } {
    try {
      return this.replaceIn(index)
    } finally {
      this.clear()
    }
  }

  private replaceIn({ documents, lists }: { documents: Documents; lists: PostingLists }): {
    before: number[]
    after: number[]
  } {
    this.sort()
    const { id, lengths } = this.gathered[0]!
    const before = documents.listsOf(id)
    let after: number[] = []
    this.forEachDocument((_, own) => {
      after = [...own]
    })
    const [was, is] = [new Set(before), new Set(after)]
    for (const list of before) if (!is.has(list)) lists.remove(list, id)
    const isSame = lengths.map((length, field) => isSameLength(length, documents.lengthOf(id, field) ?? -1))
    documents.remove(id)
    documents.add(id, Int32Array.from(after), lengths)
    this.forEachRun(lists, (list, run) => {
      if (was.has(list)) lists.change(list, run, { isSameLength: isSame[list % lengths.length]! })
      else lists.add(list, run)
    })
    return { before, after }
  }

  /** Puts tokens in the order of their lists, and those of a list in the order in which they came. */
  private sort(): void {
    const { tokens, count } = this
    let max = 0
    for (let i = 0; i < count; i++) {
      const list = tokens.lists[i]!
      tokens.keys[i] = list
      tokens.order[i] = i
      if (list > max) max = list
    }
    const bits = count < manyTokens ? digitBits.few : digitBits.many
    for (let shift = 0; max >>> shift > 0; shift += bits) tokens.sortByDigit({ shift, bits, count })
  }

  private forEachDocument(visit: DocumentVisitor): void {
    const { gathered, tokens } = this
    const ends = new Int32Array(gathered.length + 1)
    const pairs = tokens.takePairs(this.count, ends)
    for (let i = 1; i < ends.length; i++) ends[i]! += ends[i - 1]!
    const lists = tokens.lists
    // From the back, as an end moves to the start of its document so.
    for (let i = pairs - 1; i >= 0; i--) lists[--ends[tokens.otherOrder[i]!]!] = tokens.otherKeys[i]!
    ends[gathered.length] = pairs
    for (const [i, document] of gathered.entries()) visit(document, lists.subarray(ends[i]!, ends[i + 1]!))
  }

  private forEachRun(lists: PostingLists, visit: (list: number, run: PostingRun) => void): void {
    const { tokens, run, count } = this
    const { keys, order, positions, documents } = tokens
    const ids = Int32Array.from(this.gathered, ({ id }) => id)
    for (let from = 0; from < count; ) {
      const list = keys[from]!
      run.clear()
      while (from < count && keys[from] === list) {
        const document = documents[order[from]!]!
        let to = from + 1
        while (to < count && keys[to] === list && documents[order[to]!] === document) to++
        run.add(ids[document]!, positions, order, from, to)
        lists.blocks.settle(run)
        from = to
      }
      visit(list, run)
    }
  }
}

/** Arrays with a place for each token. */
class Tokens {
  /** As they came. */
  readonly lists: Int32Array
  readonly positions: Int32Array
  readonly documents: Int32Array
  /** In order: the list, and which token it is. */
  keys: Int32Array
  order: Int32Array
  otherKeys: Int32Array
  otherOrder: Int32Array

  constructor(readonly length: number) {
    const numbers = () => new Int32Array(length)
    this.lists = numbers()
    this.positions = numbers()
    this.documents = numbers()
    this.keys = numbers()
    this.order = numbers()
    this.otherKeys = numbers()
    this.otherOrder = numbers()
  }

  /** Twice as many, with what was noted. */
  grown(): Tokens {
    const larger = new Tokens(this.length * 2)
    larger.lists.set(this.lists)
    larger.positions.set(this.positions)
    larger.documents.set(this.documents)
    return larger
  }

  sortByDigit({ shift, bits, count }: { shift: number; bits: number; count: number }): void {
    const { keys, order, otherKeys, otherOrder } = this
    const mask = (1 << bits) - 1
    const places = new Int32Array(mask + 2)
    for (let i = 0; i < count; i++) places[((keys[i]! >>> shift) & mask) + 1]!++
    for (let digit = 1; digit <= mask; digit++) places[digit]! += places[digit - 1]!
    for (let i = 0; i < count; i++) {
      const place = places[(keys[i]! >>> shift) & mask]!++
      otherKeys[place] = keys[i]!
      otherOrder[place] = order[i]!
    }
    this.keys = otherKeys
    this.order = otherOrder
    this.otherKeys = keys
    this.otherOrder = order
  }

  /** Writes each list with each document in it, once, to the other arrays; gives how many, and counts them by document. */
  takePairs(count: number, counts: Int32Array): number {
    const { keys, order, documents, otherKeys, otherOrder } = this
    let pairs = 0
    let [list, document] = [-1, -1]
    for (let i = 0; i < count; i++) {
      const found = documents[order[i]!]!
      if (keys[i] === list && found === document) continue
      list = keys[i]!
      document = found
      otherKeys[pairs] = list
      otherOrder[pairs++] = document
      counts[document]!++
    }
    return pairs
  }
}
