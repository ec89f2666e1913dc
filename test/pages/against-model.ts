/**
 * Runs a structure in pages beside a plain model: random steps in transactions with savepoints and rollbacks, commits
 * that are made safe in groups or taken back, snapshots that stay open meanwhile, in place and by copying. Newest state
 * and snapshots must equal the model at all times, and whenever all is safe the pages in use must be those that the
 * newest state or a snapshot reaches, no more and no fewer.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import { type CommitPoint, Heap, type HeapOptions, type UndoMark } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'

export interface Subject<Real, Model, Step> {
  /** The structure over the newest pages. */
  open(space: PageSpace): Real
  /** The structure as of a version that is pinned; `open` of the snapshot's pages where nothing else is said. */
  openSnapshot?(real: Real, space: PageSpace, version: number): Real
  /** Called when a snapshot has been unpinned. */
  afterUnpin?(real: Real): void
  model(): Model
  copy(model: Model): Model
  readonly step: fc.Arbitrary<Step>
  /** Does the step to both. */
  apply(real: Real, model: Model, step: Step): void
  /** Expects that both hold the same. */
  compare(real: Real, model: Model): void
}

const turns = [
  'mark',
  'commit',
  'rollback',
  'flush',
  'fail',
  'snapshot',
  'snapshotBefore',
  'release',
  'copyFromHere',
] as const
type Turn<Step> = { readonly kind: 'step'; readonly step: Step } | { readonly kind: (typeof turns)[number] }

interface Extent {
  runs?: number
  /** Steps and turns of a run at most. */
  length?: number
  heap?: HeapOptions
}

/** Few pages a slab, so that a structure lies across several. */
export const smallHeap: HeapOptions = { slabShift: 7 }

export function againstModel<Real, Model, Step>(
  subject: Subject<Real, Model, Step>,
  { runs = 100, length = 100, heap = smallHeap }: Extent = {},
): void {
  const step = subject.step.map((step): Turn<Step> => ({ kind: 'step', step }))
  const turn = fc.constantFrom(...turns).map((kind): Turn<Step> => ({ kind }))
  const plan = fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: turn }), {
    maxLength: length,
    size: 'max',
  })
  check(
    fc.property(plan, (turns) => new Run(subject, heap).play(turns)),
    runs,
  )
}

/** `fc.assert`, with the seed of SKEIN_SEED where that is set. */
export function check(property: fc.IProperty<unknown>, runs: number): void {
  const { SKEIN_SEED: seed } = process.env
  fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) })
}

/** How many pages some versions of a space reach: data, tables, directories, roots; and the page of zeros. */
export function reachablePages(...spaces: PageSpace[]): number {
  const pages = new Set([0])
  for (const space of spaces) {
    pages.add(space.rootPageNumber)
    space.forEachDirectory((page) => pages.add(page))
    space.forEachTable((table) => table.walk((page) => pages.add(page)))
  }
  return pages.size
}

class Run<Real, Model, Step> {
  private readonly heap: Heap
  private readonly space: PageSpace
  private readonly real: Real
  private model: Model
  private start: UndoMark = 0
  private marked: { at: UndoMark; model: Model } | undefined
  private committed: Model
  /** Commits that may be taken back, with the state before each. */
  private unsafe: { start: UndoMark; before: Model; point: CommitPoint }[] = []
  private snapshots: { version: number; space: PageSpace; real: Real; model: Model; lost: boolean }[] = []

  constructor(
    private readonly subject: Subject<Real, Model, Step>,
    options: HeapOptions,
  ) {
    this.heap = new Heap(options)
    this.space = PageSpace.current(this.heap)
    this.real = subject.open(this.space)
    this.heap.release(this.heap.commit())
    this.model = subject.model()
    this.committed = subject.model()
    this.begin()
  }

  play(turns: readonly Turn<Step>[]): void {
    for (const turn of turns)
      if (turn.kind === 'step') this.subject.apply(this.real, this.model, turn.step)
      else this[turn.kind]()
    while (this.snapshots.length > 0) this.release()
    this.flush()
  }

  private begin(): void {
    this.start = this.heap.savepoint()
    this.marked = undefined
  }

  /** Marks a place within the transaction, or goes back to it. */
  private mark(): void {
    if (this.marked === undefined) {
      this.marked = { at: this.heap.savepoint(), model: this.subject.copy(this.model) }
      return
    }
    this.heap.unroll(this.marked.at)
    this.space.epoch++
    this.model = this.marked.model
    this.marked = undefined
    this.subject.compare(this.real, this.model)
  }

  private commit(): void {
    this.unsafe.push({ start: this.start, before: this.committed, point: this.heap.commit() })
    this.committed = this.subject.copy(this.model)
    this.subject.compare(this.real, this.model)
    this.begin()
  }

  private rollback(): void {
    this.takeBack(this.start, this.committed)
  }

  private flush(): void {
    this.commit()
    this.heap.release(this.unsafe.at(-1)!.point)
    this.unsafe = []
    if (this.snapshots.some(({ lost }) => lost)) return
    const spaces = this.snapshots.map(({ space }) => space)
    expect(this.heap.pagesUsed, 'pages in use').toBe(reachablePages(this.space, ...spaces))
  }

  /** Takes back all commits since the last flush. Who has pinned one of them may not read on, but may stay a while. */
  private fail(): void {
    const first = this.unsafe[0]
    if (first === undefined) return
    this.unsafe = []
    for (const snapshot of this.snapshots) snapshot.lost ||= snapshot.version > this.heap.releasedVersion
    this.takeBack(first.start, first.before)
  }

  private takeBack(to: UndoMark, state: Model): void {
    this.heap.rollback(to)
    this.space.epoch++
    this.committed = state
    this.model = this.subject.copy(state)
    this.subject.compare(this.real, this.model)
    this.begin()
  }

  private snapshot(): void {
    this.commit()
    this.pin()
  }

  /** Of the state before the running transaction, which is taken back. */
  private snapshotBefore(): void {
    this.rollback()
    this.pin()
  }

  private pin(): void {
    const { subject, real, committed } = this
    const version = this.heap.pin()
    const space = this.space.snapshot()
    const seen = subject.openSnapshot?.(real, space, version) ?? subject.open(space)
    this.snapshots.push({ version, space, real: seen, model: committed, lost: false })
  }

  private release(): void {
    const snapshot = this.snapshots.shift()
    if (snapshot === undefined) return
    if (!snapshot.lost) this.subject.compare(snapshot.real, snapshot.model)
    this.heap.unpin(snapshot.version)
    this.subject.afterUnpin?.(this.real)
  }

  private copyFromHere(): void {
    this.heap.copyCommitted()
  }
}
