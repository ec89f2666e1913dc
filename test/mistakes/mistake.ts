/** A mistake that somebody makes, and how its message is recorded. */
import { DatabaseError, type Parameters } from '../../src/index.js'
import type { World } from './world.js'

export interface Mistake {
  /** What was done: the statement, the request, the content of the file. */
  readonly what: string
  /** Throws the DatabaseError, or gives what was told instead of throwing: an answer, the output of a command. */
  readonly make: (world: World) => Promise<unknown>
}

/** A statement that is wrong. */
export function statement(what: string, parameters?: Parameters): Mistake {
  return { what, make: ({ db }) => db.query(what, parameters) }
}

/** What is told of it. Anything that is no DatabaseError is a fault, and thrown. */
export async function messageOf({ what, make }: Mistake, world: World): Promise<string> {
  try {
    const told = await make(world)
    if (typeof told !== 'string') throw new Error(`this is no mistake: ${what}`)
    return told
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    return `${error.code}: ${error.message}`
  }
}
