/**
 * Headers: where each node's list is, for one relationship type and one direction.
 *
 * A header is two words, the list's ref and its count. Headers of 512 nodes share a page, from the time when 64 of
 * them have a list until the last is gone; else such headers are records of one hash for all types, so that a thousand
 * types that each touch few nodes cost by lists, not by types times nodes. The page table's entry tells which:
 *
 *   0        nobody among the 512 has a list
 *   page     | ref, count | ref, count | ...  512
 *   ~n       n of them have lists, in the hash:   | hash | next | table slot | node | ref | count | - | - |
 */
import { pageWords } from '../../pages/heap.js'
import { LinearHash } from '../../pages/linear-hash.js'
import type { PageSpace } from '../../pages/page-space.js'
import type { PageTable } from '../../pages/page-table.js'
import { PagedRecords } from '../../pages/paged-words.js'
import { slots } from '../slots.js'
import type { List } from './lists.js'

export const headerShift = 9
const headersPerPage = 1 << headerShift
export const headerMask = headersPerPage - 1
/** So many headers of a page's worth make the page. */
const pageMin = 64

const field = { hash: 0, next: 1, slot: 2, node: 3, ref: 4, count: 5 } as const
/** Record 0 is nobody's: how many records exist, and the first free one. */
const wordRecords = 0
const wordFree = 1

export class SparseHeaders {
  private readonly records: PagedRecords
  private readonly hash: LinearHash

  constructor(space: PageSpace) {
    this.records = new PagedRecords(space.table(slots.sparseHeaders), 3)
    this.hash = new LinearHash(space, slots.sparseBuckets, this.records, { hash: field.hash, next: field.next })
  }

  /** The record of a node's header, 0 for none. */
  find(slot: number, node: number): number {
    const { hash, records } = this
    for (let record = hash.first(hashOf(slot, node)); record !== 0; record = hash.next(record))
      if (records.get(record, field.node) === node && records.get(record, field.slot) === slot) return record
    return 0
  }

  refOf(record: number): number {
    return this.records.get(record, field.ref)
  }

  countOf(record: number): number {
    return this.records.get(record, field.count)
  }

  set(record: number, list: List): void {
    this.records.set(record, field.ref, list.ref)
    this.records.set(record, field.count, list.count)
  }

  add(slot: number, node: number, list: List): void {
    const { records } = this
    let record = records.get(0, wordFree)
    if (record !== 0) records.set(0, wordFree, records.get(record, field.next))
    else {
      record = records.get(0, wordRecords) + 1
      records.set(0, wordRecords, record)
    }
    records.set(record, field.slot, slot)
    records.set(record, field.node, node)
    this.set(record, list)
    this.hash.insert(record, hashOf(slot, node))
  }

  remove(record: number): void {
    this.hash.remove(record)
    this.records.set(record, field.next, this.records.get(0, wordFree))
    this.records.set(0, wordFree, record)
  }
}

function hashOf(slot: number, node: number): number {
  let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(slot, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

export class Headers {
  constructor(
    readonly table: PageTable,
    private readonly sparse: SparseHeaders,
  ) {}

  get(node: number): List {
    const entry = this.table.entry(node >>> headerShift)
    if (entry >= 0) {
      const at = (node & headerMask) << 1
      return { ref: this.table.heap.read(entry, at), count: this.table.heap.read(entry, at + 1) }
    }
    const record = this.sparse.find(this.table.slot, node)
    return record === 0 ? { ref: 0, count: 0 } : { ref: this.sparse.refOf(record), count: this.sparse.countOf(record) }
  }

  countOf(node: number): number {
    const entry = this.table.entry(node >>> headerShift)
    if (entry >= 0) return this.table.heap.read(entry, ((node & headerMask) << 1) + 1)
    const record = this.sparse.find(this.table.slot, node)
    return record === 0 ? 0 : this.sparse.countOf(record)
  }

  /** A count of 0 removes the header. */
  set(node: number, list: List): void {
    const index = node >>> headerShift
    const entry = this.table.entry(index)
    if (entry > 0) this.setInPage(index, node, list)
    else this.setSparse(index, ~entry & (entry >> 31), node, list)
  }

  /** Makes the page for a range of nodes of which many will have lists: for import. */
  makePage(index: number): void {
    if (this.table.entry(index) <= 0) this.gather(index)
  }

  private setInPage(index: number, node: number, list: List): void {
    const page = this.table.pageForWrite(index)
    const at = (node & headerMask) << 1
    this.table.heap.write(page, at, list.ref)
    this.table.heap.write(page, at + 1, list.count)
    if (list.count === 0 && this.isEmpty(page)) this.table.removePage(index)
  }

  /** Usually answered by one of the first headers; 0.25 µs on average where a page is emptied from its start. */
  private isEmpty(page: number): boolean {
    const { heap } = this.table
    const words = heap.wordsOf(page)
    const start = heap.offset(page)
    for (let at = start + 1; at < start + pageWords; at += 2) if (words[at] !== 0) return false
    return true
  }

  private setSparse(index: number, kept: number, node: number, list: List): void {
    const { sparse, table } = this
    const record = sparse.find(table.slot, node)
    if (record !== 0) {
      if (list.count > 0) {
        sparse.set(record, list)
        return
      }
      sparse.remove(record)
      if (kept === 1) table.removePage(index)
      else table.setInline(index, kept - 1)
    } else if (kept + 1 < pageMin) {
      sparse.add(table.slot, node, list)
      table.setInline(index, kept + 1)
    } else {
      this.gather(index)
      this.setInPage(index, node, list)
    }
  }

  /** Moves the headers of 512 nodes from the hash into a page. */
  private gather(index: number): void {
    const { sparse, table } = this
    const found: { node: number; list: List }[] = []
    if (table.entry(index) < 0)
      for (let node = index << headerShift; node < (index + 1) << headerShift; node++) {
        const record = sparse.find(table.slot, node)
        if (record === 0) continue
        found.push({ node, list: { ref: sparse.refOf(record), count: sparse.countOf(record) } })
        sparse.remove(record)
      }
    table.pageForWrite(index)
    for (const { node, list } of found) this.setInPage(index, node, list)
  }
}
