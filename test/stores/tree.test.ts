import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { groupKey } from '../../query/functions/values.js'
import type { TreeChange } from '../../src/core/change.js'
import type { Step } from '../../src/core/json-path/tree.js'
import { LocalDate } from '../../src/core/temporal/date.js'
import { withChange } from '../../src/core/tree-change.js'
import { Float, integerMax, integerMin, type PropertyValue } from '../../src/core/value.js'
import { BlockHeap, ByteStore } from '../../src/pages/block-heap.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { PagedWords } from '../../src/pages/paged-words.js'
import { TreeStore } from '../../src/stores/json/tree.js'
import { TreeBlocks } from '../../src/stores/json/tree-blocks.js'
import { type ContainerKind, TreeRef } from '../../src/stores/json/tree-ref.js'
import { slots } from '../../src/stores/slots.js'
import { Dictionary } from '../../src/stores/strings/dictionary.js'
import { againstModel, smallHeap } from '../pages/against-model.js'
import { textsIn } from '../support/values.js'

interface Real {
  readonly trees: TreeStore
  readonly strings: Dictionary
  readonly space: PageSpace
  /** The ref of one map: the document. */
  readonly root: PagedWords
}

function open(space: PageSpace): Real {
  const strings = new Dictionary(space)
  const trees = new TreeStore(space, slots.trees, strings, new ByteStore(new BlockHeap(space, slots.values)))
  return { trees, strings, space, root: new PagedWords(space.table(slots.counters)) }
}

const newTrees = () => open(PageSpace.current(new Heap(smallHeap)))

const scalars: readonly PropertyValue[] = [
  null,
  true,
  false,
  0,
  -(2 ** 31),
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  integerMax,
  integerMin,
  new Float(0.5),
  new Float(-0),
  new Float(0.1),
  new Float(Number.NaN),
  new Float(Number.POSITIVE_INFINITY),
  '',
  'a',
  '漢'.repeat(50),
  'x'.repeat(5000),
  new Uint8Array([1, 2, 3]),
  new Uint8Array(10_000),
  new LocalDate(20_000),
]

const names = ['', 'a', 'b.c', '$', '__proto__', 'constructor', 'ü', 'n'.repeat(3000)]
const scalar = fc.constantFrom(...scalars)
const value: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: scalar },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.nat(300).map((count) => Array.from({ length: count }, (_, i) => new Float(i / 7))),
    fc.nat(300).map((count) => Array.from({ length: count }, (_, i) => i)),
    fc.nat(300).map((count) => new Map(Array.from({ length: count }, (_, i) => [`m${i}`, i]))),
  ),
})).value

/** Numbers that pick a place in whatever document there is then. */
interface Turn {
  readonly down: readonly number[]
  readonly pick: number
  readonly kind: 'set' | 'add' | 'remove' | 'insert' | 'removeMany' | 'addMany'
  readonly value: PropertyValue
  readonly values: readonly PropertyValue[]
}

const turn: fc.Arbitrary<Turn> = fc.record({
  down: fc.array(fc.nat(), { maxLength: 3 }),
  pick: fc.nat(),
  kind: fc.constantFrom('set', 'add', 'remove', 'insert', 'removeMany', 'addMany'),
  value,
  values: fc.oneof(
    fc.array(scalar, { maxLength: 3 }),
    fc.nat(400).map((count) => Array.from({ length: count }, (_, i) => new Float(i + 0.1))),
    fc.nat(400).map((count) => Array.from({ length: count }, (_, i) => `s${i}`)),
  ),
})

/** The changes that a turn means for a document; all of them fit it. */
function changesFor(document: PropertyValue, { down, pick, kind, value, values }: Turn): TreeChange[] {
  const [path, container] = walk(document, down)
  const size = sizeOf(container)
  const at = (index: number) => [...path, stepAt(container, index)]
  const some = size === 0 ? [] : [pick % size]
  switch (kind) {
    case 'set':
      return some.map((index) => ({ kind: 'set', path: at(index), value }))
    case 'remove':
      return some.map((index) => ({ kind: 'remove', path: at(index) }))
    case 'removeMany':
      return Array.from(
        { length: size >>> 1 },
        () => ({ kind: 'remove', path: at(container instanceof Map ? -1 : pick % (size >>> 1)) }) as const,
      ).filter((_, i) => !(container instanceof Map) || i === 0)
    case 'insert':
    case 'addMany':
      if (Array.isArray(container)) return [{ kind: 'insert', path: [...path, pick % (size + 1)], values }]
      return Array.from({ length: kind === 'insert' ? 1 : 150 }, (_, i) => ({
        kind: 'set',
        path: [...path, `k${(pick + i * 7) % 500}`],
        value: i,
      }))
    case 'add':
      if (container instanceof Map) return [{ kind: 'set', path: [...path, names[pick % names.length]!], value }]
      return [{ kind: 'insert', path: [...path, size], values: [value] }]
  }
}

function walk(document: PropertyValue, down: readonly number[]): readonly [Step[], PropertyValue] {
  const path: Step[] = []
  let container = document
  for (const number of down) {
    const inner = childrenOf(container).filter(([, child]) => child instanceof Map || Array.isArray(child))
    if (inner.length === 0) break
    const [step, child] = inner[number % inner.length]!
    path.push(step)
    container = child
  }
  return [path, container]
}

function childrenOf(container: PropertyValue): (readonly [Step, PropertyValue])[] {
  return container instanceof Map ? [...container] : [...(container as PropertyValue[]).entries()]
}

function sizeOf(container: PropertyValue): number {
  return container instanceof Map ? container.size : (container as PropertyValue[]).length
}

function stepAt(container: PropertyValue, index: number): Step {
  return container instanceof Map ? [...container.keys()].at(index)! : index
}

/** Members in their order, which `toEqual` of maps does not look at. */
function inOrder(value: PropertyValue): unknown {
  if (value instanceof Map) return [...value].map(([name, child]) => [name, inOrder(child)])
  return Array.isArray(value) ? value.map(inOrder) : value
}

const document = (): PropertyValue => new Map<string, PropertyValue>([['list', []]])

function equalInEveryVersion({ runs }: { runs: number }): void {
  againstModel<Real, { value: PropertyValue }, Turn>(
    {
      open: (space) => {
        const real = open(space)
        if (space.heap.committedVersion === 0) real.root.set(0, real.trees.put(document() as never))
        return real
      },
      openSnapshot: (_, space) => open(space),
      model: () => ({ value: document() }),
      copy: (model) => ({ ...model }),
      step: turn,
      apply({ trees, root }, model, step) {
        for (const change of changesFor(model.value, step)) {
          root.set(0, trees.change('object', root.get(0), change))
          model.value = withChange(model.value, change)
        }
      },
      compare({ trees, strings, root }, { value }) {
        expect(inOrder(trees.read('object', root.get(0)))).toEqual(inOrder(value))
        expect(strings.size).toBe(textsIn(value).size)
      },
    },
    { runs, length: 60 },
  )
}

describe('trees', () => {
  test('equal values in memory in every version, whatever changes where', () => {
    equalInEveryVersion({ runs: 60 })
  })

  test.each([
    ['a large map forgets its order', () => vi.spyOn(TreeBlocks.prototype, 'setSequence').mockReturnValue()],
    ['a string that is replaced stays held', () => vi.spyOn(Dictionary.prototype, 'release').mockReturnValue()],
  ])('the comparison finds a fault: %s', (_, plant) => {
    const planted = plant()
    expect(() => equalInEveryVersion({ runs: 60 })).toThrow()
    planted.mockRestore()
  })

  test('a place is found by its path as in memory, and one that is not there is not', () => {
    fc.assert(
      fc.property(value, fc.array(fc.nat(), { maxLength: 4 }), (value, down) => {
        const { trees } = newTrees()
        const whole: PropertyValue = new Map([['v', value]])
        const [path, expected] = walk(whole, down)
        const found = path.reduce<unknown>(
          (tree, step) => (typeof step === 'string' ? (tree as TreeRef).member(step) : (tree as TreeRef).element(step)),
          new TreeRef(trees, 'object', trees.put(whole as never)),
        ) as TreeRef
        expect(inOrder(found.read())).toEqual(inOrder(expected))
        expect(found.size).toBe(sizeOf(expected))
        if (found.kind === 'object') expect(found.member('not there')).toBeUndefined()
        else {
          expect(found.element(found.size)).toBeUndefined()
          expect([...found.elements()].length).toBe(found.size)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('the keys of two values are equal where DISTINCT takes the values for one', () => {
    const { trees } = newTrees()
    const key = (value: PropertyValue) =>
      trees.keyOf(value instanceof Map ? 'object' : 'array', trees.put(value as never))
    const wrapped = fc.tuple(value, value).map((pair) => pair.map((each): PropertyValue => [each]))
    fc.assert(
      fc.property(wrapped, ([one, other]) => {
        expect(key(one!) === key(other!)).toBe(groupKey(one!) === groupKey(other!))
        expect(key(one!)).toBe(key(one!))
      }),
      { numRuns: 500 },
    )
    const [one, two] = [
      new Map<string, PropertyValue>([
        ['a', 1],
        ['b', new Float(2)],
      ]),
      new Map<string, PropertyValue>([
        ['b', 2],
        ['a', new Float(1)],
      ]),
    ]
    expect(key([one])).toBe(key([two]))
    expect(key([new Float(Number.NaN)])).not.toBe(key([null]))
  })

  test('a value takes its blocks, and the strings and wide numbers in it', () => {
    const { trees } = newTrees()
    const bytes = (value: PropertyValue[]) => trees.bytesOf(trees.put(value))
    expect([bytes([]), bytes([1]), bytes([1, 2, 3]), bytes(['four'])]).toEqual([0, 16, 32, 20])
    expect([bytes([2 ** 40]), bytes([new Float(0.1)]), bytes([[1], 'ä'])]).toEqual([32, 16, 32 + 16 + 2])
    expect(bytes(Array.from({ length: 10_000 }, (_, i) => i))).toBeGreaterThanOrEqual(80_000)
  })

  test('what is given up leaves nothing behind', () => {
    fc.assert(
      fc.property(value, fc.array(turn, { maxLength: 10 }), (value, turns) => {
        const { trees, strings, space } = newTrees()
        let model: PropertyValue = new Map([['v', value]])
        let ref = trees.put(model as never)
        for (const each of turns)
          for (const change of changesFor(model, each)) {
            ref = trees.change('object', ref, change)
            model = withChange(model, change)
          }
        trees.free(ref)
        expect(strings.size).toBe(0)
        for (const slot of [slots.trees, slots.values, slots.stringBlocks])
          expect([...space.table(slot).entries()].filter((page) => page > 0)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test.each([
    ['in the middle', (size: number) => size >>> 1],
    ['at the end', (size: number) => size],
    ['at the start', () => 0],
  ])('a list that grows %s one by one, and shrinks again', (_, where) => {
    const { trees } = newTrees()
    const model: number[] = []
    let ref = 0
    for (let i = 0; i < 3000; i++) {
      const at = where(model.length)
      ref = trees.change('array', ref, { kind: 'insert', path: [at], values: [i] })
      model.splice(at, 0, i)
    }
    expect(trees.read('array', ref)).toEqual(model)
    while (model.length > 0) {
      const at = Math.min(where(model.length), model.length - 1)
      ref = trees.change('array', ref, { kind: 'remove', path: [at] })
      model.splice(at, 1)
      if (model.length % 500 === 0) expect(trees.read('array', ref)).toEqual(model)
    }
    expect(ref).toBe(0)
  })

  test('the kinds of containers are told', () => {
    const { trees } = newTrees()
    const ref = trees.put(
      new Map<string, PropertyValue>([
        ['a', new Map()],
        ['b', []],
      ]),
    )
    const kinds = Array.from(new TreeRef(trees, 'object', ref).members(), ([name, child]) => [
      name,
      (child as TreeRef).kind,
    ])
    expect(kinds satisfies (string | ContainerKind)[][]).toEqual([
      ['a', 'object'],
      ['b', 'array'],
    ])
  })
})
