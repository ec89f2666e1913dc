/**
 * A long query gives the event loop back in slices: others are answered before it ends, and it goes on with the version
 * of its start. The query asks a function of ours at each step whether to end, so nothing here depends on time.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ReadRun } from '../../src/database/read-run.js'
import { Runner } from '../../src/database/runner.js'
import { served } from './support/served.js'

afterEach(() => void vi.restoreAllMocks())

/** Steps of some seconds; who has not been told to end by then has let nobody else run. */
const stepsMax = 3_000_000

const long = `
  UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b
  MATCH (c:Counter) WHERE test.mayEnd(c.n) RETURN c.n AS n LIMIT 1`

interface Course {
  /** What was answered, in order. */
  readonly answered: readonly string[]
  /** The values of the counter that the long query met on its way. */
  readonly seen: ReadonlySet<unknown>
  /** What it answered. */
  readonly long: unknown
}

/** Health and a write are asked while the query runs; it may end once the write is answered. */
async function course(accept: string): Promise<Course> {
  const { database, query, send } = await served()
  await query({ statement: 'CREATE (:Counter {n: 0})' })
  const seen = new Set<unknown>()
  const answered: string[] = []
  let steps = 0
  let begun: () => void
  const running = new Promise<void>((resolve) => (begun = resolve))
  database.function('test.mayEnd(n :: INTEGER) :: BOOLEAN', (n) => {
    seen.add(n)
    if (++steps === 1) begun()
    // Some steps after the write, for the query to meet what it wrote, if it could.
    return (answered.includes('write') && seen.size > 0 && steps % 1000 === 0) || steps > stepsMax
  })
  const note = (what: string) => (answer: { text: string }) => {
    answered.push(what)
    return answer.text
  }
  const ended = query({ statement: long }, { accept }).then(note('long'))
  await running
  await send('GET', '/health').then(note('health'))
  await query({ statement: 'MATCH (c:Counter) SET c.n = 1' }).then(note('write'))
  return { long: await ended, answered, seen }
}

describe.each(['application/json', 'application/x-ndjson'])('while a query runs, its answer being %s', (accept) => {
  test('health and a write are answered before it, and it sees the version of its start', async () => {
    const { answered, seen, long: text } = await course(accept)
    expect(answered).toEqual(['health', 'write', 'long'])
    expect([...seen]).toEqual([0])
    expect(text).toContain('[0]')
  })

  test('a query that kept the event loop would be seen', async () => {
    vi.spyOn(ReadRun.prototype, 'pause').mockResolvedValue()
    expect((await course(accept)).answered[0]).toBe('long')
  })

  test('a query that went on with the newest state would be seen', async () => {
    vi.spyOn(Runner.prototype, 'snapshot').mockImplementation(function (this: Runner) {
      return Object.assign(Object.create(this.storage.stores), { release: () => undefined })
    })
    expect([...(await course(accept)).seen]).toContain(1)
  })
})
