/**
 * What people type into a search box. Whatever it is, there is a query for it:
 *
 *   graph database     either; what holds both scores higher
 *   "commit log"       the words in this order; quotes that nothing closes go to the end
 *   +graph -sql        must be there; must not
 *   gra*               what begins so
 *
 * A sign means something at the beginning of a word only, and a star at its end; all others are part of the text, which the
 * analyzer of a field splits and mostly drops.
 */
import { boolean, phrase, type Query, term } from './ast.js'

const part = /(?:(?<=^|\s)(?<sign>[-+]))?(?:"(?<quoted>[^"]*)"?|(?<word>[^\s"]+))/gu

export function parseSimple(text: string): Query {
  const must: Query[] = []
  const should: Query[] = []
  const not: Query[] = []
  for (const { groups } of text.matchAll(part)) {
    const { sign, quoted, word } = groups!
    const query = quoted === undefined ? ofWord(word ?? '') : ofPhrase(quoted)
    if (query !== undefined) (sign === '+' ? must : sign === '-' ? not : should).push(query)
  }
  return boolean({ must, should, not })
}

function ofPhrase(text: string): Query | undefined {
  return text.trim() === '' ? undefined : phrase(text)
}

function ofWord(word: string): Query | undefined {
  const prefix = /^(.*[^*])\*+$/su.exec(word)?.[1]
  if (prefix !== undefined) return { kind: 'prefix', text: prefix }
  return /^[-+*]*$/.test(word) ? undefined : term(word)
}
