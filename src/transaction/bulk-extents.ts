/**
 * Ids for the nodes, or the relationships, of a bulk load, with what waits to be written under them.
 *
 * Each owner (a label set, a relationship type) takes ids from an extent that nobody has had. Values wait beside the
 * ids, by property, until the extent is full, since a page is filled at once for less than value by value: 100,000 nodes
 * with a key and four properties take 200 ms instead of 320 (bench/query, load; what is left is docs/decisions/0014):
 *
 *   extent of :Person   | written already | 2050 2051 2052 | not given |
 *                                           written^     next^
 *                       name               'Ann' 'Bob'  -
 *                       age                 30    -     31
 *
 * Where many owners take turns much would wait, so from `waitingMax` entities on all are written as far as they are,
 * and their extents go on from there.
 */
import type { PropertyEntry } from '../core/change.js'
import type { MemberValue } from '../core/value.js'
import { extentIds, extentShift, type IdSpace } from '../stores/keyspace/id-space.js'

/** Entities that wait at most, of all owners together. */
const waitingMax = 64 * extentIds

export class OpenExtent {
  /** The id that is given next. */
  next: number
  /** The first id whose values wait. */
  written: number
  /** Values by property, then by place from `written` on; holes where there is none. */
  values: MemberValue[][] = []
  /** Of relationships: start and end by turns, from `written` on. */
  ends: number[] = []

  constructor(
    readonly owner: number,
    readonly first: number,
    readonly end: number,
  ) {
    this.next = first
    this.written = first
  }

  /** Gives an id to an entity whose values are to wait. */
  add(properties: readonly PropertyEntry[]): number {
    const place = this.next - this.written
    for (const [property, value] of properties) {
      const values = this.values[property]
      if (values === undefined) {
        this.values[property] = []
        this.values[property]![place] = value
      } else values[place] = value
    }
    return this.next++
  }

  get isFull(): boolean {
    return this.next === this.end
  }
}

export class BulkExtents {
  private readonly open = new Map<number, OpenExtent>()
  /** The extent that was asked for last, as the next entity mostly has the same owner. */
  private last: OpenExtent | undefined
  private readonly ownerOfExtent: number[] = []
  private waiting = 0

  constructor(
    private readonly ids: IdSpace,
    /** Writes what waits in an extent. */
    private readonly write: (extent: OpenExtent) => void,
  ) {}

  /** The extent in which the owner's next entity is to be added. */
  next(owner: number): OpenExtent {
    if (++this.waiting > waitingMax) this.writeAll()
    const extent = this.last?.owner === owner ? this.last : this.open.get(owner)
    this.last = extent === undefined || extent.isFull ? this.renew(owner, extent) : extent
    return this.last
  }

  /** The owner of an id that was given here, whether its values wait or not. */
  ownerOf(id: number): number {
    return this.ownerOfExtent[id >>> extentShift]!
  }

  writeAll(): void {
    for (const extent of this.open.values()) this.writeOut(extent)
  }

  private renew(owner: number, full: OpenExtent | undefined): OpenExtent {
    if (full !== undefined) this.writeOut(full)
    const first = this.ids.nextOfNewExtent()
    this.ids.use(first, owner)
    this.ownerOfExtent[first >>> extentShift] = owner
    const extent = new OpenExtent(owner, first, (first & ~(extentIds - 1)) + extentIds)
    this.open.set(owner, extent)
    return extent
  }

  private writeOut(extent: OpenExtent): void {
    if (extent.next === extent.written) return
    this.waiting -= extent.next - extent.written
    this.write(extent)
    extent.written = extent.next
    extent.values = []
    extent.ends = []
  }
}
