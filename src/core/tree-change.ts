/** A change within a list or a map, done to a value in memory: what it gives is what the store has afterwards. */
import { strict as assert } from 'node:assert'
import type { TreeChange } from './change.js'
import type { Step } from './json-path/tree.js'
import type { PropertyValue } from './value.js'

/** The value after a change that fits it; shares with `value` what did not change. */
export function withChange(value: PropertyValue, change: TreeChange, depth = 0): PropertyValue {
  const step = change.path[depth]!
  if (depth === change.path.length - 1) return changedHere(value, step, change)
  const inner = withChange(childOf(value, step), change, depth + 1)
  return changedHere(value, step, { kind: 'set', path: [step], value: inner })
}

function changedHere(container: PropertyValue, step: Step, change: TreeChange): PropertyValue {
  if (isMap(container)) return changedMap(container, String(step), change)
  const items = [...listOf(container)]
  if (change.kind === 'set') items[step as number] = change.value
  else if (change.kind === 'remove') items.splice(step as number, 1)
  else return [...items.slice(0, step as number), ...change.values, ...items.slice(step as number)]
  return items
}

function changedMap(map: ReadonlyMap<string, PropertyValue>, name: string, change: TreeChange): PropertyValue {
  const changed = new Map(map)
  if (change.kind === 'remove') changed.delete(name)
  else {
    assert(change.kind === 'set', 'values are inserted into lists')
    changed.set(name, change.value)
  }
  return changed
}

function childOf(container: PropertyValue, step: Step): PropertyValue {
  return isMap(container) ? container.get(String(step))! : listOf(container)[step as number]!
}

function listOf(container: PropertyValue): readonly PropertyValue[] {
  assert(Array.isArray(container), 'a path leads through lists and maps')
  return container
}

function isMap(value: PropertyValue): value is ReadonlyMap<string, PropertyValue> {
  return value instanceof Map
}
