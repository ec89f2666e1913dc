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

const words =
  letters | mask(Class.numeric, Class.katakana, Class.ideograph, Class.dictionary, Class.pictograph, Class.regional)
/** Pictographs before the arrows, such as © and ™, are part of the text around them and not worth a search. */
const pictureMin = 0x2190

/** Filled as characters are met: working out all of Unicode would take a second at the start. */
const classes = new Uint8Array(0x110000)

function classAt(text: string, at: number): Class {
  let character = text.charCodeAt(at)
  if (character >= 0xd800 && character < 0xdc00) character = text.codePointAt(at)!
  return classes[character]! || classify(character)
}

function classify(codePoint: number): Class {
  const character = String.fromCodePoint(codePoint)
  const found = definitions.find(([, pattern]) => pattern.test(character))
  return (classes[codePoint] = found?.[0] ?? Class.other)
}

/** The place behind the character. */
function after(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit >= 0xdc00) return at + 1
  return text.codePointAt(at)! > 0xffff ? at + 2 : at + 1
}

/** The end of the segment, a word or not, that begins at `start`. */
export function segmentEnd(text: string, start: number): number {
  let last = classAt(text, start)
  let adjacent = last
  let at = after(text, start)
  if (((1 << last) & lineEnds) !== 0)
    return last === Class.carriageReturn && at < text.length && classAt(text, at) === Class.lineFeed ? at + 1 : at
  while (at < text.length) {
    const current = classAt(text, at)
    if (((1 << current) & attached) !== 0) {
      adjacent = current
      at = after(text, at)
      continue
    }
    if (((joins[last]! >>> current) & 1) !== 0) {
      // Spaces join only without a mark between them.
      if (last === Class.space && adjacent !== Class.space) return at
      // Letters of flags go in pairs; a pair takes no third.
      last = current === Class.regional ? Class.other : current
      at = after(text, at)
    } else if (adjacent === Class.joiner && current === Class.pictograph) {
      last = current
      at = after(text, at)
    } else {
      const next = ((bridges[last]! >>> current) & 1) === 0 ? at : afterAttached(text, after(text, at))
      if (next === at || next === text.length || !bridged(last, current, classAt(text, next))) return at
      last = classAt(text, next)
      at = after(text, next)
    }
    adjacent = last === Class.other ? Class.regional : last
  }
  return at
}

function afterAttached(text: string, at: number): number {
  while (at < text.length && ((1 << classAt(text, at)) & attached) !== 0) at = after(text, at)
  return at
}

function bridged(left: Class, bridge: Class, right: Class): boolean {
  if (left === Class.numeric) return right === Class.numeric
  return bridge === Class.doubleQuote ? right === Class.hebrew : ((1 << right) & letters) !== 0
}

/** Calls back for each segment that holds a letter, digit, ideograph or picture; gives how many there were. */
export function forEachWord(text: string, visit: (start: number, end: number, position: number) => void): number {
  let position = 0
  for (let start = 0, end = 0; start < text.length; start = end) {
    if (classAt(text, start) === Class.dictionary) {
      end = dictionaryEnd(text, start)
      for (const part of dictionaryWords(text.slice(start, end)))
        visit(start + part.index, start + part.index + part.segment.length, position++)
    } else {
      end = segmentEnd(text, start)
      if (holdsWord(text, start, end)) visit(start, end, position++)
    }
  }
  return position
}

function holdsWord(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at = after(text, at)) {
    const found = classAt(text, at)
    if (((1 << found) & words) !== 0) return found !== Class.pictograph || text.codePointAt(at)! >= pictureMin
  }
  return false
}

function dictionaryEnd(text: string, start: number): number {
  const run = (1 << Class.dictionary) | attached
  let end = start
  while (end < text.length && ((1 << classAt(text, end)) & run) !== 0) end = after(text, end)
  return end
}

let segmenter: Intl.Segmenter | undefined

function dictionaryWords(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('th', { granularity: 'word' })
  return segmenter.segment(text)
}
