/**
 * Where words begin and end: UAX #29 of Unicode, word boundaries, in one pass over the UTF-16 units of a text.
 *
 *   can't  3.14  foo_bar  l'eau        one segment each: a quote or point between letters, or between digits, holds them together
 *   a, b                               four segments, `a` `,` ` ` `b`, of which two are words
 *   東京                                two: ideographs and Hiragana stand alone, Katakana runs on
 *
 * Every character has one of the classes below. `joins` tells which class may follow another without a break, and
 * `bridges` which may stand between two that join, so that only there one has to look ahead. Marks, formatting and joiners
 * belong to the character before them (rule WB4). Intl.Segmenter does the same at a twentieth of the speed, and
 * differently with each version of its dictionaries, to which the terms of a stored index must not be tied. It is still
 * asked where words are written without spaces and no rule finds them: Thai, Lao, Khmer, Burmese.
 */
import type { Tokenizer, WordVisitor } from './analyzer.js'
import type { Source } from './source.js'

/** Numbers that fit a bit mask. */
enum Class {
  unknown,
  other,
  carriageReturn,
  lineFeed,
  newline,
  space,
  /** Marks and what modifies the character before. */
  extend,
  format,
  joiner,
  letter,
  hebrew,
  numeric,
  katakana,
  underscore,
  singleQuote,
  doubleQuote,
  midLetter,
  midNumber,
  midBoth,
  regional,
  pictograph,
  ideograph,
  /** Letters of scripts without spaces, for which Unicode has a dictionary decide. */
  dictionary,
}

const mask = (...classes: readonly Class[]): number => classes.reduce((bits, each) => bits | (1 << each), 0)

/** First match counts. Word_Break is no property that JavaScript knows, so it is derived as table 3 of UAX #29 does. */
const definitions: readonly (readonly [Class, RegExp])[] = [
  [Class.carriageReturn, /\r/],
  [Class.lineFeed, /\n/],
  [Class.newline, /[\v\f\x85\u2028\u2029]/],
  [Class.joiner, /\u200d/],
  [Class.space, /[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]/],
  [Class.extend, /[\p{Grapheme_Extend}\p{Mc}\p{Emoji_Modifier}]/u],
  [Class.format, /(?!\u200b)\p{Cf}/u],
  [Class.regional, /\p{Regional_Indicator}/u],
  [Class.katakana, /[\p{Script=Katakana}\u3031-\u3035\u309b\u309c\u30a0\u30fc\uff70]/u],
  [Class.singleQuote, /'/],
  [Class.doubleQuote, /"/],
  [Class.midBoth, /[.\u2018\u2019\u2024\ufe52\uff07\uff0e]/],
  [Class.midLetter, /[:\xb7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a]/],
  [Class.midNumber, /[,;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b]/],
  [Class.numeric, /[\p{Nd}\u066b]/u],
  [Class.underscore, /[\p{Pc}\u202f]/u],
  [Class.ideograph, /[\p{Ideographic}\p{Script=Hiragana}]/u],
  [
    Class.dictionary,
    /(?=\p{Alphabetic})[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}\p{Script=Ahom}]/u,
  ],
  [Class.hebrew, /(?=\p{Lo})\p{Script=Hebrew}/u],
  [
    Class.letter,
    /[\p{Alphabetic}\u02c2-\u02c5\u02d2-\u02d7\u02de\u02df\u02e5-\u02eb\u02ed\u02ef-\u02ff\u055a-\u055c\u055e\u058a\u05f3\ua708-\ua716\ua720\ua721\ua789\ua78a\uab5b]/u,
  ],
  // Unicode 17 took the property from signs and dingbats that had it only in case they became emoji; words of an index
  // must not depend on the version.
  [Class.pictograph, /[\p{Extended_Pictographic}\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712]/u],
]

const letters = mask(Class.letter, Class.hebrew)
const attached = mask(Class.extend, Class.format, Class.joiner)
const lineEnds = mask(Class.carriageReturn, Class.lineFeed, Class.newline)
const endsWord = mask(Class.letter, Class.hebrew, Class.numeric, Class.katakana, Class.underscore)

/** By class, the classes that may follow (WB5, WB7a, WB8 to WB10, WB13 to WB13b, WB3d, WB15). */
const joins = new Uint32Array(32)
joins[Class.letter] = endsWord & ~mask(Class.katakana)
joins[Class.hebrew] = joins[Class.letter]! | mask(Class.singleQuote)
joins[Class.numeric] = joins[Class.letter]!
joins[Class.katakana] = mask(Class.katakana, Class.underscore)
joins[Class.underscore] = endsWord
joins[Class.space] = mask(Class.space)
joins[Class.regional] = mask(Class.regional)

/** By class, what may stand between it and its like (WB6, WB7, WB11, WB12). */
const bridges = new Uint32Array(32)
bridges[Class.letter] = mask(Class.midLetter, Class.midBoth, Class.singleQuote)
bridges[Class.hebrew] = bridges[Class.letter]! | mask(Class.doubleQuote)
bridges[Class.numeric] = mask(Class.midNumber, Class.midBoth, Class.singleQuote)

const surrogateMin = 0xd800
const lowSurrogateMin = 0xdc00
const surrogateMax = 0xdfff

const words =
  letters | mask(Class.numeric, Class.katakana, Class.ideograph, Class.dictionary, Class.pictograph, Class.regional)
/** Pictographs before the arrows, such as © and ™, are part of the text around them and not worth a search. */
const pictureMin = 0x2190

/**
 * What one look at a UTF-16 unit tells. Nearly all of most texts is letters, digits, spaces and points of ASCII, whose words are
 * found without classes; everything else goes through `segmentEnd`, which finds the same.
 */
enum Unit {
  /** Beyond ASCII, or the low line, which joins. */
  unclear,
  /** A letter or digit of ASCII. These join whatever they are. */
  plain,
  /** Ends a word of ASCII, and is none. */
  separator,
  /** The same, unless what follows joins with what was before. */
  bridge,
}

const kinds = Uint8Array.from({ length: 0x10000 }, (_, unit) => kindOf(unit))

function kindOf(unit: number): Unit {
  const character = String.fromCharCode(unit)
  if (unit > 0x7f || character === '_') return Unit.unclear
  if (/[a-zA-Z0-9]/.test(character)) return Unit.plain
  return /['".:,;]/.test(character) ? Unit.bridge : Unit.separator
}

/** Filled as characters are met: working out all of Unicode would take a second at the start. */
const classes = new Uint8Array(0x110000)

function classAt(units: Uint16Array, at: number): Class {
  const unit = units[at]!
  const codePoint = unit >= surrogateMin && unit < lowSurrogateMin ? codePointAt(units, at) : unit
  return classes[codePoint]! || classify(codePoint)
}

/** A half of a pair without the other stands for itself. */
function codePointAt(units: Uint16Array, at: number): number {
  const [high, low] = [units[at]!, units[at + 1] ?? 0]
  const isPair = high >= surrogateMin && high < lowSurrogateMin && low >= lowSurrogateMin && low <= surrogateMax
  return isPair ? 0x10000 + ((high - surrogateMin) << 10) + (low - lowSurrogateMin) : high
}

function classify(codePoint: number): Class {
  const character = String.fromCodePoint(codePoint)
  const found = definitions.find(([, pattern]) => pattern.test(character))
  return (classes[codePoint] = found?.[0] ?? Class.other)
}

/** The place behind the character. */
function after(units: Uint16Array, at: number): number {
  const unit = units[at]!
  if (unit < surrogateMin || unit >= lowSurrogateMin) return at + 1
  return codePointAt(units, at) > 0xffff ? at + 2 : at + 1
}

/** The end of the segment, a word or not, that begins at `start`. */
export function segmentEnd(units: Uint16Array, start: number): number {
  let at = plainEnd(units, start)
  if (at === units.length) return at
  let last = classAt(units, at === start ? at : at - 1)
  let adjacent = last
  if (at === start) at = after(units, start)
  if (((1 << last) & lineEnds) !== 0)
    return last === Class.carriageReturn && at < units.length && classAt(units, at) === Class.lineFeed ? at + 1 : at
  while (at < units.length) {
    const current = classAt(units, at)
    if (((1 << current) & attached) !== 0) {
      adjacent = current
      at = after(units, at)
      continue
    }
    if (((joins[last]! >>> current) & 1) !== 0) {
      // Spaces join only without a mark between them.
      if (last === Class.space && adjacent !== Class.space) return at
      // Letters of flags go in pairs; a pair takes no third.
      last = current === Class.regional ? Class.other : current
      at = after(units, at)
    } else if (adjacent === Class.joiner && current === Class.pictograph) {
      last = current
      at = after(units, at)
    } else {
      const next = ((bridges[last]! >>> current) & 1) === 0 ? at : afterAttached(units, after(units, at))
      if (next === at || next === units.length || !bridged(last, current, classAt(units, next))) return at
      last = classAt(units, next)
      at = after(units, next)
    }
    adjacent = last
  }
  return at
}

/** Letters and digits join whatever they are, and nearly all of most texts is those of ASCII. */
function plainEnd(units: Uint16Array, at: number): number {
  while (at < units.length && kinds[units[at]!] === Unit.plain) at++
  return at
}

function afterAttached(units: Uint16Array, at: number): number {
  while (at < units.length && ((1 << classAt(units, at)) & attached) !== 0) at = after(units, at)
  return at
}

function bridged(left: Class, bridge: Class, right: Class): boolean {
  if (left === Class.numeric) return right === Class.numeric
  return bridge === Class.doubleQuote ? right === Class.hebrew : ((1 << right) & letters) !== 0
}

/** Calls back for each segment that holds a letter, digit, ideograph or picture; gives how many there were. */
export const forEachWord: Tokenizer = (source, visit) => {
  const { units } = source
  const { length } = units
  let position = 0
  for (let start = 0, end = 0; start < length; start = end) {
    const kind = kinds[units[start]!]!
    if (kind === Unit.plain) {
      end = plainEnd(units, start + 1)
      if (!endsPlainWord(units, end)) end = segmentEnd(units, start)
      visit(start, end, position++)
    } else if (kind !== Unit.unclear && isAscii(units, start + 1)) end = start + 1
    else {
      end = unclearEnd(units, start)
      position = visitUnclear(source, { start, end }, position, visit)
    }
  }
  return position
}

/** Whether a word of letters and digits of ASCII goes no further than to `at`. */
function endsPlainWord(units: Uint16Array, at: number): boolean {
  if (at >= units.length) return true
  const kind = kinds[units[at]!]!
  if (kind === Unit.separator) return true
  return kind === Unit.bridge && (at + 1 >= units.length || kinds[units[at + 1]!]! >= Unit.separator)
}

/** What stands before ASCII can take none of it into a segment that is a word, but for the low line. */
function isAscii(units: Uint16Array, at: number): boolean {
  return at >= units.length || units[at]! < 0x80
}

function unclearEnd(units: Uint16Array, start: number): number {
  return classAt(units, start) === Class.dictionary ? dictionaryEnd(units, start) : segmentEnd(units, start)
}

/** The words of a segment, or of a run of letters without spaces. Gives the position behind them. */
function visitUnclear(
  { text, units }: Source,
  { start, end }: { start: number; end: number },
  position: number,
  visit: WordVisitor,
): number {
  if (classAt(units, start) !== Class.dictionary) {
    if (holdsWord(units, start, end)) visit(start, end, position++)
    return position
  }
  for (const { index, segment } of dictionaryWords(text.slice(start, end)))
    visit(start + index, start + index + segment.length, position++)
  return position
}

function holdsWord(units: Uint16Array, start: number, end: number): boolean {
  for (let at = start; at < end; at = after(units, at)) {
    const found = classAt(units, at)
    if (((1 << found) & words) !== 0) return found !== Class.pictograph || codePointAt(units, at) >= pictureMin
  }
  return false
}

function dictionaryEnd(units: Uint16Array, start: number): number {
  const run = (1 << Class.dictionary) | attached
  let end = start
  while (end < units.length && ((1 << classAt(units, end)) & run) !== 0) end = after(units, end)
  return end
}

let segmenter: Intl.Segmenter | undefined

function dictionaryWords(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('th', { granularity: 'word' })
  return segmenter.segment(text)
}
