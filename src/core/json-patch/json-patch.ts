/**
 * JSON Patch (RFC 6902): a list of operations, done one after the other.
 *
 *   {"op": "add", "path": "/tags/-", "value": "new"}      a member, or an element before an index; - is the end of a list
 *   {"op": "remove", "path": "/tags/0"}
 *   {"op": "replace", "path": "/name", "value": "Bo"}     of what is there
 *   {"op": "move", "from": "/a", "path": "/b"}            as remove and add
 *   {"op": "copy", "from": "/a", "path": "/b"}
 *   {"op": "test", "path": "/version", "value": 3}        the patch ends here unless it is so
 *
 * A patch is read whole before the first operation is done. One that fails at an operation has done those before it:
 * whoever applies it takes the document back as it was.
 */
import { DatabaseError } from '../errors.js'
import type { JsonDocument } from '../json-document.js'
import type { JsonTree, Step } from '../json-path/tree.js'
import type { PropertyValue } from '../value.js'
import { valueInWords } from '../value-in-words.js'
import { isSameJson } from './equality.js'
import { follow, type Place, parsePointer, stepIn } from './pointer.js'

/**
 * Throws JSON_PATCH_INVALID for what is no patch, JSON_PLACE_MISSING for a place that is not there when an operation
 * comes to it, and JSON_TEST_FAILED. Messages count operations from 0.
 */
export function applyJsonPatch<T>(document: JsonDocument<T>, patch: PropertyValue): void {
  for (const operation of readPatch(patch)) perform(document, operation)
}

// ---- reading a patch ------------------------------------------------------------------------------------------------

interface Pointer {
  readonly text: string
  readonly names: readonly string[]
}

interface Operation {
  /** From 0. */
  readonly number: number
  readonly kind: OperationKind
  readonly path: Pointer
  /** Of 'move' and 'copy'. */
  readonly from: Pointer | undefined
  /** Of 'add', 'replace' and 'test'; may be null. */
  readonly value: PropertyValue | undefined
}

const needs = {
  add: { value: true, from: false },
  remove: { value: false, from: false },
  replace: { value: true, from: false },
  move: { value: false, from: true },
  copy: { value: false, from: true },
  test: { value: true, from: false },
} as const
type OperationKind = keyof typeof needs

function readPatch(patch: PropertyValue): Operation[] {
  if (!Array.isArray(patch))
    throw new DatabaseError(
      'JSON_PATCH_INVALID',
      `a JSON Patch is a list of operations, and this is ${valueInWords(patch)}; an object with the new members is a Merge Patch`,
    )
  return patch.map(readOperation)
}

function readOperation(operation: PropertyValue, number: number): Operation {
  if (!(operation instanceof Map)) throw invalid(number, `is ${valueInWords(operation)}, and must be an object`)
  const members: ReadonlyMap<string, PropertyValue> = operation
  const kind = members.get('op')
  if (typeof kind !== 'string' || !Object.hasOwn(needs, kind))
    throw invalid(
      number,
      `has the op ${valueInWords(kind ?? null)}, and must have one of ${Object.keys(needs).join(', ')}`,
    )
  const { value: needsValue, from: needsFrom } = needs[kind as OperationKind]
  const value = members.get('value')
  if (needsValue && value === undefined) throw invalid(number, `is '${kind}' and lacks its value`)
  return {
    number,
    kind: kind as OperationKind,
    path: readPointer(members, 'path', number),
    from: needsFrom ? readPointer(members, 'from', number) : undefined,
    value,
  }
}

function readPointer(members: ReadonlyMap<string, PropertyValue>, name: 'path' | 'from', number: number): Pointer {
  const text = members.get(name)
  const names = typeof text === 'string' ? parsePointer(text) : undefined
  if (names === undefined)
    throw invalid(
      number,
      `has the ${name} ${valueInWords(text ?? null)}, and must have a JSON Pointer: '/a/0', with ~1 for / and ~0 for ~ in names`,
    )
  return { text: text as string, names }
}

function invalid(number: number, problem: string): DatabaseError {
  return new DatabaseError('JSON_PATCH_INVALID', `operation ${number} of the patch ${problem}`, { operation: number })
}

// ---- doing it -------------------------------------------------------------------------------------------------------

function perform<T>(document: JsonDocument<T>, operation: Operation): void {
  const { kind, path, from, value } = operation
  if (kind === 'add') add(document, operation, value!)
  else if (kind === 'copy') add(document, operation, mustRead(document, operation, from!))
  else if (kind === 'move') move(document, operation)
  else if (kind === 'test') test(document, operation)
  else {
    const place = mustFind(document, operation, path)
    document.apply(kind === 'remove' ? { kind, path: place.path } : { kind: 'set', path: place.path, value: value! })
  }
}

function add<T>(document: JsonDocument<T>, operation: Operation, value: PropertyValue): void {
  const { path } = operation
  if (path.names.length === 0) {
    document.apply({ kind: 'set', path: [], value })
    return
  }
  const parent = follow(document.tree, document.root(), path.names.slice(0, -1))
  const step = parent && newStep(document.tree, parent.value, path.names.at(-1)!)
  if (step === undefined) throw missing(operation, path)
  const place = [...parent!.path, step]
  document.apply(
    typeof step === 'string' ? { kind: 'set', path: place, value } : { kind: 'insert', path: place, values: [value] },
  )
}

/** What a name is of a value that is to be added: any name of an object, an index of a list or its end. */
function newStep<T>(tree: JsonTree<T>, value: T, name: string): Step | undefined {
  if (tree.kindOf(value) !== 'array') return stepIn(tree, value, name)
  const size = tree.sizeOf(value)
  const index = name === '-' ? size : stepIn(tree, value, name)
  return typeof index === 'number' && index <= size ? index : undefined
}

function move<T>(document: JsonDocument<T>, operation: Operation): void {
  const { from, path, number } = operation
  const source = mustFind(document, operation, from!)
  if (from!.text === path.text) return
  if (path.text.startsWith(`${from!.text}/`))
    throw invalid(number, `moves '${from!.text}' to '${path.text}', which lies within it`)
  const value = document.tree.read(source.value)
  document.apply({ kind: 'remove', path: source.path })
  add(document, operation, value)
}

function test<T>(document: JsonDocument<T>, operation: Operation): void {
  const { number, path, value } = operation
  const found = mustRead(document, operation, path)
  if (isSameJson(found, value!)) return
  throw new DatabaseError(
    'JSON_TEST_FAILED',
    `operation ${number} of the patch tests '${path.text}' for ${valueInWords(value!)}, and there is ${valueInWords(found)}; read the document again, and make the patch from what it is now`,
    { operation: number, path: path.text },
  )
}

function mustRead<T>(document: JsonDocument<T>, operation: Operation, pointer: Pointer): PropertyValue {
  return document.tree.read(mustFind(document, operation, pointer).value)
}

function mustFind<T>(document: JsonDocument<T>, operation: Operation, pointer: Pointer): Place<T> {
  const place = follow(document.tree, document.root(), pointer.names)
  if (place === undefined) throw missing(operation, pointer)
  return place
}

function missing({ number, kind }: Operation, pointer: Pointer): DatabaseError {
  return new DatabaseError(
    'JSON_PLACE_MISSING',
    `operation ${number} of the patch, '${kind}', finds no place '${pointer.text}' in this document; look at what it has with json.keys and json.length`,
    { operation: number, path: pointer.text },
  )
}
