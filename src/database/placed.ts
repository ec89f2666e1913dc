/** Errors of a run, with the place in the text that was run. */
import { normalize } from '../../query/syntax/lexer.js'
import { DatabaseError, positionAt } from '../core/errors.js'
import type { PreparedText } from './plan-cache.js'

/** Does a part of a run; what it throws has its place in the text, where that is known. */
export function withPlaces<Result>(prepared: PreparedText, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw placed(error, prepared)
  }
}

/** An error of a run with its place in the text, where that is known. */
export function placed(error: unknown, { text, plan }: PreparedText): unknown {
  if (!(error instanceof DatabaseError) || isPlacedIn(text, error) || plan.kind !== 'query') return error
  const place = plan.query.placeOf(error)
  if (place === undefined) return error
  return error.placedIn(text, positionAt(text, offsetIn(text, plan.text, place.offset)))
}

/** A place in another text, such as that of a JSONPath, says nothing of where in this one it stands. */
function isPlacedIn(text: string, { position, details }: DatabaseError): boolean {
  return position !== undefined && (details.query ?? text) === text
}

/**
 * The offset in `text` of what is at `offset` in the text that was compiled; the two differ in nothing but literals, by
 * which everything behind them is moved.
 */
function offsetIn(text: string, compiled: string, offset: number): number {
  if (text === compiled) return offset
  const { literals } = normalize(text, text.length)
  const before = normalize(compiled, compiled.length).literals.filter(({ end }) => end <= offset)
  const last = before.length - 1
  return last === -1 ? offset : literals[last]!.end + (offset - before[last]!.end)
}
