/**
 * The tree arena: lists and maps of documents, each value at an address of its own, so that one deep in a large document
 * is read or changed at the cost of its path.
 *
 *   { name: 'Ann', tags: ['a', 'b'] }
 *
 *   map    2 members | 'name' string 'Ann' | 'tags' list ──┐
 *   list   2 elements | string 'a' | string 'b' | <────────┘
 *
 * A *cell* is a tag of four bits and a payload word: the value itself, a code of the dictionary, or the ref of a block.
 * The name of a member shares the word of its tag, as a code of the dictionary. A list or a map is known by the ref of its
 * root block; 0 is an empty one.
 *
 *   null, false, true           -
 *   int32, float32              the number, where that many bits hold it exactly
 *   integer, float              ref of 16 bytes with the number
 *   string                      code
 *   object, array               ref of the root block
 *   encoded                     ref of 16 bytes with ref and length of the value's bytes: temporal values, bytes
 *
 * What does not fit in a block (tree-blocks.ts) is a counted B+ tree of blocks: of a long list by index, of a large map
 * by name, with a sequence in each member that gives their order back. So the element in the middle of a million is
 * found through three blocks, and a value put before it moves half a kilobyte. A list of FLOAT alone has no tags.
 *
 * Source: Bayer, McCreight: Organization and Maintenance of Large Ordered Indices, 1972; counts below each entry as in
 * Rope structures (Boehm, Atkinson, Plass 1995).
 */
import type { TreeChange } from '../../core/change.js'
import { decodeValue, encodeValue } from '../../core/codec.js'
import { DatabaseError } from '../../core/errors.js'
import type { StringCode } from '../../core/ids.js'
import type { Step } from '../../core/json-path/tree.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { Float, type PropertyValue, type Scalar, toInteger } from '../../core/value.js'
import { BlockHeap, type ByteStore } from '../../pages/block-heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import type { Dictionary } from '../strings/dictionary.js'
import { type Form, forms, mostOf, nameShift, type Part, TreeBlocks, tagMask, widthOf } from './tree-blocks.js'
import { type ContainerKind, TreeRef, type TreeValue } from './tree-ref.js'

type List = readonly PropertyValue[]
type PropertyMap = ReadonlyMap<string, PropertyValue>

const tags = {
  null: 0,
  false: 1,
  true: 2,
  int32: 3,
  float32: 4,
  integer: 5,
  float: 6,
  string: 7,
  object: 8,
  array: 9,
  encoded: 10,
} as const

/** Names beyond this have no room beside their tag. */
const namesMax = 2 ** (32 - nameShift)
/** Blocks with less than this part of what they could hold are joined with their neighbour. */
const sparse = 1 / 4
const joinable = 3 / 4
const wideWords = 2
/** Names whose codes are remembered, and the longest of them. */
const rememberedMax = 4096
const rememberedLengthMax = 64

const doubleScratch = new Float64Array(1)
const floatScratch = new Float32Array(1)
const doubleWords = new Int32Array(doubleScratch.buffer)
const floatWord = new Int32Array(floatScratch.buffer)

/** Blocks from the root down to a leaf, with the place taken in each. */
interface Descent {
  readonly refs: number[]
  readonly places: number[]
}

export class TreeStore {
  private readonly tree: TreeBlocks
  /** Of names that were looked for lately. */
  private readonly codes = new Map<string, StringCode>()

  constructor(
    space: PageSpace,
    slot: number,
    private readonly strings: Dictionary,
    private readonly bytes: ByteStore,
  ) {
    this.tree = new TreeBlocks(new BlockHeap(space, slot))
  }

  // ---- whole values -----------------------------------------------------------------------------------------------

  /** Keeps a list or a map; gives the ref of its root. */
  put(value: List | PropertyMap): number {
    return isMap(value) ? this.putMap(value) : this.putList(value)
  }

  private putList(items: List): number {
    const form = items.every(isFloat) ? forms.floats : forms.list
    return this.build(form, this.elementCells(form, items))
  }

  private putMap(map: PropertyMap): number {
    const cells = new Int32Array(map.size * 2)
    let at = 0
    for (const [name, value] of map) {
      this.writeCell(cells, at, this.holdName(name), value)
      at += 2
    }
    return map.size <= mostOf(forms.members) ? this.build(forms.members, cells) : this.buildSorted(cells)
  }

  /** Members with their order as their sequence, by name. */
  private buildSorted(cells: Int32Array): number {
    const count = cells.length / 2
    const order = Array.from({ length: count }, (_, i) => i)
    order.sort((a, b) => (cells[2 * a]! >>> nameShift) - (cells[2 * b]! >>> nameShift))
    const sorted = new Int32Array(count * 3)
    for (let i = 0; i < count; i++) {
      const from = order[i]!
      sorted[3 * i] = cells[2 * from]!
      sorted[3 * i + 1] = cells[2 * from + 1]!
      sorted[3 * i + 2] = from
    }
    const root = this.build(forms.sorted, sorted)
    this.tree.setSequence(root, count)
    return root
  }

  private build(form: Form, cells: Int32Array): number {
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

  read(kind: ContainerKind, ref: number): PropertyValue {
    return kind === 'array' ? this.readList(ref) : this.readMap(ref)
  }

  private readList(ref: number): PropertyValue[] {
    const items: PropertyValue[] = []
    if (ref !== 0) this.readElements(ref, items)
    return items
  }

  private readElements(ref: number, items: PropertyValue[]): void {
    const { tree } = this
    tree.open(ref)
    const { words, at, form, entries } = tree
    if (form === forms.lists) for (let i = 0; i < entries; i++) this.readElements(words[at + 3 * i]!, items)
    else if (form === forms.floats)
      for (let i = at; i < at + 2 * entries; i += 2) items.push(new Float(doubleOf(words[i]!, words[i + 1]!)))
    else for (let i = at; i < at + 2 * entries; i += 2) items.push(this.plainOf(words[i]! & tagMask, words[i + 1]!))
  }

  private readMap(ref: number): Map<string, PropertyValue> {
    const map = new Map<string, PropertyValue>()
    if (ref === 0) return map
    const { tree, strings } = this
    tree.open(ref)
    const { words, at, form, entries } = tree
    if (form === forms.members)
      for (let i = at; i < at + 2 * entries; i += 2) {
        const word = words[i]!
        map.set(strings.text((word >>> nameShift) as StringCode), this.plainOf(word & tagMask, words[i + 1]!))
      }
    else for (const [name, value] of this.membersOf(ref)) map.set(name, plain(value))
    return map
  }

  /** As `valueOf`, with lists and maps in memory. */
  private plainOf(tag: number, payload: number): PropertyValue {
    if (tag === tags.string) return this.strings.text(payload as StringCode)
    if (tag === tags.object) return this.readMap(payload)
    return tag === tags.array ? this.readList(payload) : (this.valueOf(tag, payload) as Scalar)
  }

  /** Gives up a list or a map with all that it holds. */
  free(ref: number): void {
    if (ref === 0) return
    const { tree } = this
    const form = tree.formOf(ref)
    const entries = tree.entriesOf(ref)
    for (let i = 0; i < entries; i++) {
      const first = tree.entry(ref, form, i, 0)
      if (form >= forms.lists) this.free(first)
      else if (form !== forms.floats) this.freeEntry(form, first, tree.entry(ref, form, i, 1))
    }
    tree.free(ref)
  }

  private freeEntry(form: Form, word: number, payload: number): void {
    if (form !== forms.list) this.strings.release((word >>> nameShift) as StringCode)
    this.freeCell(word & tagMask, payload)
  }

  private freeCell(tag: number, payload: number): void {
    const { blocks } = this.tree
    if (tag === tags.string) this.strings.release(payload as StringCode)
    else if (tag === tags.integer || tag === tags.float) blocks.free(payload, wideWords)
    else if (tag === tags.object || tag === tags.array) this.free(payload)
    else if (tag === tags.encoded) {
      this.bytes.free(this.wide(payload, 0), this.wide(payload, 1))
      blocks.free(payload, wideWords)
    }
  }

  // ---- reading in place -------------------------------------------------------------------------------------------

  sizeOf(ref: number): number {
    return ref === 0 ? 0 : this.tree.partOf(ref).count
  }

  memberOf(root: number, name: string): TreeValue | undefined {
    const code = root === 0 ? 0 : this.codeOf(name)
    if (code === 0) return undefined
    const place = this.openAt(root, code)
    if (place < 0) return undefined
    const { words, at, form } = this.tree
    const cell = at + place * widthOf(form)
    return this.valueOf(words[cell]! & tagMask, words[cell + 1]!)
  }

  elementOf(root: number, index: number): TreeValue | undefined {
    if (root === 0 || index < 0) return undefined
    const { tree } = this
    let place = index
    tree.open(root)
    while (tree.form === forms.lists) {
      const { words, at, entries } = tree
      let child = at
      for (const end = at + 3 * entries; child < end && place >= words[child + 1]!; child += 3)
        place -= words[child + 1]!
      if (child === at + 3 * entries) return undefined
      tree.open(words[child]!)
    }
    return place < tree.entries ? this.elementAtOpened(place) : undefined
  }

  private elementAtOpened(place: number): TreeValue {
    const { words, at, form } = this.tree
    const [first, second] = [words[at + 2 * place]!, words[at + 2 * place + 1]!]
    return form === forms.floats ? new Float(doubleOf(first, second)) : this.valueOf(first & tagMask, second)
  }

  *elementsOf(root: number): Iterable<TreeValue> {
    for (const leaf of this.leavesOf(root)) {
      const form = this.tree.formOf(leaf)
      for (let i = 0; i < this.tree.entriesOf(leaf); i++) yield this.elementAt(leaf, form, i)
    }
  }

  *membersOf(root: number): Iterable<readonly [string, TreeValue]> {
    if (root === 0) return
    const { tree } = this
    if (tree.formOf(root) === forms.members)
      for (let i = 0; i < tree.entriesOf(root); i++) yield this.memberAt(root, forms.members, i)
    else for (const { leaf, place } of this.inSequence(root)) yield this.memberAt(leaf, forms.sorted, place)
  }

  private inSequence(root: number): { leaf: number; place: number; sequence: number }[] {
    const members: { leaf: number; place: number; sequence: number }[] = []
    for (const leaf of this.leavesOf(root))
      for (let place = 0; place < this.tree.entriesOf(leaf); place++)
        members.push({ leaf, place, sequence: this.tree.entry(leaf, forms.sorted, place, 2) >>> 0 })
    return members.sort((a, b) => a.sequence - b.sequence)
  }

  private memberAt(leaf: number, form: Form, place: number): readonly [string, TreeValue] {
    const word = this.tree.entry(leaf, form, place, 0)
    const value = this.valueOf(word & tagMask, this.tree.entry(leaf, form, place, 1))
    return [this.strings.text((word >>> nameShift) as StringCode), value]
  }

  private elementAt(leaf: number, form: Form, place: number): TreeValue {
    const [first, second] = [this.tree.entry(leaf, form, place, 0), this.tree.entry(leaf, form, place, 1)]
    return form === forms.floats ? new Float(doubleOf(first, second)) : this.valueOf(first & tagMask, second)
  }

  private valueOf(tag: number, payload: number): TreeValue {
    switch (tag) {
      case tags.null:
        return null
      case tags.false:
        return false
      case tags.true:
        return true
      case tags.int32:
        return payload
      case tags.float32:
        floatWord[0] = payload
        return new Float(floatScratch[0]!)
      case tags.integer:
        return integerOf(this.wide(payload, 0), this.wide(payload, 1))
      case tags.float:
        return new Float(doubleOf(this.wide(payload, 0), this.wide(payload, 1)))
      case tags.string:
        return this.strings.text(payload as StringCode)
      case tags.object:
        return new TreeRef(this, 'object', payload)
      case tags.array:
        return new TreeRef(this, 'array', payload)
      default:
        return decodeValue(this.bytes.get(this.wide(payload, 0), this.wide(payload, 1))) as Scalar
    }
  }

  /** A word of a number or of the address of bytes. */
  private wide(ref: number, word: number): number {
    const { blocks } = this.tree
    const page = blocks.pageOf(ref)
    return blocks.heap.wordsOf(page)[blocks.offset(page, ref) + word]!
  }

  private *leavesOf(ref: number): Iterable<number> {
    if (ref === 0) return
    const { tree } = this
    if (!tree.isInner(ref)) yield ref
    else for (let i = 0; i < tree.entriesOf(ref); i++) yield* this.leavesOf(tree.entry(ref, tree.formOf(ref), i, 0))
  }

  /** Opens the leaf of a map in which a name is or would be; gives its place, negative where it is not. */
  private openAt(root: number, code: StringCode): number {
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
    const entries = this.tree.entriesOf(ref)
    let within = index
    for (let child = 0; child < entries; child++) {
      const count = this.tree.entry(ref, forms.lists, child, 1)
      if (within < count) return [child, within]
      within -= count
    }
    return [-1, within]
  }

  // ---- changing ---------------------------------------------------------------------------------------------------

  /** Makes a change that fits below a container, whose path goes on at `depth`; gives the ref of its root then. */
  change(kind: ContainerKind, root: number, change: TreeChange, depth = 0): number {
    const step = change.path[depth]!
    if (depth < change.path.length - 1) return this.changeBelow(root, step, change, depth)
    if (kind === 'object') {
      if (change.kind === 'remove') return this.removeMember(root, String(step))
      return this.setMember(root, String(step), (change as TreeChange & { kind: 'set' }).value)
    }
    const index = step as number
    if (change.kind === 'insert') return this.insertElements(root, index, change.values)
    return change.kind === 'remove' ? this.removeElement(root, index) : this.setElement(root, index, change.value)
  }

  private changeBelow(root: number, step: Step, change: TreeChange, depth: number): number {
    const { tree } = this
    const descent =
      typeof step === 'number' ? this.toElement(root, step) : this.toName(root, this.codeOf(step) as StringCode)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    const form = tree.formOf(leaf)
    const before = tree.entry(leaf, form, place, 1)
    const kind = (tree.entry(leaf, form, place, 0) & tagMask) === tags.object ? 'object' : 'array'
    const after = this.change(kind, before, change, depth + 1)
    if (after !== before) tree.setEntry(leaf, form, place, 1, after)
    return root
  }

  private setMember(root: number, name: string, value: PropertyValue): number {
    if (root === 0) return this.putMap(new Map([[name, value]]))
    const { tree } = this
    const known = this.codeOf(name)
    const found = known === 0 ? undefined : this.toName(root, known)
    if (found !== undefined && found.places.at(-1)! >= 0) {
      this.replaceCell(found.refs.at(-1)!, found.places.at(-1)!, value)
      return root
    }
    if (tree.formOf(root) === forms.members) return this.addToSmall(root, name, value)
    const cell = new Int32Array(3)
    const code = this.holdName(name)
    this.writeCell(cell, 0, code, value)
    const sequence = tree.sequenceOf(root)
    cell[2] = sequence
    const descent = this.toPlaceOf(root, code)
    const grown = this.edit(descent, 0, cell)
    tree.setSequence(grown, sequence + 1)
    return grown
  }

  private addToSmall(root: number, name: string, value: PropertyValue): number {
    const { tree } = this
    const entries = tree.entriesOf(root)
    const cell = new Int32Array(2)
    this.writeCell(cell, 0, this.holdName(name), value)
    if (entries < mostOf(forms.members)) return this.edit({ refs: [root], places: [entries] }, 0, cell)
    const all = new Int32Array(2 * entries + 2)
    all.set(tree.copy(root, 0, entries))
    all.set(cell, 2 * entries)
    tree.free(root)
    return this.buildSorted(all)
  }

  private removeMember(root: number, name: string): number {
    const { tree } = this
    const descent = this.toName(root, this.codeOf(name) as StringCode)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    const form = tree.formOf(leaf)
    const sequence = form === forms.sorted ? tree.sequenceOf(root) : 0
    this.freeEntry(form, tree.entry(leaf, form, place, 0), tree.entry(leaf, form, place, 1))
    const shrunk = this.edit(descent, 1, noCells)
    if (shrunk !== 0 && form === forms.sorted) tree.setSequence(shrunk, sequence)
    return shrunk
  }

  private setElement(root: number, index: number, value: PropertyValue): number {
    const descent = this.toElement(root, index)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    if (this.tree.formOf(leaf) !== forms.floats || isFloat(value)) {
      this.replaceCell(leaf, place, value)
      return root
    }
    return this.setElement(this.withTags(descent), index, value)
  }

  private insertElements(root: number, index: number, values: List): number {
    if (values.length === 0) return root
    if (root === 0) return this.putList(values)
    const descent = this.toElement(root, index)
    const form = this.tree.formOf(descent.refs.at(-1)!)
    if (form === forms.floats && !values.every(isFloat))
      return this.insertElements(this.withTags(descent), index, values)
    return this.edit(descent, 0, this.elementCells(form, values))
  }

  private removeElement(root: number, index: number): number {
    const { tree } = this
    const descent = this.toElement(root, index)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    const form = tree.formOf(leaf)
    if (form === forms.list) this.freeEntry(form, tree.entry(leaf, form, place, 0), tree.entry(leaf, form, place, 1))
    return this.edit(descent, 1, noCells)
  }

  /** Gives a leaf of floats tags, so that it can hold anything; gives the root then. */
  private withTags(descent: Descent): number {
    const { tree } = this
    const leaf = descent.refs.at(-1)!
    const items: PropertyValue[] = []
    for (let i = 0; i < tree.entriesOf(leaf); i++) items.push(plain(this.elementAt(leaf, forms.floats, i)))
    tree.free(leaf)
    const tagged = tree.make(forms.list, this.elementCells(forms.list, items))
    return this.replaceAbove(descent, descent.refs.length - 2, [tagged])
  }

  /** Puts a value into the place of another one of the same leaf. */
  private replaceCell(leaf: number, place: number, value: PropertyValue): void {
    const { tree } = this
    const form = tree.formOf(leaf)
    const cell = new Int32Array(2)
    if (form === forms.floats) writeDouble(cell, 0, (value as Float).value)
    else {
      const word = tree.entry(leaf, form, place, 0)
      const before = tree.entry(leaf, form, place, 1)
      // Written before what was there is given up, so that a string both have keeps its code.
      this.writeCell(cell, 0, word >>> nameShift, value)
      this.freeCell(word & tagMask, before)
    }
    tree.setEntry(leaf, form, place, 0, cell[0]!)
    tree.setEntry(leaf, form, place, 1, cell[1]!)
  }

  /** Replaces entries of the leaf at the end of a descent; gives the root then, 0 when nothing is left. */
  private edit({ refs, places }: Descent, removed: number, added: Int32Array): number {
    const last = refs.length - 1
    const parts = this.tree.edit(refs[last]!, { place: places[last]!, removed, added })
    return this.replaceAbove({ refs, places }, last - 1, parts)
  }

  /** The blocks below the place of a level are others now, or hold more or less. */
  private replaceAbove({ refs, places }: Descent, level: number, below: readonly Part[]): number {
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
  private toElement(root: number, index: number): Descent {
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
  private toName(root: number, code: StringCode): Descent {
    const descent = this.toPlaceOf(root, code)
    descent.places[descent.places.length - 1] = this.openAt(root, code)
    return descent
  }

  /** To where a name is or would be in a sorted map. */
  private toPlaceOf(root: number, code: StringCode): Descent {
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

  // ---- cells ------------------------------------------------------------------------------------------------------

  /** 0 where no stored string equals the name. A remembered code is believed while it still stands for the name. */
  private codeOf(name: string): StringCode | 0 {
    const { strings, codes } = this
    const known = codes.get(name)
    if (known !== undefined && strings.holders(known) > 0 && strings.text(known) === name) return known
    const code = strings.find(name)
    if (code === 0 || name.length > rememberedLengthMax) return code
    if (codes.size === rememberedMax) codes.clear()
    codes.set(name, code)
    return code
  }

  private holdName(name: string): StringCode {
    const code = this.strings.hold(name)
    if (code < namesMax) return code
    throw new DatabaseError('LIMIT_EXCEEDED', `a database has room for ${namesMax} distinct strings before a name`, {
      namesMax,
    })
  }

  private elementCells(form: Form, items: List): Int32Array {
    const cells = new Int32Array(items.length * widthOf(form))
    items.forEach((item, i) => {
      if (form === forms.floats) writeDouble(cells, 2 * i, (item as Float).value)
      else this.writeCell(cells, 2 * i, 0, item)
    })
    return cells
  }

  /** Writes a name (0 for none) with a tag, and a payload, for a value that is kept from now on. */
  private writeCell(cells: Int32Array, at: number, name: number, value: PropertyValue): void {
    const tag = this.tagFor(value)
    cells[at] = (name << nameShift) | tag
    cells[at + 1] = this.payloadFor(tag, value)
  }

  private tagFor(value: PropertyValue): number {
    switch (typeof value) {
      case 'string':
        return tags.string
      case 'boolean':
        return value ? tags.true : tags.false
      case 'number':
        return (value | 0) === value ? tags.int32 : tags.integer
      case 'bigint':
        return tags.integer
    }
    if (value === null) return tags.null
    if (value instanceof Float) return Object.is(Math.fround(value.value), value.value) ? tags.float32 : tags.float
    if (value instanceof Temporal || value instanceof Uint8Array) return tags.encoded
    return isMap(value) ? tags.object : tags.array
  }

  private payloadFor(tag: number, value: PropertyValue): number {
    switch (tag) {
      case tags.string:
        return this.strings.hold(value as string)
      case tags.int32:
        return value as number
      case tags.float32:
        floatScratch[0] = (value as Float).value
        return floatWord[0]!
      case tags.integer:
        return this.putInteger(value as number | bigint)
      case tags.float:
        doubleScratch[0] = (value as Float).value
        return this.putWide(doubleWords[0]!, doubleWords[1]!)
      case tags.object:
      case tags.array:
        return this.put(value as List | PropertyMap)
      case tags.encoded: {
        const bytes = encodeValue(value)
        return this.putWide(this.bytes.put(bytes), bytes.length)
      }
      default:
        return 0
    }
  }

  private putInteger(value: number | bigint): number {
    if (typeof value === 'number') return this.putWide(value | 0, Math.floor(value / 2 ** 32) | 0)
    return this.putWide(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
  }

  private putWide(low: number, high: number): number {
    const { blocks } = this.tree
    const ref = blocks.allocate(wideWords)
    blocks.write(ref, 0, low)
    blocks.write(ref, 1, high)
    return ref
  }
}

const noCells = new Int32Array(0)

function plain(value: TreeValue): PropertyValue {
  return value instanceof TreeRef ? value.read() : value
}

function isMap(value: PropertyValue): value is PropertyMap {
  return value instanceof Map
}

function isFloat(value: PropertyValue): value is Float {
  return value instanceof Float
}

function isSorted(form: Form): boolean {
  return form === forms.sorted || form === forms.sorteds
}

function entriesFor(parts: readonly Part[]): Int32Array {
  const entries = new Int32Array(parts.length * 3)
  for (const [i, { ref, count, first }] of parts.entries()) entries.set([ref, count, first], 3 * i)
  return entries
}

function writeDouble(cells: Int32Array, at: number, value: number): void {
  doubleScratch[0] = value
  cells[at] = doubleWords[0]!
  cells[at + 1] = doubleWords[1]!
}

function doubleOf(low: number, high: number): number {
  doubleWords[0] = low
  doubleWords[1] = high
  return doubleScratch[0]!
}

function integerOf(low: number, high: number): number | bigint {
  const value = high * 2 ** 32 + (low >>> 0)
  if (Number.isSafeInteger(value)) return value
  return toInteger((BigInt(high) << 32n) | BigInt(low >>> 0))
}
