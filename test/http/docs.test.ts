/** The examples of docs/http.md, run as they stand. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { statusOf } from '../../src/http/errors.js'
import { DatabaseError, type ErrorCode, errorCodes } from '../../src/index.js'
import { served } from './support/served.js'

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')

interface Example {
  readonly headers: Record<string, string>
  readonly body: string
  readonly answer: string
}

function examples(): Example[] {
  return [...page.matchAll(/^```\n(\$ curl [\s\S]*?)\n```$/gm)].map(([, block]) => {
    const [call, answer] = block!.split(/(?<=^ .*)\n(?=\{)/m)
    const headers = [...call!.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [
      name!.toLowerCase(),
      value!,
    ])
    return { headers: Object.fromEntries(headers), body: /-d '(.*)'/.exec(call!)![1]!, answer: answer! }
  })
}

/** The number of the last commit depends on what a database has seen. */
function anyBookmark(text: string): string {
  return text.replace(/FB:\d+/g, 'FB:1').trimEnd()
}

test('calls of docs/http.md answer what it says', async () => {
  const { query } = await served()
  const found = examples()
  expect(found).toHaveLength(2)
  for (const { headers, body, answer } of found) expect(anyBookmark((await query(body, headers)).text)).toBe(answer)
})

test('the error that docs/http.md shows is the one that comes', async () => {
  const { query } = await served()
  const shown = /^\{"errors".*$/m.exec(page)![0]
  expect((await query({ statement: 'MATCH (n) RETURN m' })).text).toBe(shown)
})

test('docs/http.md lists every status that an error can have', () => {
  const listed = [...page.matchAll(/^\| (\d{3}) \|/gm)].map(([, status]) => Number(status))
  const possible = Object.keys(errorCodes).map((code) => statusOf(new DatabaseError(code as ErrorCode, '')))
  expect(listed).toEqual([...new Set(possible)].sort())
})
