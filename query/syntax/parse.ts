/**
 * Text to syntax tree: `parse(text)`, or `parse(text, normalize(text))` where the lifted literals are to become
 * parameters. All that is wrong is one DatabaseError with its place: SYNTAX_ERROR says what could have stood there.
 */
import type { FailedMatchResult } from 'ohm-js'
import { DatabaseError, positionAt } from '../../src/core/errors.js'
import type { Statement } from './ast.js'
import { buildStatement } from './build.js'
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
  const source = condense(text, options)
  const match = grammar.match(source.source)
  if (match.failed()) refuse(source, match as FailedMatch)
  return buildStatement(match, source)
}

function refuse(source: Source, match: FailedMatch): never {
  const { text } = source
  const offset = source.origin(match.getRightmostFailurePosition())
  const found = /^(?:[\p{ID_Continue}$]+|\S)/u.exec(text.slice(offset))?.[0]
  const message = found === undefined ? 'the query ends too early' : `${found} cannot stand here`
  const failures = match.getRightmostFailures().map(String)
  throw new DatabaseError('SYNTAX_ERROR', `${message}: expected ${expectedInWords(failures)}`, {
    query: text,
    position: positionAt(text, offset),
    hint: hintFor(text, offset, failures),
  })
}

/** What ohm's failed matches have beside what its types tell. */
type FailedMatch = FailedMatchResult & { getRightmostFailures(): readonly { toString(): string }[] }
