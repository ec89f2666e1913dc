/**
 * Text to syntax tree: `parse(text)`, or `parse(text, normalize(text))` where the lifted literals are to become
 * parameters. All that is wrong is one DatabaseError with its place: SYNTAX_ERROR says what could have stood there.
 */
import { DatabaseError, positionAt } from '../../src/core/errors.js'
import type { Statement } from './ast.js'
import { buildStatement } from './build.js'
import grammar from './cypher.ohm-bundle.js'
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
  if (match.failed()) refuse(source, match.getRightmostFailurePosition(), match.getExpectedText())
  return buildStatement(match, source)
}

function refuse(source: Source, sourceOffset: number, expected: string): never {
  const offset = source.origin(sourceOffset)
  const found = /^(?:[\p{ID_Continue}$]+|\S)/u.exec(source.text.slice(offset))?.[0]
  const message = found === undefined ? 'the query ends too early' : `${found} cannot stand here`
  throw new DatabaseError('SYNTAX_ERROR', `${message}: expected ${expected}`, {
    query: source.text,
    position: positionAt(source.text, offset),
  })
}
