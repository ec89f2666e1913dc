/** Routes that are short ways to one statement, whose answer is a map, or a row of maps, as JSON text. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database, Parameters } from '../database/database.js'
import { ownStatement } from '../sdk/own-statement.js'
import { measured } from './answer.js'
import { answerForm, contentTypeOf, type Form, valueFormOf, wholeForm } from './media.js'
import type { Runs } from './runs.js'

export interface MapRoutesOptions {
  readonly database: Database
  readonly runs: Runs
}

/** The form that the answer is to have. Throws ANSWER_MEDIA_TYPE. */
export function formOf(request: FastifyRequest): Form {
  return wholeForm(answerForm(request.headers.accept))
}

/** The only column of the answer, as JSON in the form. */
export async function mapsOf(
  { database, runs }: MapRoutesOptions,
  reply: FastifyReply,
  { form, text, parameters }: { readonly form: Form; readonly text: string; readonly parameters: Parameters },
): Promise<string[]> {
  const { rows } = await runs.run(reply, (signal) =>
    ownStatement(database, text, parameters, { signal, form: measured(valueFormOf(form)) }),
  )
  return rows.map(([value]) => value as string)
}

export function sendMap(reply: FastifyReply, form: Form, text: string): FastifyReply {
  return reply.code(200).header('content-type', contentTypeOf(form)).send(text)
}
