/** Readers of what indexes are told when they are made: `OPTIONS { indexConfig: {...} }`. They throw OPTION_INVALID. */
import { DatabaseError } from '../src/core/errors.js'
import { Float, type PropertyValue } from '../src/core/value.js'
import { quoted, valueInWords } from '../src/core/value-in-words.js'

export type Settings = ReadonlyMap<string, PropertyValue>

/** What the settings of an index stand in. */
export const configPlace = 'indexConfig'

export function mustBeMap(value: PropertyValue, at: string, allowed: readonly string[]): Settings {
  if (!(value instanceof Map)) throw invalidSetting(at, value, `a map of ${allowed.join(', ')}`)
  for (const name of value.keys())
    if (!allowed.includes(name))
      throw new DatabaseError('OPTION_INVALID', `${at} has no entry ${quoted(name)}; there are ${allowed.join(', ')}`, {
        option: name,
      })
  return value
}

/** The setting that goes by several names, of which one at most may be given. */
export function oneOf(
  settings: Settings,
  names: readonly string[],
): { name: string; value: PropertyValue } | undefined {
  const given = names.filter((name) => settings.has(name))
  if (given.length > 1)
    throw new DatabaseError(
      'OPTION_INVALID',
      `${configPlace} has both ${given[0]} and ${given[1]}, which say the same; leave one out`,
      { option: given[1] },
    )
  const [name] = given
  return name === undefined ? undefined : { name, value: settings.get(name)! }
}

/** The number of a setting, or the usual one where it is left out. */
export function numberAt(
  value: PropertyValue | undefined,
  { name, usual, max, min = 0 }: { name: string; usual: number; max: number; min?: number },
): number {
  if (value === undefined) return usual
  const number = value instanceof Float ? value.value : value
  if (typeof number === 'number' && number >= min && number <= max) return number
  throw invalidSetting(name, value, `a number from ${min} to ${max}`)
}

export function invalidSetting(option: string, value: PropertyValue, expected: string): DatabaseError {
  return new DatabaseError('OPTION_INVALID', `${option} is ${valueInWords(value)}; give ${expected}`, { option, value })
}
