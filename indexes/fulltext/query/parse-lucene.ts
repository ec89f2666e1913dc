/**
 * Lucene's query syntax, as the classic parser of Lucene reads it, which is the one of Neo4j.
 *
 *   graph database       either; what holds both scores higher          "commit log"     the words in this order
 *   title:graph          in one field, also title:(graph tree)          "commit log"~5   up to five places off
 *   +graph -sql          must be there; must not                        graph~ graph~1   two edits off, or one
 *   graph AND NOT sql    the same; && || ! too, words in capitals only  gra* g?aph       any characters; one
 *   (graph tree)^2.5     counts so many times                           /gra(ph|in)s?/   I-Regexp (RFC 9485)
 *   [10 TO 20} [* TO z]  ends within, or not; * is open                 *:* title:*      everything; what has the field
 *   year:>=10 year:<20   the same, with one end
 *   \( \" \u0041         a sign that is meant as text
 *
 * AND makes what stands on both of its sides wanted, OR does nothing, and neither binds closer than the other: in
 * `a OR b AND c`, b and c must be there, as `a +b +c`. Brackets make it plain.
 *
 * An end of a range is a number or date where it is written as one, 10 or 2024-05-01, and text otherwise; in quotes it is
 * always text. Within a word + - ! & | / are letters like others, so `wi-fi` and `and/or` need no quotes.
 */
import { DatabaseError, positionAt } from '../../../src/core/errors.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { LocalTime, ZonedTime } from '../../../src/core/temporal/time.js'
import { Float, integerMax, integerMin, toInteger } from '../../../src/core/value.js'
import { quoted } from '../../../src/core/value-in-words.js'
import {
  all,
  boolean,
  boost,
  field,
  phrase,
  type Query,
  type RangeEnd,
  type RangeValue,
  term,
  type WildcardPart,
  wildcard,
} from './ast.js'

export interface LuceneOptions {
  /** `*graph` looks at every term of the dictionary, so it is refused unless this is true. */
  readonly allowLeadingWildcard?: boolean | undefined
}

export const queryNestingMax = 100
/** Edits of a word that is followed by ~ alone. */
const distanceUsual = 2

/** Throws SEARCH_QUERY_INVALID with the place and the way out, LIMIT_EXCEEDED for brackets in brackets in brackets. */
export function parseLucene(text: string, options: LuceneOptions = {}): Query {
  try {
    return new Parser(text, options.allowLeadingWildcard ?? false).whole()
  } catch (error) {
    throw error instanceof Refused ? invalid(text, error) : error
  }
}

class Refused extends Error {
  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(problem)
  }
}

function invalid(text: string, { problem, offset }: Refused): DatabaseError {
  return new DatabaseError(
    'SEARCH_QUERY_INVALID',
    `the search ${quoted(text)} cannot be read at character ${offset + 1}: ${problem}`,
    { search: text, offset, query: text, position: positionAt(text, offset) },
  )
}

const space = /\s*/y
const conjunction = /(?:AND|OR)(?=[\s()[{"]|$)|&&|\|\|/y
const modifier = /NOT(?=[\s()[{"]|$)|[-+!]/y
const wholeWord = /(?:[^\s()[\]{}":^~\\]|\\.)+/suy
const escapedUnit = /^\\u[0-9a-fA-F]{4}$/
const positiveNumber = /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const phraseText = /"((?:[^"\\]|\\.)*)"/suy
const regexpText = /\/((?:[^/\\]|\\.)*)\//suy
const comparison = /[<>]=?/y
/** A zone of a time stands in brackets of its own. */
const comparedWord = /(?:\[[^\]\s]*\]|[^\s()[\]{}"^~\\]|\\.)+/suy
const rangeWord = /(?:\[[^\]\s]*\]|[^\s\]}"\\]|\\.)+/suy
const wayOut = 'write \\ before a sign that is meant as text'

export const leadingWildcard =
  'a wildcard at the beginning of a word has every term looked at; write letters before it, or set allowLeadingWildcard'

type Occur = 'must' | 'should' | 'not'

interface Clause {
  occur: Occur
  readonly query: Query
}

interface Word {
  readonly start: number
  readonly parts: readonly WildcardPart[]
}

class Parser {
  private at = 0
  private depth = 0

  constructor(
    private readonly text: string,
    private readonly allowLeadingWildcard: boolean,
  ) {}

  whole(): Query {
    const query = this.clauses()
    if (this.at < this.text.length) this.refuse(`nothing is open that this ${this.here()} could close; ${wayOut}`)
    return query
  }

  /** Up to a closing bracket or the end. */
  private clauses(): Query {
    if (++this.depth > queryNestingMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `brackets of a search nest at most ${queryNestingMax} deep`, {
        limit: queryNestingMax,
      })
    const clauses: Clause[] = []
    for (this.skipSpace(); !this.isAtEnd(); this.skipSpace()) this.addClause(clauses)
    if (clauses.length === 0) this.refuse('a word is expected here; *:* finds everything')
    this.depth--
    const those = (occur: Occur) => clauses.filter((clause) => clause.occur === occur).map(({ query }) => query)
    return boolean({ must: those('must'), should: those('should'), not: those('not') })
  }

  private addClause(clauses: Clause[]): void {
    const joined = this.joint(clauses)
    const start = this.at
    const sign = this.find(modifier)?.[0]
    this.skipSpace()
    if (sign !== undefined && this.isAtEnd()) this.refuse(`${sign} stands before what it is about; ${wayOut}`, start)
    const second = this.at
    const another = this.find(conjunction) ?? this.find(modifier)
    if (another !== undefined) this.refuse(`${another[0]} cannot begin a part of a search; ${wayOut}`, second)
    const query = this.boosted()
    const isWanted = sign === '+' || (sign === undefined && joined)
    clauses.push({ occur: isWanted ? 'must' : sign === undefined ? 'should' : 'not', query })
  }

  /** Whether AND stands before the clause. It is about the one before, too. */
  private joint(clauses: readonly Clause[]): boolean {
    const start = this.at
    const found = this.find(conjunction)?.[0]
    if (found === undefined) return false
    this.skipSpace()
    const before = clauses.at(-1)
    if (before === undefined || this.isAtEnd())
      this.refuse(`${found} stands between two parts of a search; ${wayOut}`, start)
    const isAnd = found === 'AND' || found === '&&'
    if (isAnd && before.occur === 'should') before.occur = 'must'
    return isAnd
  }

  private boosted(): Query {
    const query = this.fielded()
    if (!this.take('^')) return query
    const start = this.at
    const by = Number(this.find(positiveNumber)?.[0])
    if (!(by > 0 && by < Number.POSITIVE_INFINITY))
      this.refuse('a number greater than 0 is expected behind ^, as in graph^2.5', start)
    return boost(query, by)
  }

  private fielded(): Query {
    const word = this.word()
    if (word.parts.length === 0) return this.bracketed()
    if (!this.take(':')) return this.ofWord(word)
    this.skipSpace()
    if (isRun(word)) return this.everything()
    const name = textOf(word) ?? this.refuse(`the name of a field holds no wildcards; ${wayOut}`, word.start)
    if (this.isAtEnd()) this.refuse(`what to look for in ${name} is expected behind the colon; ${wayOut}`)
    const sign = this.find(comparison)?.[0]
    if (sign !== undefined) return field(name, this.compared(sign))
    const sought = this.word()
    return field(name, sought.parts.length === 0 ? this.bracketed() : this.ofWord(sought))
  }

  /** Behind `*:`. */
  private everything(): Query {
    const start = this.at
    if (!isRun(this.word())) this.refuse('* is expected behind *: as *:* finds everything', start)
    return all
  }

  private bracketed(): Query {
    switch (this.text[this.at]) {
      case '(':
        return this.group()
      case '[':
      case '{':
        return this.range()
      case '"':
        return this.phrase()
      case '/':
        return this.regexp()
      default:
        return this.refuse(`${this.here()} cannot begin a part of a search; ${wayOut}`)
    }
  }

  private group(): Query {
    const start = this.at++
    const query = this.clauses()
    if (!this.take(')')) this.refuse(`the bracket is not closed; ${wayOut}`, start)
    return query
  }

  private phrase(): Query {
    const written = this.find(phraseText)
    if (written === undefined) this.refuse('the quotes are not closed; write \\" for a quote that is meant as text')
    const start = this.at
    if (!this.take('~')) return phrase(unescaped(written[1]!))
    const slop = this.find(positiveNumber)?.[0]
    if (slop === undefined || !Number.isSafeInteger(Number(slop)))
      this.refuse('a whole number of places is expected behind ~, as in "commit log"~5', start)
    return phrase(unescaped(written[1]!), Number(slop))
  }

  private regexp(): Query {
    const start = this.at
    const written = this.find(regexpText)
    if (written === undefined || written[1] === '')
      this.refuse('a regular expression stands between two slashes; write \\/ for a slash that is meant as text', start)
    return { kind: 'regexp', pattern: written[1]!.replaceAll(/\\(.)/gsu, (pair, sign) => (sign === '/' ? '/' : pair)) }
  }

  // ---- words ----------------------------------------------------------------------------------------------------------

  private word(): Word {
    const start = this.at
    // A slash begins a regular expression only where a word could begin.
    const written = this.text[start] === '/' ? '' : (this.find(wholeWord)?.[0] ?? '')
    if (this.text[this.at] === '\\') this.refuse('a sign is expected behind \\; write \\\\ for a backslash')
    return { start, parts: readWildcard(written) }
  }

  private ofWord(word: Word): Query {
    const text = textOf(word)
    if (this.text[this.at] === '~') return this.fuzzy(text)
    if (text !== undefined) return term(text)
    if (isRun(word)) return all
    if (startsWild(word.parts) && !this.allowLeadingWildcard) this.refuse(leadingWildcard, word.start)
    return wildcard(word.parts)
  }

  private fuzzy(text: string | undefined): Query {
    const start = this.at++
    if (text === undefined) this.refuse('a word with wildcards cannot be fuzzy too', start)
    const written = this.find(positiveNumber)?.[0]
    const distance = written === undefined ? distanceUsual : editsOf(Number(written), text)
    if (distance === 0) return term(text)
    if (distance === 1 || distance === 2) return { kind: 'fuzzy', text, distance }
    return this.refuse('a word may be at most 2 edits off; write ~1 or ~2', start)
  }

  // ---- ranges ---------------------------------------------------------------------------------------------------------

  private range(): Query {
    const start = this.at
    const fromInclusive = this.text[this.at++] === '['
    const from = this.rangeValue()
    if (this.rangeWord() !== 'TO') this.refuse('TO is expected between the ends of a range, as in [10 TO 20]')
    const to = this.rangeValue()
    const toInclusive = this.take(']')
    if (!toInclusive && !this.take('}')) this.refuse(`the range is not closed by ] or }; ${wayOut}`, start)
    if (from === undefined && to === undefined) return all
    return { kind: 'range', from: rangeEnd(from, fromInclusive), to: rangeEnd(to, toInclusive) }
  }

  /** Behind `year:>=`. */
  private compared(sign: string): Query {
    const start = this.at
    const value = this.rangeValue(comparedWord)
    if (value === undefined) this.refuse(`a value is expected behind ${sign}, as in year:${sign}2020`, start)
    const end = { value, inclusive: sign.endsWith('=') }
    return { kind: 'range', ...(sign.startsWith('>') ? { from: end } : { to: end }) }
  }

  /** Undefined where the end is open. */
  private rangeValue(pattern = rangeWord): RangeValue | undefined {
    this.skipSpace()
    const start = this.at
    const text = this.find(phraseText)
    if (text !== undefined) return unescaped(text[1]!)
    const word = this.find(pattern)?.[0]
    if (word === undefined || word === 'TO')
      return this.refuse('an end of the range is expected, as in [10 TO 20]; * is an open end', start)
    if (word === '*') return undefined
    try {
      return readRangeValue(word)
    } catch (error) {
      return this.refuse(`${(error as DatabaseError).message}; in quotes it is text`, start)
    }
  }

  private rangeWord(): string | undefined {
    this.skipSpace()
    return this.find(rangeWord)?.[0]
  }

  // ---- characters -----------------------------------------------------------------------------------------------------

  private isAtEnd(): boolean {
    return this.at === this.text.length || this.text[this.at] === ')'
  }

  private here(): string {
    return quoted(String.fromCodePoint(this.text.codePointAt(this.at)!))
  }

  private skipSpace(): void {
    this.find(space)
  }

  private take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private find(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text) ?? undefined
    this.at += found?.[0].length ?? 0
    return found
  }

  private refuse(problem: string, offset = this.at): never {
    throw new Refused(problem, offset)
  }
}

function isRun({ parts }: Word): boolean {
  return parts.length === 1 && parts[0]!.kind === 'run'
}

/** Undefined where the word has wildcards. */
function textOf({ parts }: Word): string | undefined {
  const [first] = parts
  return parts.length === 1 && first!.kind === 'text' ? first.text : undefined
}

/** A text with * and ? in parts; what stands behind a backslash is meant as text. */
export function readWildcard(written: string): WildcardPart[] {
  const parts: WildcardPart[] = []
  for (const [piece] of written.matchAll(/[*?]|(?:[^*?\\]|\\.)+/gsu)) {
    if (piece === '*' || piece === '?') parts.push({ kind: piece === '*' ? 'run' : 'one' })
    else parts.push({ kind: 'text', text: unescaped(piece) })
  }
  return parts
}

export function startsWild(parts: readonly WildcardPart[]): boolean {
  return parts[0]?.kind !== 'text'
}

function unescaped(written: string): string {
  return written.replaceAll(/\\u[0-9a-fA-F]{4}|\\./gsu, (pair) =>
    escapedUnit.test(pair) ? String.fromCharCode(Number.parseInt(pair.slice(2), 16)) : pair.slice(1),
  )
}

/** A number below 1 is the likeness that Lucene asked for once: `graph~0.8` is one edit in five letters. */
function editsOf(written: number, text: string): number {
  if (written === 0 || written >= 1) return written
  const length = [...text].length
  return [2, 1].find((edits) => 1 - edits / length >= written) ?? 0
}

function rangeEnd(value: RangeValue | undefined, inclusive: boolean): RangeEnd | undefined {
  return value === undefined ? undefined : { value, inclusive }
}

const offset = /(?:Z|[+-]\d\d:?\d\d)(?:\[[^\]]*\])?$/

/** The value of an end without quotes. Throws TEMPORAL_INVALID for 2024-02-30. */
export function readRangeValue(written: string): RangeValue {
  if (/^-?\d+$/.test(written)) return readInteger(written)
  if (/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(written)) return new Float(Number(written))
  if (/^\d{4}-\d\d-\d\d$/.test(written)) return LocalDate.parse(written)
  if (/^\d{4}-\d\d-\d\dT\d\d/.test(written))
    return (offset.test(written) ? ZonedDateTime : LocalDateTime).parse(written)
  if (/^\d\d:\d\d/.test(written)) return (offset.test(written) ? ZonedTime : LocalTime).parse(written)
  return unescaped(written)
}

function readInteger(written: string): RangeValue {
  const value = BigInt(written)
  return value < integerMin || value > integerMax ? new Float(Number(written)) : toInteger(value)
}
