/** The options that a procedure or function takes as a map: each has a reader, and what no reader knows is refused. */
import { DatabaseError } from '../../../src/core/errors.js'
import { Float, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { refuseArgument } from '../../functions/function.js'

/** The options that are given, each read by its reader. Throws OPTION_INVALID. */
export function readOptions<Readers extends Readonly<Record<string, (value: Value, name: string) => unknown>>>(
  name: string,
  options: Value | undefined,
  readers: Readers,
): { readonly [Name in keyof Readers]?: ReturnType<Readers[Name]> } {
  if (options === null || options === undefined) return {}
  if (!(options instanceof Map)) return refuseArgument(name, 'a MAP of options', options)
  const read: Record<string, unknown> = {}
  for (const [option, value] of options as ReadonlyMap<string, Value>) {
    const reader = Object.hasOwn(readers, option) ? readers[option] : undefined
    if (reader === undefined)
      throw new DatabaseError(
        'OPTION_INVALID',
        `${name} has no option '${option}'; it takes ${Object.keys(readers).join(', ')}`,
        { option },
      )
    // null says nothing, as in a parameter that a program leaves open.
    if (value !== null) read[option] = reader(value, `the option ${option} of ${name}`)
  }
  return read as { readonly [Name in keyof Readers]?: ReturnType<Readers[Name]> }
}

type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/** Without what is left out. */
export function given<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>
}

export function mustBeBoolean(value: Value, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalidOption(name, value, 'true or false')
}

export function mustBeTexts(value: Value, name: string): readonly string[] {
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value
  throw invalidOption(name, value, 'a list of texts')
}

export function mustBeCount(value: Value, name: string): number {
  if (typeof value === 'number' && value >= 0) return value
  throw invalidOption(name, value, 'an INTEGER from 0')
}

export function mustBeDistance(value: Value, name: string): 1 | 2 {
  if (value === 1 || value === 2) return value
  throw invalidOption(name, value, '1 or 2, in edits')
}

export function mustBeScore(value: Value, name: string): number {
  const number = numberOf(value)
  if (number !== undefined) return number
  throw invalidOption(name, value, 'a number')
}

export function mustBeWeight(value: Value, name: string): number {
  const number = numberOf(value)
  if (number !== undefined && number >= 0 && number < Number.POSITIVE_INFINITY) return number
  throw invalidOption(name, value, 'a number from 0')
}

function numberOf(value: Value): number | undefined {
  const number = value instanceof Float ? value.value : value
  return typeof number === 'number' ? number : undefined
}

export function mustBeText(value: Value, name: string): string {
  if (typeof value === 'string') return value
  throw invalidOption(name, value, 'a text')
}

/** What refuses the value of an option; `name` says whose it is: `the option limit of search.query`. */
export function invalidOption(name: string, value: Value, expected: string): DatabaseError {
  return new DatabaseError('OPTION_INVALID', `${name} is ${valueInWords(value)}; give ${expected}`, { value })
}
