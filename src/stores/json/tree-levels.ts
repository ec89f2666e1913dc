/**
 * Lists and maps of any length as trees of blocks: building them, finding a place, changing entries there. What the
 * entries mean is `tree.ts`'s.
 *
 * A counted B+ tree (Bayer, McCreight: Organization and Maintenance of Large Ordered Indices, 1972; counts as in ropes:
 * Boehm, Atkinson, Plass, 1995). Blocks above the leaves say of each block below how many elements lie under it, and
 * with which name it begins. A block that overflows gives way to several; one that becomes sparse joins its neighbour; a
 * root with one block below it gives way to that.
 */
import type { StringCode } from '../../core/ids.js'
import { type Form, forms, mostOf, nameShift, type Part, type TreeBlocks } from './tree-blocks.js'

/** Blocks with less than this part of what they could hold are joined with their neighbour, where both have room. */
const sparse = 1 / 4
const joinable = 3 / 4

/** Blocks from the root down to a leaf, with the place taken in each. */
export interface Descent {
  readonly refs: number[]
  readonly places: number[]
}

export class TreeLevels {
  constructor(private readonly tree: TreeBlocks) {}

  /** A container of these entries; gives its root, 0 for none. */
  build(form: Form, cells: Int32Array): number {
    return cells.length === 0 ? 0 : this.rootOver(this.tree.makeMany(form, cells))
  }

  /** The root above blocks of one level, which are a whole container. */
  private rootOver(parts: readonly Part[]): number {
    let level = parts
    while (level.length > 1) {
      const above = isSorted(this.tree.formOf(level[0]!.ref)) ? forms.sorteds : forms.lists
      level = this.tree.makeMany(above, entriesFor(level))
    }
    return level.length === 0 ? 0 : level[0]!.ref
  }

  /** The leaves of a container, in order. */
  *leavesOf(ref: number): Iterable<number> {
    if (ref === 0) return
    const { tree } = this
    if (!tree.isInner(ref)) yield ref
    else for (let i = 0; i < tree.entriesOf(ref); i++) yield* this.leavesOf(tree.entry(ref, tree.formOf(ref), i, 0))
  }

  /** Opens the leaf of a map in which a name is or would be; gives its place, negative where it is not. */
  openAt(root: number, code: StringCode): number {
    const { tree } = this
    tree.open(root)
    while (tree.form === forms.sorteds) tree.open(tree.words[tree.at + 3 * this.childOpened(code)]!)
    const { words, at, entries } = tree
    if (tree.form === forms.sorted) {
      const place = this.placeOpened(code)
      return place < entries && words[at + 3 * place]! >>> nameShift === code ? place : -1
    }
    for (let place = 0; place < entries; place++) if (words[at + 2 * place]! >>> nameShift === code) return place
    return -1
  }

  /** Of the opened block: the last child whose first name is not above the name, or the first child. */
  private childOpened(code: number): number {
    const { words, at, entries } = this.tree
    let [low, high] = [0, entries - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (words[at + 3 * middle + 2]! <= code) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Of the opened leaf of a large map: the first place whose name is not below the name. */
  private placeOpened(code: number): number {
    const { words, at, entries } = this.tree
    let [low, high] = [0, entries]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (words[at + 3 * middle]! >>> nameShift < code) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The child below which an element lies, and its index there; a child below 0 where there is none. */
  private childWith(ref: number, index: number): readonly [child: number, within: number] {
    this.tree.open(ref)
    const { words, at, entries } = this.tree
    let within = index
    for (let child = 0; child < entries; child++) {
      const count = words[at + 3 * child + 1]!
      if (within < count) return [child, within]
      within -= count
    }
    return [-1, within]
  }

  /** Replaces entries of the leaf at the end of a descent; gives the root then, 0 when nothing is left. */
  edit({ refs, places }: Descent, removed: number, added: Int32Array): number {
    const last = refs.length - 1
    const parts = this.tree.edit(refs[last]!, { place: places[last]!, removed, added })
    return this.replaceAbove({ refs, places }, last - 1, parts)
  }

  /** The blocks below the place of a level are others now, or hold more or less. */
  replaceAbove({ refs, places }: Descent, level: number, below: readonly Part[]): number {
    const { tree } = this
    let parts = below
    for (let i = level; i >= 0; i--) {
      const [ref, place] = [refs[i]!, places[i]!]
      const [from, count, joined] = this.joinSparse(ref, place, parts)
      parts = tree.edit(ref, { place: from, removed: count, added: entriesFor(joined) })
    }
    return this.lowered(this.rootOver(parts))
  }

  /** Joins a block that has become sparse with its neighbour. Gives which entries the blocks stand in the place of. */
  private joinSparse(
    ref: number,
    place: number,
    parts: readonly Part[],
  ): readonly [from: number, count: number, parts: readonly Part[]] {
    const { tree } = this
    const part = parts[0]
    const form = part === undefined ? undefined : tree.formOf(part.ref)
    if (parts.length !== 1 || tree.entriesOf(part!.ref) >= mostOf(form!) * sparse || tree.entriesOf(ref) < 2)
      return [place, 1, parts]
    const other = place > 0 ? place - 1 : place + 1
    const neighbor = tree.entry(ref, tree.formOf(ref), other, 0)
    const total = tree.entriesOf(neighbor) + tree.entriesOf(part!.ref)
    if (tree.formOf(neighbor) !== form || total > mostOf(form) * joinable) return [place, 1, parts]
    const [left, right] = other < place ? [neighbor, part!.ref] : [part!.ref, neighbor]
    const added = tree.copy(right, 0, tree.entriesOf(right))
    tree.free(right)
    return [Math.min(place, other), 2, tree.edit(left, { place: tree.entriesOf(left), removed: 0, added })]
  }

  /** A root with one block below it gives way to that. */
  private lowered(root: number): number {
    const { tree } = this
    let ref = root
    while (ref !== 0 && tree.isInner(ref) && tree.entriesOf(ref) === 1) {
      const below = tree.entry(ref, tree.formOf(ref), 0, 0)
      tree.free(ref)
      ref = below
    }
    return ref
  }

  /** To an element, or to the end of the list. */
  toElement(root: number, index: number): Descent {
    const { tree } = this
    const refs = [root]
    const places: number[] = []
    let within = index
    for (let ref = root; tree.isInner(ref); refs.push(ref)) {
      const [found, rest] = this.childWith(ref, within)
      const child = found < 0 ? tree.entriesOf(ref) - 1 : found
      within = found < 0 ? rest + tree.entry(ref, forms.lists, child, 1) : rest
      places.push(child)
      ref = tree.entry(ref, forms.lists, child, 0)
    }
    places.push(within)
    return { refs, places }
  }

  /** To a member; its last place is negative where the map has none of this name. */
  toName(root: number, code: StringCode): Descent {
    const descent = this.toPlaceOf(root, code)
    descent.places[descent.places.length - 1] = this.openAt(root, code)
    return descent
  }

  /** To where a name is or would be in a sorted map. */
  toPlaceOf(root: number, code: StringCode): Descent {
    const { tree } = this
    const refs = [root]
    const places: number[] = []
    for (tree.open(root); tree.form === forms.sorteds; tree.open(refs.at(-1)!)) {
      const child = this.childOpened(code)
      places.push(child)
      refs.push(tree.words[tree.at + 3 * child]!)
    }
    places.push(this.placeOpened(code))
    return { refs, places }
  }
}

function isSorted(form: Form): boolean {
  return form === forms.sorted || form === forms.sorteds
}

function entriesFor(parts: readonly Part[]): Int32Array {
  const entries = new Int32Array(parts.length * 3)
  for (const [i, { ref, count, first }] of parts.entries()) entries.set([ref, count, first], 3 * i)
  return entries
}
