/**
 * The tokenizers by name. All but two split a text at its words or spaces; `ngram` and `edgeNgram` go on and split each word
 * into the runs of `gramMin` to `gramMax` characters that it holds, or begins with, for searches inside words and as one
 * types. The grams of a word share its position, so that the phrase "ja sm" finds `Jane Smith`.
 */
import type { Tokenizer } from './analyzer.js'
import { forEachWord } from './word-break.js'

export interface GramLengths {
  /** In characters (code points). */
  readonly gramMin: number
  readonly gramMax: number
}

export const tokenizers = {
  unicode: () => forEachWord,
  letters: () => matches(/[\p{L}\p{M}]+/gu),
  /** As Lucene has white space: a no-break space holds words together. */
  whitespace: () => matches(/[^\t-\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+/g),
  unicodeWhitespace: () => matches(/\P{White_Space}+/gu),
  keyword: () => whole,
  ngram: (lengths: GramLengths) => grams({ ...lengths, everywhere: true }),
  edgeNgram: (lengths: GramLengths) => grams({ ...lengths, everywhere: false }),
} satisfies Readonly<Record<string, (lengths: GramLengths) => Tokenizer>>

export type TokenizerName = keyof typeof tokenizers

function matches(pattern: RegExp): Tokenizer {
  return ({ text }, visit) => {
    let position = 0
    for (const { 0: word, index } of text.matchAll(pattern)) visit(index, index + word.length, position++)
    return position
  }
}

const whole: Tokenizer = ({ text }, visit) => {
  if (text === '') return 0
  visit(0, text.length, 0)
  return 1
}

function grams({ gramMin, gramMax, everywhere }: GramLengths & { everywhere: boolean }): Tokenizer {
  return (source, visit) =>
    forEachWord(source, (start, end, position) => {
      const edges = characterEdges(source.text, start, end)
      const firstMax = everywhere ? edges.length - 1 - gramMin : 0
      for (let first = 0; first <= firstMax; first++) {
        const lastMax = Math.min(first + gramMax, edges.length - 1)
        for (let last = first + gramMin; last <= lastMax; last++) visit(edges[first]!, edges[last]!, position)
      }
    })
}

/** The offsets between the characters, both ends included. */
function characterEdges(text: string, start: number, end: number): number[] {
  const edges = [start]
  while (start < end) edges.push((start += text.codePointAt(start)! > 0xffff ? 2 : 1))
  return edges
}
