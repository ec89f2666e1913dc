/**
 * A page space is one version of all page tables: the newest, which can be written, or a snapshot.
 *
 * Its root page holds the numbers of directory pages, a directory page holds root records of two words, one a table:
 *
 *   root page  | directory 0 | directory 1 | ...  1,024
 *   directory  | table 0: root page, height | table 1: root page, height | ...  512
 *
 * so the root page's number is the whole state of a database at a version, and 524,288 tables find room.
 */
import { strict as assert } from 'node:assert'
import { type Heap, pageWords } from './heap.js'
import { PageTable } from './page-table.js'

export interface RootRecord {
  readonly page: number
  /** Levels of table pages, 1 to 3; 0 where the table is empty. */
  readonly height: number
}

const recordShift = 9
const recordMask = (1 << recordShift) - 1
export const tablesMax = pageWords << recordShift

export class PageSpace {
  /** Changes when flat copies of page tables no longer hold: after an undo. */
  epoch = 0
  private readonly tables = new Map<number, PageTable>()

  private constructor(
    readonly heap: Heap,
    private rootPage: number,
    readonly writable: boolean,
  ) {}

  /** The newest version. `rootPage` is that of a loaded checkpoint, or 0 for an empty database. */
  static current(heap: Heap, rootPage = 0): PageSpace {
    return new PageSpace(heap, rootPage === 0 ? heap.allocate() : rootPage, true)
  }

  /** This version as it stands, to be read for as long as the caller has it pinned. */
  snapshot(): PageSpace {
    return new PageSpace(this.heap, this.rootPage, false)
  }

  get rootPageNumber(): number {
    return this.rootPage
  }

  table(slot: number): PageTable {
    assert(slot < tablesMax, 'there is room for this many tables')
    let table = this.tables.get(slot)
    if (table === undefined) {
      table = new PageTable(this, slot)
      this.tables.set(slot, table)
    }
    return table
  }

  root(slot: number): RootRecord {
    const directory = this.heap.read(this.rootPage, slot >>> recordShift)
    if (directory === 0) return noRoot
    const at = (slot & recordMask) * 2
    return { page: this.heap.read(directory, at), height: this.heap.read(directory, at + 1) }
  }

  setRoot(slot: number, record: RootRecord): void {
    assert(this.writable, 'a snapshot is never written')
    const { heap } = this
    if (!heap.writable(this.rootPage)) this.moveRoot(heap.copy(this.rootPage))
    const place = slot >>> recordShift
    let directory = heap.read(this.rootPage, place)
    if (directory === 0 || !heap.writable(directory)) {
      directory = directory === 0 ? heap.allocate() : heap.copy(directory)
      heap.write(this.rootPage, place, directory)
    }
    const at = (slot & recordMask) * 2
    heap.write(directory, at, record.page)
    heap.write(directory, at + 1, record.height)
  }

  /** Calls `visit` for each directory page. */
  forEachDirectory(visit: (page: number) => void): void {
    for (let place = 0; place < pageWords; place++) {
      const directory = this.heap.read(this.rootPage, place)
      if (directory !== 0) visit(directory)
    }
  }

  /** Calls `visit` for each table that has pages. */
  forEachTable(visit: (table: PageTable, slot: number) => void): void {
    for (let place = 0; place < pageWords; place++) {
      const directory = this.heap.read(this.rootPage, place)
      if (directory === 0) continue
      for (let record = 0; record <= recordMask; record++)
        if (this.heap.read(directory, record * 2) !== 0) {
          const slot = (place << recordShift) | record
          visit(this.table(slot), slot)
        }
    }
  }

  private moveRoot(page: number): void {
    const before = this.rootPage
    this.rootPage = page
    this.heap.onUndo(() => {
      this.rootPage = before
    })
  }
}

const noRoot: RootRecord = { page: 0, height: 0 }
