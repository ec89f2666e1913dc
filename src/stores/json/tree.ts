/**
 * The tree arena: lists and maps of documents, each value at an address of its own, so that one deep in a large document
 * is read or changed at the cost of its path.
 *
 *   { name: 'Ann', tags: ['a', 'b'] }
 *
 *   map    2 members | 'name' string 'Ann' | 'tags' list ──┐
 *   list   2 elements | string 'a' | string 'b' | <────────┘
 *
 * What stands at a place is a cell: tree-cells.ts. A list or a map is known by the ref of its root block; 0 is an empty
 * one. A list of FLOAT alone has no tags.
 *
 * What does not fit in a block (tree-blocks.ts) is a tree of blocks (tree-levels.ts): a long list by index, a large map by
 * name, with a sequence in each member that gives their order back. So the element in the middle of a million is found
 * through three blocks, and a value put before it moves half a kilobyte.
 */
import type { TreeChange } from '../../core/change.js'
import { floatKey } from '../../core/float-key.js'
import type { StringCode } from '../../core/ids.js'
import type { Step } from '../../core/json-path/tree.js'
import { Float, type PropertyValue, type Scalar } from '../../core/value.js'
import { BlockHeap, type ByteStore } from '../../pages/block-heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import type { Dictionary } from '../strings/dictionary.js'
import { type Form, forms, mostOf, nameShift, TreeBlocks, tagMask, widthOf } from './tree-blocks.js'
import { doubleOf, TreeCells, tags, writeDouble } from './tree-cells.js'
import { type Descent, TreeLevels } from './tree-levels.js'
import { type ContainerKind, TreeRef, type TreeValue } from './tree-ref.js'

type List = readonly PropertyValue[]
type PropertyMap = ReadonlyMap<string, PropertyValue>

export class TreeStore {
  private readonly tree: TreeBlocks
  private readonly levels: TreeLevels
  private readonly cells: TreeCells

  constructor(space: PageSpace, slot: number, strings: Dictionary, bytes: ByteStore) {
    const blocks = new BlockHeap(space, slot)
    this.tree = new TreeBlocks(blocks)
    this.levels = new TreeLevels(this.tree)
    this.cells = new TreeCells(blocks, strings, bytes)
  }

  // ---- whole values -----------------------------------------------------------------------------------------------

  /** Keeps a list or a map; gives the ref of its root. */
  put(value: List | PropertyMap): number {
    return isMap(value) ? this.putMap(value) : this.putList(value)
  }

  private putList(items: List): number {
    const form = items.every(isFloat) ? forms.floats : forms.list
    return this.levels.build(form, this.elementCells(form, items))
  }

  private putMap(map: PropertyMap): number {
    const cells = new Int32Array(map.size * 2)
    let at = 0
    for (const [name, value] of map) {
      this.writeCell(cells, at, this.cells.holdName(name), value)
      at += 2
    }
    return map.size <= mostOf(forms.members) ? this.levels.build(forms.members, cells) : this.buildSorted(cells)
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
    const root = this.levels.build(forms.sorted, sorted)
    this.tree.setSequence(root, count)
    return root
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
    const { tree, cells } = this
    tree.open(ref)
    const { words, at, form, entries } = tree
    if (form === forms.members)
      for (let i = at; i < at + 2 * entries; i += 2) {
        const word = words[i]!
        map.set(cells.nameOf(word >>> nameShift), this.plainOf(word & tagMask, words[i + 1]!))
      }
    else for (const [name, value] of this.membersOf(ref)) map.set(name, plain(value))
    return map
  }

  /** As `valueOf`, with lists and maps in memory. */
  private plainOf(tag: number, payload: number): PropertyValue {
    if (tag === tags.object) return this.readMap(payload)
    return tag === tags.array ? this.readList(payload) : this.cells.read(tag, payload)
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
    if (form !== forms.list) this.cells.releaseName(word >>> nameShift)
    this.freeCell(word & tagMask, payload)
  }

  private freeCell(tag: number, payload: number): void {
    if (tag === tags.object || tag === tags.array) this.free(payload)
    else this.cells.free(tag, payload)
  }

  // ---- reading in place -------------------------------------------------------------------------------------------

  sizeOf(ref: number): number {
    return ref === 0 ? 0 : this.tree.partOf(ref).count
  }

  memberOf(root: number, name: string): TreeValue | undefined {
    const code = root === 0 ? 0 : this.cells.codeOf(name)
    if (code === 0) return undefined
    const place = this.levels.openAt(root, code)
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
    for (const leaf of this.levels.leavesOf(root)) {
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
    for (const leaf of this.levels.leavesOf(root))
      for (let place = 0; place < this.tree.entriesOf(leaf); place++)
        members.push({ leaf, place, sequence: this.tree.entry(leaf, forms.sorted, place, 2) >>> 0 })
    return members.sort((a, b) => a.sequence - b.sequence)
  }

  private memberAt(leaf: number, form: Form, place: number): readonly [string, TreeValue] {
    const word = this.tree.entry(leaf, form, place, 0)
    const value = this.valueOf(word & tagMask, this.tree.entry(leaf, form, place, 1))
    return [this.cells.nameOf(word >>> nameShift), value]
  }

  private elementAt(leaf: number, form: Form, place: number): TreeValue {
    const [first, second] = [this.tree.entry(leaf, form, place, 0), this.tree.entry(leaf, form, place, 1)]
    return form === forms.floats ? new Float(doubleOf(first, second)) : this.valueOf(first & tagMask, second)
  }

  /** Of a list or a map: its blocks, and what its values take beside them. Names of members are left out: many share each. */
  bytesOf(ref: number): number {
    if (ref === 0) return 0
    const { tree } = this
    tree.open(ref)
    const { words, at, form, entries } = tree
    const width = widthOf(form)
    let bytes = tree.blockBytes
    for (let i = at; i < at + entries * width && form !== forms.floats; i += width)
      if (form >= forms.lists) bytes += this.bytesOf(words[i]!)
      else bytes += this.cellBytes(words[i]! & tagMask, words[i + 1]!)
    return bytes
  }

  private cellBytes(tag: number, payload: number): number {
    return tag === tags.object || tag === tags.array ? this.bytesOf(payload) : this.cells.bytesOf(tag, payload)
  }

  /** Of a list or map: its cells in a row, members by the codes of their names. Equal strings have equal codes. */
  keyOf(kind: ContainerKind, ref: number): string {
    return kind === 'array' ? `[${this.elementKeys(ref)}]` : `{${this.memberKeys(ref)}}`
  }

  private elementKeys(ref: number): string {
    if (ref === 0) return ''
    const { tree } = this
    tree.open(ref)
    const { words, at, form, entries } = tree
    let key = ''
    for (let i = 0; i < entries; i++)
      if (form === forms.lists) key += this.elementKeys(words[at + 3 * i]!)
      else if (form === forms.floats) key += `i${floatKey(doubleOf(words[at + 2 * i]!, words[at + 2 * i + 1]!))};`
      else key += this.cellKey(words[at + 2 * i]! & tagMask, words[at + 2 * i + 1]!)
    return key
  }

  private memberKeys(root: number): string {
    const members: (readonly [name: number, key: string])[] = []
    for (const leaf of this.levels.leavesOf(root)) {
      this.tree.open(leaf)
      const { words, at, form, entries } = this.tree
      for (let i = at; i < at + entries * widthOf(form); i += widthOf(form))
        members.push([words[i]! >>> nameShift, this.cellKey(words[i]! & tagMask, words[i + 1]!)])
    }
    members.sort(([one], [other]) => one - other)
    return members.map(([name, key]) => `${name}:${key}`).join('')
  }

  private cellKey(tag: number, payload: number): string {
    if (tag === tags.object) return this.keyOf('object', payload)
    return tag === tags.array ? this.keyOf('array', payload) : this.cells.keyOf(tag, payload)
  }

  private valueOf(tag: number, payload: number): TreeValue {
    if (tag === tags.object) return new TreeRef(this, 'object', payload)
    return tag === tags.array ? new TreeRef(this, 'array', payload) : this.cells.read(tag, payload)
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
      typeof step === 'number'
        ? this.levels.toElement(root, step)
        : this.levels.toName(root, this.cells.codeOf(step) as StringCode)
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
    const known = this.cells.codeOf(name)
    const found = known === 0 ? undefined : this.levels.toName(root, known)
    if (found !== undefined && found.places.at(-1)! >= 0) {
      this.replaceCell(found.refs.at(-1)!, found.places.at(-1)!, value)
      return root
    }
    if (tree.formOf(root) === forms.members) return this.addToSmall(root, name, value)
    const cell = new Int32Array(3)
    const code = this.cells.holdName(name)
    this.writeCell(cell, 0, code, value)
    const sequence = tree.sequenceOf(root)
    cell[2] = sequence
    const descent = this.levels.toPlaceOf(root, code)
    const grown = this.levels.edit(descent, 0, cell)
    tree.setSequence(grown, sequence + 1)
    return grown
  }

  private addToSmall(root: number, name: string, value: PropertyValue): number {
    const { tree } = this
    const entries = tree.entriesOf(root)
    const cell = new Int32Array(2)
    this.writeCell(cell, 0, this.cells.holdName(name), value)
    if (entries < mostOf(forms.members)) return this.levels.edit({ refs: [root], places: [entries] }, 0, cell)
    const all = new Int32Array(2 * entries + 2)
    all.set(tree.copy(root, 0, entries))
    all.set(cell, 2 * entries)
    tree.free(root)
    return this.buildSorted(all)
  }

  private removeMember(root: number, name: string): number {
    const { tree } = this
    const descent = this.levels.toName(root, this.cells.codeOf(name) as StringCode)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    const form = tree.formOf(leaf)
    const sequence = form === forms.sorted ? tree.sequenceOf(root) : 0
    this.freeEntry(form, tree.entry(leaf, form, place, 0), tree.entry(leaf, form, place, 1))
    const shrunk = this.levels.edit(descent, 1, noCells)
    if (shrunk !== 0 && form === forms.sorted) tree.setSequence(shrunk, sequence)
    return shrunk
  }

  private setElement(root: number, index: number, value: PropertyValue): number {
    const descent = this.levels.toElement(root, index)
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
    const descent = this.levels.toElement(root, index)
    const form = this.tree.formOf(descent.refs.at(-1)!)
    if (form === forms.floats && !values.every(isFloat))
      return this.insertElements(this.withTags(descent), index, values)
    return this.levels.edit(descent, 0, this.elementCells(form, values))
  }

  private removeElement(root: number, index: number): number {
    const { tree } = this
    const descent = this.levels.toElement(root, index)
    const [leaf, place] = [descent.refs.at(-1)!, descent.places.at(-1)!]
    const form = tree.formOf(leaf)
    if (form === forms.list) this.freeEntry(form, tree.entry(leaf, form, place, 0), tree.entry(leaf, form, place, 1))
    return this.levels.edit(descent, 1, noCells)
  }

  /** Gives a leaf of floats tags, so that it can hold anything; gives the root then. */
  private withTags(descent: Descent): number {
    const { tree } = this
    const leaf = descent.refs.at(-1)!
    const items: PropertyValue[] = []
    for (let i = 0; i < tree.entriesOf(leaf); i++) items.push(plain(this.elementAt(leaf, forms.floats, i)))
    tree.free(leaf)
    const tagged = tree.make(forms.list, this.elementCells(forms.list, items))
    return this.levels.replaceAbove(descent, descent.refs.length - 2, [tagged])
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

  // ---- cells ------------------------------------------------------------------------------------------------------

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
    const tag = this.cells.tagOf(value)
    cells[at] = (name << nameShift) | tag
    cells[at + 1] =
      tag === tags.object || tag === tags.array
        ? this.put(value as List | PropertyMap)
        : this.cells.put(tag, value as Scalar)
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
