/**
 * Ids of nodes, or of relationships: given out from extents of 1,024 that belong to one owner (a label set, a
 * relationship type), so that what is created together lies together although creation interleaves.
 *
 *   extent     | owner | ids in use | next in its list + 1 | how it stands, version of its last free |
 *   owner      | open extent + 1 | next offset to try | first, last extent with room + 1 |
 *
 * An extent that is half empty again after deletions joins its owner's queue, an empty one the queue of all; they are
 * opened again, oldest first, when nobody can still hold their ids: never within the transaction that freed them, and
 * not while a pinned snapshot may see them. An id given out anew gets a higher *generation*, by which `elementId`
 * tells the entities apart.
 */

import { strict as assert } from 'node:assert'
import { DatabaseError } from '../../core/errors.js'
import type { Heap } from '../../pages/heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedRecords, PagedWords } from '../../pages/paged-words.js'

export const extentShift = 10
export const extentIds = 1 << extentShift
const extentMask = extentIds - 1
export const idsMax = 2 ** 31 - extentIds

const extentField = { owner: 0, used: 1, next: 2, state: 3 } as const
const ownerField = { open: 0, offset: 1, firstRoom: 2, lastRoom: 3 } as const
/** Owner 0 is nobody: its record holds the queue of empty extents, and in `open` how many extents exist. */
const nobody = 0
/** Bits of an extent's state. */
const queuedBit = 1
const reopenedBit = 2
/** It waits in the queue of all, not in its owner's. */
const emptyBit = 4
const versionShift = 3
/** Of a version its lower bits are kept: enough to tell those apart that a snapshot can be from. */
const versionMask = 0x0fffffff

export interface IdHolders {
  /** Whether the newest version has the id in use. */
  inUse(id: number): boolean
  /** Whether a pinned snapshot from before version `freed` may still see ids of the extent. */
  heldBySnapshot(extent: number, freed: number): boolean
}

export class IdSpace {
  readonly extents: PagedRecords
  private readonly owners: PagedRecords
  private readonly generations: PagedWords
  /** Extents in which the running transaction freed ids. */
  private readonly freedNow = new Set<number>()
  private readonly heap: Heap

  constructor(
    space: PageSpace,
    slot: number,
    private readonly holders: IdHolders,
  ) {
    this.heap = space.heap
    this.extents = new PagedRecords(space.table(slot), 2)
    this.owners = new PagedRecords(space.table(slot + 1), 2)
    this.generations = new PagedWords(space.table(slot + 2))
  }

  /** The id that the owner's next entity will have. Nothing changes until `use`. */
  next(owner: number): number {
    const open = this.owners.get(owner, ownerField.open)
    if (open !== 0) {
      const extent = open - 1
      const offset = this.freeOffset(extent, this.owners.get(owner, ownerField.offset))
      if (offset < extentIds) return (extent << extentShift) | offset
    }
    const extent = this.extentWithRoom(owner) ?? this.newExtent()
    return (extent << extentShift) | this.freeOffset(extent, 0)
  }

  /** The first id of an extent that nobody has had, for an import that fills it. */
  nextOfNewExtent(): number {
    const extent = this.newExtent()
    return (extent << extentShift) | this.freeOffset(extent, 0)
  }

  /** Marks an id as used. It came from `next`, here or in the process that wrote the log. */
  use(id: number, owner: number): void {
    const extent = id >>> extentShift
    const offset = id & extentMask
    if (this.owners.get(owner, ownerField.open) !== extent + 1) this.open(extent, owner)
    this.owners.set(owner, ownerField.offset, offset + 1)
    this.extents.set(extent, extentField.used, this.extents.get(extent, extentField.used) + 1)
    if ((this.extents.get(extent, extentField.state) & reopenedBit) !== 0)
      this.generations.set(id, (this.generations.get(id) + 1) | 0)
  }

  /** Import: accounts at once for the ids of the owner's open extent before `end`, of which `first` was the first. */
  useUpTo(end: number, owner: number, first: number): void {
    const extent = (end - 1) >>> extentShift
    this.owners.set(owner, ownerField.offset, end - (extent << extentShift))
    this.extents.set(extent, extentField.used, end - first)
  }

  free(id: number): void {
    const extent = id >>> extentShift
    this.extents.set(extent, extentField.used, this.extents.get(extent, extentField.used) - 1)
    this.queueAtEnd(extent)
  }

  /** Ends the transaction: extents in which it freed ids may be opened again, from the version after `version` on. */
  settle(version: number): void {
    if (this.freedNow.size === 0) return
    for (const extent of this.freedNow) this.noteFree(extent, version)
    this.freedNow.clear()
  }

  /** The owner of the extent that the id lies in. */
  ownerOf(id: number): number {
    return this.extents.get(id >>> extentShift, extentField.owner)
  }

  generationOf(id: number): number {
    return this.generations.get(id)
  }

  /** Extents ever opened; ids at or above `extentCount * 1024` were never given out. */
  get extentCount(): number {
    return this.owners.get(nobody, ownerField.open)
  }

  usedIn(extent: number): number {
    return this.extents.get(extent, extentField.used)
  }

  private freeOffset(extent: number, from: number): number {
    const state = this.extents.get(extent, extentField.state)
    let offset = extent === 0 ? Math.max(from, 1) : from
    if ((state & (reopenedBit | queuedBit)) === 0) return offset
    if (this.mayNotReuse(extent)) return extentIds
    while (offset < extentIds && this.holders.inUse((extent << extentShift) | offset)) offset++
    return offset
  }

  private newExtent(): number {
    const extent = this.extentCount
    if (extent << extentShift >= idsMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `all ${idsMax} ids are in use; delete what is not needed`, { idsMax })
    return extent
  }

  private extentWithRoom(owner: number): number | undefined {
    return this.openable(owner) ?? this.openable(nobody)
  }

  private openable(queue: number): number | undefined {
    // Extents that a snapshot holds may wait at the front for long, and must not keep the others from being used.
    let next = this.owners.get(queue, ownerField.firstRoom)
    while (next !== 0 && this.mayNotReuse(next - 1)) next = this.extents.get(next - 1, extentField.next)
    return next === 0 ? undefined : next - 1
  }

  /** Whether somebody may still hold ids that were freed in the extent: this transaction, or a snapshot. */
  private mayNotReuse(extent: number): boolean {
    if (this.freedNow.has(extent)) return true
    const freed = this.versionBefore((this.extents.get(extent, extentField.state) >>> versionShift) & versionMask)
    return this.holders.heldBySnapshot(extent, freed)
  }

  /** The newest version so far that has these lower bits. */
  private versionBefore(lowerBits: number): number {
    const now = this.heap.undoSpan
    return now - ((now - lowerBits) & versionMask)
  }

  /** Makes the extent the owner's open one: a new extent, or the first of one of the queues. */
  private open(extent: number, owner: number): void {
    const { extents, owners } = this
    const before = owners.get(owner, ownerField.open)
    if (extent >= this.extentCount) owners.set(nobody, ownerField.open, extent + 1)
    else {
      const state = extents.get(extent, extentField.state)
      this.dequeue((state & emptyBit) === 0 ? owner : nobody, extent)
      extents.set(extent, extentField.state, (state & ~(queuedBit | emptyBit)) | reopenedBit)
    }
    extents.set(extent, extentField.owner, owner)
    owners.set(owner, ownerField.open, extent + 1)
    // What the transaction may not reopen now waits for its end like any other.
    if (before !== 0) this.queueAtEnd(before - 1)
  }

  private queueAtEnd(extent: number): void {
    if (this.freedNow.has(extent)) return
    this.freedNow.add(extent)
    this.heap.onUndo(() => this.freedNow.delete(extent))
  }

  /** An extent in which a transaction freed ids is from now on held by the snapshots from before it. */
  private noteFree(extent: number, version: number): void {
    const { extents, owners } = this
    const owner = extents.get(extent, extentField.owner)
    const used = extents.get(extent, extentField.used)
    const state = extents.get(extent, extentField.state)
    const isOpen = owners.get(owner, ownerField.open) === extent + 1
    const joins = !isOpen && (state & queuedBit) === 0 && used <= extentIds / 2
    const joined = used === 0 ? queuedBit | emptyBit : queuedBit
    const stands = joins ? joined : state & (queuedBit | reopenedBit | emptyBit)
    extents.set(extent, extentField.state, stands | ((version & versionMask) << versionShift))
    if (joins) this.queue(used === 0 ? nobody : owner, extent)
  }

  private queue(queue: number, extent: number): void {
    const { extents, owners } = this
    extents.set(extent, extentField.next, 0)
    const last = owners.get(queue, ownerField.lastRoom)
    if (last === 0) owners.set(queue, ownerField.firstRoom, extent + 1)
    else extents.set(last - 1, extentField.next, extent + 1)
    owners.set(queue, ownerField.lastRoom, extent + 1)
  }

  private dequeue(queue: number, extent: number): void {
    const { extents, owners } = this
    let before = 0
    for (let next = owners.get(queue, ownerField.firstRoom); next !== extent + 1; ) {
      assert(next !== 0, `extent ${extent} waits in its queue`)
      before = next
      next = extents.get(next - 1, extentField.next)
    }
    const after = extents.get(extent, extentField.next)
    if (before === 0) owners.set(queue, ownerField.firstRoom, after)
    else extents.set(before - 1, extentField.next, after)
    if (after === 0) owners.set(queue, ownerField.lastRoom, before)
  }
}
