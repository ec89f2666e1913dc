/**
 * The source: what the grammar reads in place of the text.
 *
 *   text     MATCH (n) WHERE n.age > 30 // adults
 *            return n.name + 'x'
 *   source   MATCH(n)WHERE n.age>∎ RETURN n.name+∎
 *
 * Comments are gone, white space stays only where two words or two signs of punctuation would touch, keywords are in
 * upper case, and a literal, or a list of literals, is one character (∎) that tells its kind. The grammar costs
 * microseconds for each character, so this is most of its speed; a list of a million literals is one character to it.
 */
import type { LiftedKind } from './ast.js'
import { ListReader, type Literal, scalarAt } from './literals.js'
import { scan, Tokens, tokenKinds } from './tokens.js'
import { keywords } from './words.js'

/** The characters of the grammar's rules `literal` and `integer`; no text can hold them outside quotes. */
export const literalSigns: Readonly<Record<LiftedKind, string>> = {
  integer: '\u0091',
  float: '\u0092',
  string: '\u0093',
  list: '\u0094',
}

export interface SourceLiteral extends Literal {
  /** Its place among the lifted literals; null where it stays a part of the plan. */
  readonly liftedIndex: number | null
}

export class Source {
  source = ''
  private readonly sourceStarts: number[] = []
  private readonly textStarts: number[] = []
  private readonly literals = new Map<number, SourceLiteral>()

  constructor(readonly text: string) {}

  add(piece: string, textStart: number): void {
    this.sourceStarts.push(this.source.length)
    this.textStarts.push(textStart)
    this.source += piece
  }

  addLiteral(literal: SourceLiteral): void {
    this.literals.set(this.source.length, literal)
    this.add(literalSigns[literal.kind], literal.start)
  }

  literalAt(sourceOffset: number): SourceLiteral {
    return this.literals.get(sourceOffset)!
  }

  /** The offset in the text of a character of the source. */
  origin(sourceOffset: number): number {
    let low = 0
    let high = this.sourceStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.sourceStarts[middle]! <= sourceOffset) low = middle
      else high = middle - 1
    }
    return this.textStarts[low]! + sourceOffset - this.sourceStarts[low]!
  }

  /** What was written for a part of the source that starts and ends with a token. */
  written(start: number, end: number): string {
    const textEnd = this.literals.get(end - 1)?.end ?? this.origin(end - 1) + 1
    return this.text.slice(this.origin(start), textEnd)
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
    if (needsBlank(i)) source.source += ' '
    const literal = scalarAt(text, tokens, i) ?? (opensList(tokens, i) ? lists.read(i) : undefined)
    if (literal === undefined) {
      source.add(pieceAt(text, i), tokens.starts[i]!)
      i++
      continue
    }
    const isLifted = lifted[liftedCount]?.start === literal.start
    source.addLiteral({ ...literal, liftedIndex: isLifted ? liftedCount++ : null })
    i = literal.kind === 'list' ? lists.next : i + 1
  }
  return source
}

function pieceAt(text: string, i: number): string {
  const keyword = keywords[tokens.kinds[i] === tokenKinds.word ? tokens.codes[i]! : 0]!
  return keyword === '' ? text.slice(tokens.starts[i]!, tokens.ends[i]!) : keyword
}

/** Whether white space before token `i` keeps it from running together with the token before. */
function needsBlank(i: number): boolean {
  if (i === 0 || tokens.ends[i - 1] === tokens.starts[i]) return false
  const before = tokens.kinds[i - 1]!
  const after = tokens.kinds[i]!
  if (after === tokenKinds.sign) return before === tokenKinds.sign
  return isNameLike(before) && isNameLike(after)
}

function isNameLike(kind: number): boolean {
  return kind === tokenKinds.word || kind === tokenKinds.quoted || kind === tokenKinds.parameter
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
