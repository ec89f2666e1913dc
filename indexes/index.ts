/**
 * What every index is to the database, whatever it keeps.
 *
 * Indexes change inside the transaction that changes the data: `add` and `remove` are called by `applyChange`, after
 * the stores and before anything is committed, and are taken back with it. An index whose state lies in pages gets
 * undo, snapshots and checkpoints from them and needs no more. One with native state (a bitmap, an HNSW graph) sets
 * hooks by `Heap.onUndo`, keeps what pinned versions still read, and gives its bytes to a checkpoint by `save`; its
 * `load` is a static of the class. Entries must fit: the transaction has checked them before.
 */
export interface Index<Entry> {
  add(id: number, entry: Entry): void
  remove(id: number, entry: Entry): void
  /** How many entities it covers. */
  readonly size: number
  /** Bytes of memory it takes, native memory included. */
  readonly bytes: number
  /** State outside of pages as of a pinned version; null when there is none. */
  save(version: number): Uint8Array | null
}
