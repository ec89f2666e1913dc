/** Statements that Skein writes for whoever calls a method or a route: their errors tell of no place in them. */
import { DatabaseError } from '../core/errors.js'
import type { Parameters } from './result.js'

interface Asked<Options, Result> {
  query(text: string, parameters: Parameters, options?: Options): Promise<Result>
}

export async function ownStatement<Options, Result>(
  asked: Asked<Options, Result>,
  text: string,
  parameters: Parameters,
  options?: Options,
): Promise<Result> {
  try {
    return await asked.query(text, parameters, options)
  } catch (error) {
    throw error instanceof DatabaseError ? error.notPlacedIn(text) : error
  }
}
