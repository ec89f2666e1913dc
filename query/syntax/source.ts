/**
 * The source: what the grammar reads in place of the text.
 *
 *   text     match (n:Person) where n.age > 30 // adults
 *            return n.name + 'x'
 *   source   MATCH (‹n›:‹n›)WHERE ‹n›.‹n›>‹l›RETURN ‹n›.‹n›+‹l›
 *
 * A keyword is in upper case and ends in a blank. ‹n› is one character that stands for any other name, ‹l› one that
 * stands for a literal, or a whole list of them, and tells its kind. Comments and white space are gone. So the source
 * is hardly longer than the row of its tokens, and the time that the grammar takes, microseconds for each character,
 * does not depend on how long names are, how deep lines are indented, or how much data is written in the text.
 */
import assert from 'node:assert'
import type { LiftedKind } from './ast.js'
import { ListReader, type Literal, scalarAt } from './literals.js'
import { scan, Tokens, tokenKinds } from './tokens.js'
import { keywords } from './words.js'

/** The characters of the grammar's rules of the same names; no text can hold them outside quotes. */
export const literalSigns: Readonly<Record<LiftedKind, string>> = {
  integer: '\u0091',
  float: '\u0092',
  string: '\u0093',
  list: '\u0094',
}
const otherNameSign = '\u0095'
const parameterSign = '\u0096'

export interface SourceLiteral extends Literal {
  /** Its place among the lifted literals; null where it stays a part of the plan. */
  readonly liftedIndex: number | null
}

export class Source {
  source = ''
  /** A row for each piece of the source: where it starts, and from where to where the text is that it stands for. */
  private readonly sourceStarts: number[] = []
  private readonly textStarts: number[] = []
  private readonly textEnds: number[] = []
  private readonly literals = new Map<number, SourceLiteral>()

  constructor(readonly text: string) {}

  add(piece: string, textStart: number, textEnd: number): void {
    this.sourceStarts.push(this.source.length)
    this.textStarts.push(textStart)
    this.textEnds.push(textEnd)
    this.source += piece
  }

  addLiteral(literal: SourceLiteral): void {
    this.literals.set(this.source.length, literal)
    this.add(literalSigns[literal.kind], literal.start, literal.end)
  }

  literalAt(sourceOffset: number): SourceLiteral {
    return this.literals.get(sourceOffset)!
  }

  /** The offset in the text of what a character of the source belongs to. */
  origin(sourceOffset: number): number {
    return this.textStarts[this.pieceAt(sourceOffset)]!
  }

  /** What was written for a part of the source that starts and ends with a piece. */
  written(start: number, end: number): string {
    return this.text.slice(this.origin(start), this.textEnds[this.pieceAt(end - 1)])
  }

  private pieceAt(sourceOffset: number): number {
    let low = 0
    let high = this.sourceStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.sourceStarts[middle]! <= sourceOffset) low = middle
      else high = middle - 1
    }
    return low
  }
}

const tokens = new Tokens()

/** Makes the source of a text. Throws what `scan` throws, and NUMBER_OUT_OF_RANGE. */
export function condense(text: string, options: { lifted?: readonly Literal[]; lengthMax?: number }): Source {
  scan(text, tokens, options.lengthMax)
  const lifted = options.lifted ?? []
  const source = new Source(text)
  const lists = new ListReader(text, tokens)
  let liftedCount = 0
  for (let i = 0; i < tokens.count; ) {
    if (wouldJoin(i)) source.source += ' '
    const literal = scalarAt(text, tokens, i) ?? (opensList(tokens, i) ? lists.read(i) : undefined)
    if (literal === undefined) {
      source.add(pieceAt(text, i), tokens.starts[i]!, tokens.ends[i]!)
      i++
      continue
    }
    const isLifted = lifted[liftedCount]?.start === literal.start
    source.addLiteral({ ...literal, liftedIndex: isLifted ? liftedCount++ : null })
    i = literal.kind === 'list' ? lists.next : i + 1
  }
  // A literal of the key that stayed in the plan would give one text the answer of another.
  assert.equal(liftedCount, lifted.length, 'the source and the key differ in their literals')
  return source
}

function pieceAt(text: string, i: number): string {
  switch (tokens.kinds[i]) {
    case tokenKinds.word:
      return tokens.codes[i] === 0 ? otherNameSign : `${keywords[tokens.codes[i]!]} `
    case tokenKinds.quoted:
      return otherNameSign
    case tokenKinds.parameter:
      return parameterSign
    default:
      return text.slice(tokens.starts[i]!, tokens.ends[i]!)
  }
}

const compounds = new Set(['<>', '<=', '>=', '=~', '+=', '||', '..', '<-', '->'])

/** Whether token `i` and the one before would be one operator but for the white space between them. */
function wouldJoin(i: number): boolean {
  if (i === 0 || tokens.kinds[i] !== tokenKinds.sign || tokens.kinds[i - 1] !== tokenKinds.sign) return false
  if (tokens.ends[i - 1] === tokens.starts[i]) return false
  return compounds.has(String.fromCharCode(tokens.codes[i - 1]!, tokens.codes[i]!))
}

const openingSigns = new Set([...'([{,:+*/%^=<>|'].map((sign) => sign.charCodeAt(0)))
const openingWords = new Set(
  [
    'AND',
    'CASE',
    'DISTINCT',
    'ELSE',
    'IN',
    'NOT',
    'OR',
    'RETURN',
    'THEN',
    'UNWIND',
    'WHEN',
    'WHERE',
    'WITH',
    'XOR',
  ].map((word) => keywords.indexOf(word)),
)

/**
 * Whether a `[` at token `i` can be the start of a list: an operand is due there. After a name it is an index, and
 * after `-` it may be the inside of a relationship, `-[]->`.
 */
export function opensList(tokens: Tokens, i: number): boolean {
  if (i === 0) return false
  const code = tokens.codes[i - 1]!
  if (tokens.kinds[i - 1] === tokenKinds.sign) return openingSigns.has(code)
  return tokens.kinds[i - 1] === tokenKinds.word && openingWords.has(code) && !isMemberName(tokens, i - 1)
}

/** Whether the word at token `i` is the name of a property or label, whatever keyword it looks like. */
export function isMemberName(tokens: Tokens, i: number): boolean {
  if (i === 0 || tokens.kinds[i - 1] !== tokenKinds.sign) return false
  const before = tokens.codes[i - 1]!
  return before === dot || before === colon
}

const dot = 0x2e
const colon = 0x3a
