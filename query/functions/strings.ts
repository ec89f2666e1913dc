/** Functions of strings. Positions and lengths count code points, from 0, so that none is ever cut in half. */
import { DatabaseError } from '../../src/core/errors.js'
import type { Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'
import { type CypherFunction, mustBeInteger, mustBeString, refuseArgument, strictFunction } from './function.js'
import { isList } from './values.js'

const string: readonly StaticType[] = ['string']
const integer: readonly StaticType[] = ['integer']

/** A function of one string. */
function mapping(name: string, change: (text: string) => string): CypherFunction {
  return strictFunction(name, [string], 'string', (value) => change(mustBeString(name, value)))
}

/** A function of a string that takes the characters to strip as its second argument, white space by default. */
function trimming(name: string, sides: { readonly start: boolean; readonly end: boolean }): CypherFunction {
  const trim = (text: Value, characters?: Value) => {
    const isStripped = characters === undefined ? isSpace : isOneOf(mustBeString(name, characters))
    return strip([...mustBeString(name, text)], isStripped, sides)
  }
  return strictFunction(name, [string, string], 'string', trim, { optionalCount: 1 })
}

function strip(
  characters: readonly string[],
  isStripped: (character: string) => boolean,
  { start, end }: { readonly start: boolean; readonly end: boolean },
): string {
  let [first, last] = [0, characters.length]
  while (start && first < last && isStripped(characters[first]!)) first++
  while (end && last > first && isStripped(characters[last - 1]!)) last--
  return characters.slice(first, last).join('')
}

function isSpace(character: string): boolean {
  return /\s/.test(character)
}

function isOneOf(characters: string): (character: string) => boolean {
  const set = new Set(characters)
  return (character) => set.has(character)
}

function count(name: string, value: Value): number {
  const found = mustBeInteger(name, value)
  if (found >= 0) return found
  throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${name} takes no negative number, and this is ${found}`)
}

function substring(text: Value, start: Value, length?: Value): Value {
  const from = count('substring', start)
  const whole = mustBeString('substring', text)
  return length === undefined ? part(whole, from) : part(whole, from, from + count('substring', length))
}

/** From one position to another. A text without surrogates has as many code points as it has units. */
function part(text: string, from: number, to?: number): string {
  return /[\ud800-\udfff]/.test(text) ? [...text].slice(from, to).join('') : text.slice(from, to)
}

function split(text: Value, delimiters: Value): Value {
  const parts = mustBeString('split', text)
  return isList(delimiters)
    ? splitByAny(
        parts,
        delimiters.map((delimiter) => mustBeString('split', delimiter)),
      )
    : parts.split(mustBeString('split', delimiters))
}

function splitByAny(text: string, delimiters: readonly string[]): string[] {
  return delimiters.reduce((parts, delimiter) => parts.flatMap((part) => part.split(delimiter)), [text])
}

function replace(text: Value, search: Value, replacement: Value): Value {
  const [whole, part, by] = [text, search, replacement].map((value) => mustBeString('replace', value)) as [
    string,
    string,
    string,
  ]
  return part === '' ? whole : whole.replaceAll(part, () => by)
}

function left(text: Value, length: Value): Value {
  return part(mustBeString('left', text), 0, count('left', length))
}

function right(text: Value, length: Value): Value {
  const whole = mustBeString('right', text)
  const wanted = count('right', length)
  // From -0 it would be the whole text.
  return wanted === 0 ? '' : part(whole, -wanted)
}

function unitCount(name: string): CypherFunction {
  return strictFunction(name, [string], 'integer', (value) =>
    typeof value === 'string' ? [...value].length : refuseArgument(name, 'STRING', value),
  )
}

export const stringFunctions: readonly CypherFunction[] = [
  mapping('toUpper', (text) => text.toUpperCase()),
  mapping('toLower', (text) => text.toLowerCase()),
  mapping('upper', (text) => text.toUpperCase()),
  mapping('lower', (text) => text.toLowerCase()),
  trimming('trim', { start: true, end: true }),
  trimming('btrim', { start: true, end: true }),
  trimming('lTrim', { start: true, end: false }),
  trimming('rTrim', { start: false, end: true }),
  strictFunction('substring', [string, integer, integer], 'string', substring, { optionalCount: 1 }),
  strictFunction('split', [string, ['string', 'list']], 'list', split),
  strictFunction('replace', [string, string, string], 'string', replace),
  strictFunction('left', [string, integer], 'string', left),
  strictFunction('right', [string, integer], 'string', right),
  unitCount('char_length'),
  unitCount('character_length'),
]
