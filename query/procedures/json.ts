/**
 * Procedures that change a document at every place that a JSONPath finds.
 *
 *   CALL json.increment('cart', '$.items[*].count', 1) YIELD value
 *
 * gives a row for each place, in the order in which the path finds them. A place whose value the procedure has no meaning
 * for (a text to be incremented) stays as it is, and its row has null. The places are found first; then they are changed
 * from the innermost and the last on, so that no change moves another place.
 */
import { DatabaseError } from '../../src/core/errors.js'
import { valueAt } from '../../src/core/json-document.js'
import { applyJsonPatch } from '../../src/core/json-patch/json-patch.js'
import { applyMergePatch, withoutNulls } from '../../src/core/json-patch/merge-patch.js'
import { findFirstMatch, visitMatches } from '../../src/core/json-path/evaluate.js'
import { normalizedPath } from '../../src/core/json-path/normalized.js'
import { isSingular, type JsonPath } from '../../src/core/json-path/path.js'
import type { Step } from '../../src/core/json-path/tree.js'
import { Float, NodeRef, type PropertyValue, RelationshipRef, type Value } from '../../src/core/value.js'
import { type Row, type Transaction, TreeRef } from '../../src/transaction/transaction.js'
import { createDocument, EntityDocument } from '../execute/runtime/entity-document.js'
import { type Found, pathOf, within } from '../execute/runtime/json.js'
import { invalidOption, readOptions } from '../execute/runtime/options.js'
import { mustBeStorable } from '../execute/runtime/storable.js'
import { refuseArgument } from '../functions/function.js'
import { add, isNumber, multiply } from '../functions/operators.js'
import { writing } from './builtin.js'
import type { Procedure } from './procedure.js'

/** A place that was found, as it is when its turn comes. */
interface Place {
  readonly document: EntityDocument
  readonly path: readonly Step[]
  readonly value: Found
}

/** Changes a place; gives what its row has. */
type Edit = (place: Place) => Value | Later

/** A value that is read if somebody takes it: a list may be long, and what was done to it little. */
class Later {
  constructor(readonly read: () => Value) {}
}

/** A row with such a value, which compiled code asks for where a query goes on with it. */
class LaterRow {
  constructor(private readonly later: Later) {}

  get 0(): Value {
    return this.later.read()
  }
}

const matched = '(value :: ANY?)'

export const jsonProcedures: readonly Procedure[] = [
  writing(
    `json.set(target :: ANY?, path :: STRING, value :: ANY?, options = null :: MAP?) :: ${matched}`,
    'Puts a value in every place that the path finds; makes the member, or the document, that a path of names ends in.',
    ({ transaction }, [target, path, value, options]) => {
      const given = mustBeStorable(value!, path as string)
      const edit = set(given)
      return put({ name: 'json.set', transaction, target: target!, path: path!, options: options!, made: given, edit })
    },
  ),
  writing(
    `json.merge(target :: ANY?, path :: STRING, value :: ANY?) :: ${matched}`,
    'Merges a value into every place that the path finds, as RFC 7396 has it: null takes a member away.',
    ({ transaction }, [target, path, value]) => {
      const given = mustBeStorable(value!, path as string)
      const [made, edit] = [withoutNulls(given), merge(given)]
      return put({ name: 'json.merge', transaction, target: target!, path: path!, options: null, made, edit })
    },
  ),
  writing(
    `json.patch(target :: ANY?, patch :: ANY) :: ${matched}`,
    'Applies a JSON Patch (RFC 6902) to the document, all of it or nothing.',
    ({ transaction }, [target, patch]) => {
      const document = documentOf('json.patch', transaction, target!)
      if (document === undefined) return []
      applyJsonPatch(document, mustBeStorable(patch!, '$'))
      return [rowOf(later(document, []))]
    },
  ),
  changing(
    "json.delete(target :: ANY?, path = '$' :: STRING)",
    'Takes every place away, and gives what was there.',
    () => remove,
  ),
  changing(
    "json.clear(target :: ANY?, path = '$' :: STRING)",
    'Empties objects and lists; numbers become 0.',
    () => clear,
  ),
  changing('json.toggle(target :: ANY?, path :: STRING)', 'Turns true into false and false into true.', () => toggle),
  changing(
    'json.increment(target :: ANY?, path :: STRING, by = 1 :: NUMBER)',
    'Adds to numbers; an INTEGER stays one where an INTEGER is added.',
    ([by]) => compute((value) => add(value, by!)),
  ),
  changing('json.multiply(target :: ANY?, path :: STRING, by :: NUMBER)', 'Multiplies numbers.', ([by]) =>
    compute((value) => multiply(value, by!)),
  ),
  changing(
    'json.append(target :: ANY?, path :: STRING, value :: ANY?)',
    'Adds to the end of lists, the elements of a list or one value, and a STRING to the end of strings.',
    ([value], path) => append(mustBeStorable(value!, path)),
  ),
  changing(
    'json.insert(target :: ANY?, path :: STRING, index :: INTEGER, value :: ANY?)',
    'Puts the elements of a list, or one value, before an element of lists; a negative index counts from the end.',
    ([index, value], path) => insertAt((size) => fromStart(Number(index), size), mustBeStorable(value!, path)),
  ),
  changing(
    'json.pop(target :: ANY?, path :: STRING, index = -1 :: INTEGER)',
    'Takes an element out of lists and gives it; beyond an end of a list it is the element there.',
    ([index]) => pop(Number(index)),
  ),
  changing(
    'json.trim(target :: ANY?, path :: STRING, start :: INTEGER, end = null :: INTEGER?)',
    'Keeps of lists what list[start..end] gives.',
    ([start, end]) => trim(Number(start), end === null ? Number.POSITIVE_INFINITY : Number(end)),
  ),
]

// ---- finding places -------------------------------------------------------------------------------------------------

/** A procedure that changes what is there: `edit` is made of the arguments behind the path. */
function changing(
  head: string,
  description: string,
  edit: (others: readonly Value[], path: string) => Edit,
): Procedure {
  const name = head.slice(0, head.indexOf('('))
  return writing(`${head} :: ${matched}`, description, ({ transaction }, [target, path, ...others]) => {
    const document = documentOf(name, transaction, target!, { mayMiss: name === 'json.delete' })
    return document === undefined ? [] : editMatches(document, pathOf(path as string), edit(others, path as string))
  })
}

/** Rows of `edit` at every match, in the order of the path. */
function editMatches(document: EntityDocument, path: JsonPath, edit: Edit): Row[] {
  const places = placesOf(document, path)
  if (places.length === 1) return [rowAt(document, places[0]!, edit)]
  const rows = new Map<readonly Step[], Row>()
  for (const place of [...places].sort(innermostAndLastFirst)) rows.set(place, rowAt(document, place, edit))
  return places.map((place) => rows.get(place)!)
}

function rowAt(document: EntityDocument, path: readonly Step[], edit: Edit): Row {
  return rowOf(edit({ document, path, value: valueAt(document, path)! }))
}

/** Where the matches lie, each once. */
function placesOf(document: EntityDocument, path: JsonPath): readonly (readonly Step[])[] {
  const places: (readonly Step[])[] = []
  visitMatches(path, { tree: document.tree, root: document.root() }, (_value, steps) => {
    places.push([...steps])
    return false
  })
  return places.length < 2 ? places : [...new Map(places.map((place) => [normalizedPath(place), place])).values()]
}

/** A place within another comes before it, and a later element before an earlier one. */
function innermostAndLastFirst(a: readonly Step[], b: readonly Step[]): number {
  const differing = a.findIndex((step, i) => step !== b[i])
  if (differing === -1 || differing >= b.length) return b.length - a.length
  return a[differing]! < b[differing]! ? 1 : -1
}

/** undefined where the target is null, or where it may be missing and is. Throws KEY_MISSING, TYPE_MISMATCH, ENTITY_DELETED. */
function documentOf(
  name: string,
  transaction: Transaction,
  target: Value,
  { mayMiss = false }: { mayMiss?: boolean } = {},
): EntityDocument | undefined {
  if (target === null) return undefined
  if (target instanceof NodeRef || target instanceof RelationshipRef) return new EntityDocument(transaction, target)
  if (typeof target !== 'string') return refuseArgument(name, 'a NODE, RELATIONSHIP or key', target)
  const node = transaction.nodeByKey(target)
  if (node !== 0) return new EntityDocument(transaction, new NodeRef(node))
  if (mayMiss) return undefined
  throw new DatabaseError(
    'KEY_MISSING',
    `there is no document with the key '${target}'; CALL json.set('${target}', '$', {}) makes one`,
    { key: target },
  )
}

// ---- setting and merging --------------------------------------------------------------------------------------------

interface Put {
  readonly name: string
  readonly transaction: Transaction
  readonly target: Value
  readonly path: Value
  readonly options: Value
  /** What a place that is made gets. */
  readonly made: PropertyValue
  readonly edit: Edit
}

/** Changes what the path finds; where it finds nothing and is made of names and indexes alone, makes the place. */
function put({ name, transaction, target, path: text, options, made, edit }: Put): Row[] {
  const { if: condition } = readOptions(name, options, putOptions)
  const path = pathOf(text as string)
  const document = documentOf(name, transaction, target, { mayMiss: path.segments.length === 0 })
  if (target === null) return []
  if (document === undefined)
    return condition === 'exists' ? [] : [rowOf(later(createDocument(transaction, target as string, made), []))]
  const isThere = findFirstMatch(path, document.tree, document.root()) !== undefined
  if (isThere) return condition === 'missing' ? [] : editMatches(document, path, edit)
  if (condition === 'exists' || !isSingular({ kind: 'query', from: 'root', segments: path.segments })) return []
  document.apply({ kind: 'set', path: newPlace(document, path), value: made })
  return [[made]]
}

/** What must be so for a value to be set: that there is none before, or that there is one. */
type Condition = 'missing' | 'exists'

const putOptions = { if: mustBeCondition }

function mustBeCondition(value: Value, name: string): Condition {
  if (value === 'missing' || value === 'exists') return value
  throw invalidOption(name, value, "'missing' or 'exists'")
}

/** Where a path of names and indexes leads that finds nothing. Throws JSON_PLACE_MISSING unless all but a last name is there. */
function newPlace(document: EntityDocument, { text, segments }: JsonPath): readonly Step[] {
  const parents = placesOf(document, { text, segments: segments.slice(0, -1) })
  const parent = parents[0]
  const last = segments.at(-1)!.selectors[0]!
  if (parent !== undefined && last.kind === 'name' && isObjectAt(document, parent)) return [...parent, last.name]
  const problem =
    parent === undefined
      ? `what lies above '${text}' is not there; set that first, with the value in it`
      : last.kind === 'index'
        ? `${normalizedPath(parent)} has no such element; json.append and json.insert add some`
        : `${normalizedPath(parent)} is no object; set that first`
  throw new DatabaseError('JSON_PLACE_MISSING', problem, { path: text })
}

function isObjectAt(document: EntityDocument, path: readonly Step[]): boolean {
  return document.tree.kindOf(valueAt(document, path)!) === 'object'
}

// ---- what is done at a place ----------------------------------------------------------------------------------------

function set(given: PropertyValue): Edit {
  return ({ document, path }) => {
    document.apply({ kind: 'set', path, value: given })
    return given
  }
}

function merge(given: PropertyValue): Edit {
  return ({ document, path }) => {
    applyMergePatch(document, given, path)
    return later(document, path)
  }
}

const remove: Edit = ({ document, path, value }) => {
  const removed = document.tree.read(value)
  if (path.length === 0) document.delete()
  else document.apply({ kind: 'remove', path })
  return removed
}

const clear: Edit = (place) => {
  const { tree } = place.document
  switch (tree.kindOf(place.value)) {
    case 'object':
      return set(new Map())(place)
    case 'array':
      return set([])(place)
    case 'number':
      return set(place.value instanceof Float ? new Float(0) : 0)(place)
    default:
      return null
  }
}

const toggle: Edit = (place) => (typeof place.value === 'boolean' ? set(!place.value)(place) : null)

/** Throws NUMBER_OUT_OF_RANGE; what is no number in JSON is not kept. */
function compute(result: (value: Value) => Value): Edit {
  return (place) => {
    const { value } = place
    if (value instanceof TreeRef || !isNumber(value)) return null
    const computed = result(value) as PropertyValue
    if (computed instanceof Float && !Number.isFinite(computed.value))
      throw new DatabaseError(
        'NUMBER_OUT_OF_RANGE',
        `${normalizedPath(place.path)} would become ${computed.value}, which is no number in JSON`,
        { path: normalizedPath(place.path) },
      )
    return set(computed)(place)
  }
}

function append(given: PropertyValue): Edit {
  const atEnd = insertAt((size) => size, given)
  return (place) => {
    const { value } = place
    if (typeof value === 'string') return typeof given === 'string' ? set(value + given)(place) : null
    return atEnd(place)
  }
}

function insertAt(indexIn: (size: number) => number, given: PropertyValue): Edit {
  const values = Array.isArray(given) ? (given as readonly PropertyValue[]) : [given]
  return ({ document, path, value }) => {
    const { tree } = document
    if (tree.kindOf(value) !== 'array') return null
    document.apply({ kind: 'insert', path: [...path, indexIn(tree.sizeOf(value))], values })
    return later(document, path)
  }
}

function pop(index: number): Edit {
  return ({ document, path, value }) => {
    const { tree } = document
    const size = tree.kindOf(value) === 'array' ? tree.sizeOf(value) : 0
    if (size === 0) return null
    const at = Math.min(Math.max(fromStart(index, size), 0), size - 1)
    const taken = tree.read(tree.elementOf(value, at))
    document.apply({ kind: 'remove', path: [...path, at] })
    return taken
  }
}

function trim(start: number, end: number): Edit {
  return (place) => {
    const { tree } = place.document
    if (tree.kindOf(place.value) !== 'array') return null
    const size = tree.sizeOf(place.value)
    const [from, to] = [within(start, size), within(end, size)]
    const kept = Array.from({ length: Math.max(to - from, 0) }, (_, i) =>
      tree.read(tree.elementOf(place.value, from + i)),
    )
    if (kept.length < size) set(kept)(place)
    return kept
  }
}

/** A negative index counts from the end. */
function fromStart(index: number, size: number): number {
  return index < 0 ? size + index : index
}

// ---- values ---------------------------------------------------------------------------------------------------------

/** What lies at a place when it is asked for; null where another change has taken it away. */
function later(document: EntityDocument, path: readonly Step[]): Later {
  return new Later(() => {
    const value = valueAt(document, path)
    return value === undefined ? null : document.tree.read(value)
  })
}

function rowOf(value: Value | Later): Row {
  return value instanceof Later ? (new LaterRow(value) as unknown as Row) : [value]
}
