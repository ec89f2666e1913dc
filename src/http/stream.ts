/** Answers in lines, sent as rows are found and no faster than the client reads: memory does not grow with them. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Summary } from '../database/result.js'
import { fieldsLine, rowLines, summaryLine } from './answer.js'
import { contentTypeOf, type Form } from './media.js'

type Batches = AsyncGenerator<unknown[][], Summary>

interface StreamedAnswer {
  readonly form: Form
  readonly fields: readonly string[]
  readonly batches: Batches
  readonly about: (summary: Summary) => object
  readonly errorBody: (error: unknown) => object
  readonly signal: AbortSignal
}

/** A client that reads nothing for so long is let go: its stream holds an old version of the pages. */
const stallMsMax = 30_000

/** Throws what goes wrong before the first row, which still has its status; later errors are the last line. */
export async function streamLines(reply: FastifyReply, answer: StreamedAnswer): Promise<void> {
  const { batches, signal } = answer
  try {
    const first = await batches.next()
    reply.hijack()
    reply.raw.writeHead(202, { 'content-type': contentTypeOf(answer.form) })
    await send(reply.raw, lines(first, answer), signal)
  } finally {
    await batches.return(undefined as never)
  }
}

async function* lines(
  first: IteratorResult<unknown[][], Summary>,
  { fields, batches, about, errorBody }: StreamedAnswer,
): AsyncGenerator<string> {
  yield fieldsLine(fields)
  try {
    let batch = first
    for (; !batch.done; batch = await batches.next()) yield rowLines(batch.value)
    yield summaryLine(about(batch.value))
  } catch (error) {
    yield `${JSON.stringify(errorBody(error))}\n`
  }
}

/** Ends the response when the texts end, or when `signal` says that nobody reads on. */
async function send(response: ServerResponse, texts: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  for await (const text of texts) {
    if (text !== '' && !response.write(text)) await drained(response, signal)
  }
  response.end()
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), stallMsMax)
  try {
    await once(response, 'drain', { signal })
  } catch (error) {
    // Nobody waits for the rest; the next batch is refused by the same signal.
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(stalled)
  }
}
