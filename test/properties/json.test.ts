/**
 * The procedures that change documents against a plain model, which makes the document anew from its leaves. Documents have
 * members of every kind of name; what they are at the end is there after the power was lost.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EntityDocument } from '../../query/execute/runtime/entity-document.js'
import { writeJson } from '../../src/core/json.js'
import { applyJsonPatch } from '../../src/core/json-patch/json-patch.js'
import { visitMatches } from '../../src/core/json-path/evaluate.js'
import { normalizedPath } from '../../src/core/json-path/normalized.js'
import { parseJsonPath } from '../../src/core/json-path/parse.js'
import type { Step } from '../../src/core/json-path/tree.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { type Database, open } from '../../src/index.js'
import { MemoryDocument, memoryTree } from '../support/json-document.js'
import { MemoryFileSystem, memoryEnvironment } from '../support/memory-environment.js'

// ---- documents and what is done to them -----------------------------------------------------------------------------

const name = fc.constantFrom('a', 'b', '', 'a.b', '$', '__proto__', "it's", 'x'.repeat(300), '0', '名前')
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -9, max: 9 }),
  fc.integer({ min: -9, max: 9 }).map((value) => new Float(value / 2)),
  fc.constantFrom('', 'a', 'text', 'ü'.repeat(40)),
)
const { value, map } = fc.letrec<{ value: PropertyValue; map: ReadonlyMap<string, PropertyValue> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
}))

interface Operation {
  readonly verb: keyof typeof models
  /** Picks a path that leads to one of the document's places, or to several. */
  readonly pick: number
  readonly widen: 'one' | 'children' | 'within'
  readonly given: PropertyValue
  readonly number: number
}

const operation: fc.Arbitrary<Operation> = fc.record({
  verb: fc.constantFrom('set', 'merge', 'delete', 'clear', 'toggle', 'increment', 'append', 'insert', 'pop', 'trim'),
  pick: fc.nat(),
  widen: fc.constantFrom('one', 'one', 'children', 'within'),
  given: value,
  number: fc.integer({ min: -3, max: 3 }),
})

// ---- the model ------------------------------------------------------------------------------------------------------

const gone = Symbol('gone')
type Model = (value: PropertyValue, operation: Operation) => PropertyValue | typeof gone

const isMap = (value: PropertyValue): value is ReadonlyMap<string, PropertyValue> => value instanceof Map
const isArray = (value: PropertyValue): value is readonly PropertyValue[] => Array.isArray(value)
const listOf = (value: PropertyValue) => (isArray(value) ? value : [value])
const at = (index: number, size: number) => (index < 0 ? size + index : index)

const models = {
  set: (_value, { given }) => given,
  merge: (value, { given }) => merged(value, given),
  delete: () => gone,
  clear: (value) => {
    if (isMap(value)) return new Map()
    if (isArray(value)) return []
    if (value instanceof Float) return new Float(0)
    return typeof value === 'number' ? 0 : value
  },
  toggle: (value) => (typeof value === 'boolean' ? !value : value),
  increment: (value, { number }) => {
    if (value instanceof Float) return new Float(value.value + number)
    return typeof value === 'number' ? value + number : value
  },
  append: (value, { given }) => {
    if (isArray(value)) return [...value, ...listOf(given)]
    return typeof value === 'string' && typeof given === 'string' ? value + given : value
  },
  insert: (value, { given, number }) =>
    isArray(value) ? value.toSpliced(at(number, value.length), 0, ...listOf(given)) : value,
  pop: (value, { number }) => {
    if (!isArray(value) || value.length === 0) return value
    return value.toSpliced(Math.min(Math.max(at(number, value.length), 0), value.length - 1), 1)
  },
  trim: (value, { number }) => (isArray(value) ? value.slice(number) : value),
} satisfies Record<string, Model>

function merged(value: PropertyValue, patch: PropertyValue): PropertyValue {
  if (!isMap(patch)) return patch
  const members = new Map(isMap(value) ? value : [])
  for (const [name, part] of patch) {
    if (part === null) members.delete(name)
    else members.set(name, merged(members.get(name) ?? null, part))
  }
  return members
}

interface Rewriting {
  readonly path: readonly Step[]
  readonly places: ReadonlySet<string>
  readonly model: (value: PropertyValue) => ReturnType<Model>
}

/** The value with the model applied at every place, from the leaves up. */
function rewritten(value: PropertyValue, rewriting: Rewriting): ReturnType<Model> {
  const { path, places, model } = rewriting
  const child = (each: PropertyValue, step: Step) => rewritten(each, { ...rewriting, path: [...path, step] })
  let inner = value
  if (isArray(value)) inner = value.map(child).filter((each) => each !== gone)
  else if (isMap(value))
    inner = new Map([...value].map(([name, each]) => [name, child(each, name)] as const).filter(isLeft))
  return places.has(normalizedPath(path)) ? model(inner) : inner
}

function isLeft(entry: readonly [string, PropertyValue | typeof gone]): entry is [string, PropertyValue] {
  return entry[1] !== gone
}

// ---- the comparison -------------------------------------------------------------------------------------------------

function placesIn(document: PropertyValue, path: string): string[] {
  const places: string[] = []
  visitMatches(parseJsonPath(path), { tree: memoryTree, root: document }, (_value, steps) => {
    places.push(normalizedPath(steps))
    return false
  })
  return places
}

function pathFor(document: PropertyValue, { pick, widen }: Operation): string {
  const places = placesIn(document, '$..*')
  const place = places.length === 0 ? "$['a']" : places[pick % places.length]!
  return place + { one: '', children: '[*]', within: '..*' }[widen]
}

/** An index that lies beyond a list is refused, which other tests ask for. */
function isInside({ verb, number }: Operation, document: PropertyValue, places: ReadonlySet<string>): boolean {
  if (verb !== 'insert') return true
  const sizes: number[] = []
  const model = (value: PropertyValue) => {
    if (isArray(value)) sizes.push(value.length)
    return value
  }
  rewritten(document, { path: [], places, model })
  return sizes.every((size) => at(number, size) >= 0 && at(number, size) <= size)
}

const calls: Readonly<Record<keyof typeof models, string>> = {
  set: ', $given',
  merge: ', $given',
  delete: '',
  clear: '',
  toggle: '',
  increment: ', $number',
  append: ', $given',
  insert: ', $number, $given',
  pop: ', $number',
  trim: ', $number',
}

/** A text in which the order of members does not count. */
function shown(value: PropertyValue): string {
  return writeJson(sorted(value))
}

function sorted(value: PropertyValue): PropertyValue {
  if (isArray(value)) return value.map(sorted)
  if (!isMap(value)) return value
  return new Map(
    [...value].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => [name, sorted(each)]),
  )
}

const asTheyAre = { form: (_stores: unknown, value: unknown) => value }

async function documentIn(db: Database, key: string): Promise<string> {
  const { rows } = await db.query("RETURN json.value($key, '$')", { key }, asTheyAre)
  return shown(rows[0]![0] as PropertyValue)
}

/** Does the operations to a document of the database and to the model, which it gives. */
async function compare(
  db: Database,
  key: string,
  start: PropertyValue,
  operations: readonly Operation[],
): Promise<string> {
  let document = start
  await db.query("CALL json.set($key, '$', $start)", { key, start })
  for (const each of operations) {
    const path = pathFor(document, each)
    const places = new Set(placesIn(document, path))
    if (places.size === 0 || !isInside(each, document, places)) continue
    const { verb, given, number } = each
    document = rewritten(document, { path: [], places, model: (value) => models[verb](value, each) }) as PropertyValue
    const { rows } = await db.query(`CALL json.${verb}($key, $path${calls[verb]})`, { key, path, given, number })
    expect(rows).toHaveLength(places.size)
    expect(await documentIn(db, key)).toBe(shown(document))
  }
  return shown(document)
}

/** Each run has a document of its own; all of them are there when the power has been lost. */
async function campaign(numRuns: number): Promise<void> {
  const files = new MemoryFileSystem()
  const db = await open('data', { environment: memoryEnvironment(files) })
  const ends = new Map<string, string>()
  try {
    await fc.assert(
      fc.asyncProperty(map, fc.array(operation, { maxLength: 8 }), async (start, operations) => {
        const key = `document ${ends.size}`
        ends.set(key, await compare(db, key, start, operations))
      }),
      { numRuns, endOnFailure: true },
    )
  } finally {
    await db.close()
  }
  const again = await open('data', { environment: memoryEnvironment(files.crash(1)) })
  for (const [key, end] of ends) expect(await documentIn(again, key)).toBe(end)
  await again.close()
}

test('documents are what the model makes of them, and stay so when power is lost', () => campaign(300), 60_000)

// ---- patches --------------------------------------------------------------------------------------------------------

interface PatchStep {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly pick: number
  readonly fromPick: number
  /** Whether `path` leads to what is there, or beside it. */
  readonly beside: boolean
  readonly value: PropertyValue
}

const patchStep: fc.Arbitrary<PatchStep> = fc.record({
  op: fc.constantFrom('add', 'add', 'remove', 'replace', 'move', 'copy', 'test'),
  pick: fc.nat(),
  fromPick: fc.nat(),
  beside: fc.boolean(),
  value,
})

/** Pointers of all places, the root left out: what becomes of that is told by other tests. */
function pointersIn(document: PropertyValue): string[] {
  const pointers: string[] = []
  visitMatches(parseJsonPath('$..*'), { tree: memoryTree, root: document }, (_value, steps) => {
    pointers.push(steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
    return false
  })
  return pointers
}

/** Operations on the places of the document as it is before them: some fail, as an earlier one has moved what they name. */
function patchFor(document: PropertyValue, steps: readonly PatchStep[]): PropertyValue {
  const pointers = ['/new', ...pointersIn(document)]
  return steps.map(({ op, pick, fromPick, beside, value }) => {
    const path = pointers[pick % pointers.length]!
    const from = pointers[fromPick % pointers.length]!
    return new Map<string, PropertyValue>([
      ['op', op],
      ['path', beside ? `${path.slice(0, path.lastIndexOf('/'))}/-` : path],
      ['from', from],
      ['value', value],
    ])
  })
}

test('a patch makes of a document what it makes of one in memory, or nothing', async () => {
  const db = await open()
  let key = 0
  let failed = 0
  await fc.assert(
    fc.asyncProperty(map, fc.array(patchStep, { minLength: 1, maxLength: 4 }), async (start, steps) => {
      const patch = patchFor(start, steps)
      const model = new MemoryDocument(start)
      const expected = outcome(() => applyJsonPatch(model, patch))
      const name = `patched ${key++}`
      await db.query("CALL json.set($name, '$', $start)", { name, start })
      const told = await db.query('CALL json.patch($name, $patch)', { name, patch }).then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
      expect(told).toBe(expected)
      if (told !== 'done') failed++
      expect(await documentIn(db, name)).toBe(shown(told === 'done' ? model.root() : start))
    }),
    { numRuns: 300 },
  )
  expect(failed).toBeGreaterThan(0)
  expect(failed).toBeLessThan(key)
  await db.close()
}, 60_000)

function outcome(run: () => void): string {
  try {
    run()
    return 'done'
  } catch (error) {
    return (error as { code: string }).code
  }
}

// ---- faults ---------------------------------------------------------------------------------------------------------

/** Faults put in on purpose: the comparison must find each. */
const faults: Record<string, () => () => void> = {
  'places are changed from the first on': () =>
    replaced(
      Array.prototype,
      'sort',
      (sort) =>
        function (this: unknown[], order?: (a: unknown, b: unknown) => number) {
          const result = sort.call(this, order as never)
          return order?.name === 'innermostAndLastFirst' ? result.reverse() : result
        } as typeof sort,
    ),
  "JSON's null is not kept": () =>
    replaced(
      EntityDocument.prototype,
      'apply',
      (apply) =>
        function (this: EntityDocument, change) {
          const isNull = change.kind === 'set' && change.value === null && change.path.length === 1
          apply.call(this, isNull ? { kind: 'remove', path: change.path } : change)
        },
    ),
  'a list is given one value too many': () =>
    replaced(
      EntityDocument.prototype,
      'apply',
      (apply) =>
        function (this: EntityDocument, change) {
          apply.call(this, change.kind === 'insert' ? { ...change, values: [...change.values, null] } : change)
        },
    ),
}

function replaced<Owner, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  make: (before: Owner[Name]) => Owner[Name],
): () => void {
  const before = owner[name]
  owner[name] = make(before)
  return () => {
    owner[name] = before
  }
}

test.each(Object.keys(faults))(
  'the comparison finds a fault: %s',
  async (fault) => {
    const mend = faults[fault]!()
    const error = await campaign(300).catch((error: Error) => error)
    mend()
    expect(error).toBeInstanceOf(Error)
  },
  60_000,
)
