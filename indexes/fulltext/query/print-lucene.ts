/** A query in Lucene's syntax, so that `parseLucene` gives the same tree again. */
import { Float } from '../../../src/core/value.js'
import type { BooleanQuery, Query, RangeEnd, RangeQuery, RangeValue, WildcardPart } from './ast.js'
import { readRangeValue } from './parse-lucene.js'

export function printLucene(query: Query): string {
  return query.kind === 'boolean' ? printBoolean(query) : printPart(query)
}

/** One part of a boolean: in brackets where it has parts of its own. */
function printPart(query: Query): string {
  switch (query.kind) {
    case 'term':
      return escapeWord(query.text)
    case 'phrase':
      return printText(query.text) + (query.slop === 0 ? '' : `~${query.slop}`)
    case 'prefix':
      return `${escapeWord(query.text)}*`
    case 'wildcard':
      return query.parts.map(printWildcardPart).join('')
    case 'fuzzy':
      return `${escapeWord(query.text)}~${query.distance}`
    case 'regexp':
      return `/${query.pattern.replaceAll('/', '\\/')}/`
    case 'range':
      return printRange(query)
    case 'boolean':
      return `(${printBoolean(query)})`
    case 'boost':
      return `${inBrackets(query.query, ['boost'])}^${query.by}`
    case 'field':
      return `${escapeWord(query.field)}:${query.query.kind === 'all' ? '*' : inBrackets(query.query, ['boost', 'field'])}`
    case 'all':
      return '*:*'
  }
}

function inBrackets(query: Query, kinds: readonly Query['kind'][]): string {
  return kinds.includes(query.kind) ? `(${printPart(query)})` : printPart(query)
}

function printBoolean({ must, should, not }: BooleanQuery): string {
  const parts = [
    ...must.map((query) => `+${printPart(query)}`),
    ...should.map(printPart),
    ...not.map((query) => `-${printPart(query)}`),
  ]
  // The syntax has no way to ask for nothing but to leave everything out.
  return parts.length === 0 ? '-*:*' : parts.join(' ')
}

function printWildcardPart(part: WildcardPart): string {
  if (part.kind === 'text') return escapeWord(part.text)
  return part.kind === 'run' ? '*' : '?'
}

function printRange({ from, to }: RangeQuery): string {
  const open = from?.inclusive === false ? '{' : '['
  return `${open}${printEnd(from)} TO ${printEnd(to)}${to?.inclusive === false ? '}' : ']'}`
}

function printEnd(end: RangeEnd | undefined): string {
  return end === undefined ? '*' : printValue(end.value)
}

function printValue(value: RangeValue): string {
  if (value instanceof Float) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
  if (typeof value !== 'string') return String(value)
  const isPlain = /^[\p{L}\p{N}]+$/u.test(value) && value !== 'TO' && typeof readRangeValue(value) === 'string'
  return isPlain ? value : printText(value)
}

function printText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function escapeWord(text: string): string {
  if (/^(?:AND|OR|NOT)$/.test(text)) return `\\${text}`
  return text.replaceAll(/[-+!(){}[\]^"~*?:\\/&|<>\s]/gu, '\\$&')
}
