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
import { keywordNumber, keywords, numbersOf } from './words.js'

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

  constructor(
    readonly text: string,
    /** The first clause goes on with the CREATE that the piece before ended in. */
    readonly continuesCreate: boolean,
  ) {}

  addBlank(): void {
    this.source += ' '
  }

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

/**
 * Makes the source of a text, as one or more pieces: one of the usual length, and for a long text one after the other,
 * each a row of whole clauses. The grammar remembers what it tried at each character until a piece ends, so that
 * without pieces its memory would grow with the text. Within a long CREATE a piece ends with a path.
 *
 * Throws what `scan` throws, and NUMBER_OUT_OF_RANGE.
 */
export function condense(
  text: string,
  options: { readonly lifted?: readonly Literal[]; readonly lengthMax?: number } = {},
): readonly Source[] {
  scan(text, tokens, options.lengthMax)
  return new Condenser(text, options.lifted ?? []).condense()
}

const tokens = new Tokens()

/** From this length on a piece ends where one can: about what a query of fifty lines takes. */
const pieceLength = 2048
/**
 * A text of more tokens is a script: there a piece ends wherever one can. What is written by a program repeats few
 * shapes, and the grammar reads each shape once (parse.ts).
 */
const queryTokensMax = 4096

class Condenser {
  private readonly sources: Source[] = []
  private source: Source
  private readonly lists: ListReader
  private liftedCount = 0
  /** How many brackets are open. */
  private depth = 0
  /** The token of the CREATE whose paths are being read outside of brackets; -1 elsewhere. */
  private create = -1
  private readonly pieceLength = tokens.count > queryTokensMax ? 1 : pieceLength

  constructor(
    private readonly text: string,
    private readonly lifted: readonly Literal[],
  ) {
    this.source = new Source(text, false)
    this.lists = new ListReader(text, tokens)
  }

  condense(): readonly Source[] {
    for (let i = 0; i < tokens.count; ) i = this.token(i)
    // A literal of the key that stayed in the plan would give one text the answer of another.
    assert.equal(this.liftedCount, this.lifted.length, 'the source and the key differ in their literals')
    return [...this.sources, this.source]
  }

  /** Adds the token `i`, or the list that starts there; gives the token to go on with. */
  private token(i: number): number {
    const literal = scalarAt(this.text, tokens, i) ?? (opensList(tokens, i) ? this.lists.read(i) : undefined)
    if (literal === undefined) {
      this.plain(i)
      return i + 1
    }
    this.literal(literal)
    return literal.kind === 'list' ? this.lists.next : i + 1
  }

  private literal(literal: Literal): void {
    const isLifted = this.lifted[this.liftedCount]?.start === literal.start
    this.source.addLiteral({ ...literal, liftedIndex: isLifted ? this.liftedCount++ : null })
  }

  private plain(i: number): void {
    if (tokens.kinds[i] === tokenKinds.word) this.word(i)
    else if (tokens.kinds[i] === tokenKinds.sign && this.sign(i)) return
    if (wouldJoin(i)) this.source.addBlank()
    this.source.add(pieceAt(this.text, i), tokens.starts[i]!, tokens.ends[i]!)
  }

  private word(i: number): void {
    const code = tokens.codes[i]!
    if (this.depth > 0 || !clauseWords.has(code) || isMemberName(tokens, i)) return
    if (this.isLong() && firstWords.has(code) && !belongsToBefore(i)) this.startPiece(false)
    this.create = code === createWord ? i : -1
  }

  /** Counts brackets; true for a comma that a new piece replaces. */
  private sign(i: number): boolean {
    const code = tokens.codes[i]!
    if (code === comma && this.depth === 0 && this.create !== -1 && this.isLong()) {
      this.startPiece(true)
      this.source.add(pieceAt(this.text, this.create), tokens.starts[this.create]!, tokens.ends[this.create]!)
      return true
    }
    if (code === openRound || code === openSquare || code === openCurly) this.depth++
    else if (code === closeRound || code === closeSquare || code === closeCurly) this.depth--
    return false
  }

  private isLong(): boolean {
    return this.source.source.length >= this.pieceLength
  }

  private startPiece(continuesCreate: boolean): void {
    this.sources.push(this.source)
    this.source = new Source(this.text, continuesCreate)
  }
}

const createWord = keywordNumber('CREATE')
const clauseWords = numbersOf('MATCH OPTIONAL CREATE MERGE SET REMOVE DETACH DELETE UNWIND WITH RETURN CALL FOREACH')
/** Those of them that a piece may start with. */
const firstWords = numbersOf('MATCH OPTIONAL CREATE MERGE UNWIND WITH CALL')
/** Words that such a one belongs to when it follows them. */
const joiningWords = numbersOf('OPTIONAL ON UNION ALL DISTINCT STARTS ENDS EXPLAIN PROFILE')

/** Whether the keyword at token `i` goes with the token before; after a semicolon no piece can make it right. */
function belongsToBefore(i: number): boolean {
  return joiningWords.has(tokens.keywordAt(i - 1)) || tokens.isSign(i - 1, ';')
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

/** Arrows are none: `(a) < - [r] - (b)` is Cypher, and so is `a < -1`. */
const compounds = new Set(['<>', '<=', '>=', '=~', '+=', '||', '..'])

/** Whether token `i` and the one before would be one operator but for the white space between them. */
function wouldJoin(i: number): boolean {
  if (i === 0 || tokens.kinds[i] !== tokenKinds.sign || tokens.kinds[i - 1] !== tokenKinds.sign) return false
  if (tokens.ends[i - 1] === tokens.starts[i]) return false
  return compounds.has(String.fromCharCode(tokens.codes[i - 1]!, tokens.codes[i]!))
}

const openingSigns = new Set([...'([{,:+*/%^=<>|'].map((sign) => sign.charCodeAt(0)))
const openingWords = numbersOf('AND CASE DISTINCT ELSE IN NOT OR RETURN THEN UNWIND WHEN WHERE WITH XOR')

/**
 * Whether a `[` at token `i` can be the start of a list: an operand is due there. After a name it is an index, and
 * after `-` it may be the inside of a relationship, `-[]->`.
 */
export function opensList(tokens: Tokens, i: number): boolean {
  if (!tokens.isSign(i, '[')) return false
  if (tokens.kinds[i - 1] === tokenKinds.sign) return openingSigns.has(tokens.codes[i - 1]!)
  return openingWords.has(tokens.keywordAt(i - 1)) && !isMemberName(tokens, i - 1)
}

/** Whether the word at token `i` is the name of a property or label, whatever keyword it looks like. */
export function isMemberName(tokens: Tokens, i: number): boolean {
  return tokens.isSign(i - 1, '.') || tokens.isSign(i - 1, ':')
}

const [openRound, closeRound, openSquare, closeSquare, openCurly, closeCurly, comma] = [...'()[]{},'].map((sign) =>
  sign.charCodeAt(0),
)
