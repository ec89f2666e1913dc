/**
 * Text to syntax tree: `parse(text)`, or `parse(text, normalize(text))` where the lifted literals are to become
 * parameters. All that is wrong is one DatabaseError with its place: SYNTAX_ERROR says what could have stood there.
 */
import type { FailedMatchResult, MatchResult } from 'ohm-js'
import { DatabaseError, positionAt } from '../../src/core/errors.js'
import type { Clause, PathPattern, Query, Statement } from './ast.js'
import { build } from './build.js'
import grammar from './cypher.ohm-bundle.js'
import { expectedInWords, hintFor } from './expected.js'
import type { Literal } from './literals.js'
import { condense, type Source } from './source.js'

export interface ParseOptions {
  /** Literals that become parameters (`liftedName`), as `normalize` found them in the same text. */
  readonly lifted?: readonly Literal[]
  /** In UTF-16 units. */
  readonly lengthMax?: number
}

/** Throws SYNTAX_ERROR, QUERY_TOO_LONG, QUERY_TOO_DEEP, NUMBER_OUT_OF_RANGE. */
export function parse(text: string, options: ParseOptions = {}): Statement {
  const [first, ...others] = condense(text, options)
  const statement = parseSource(first!, 'Statement', new Map()) as Statement
  return others.length === 0 ? statement : continued(statement, others)
}

/** What the grammar found in a source, which says nothing of names and values, so pieces of one shape share it. */
type Shapes = Map<string, MatchResult>

function parseSource(source: Source, rule: 'Statement' | 'Continuation', shapes: Shapes): Statement | Query {
  if (source.source.length > sourceLengthMax) refuseLength(source)
  const match = shapes.get(source.source) ?? grammar.match(source.source, rule)
  if (match.failed()) refuse(source, match as FailedMatch)
  if (shapes.size < shapesMax) shapes.set(source.source, match)
  return build(match, source)
}

/** A shape keeps what the grammar remembers of each of its characters: some hundred KB. */
const shapesMax = 100

/** What the grammar can take at once within some 200 MB; a hundred times a long clause. */
const sourceLengthMax = 1 << 16

function refuseLength(piece: Source): never {
  throw new DatabaseError(
    'QUERY_TOO_LONG',
    `one clause has ${piece.source.length} parts, and ${sourceLengthMax} is the most; pass data as parameters`,
    { query: piece.text, position: positionAt(piece.text, piece.origin(0)), lengthMax: sourceLengthMax },
  )
}

/** The statement that starts with `statement` and goes on with the pieces. */
function continued(statement: Statement, pieces: readonly Source[]): Statement {
  if (statement.kind !== 'query') return refuseContinuation(pieces[0]!)
  const parts = statement.query.parts.map((part) => [...part])
  const unions = [...statement.query.unions]
  const shapes: Shapes = new Map()
  for (const piece of pieces) {
    const query = parseSource(piece, 'Continuation', shapes) as Query
    const [first, ...others] = query.parts
    join(parts.at(-1)!, first!, piece)
    parts.push(...others.map((part) => [...part]))
    unions.push(...query.unions)
  }
  return { ...statement, query: { at: statement.query.at, parts, unions } }
}

function join(clauses: Clause[], more: readonly Clause[], { continuesCreate }: Source): void {
  const [last, first] = [clauses.at(-1)!, more[0]!]
  if (!continuesCreate || last.kind !== 'create' || first.kind !== 'create') {
    clauses.push(...more)
    return
  }
  // The tree is nobody else's yet, and a copy for each of many thousand paths would take minutes.
  const paths = last.paths as PathPattern[]
  paths.push(...first.paths)
  clauses.push(...more.slice(1))
}

function refuse(source: Source, match: FailedMatch): never {
  const { text } = source
  const offset = source.origin(match.getRightmostFailurePosition())
  const found = /^(?:[\p{ID_Continue}$]+|\S)/u.exec(text.slice(offset))?.[0]
  const message = found === undefined ? endedText(text) : `${found} cannot stand here`
  const failures = match.getRightmostFailures().map(String)
  throw new DatabaseError('SYNTAX_ERROR', `${message}: expected ${expectedInWords(failures)}`, {
    query: text,
    position: positionAt(text, offset),
    hint: hintFor(text, offset, failures),
  })
}

function endedText(text: string): string {
  return text.trim() === '' ? 'there is no query' : 'the query ends too early'
}

function refuseContinuation(piece: Source): never {
  throw new DatabaseError('SYNTAX_ERROR', 'nothing can follow a change of schema', {
    query: piece.text,
    position: positionAt(piece.text, piece.origin(0)),
  })
}

/** What ohm's failed matches have beside what its types tell. */
type FailedMatch = FailedMatchResult & { getRightmostFailures(): readonly { toString(): string }[] }
