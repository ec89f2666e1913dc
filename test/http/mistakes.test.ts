/** Requests that cannot be answered: each gets a status and one form of error, and no connection hangs. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { queryPath, served } from './support/served.js'

afterEach(() => void vi.restoreAllMocks())

const typed = { 'content-type': 'application/vnd.neo4j.query' }
const typedParameter = (value: unknown) => ({ statement: 'RETURN $p', parameters: { p: value } })

const mistakes: [what: string, body: unknown, headers?: Record<string, string>][] = [
  ['no body', undefined],
  ['an empty object', {}],
  ['a list', []],
  ['a statement that is a number', { statement: 1 }],
  ['parameters that are a list', { statement: 'RETURN 1', parameters: [] }],
  ['includeCounters that is a string', { statement: 'RETURN 1', includeCounters: 'yes' }],
  ['an unknown field', { statement: 'RETURN 1', params: {} }],
  ['bookmarks that are a string', { statement: 'RETURN 1', bookmarks: 'FB:1' }],
  ['a bookmark of somebody else', { statement: 'RETURN 1', bookmarks: ['FB:kcwQ9gGgVn'] }],
  ['a bookmark of the future', { statement: 'RETURN 1', bookmarks: ['FB:1000000'] }],
  ['an unknown accessMode', { statement: 'RETURN 1', accessMode: 'read' }],
  ['a write with accessMode READ', { statement: 'CREATE ()', accessMode: 'READ' }],
  ['a maxExecutionTime of zero', { statement: 'RETURN 1', maxExecutionTime: 0 }],
  ['an impersonatedUser', { statement: 'RETURN 1', impersonatedUser: 'ann' }],
  ['JSON that ends too early', '{"statement": "RETURN 1"'],
  ['JSON with single quotes', "{'statement': 'RETURN 1'}"],
  ['an INTEGER beyond 64 bits', '{"statement": "RETURN $i", "parameters": {"i": 9223372036854775808}}'],
  ['a megabyte of digits', `{"statement": "RETURN $i", "parameters": {"i": ${'9'.repeat(1e6)}}}`],
  ['lists nested too deep', `{"statement": "RETURN $l", "parameters": {"l": ${'['.repeat(5000)}${']'.repeat(5000)}}}`],
  ['a parameter that is missing', { statement: 'RETURN $name', parameters: { nmae: 1 } }],
  ['a statement with an error', { statement: 'MATCH (n)\nRETURN m' }],
  ['a statement that fails', { statement: 'RETURN 1 / 0' }],
  ['a form', 'statement=RETURN 1', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['two media types', { statement: 'RETURN 1' }, { 'content-type': 'application/json, text/plain' }],
  ['a charset other than UTF-8', { statement: 'RETURN 1' }, { 'content-type': 'application/json; charset=latin1' }],
  ['a compressed body', { statement: 'RETURN 1' }, { 'content-encoding': 'gzip' }],
  ['an answer that nobody writes', { statement: 'RETURN 1' }, { accept: 'text/csv' }],
  ['a plain parameter among typed ones', typedParameter(1), typed],
  ['a type that no parameter has', typedParameter({ $type: 'Node', _value: {} }), typed],
  ['a typed value of the wrong kind', typedParameter({ $type: 'Boolean', _value: 'true' }), typed],
  ['an Integer with a point', typedParameter({ $type: 'Integer', _value: '1.0' }), typed],
  ['an Integer beyond 64 bits', typedParameter({ $type: 'Integer', _value: '9223372036854775808' }), typed],
  ['a Float that is no number', typedParameter({ $type: 'Float', _value: 'one' }), typed],
  ['bytes that are not base64', typedParameter({ $type: 'Base64', _value: '@@@@' }), typed],
]

test('every mistake of a request is told', async () => {
  const { query, send } = await served()
  const told: string[] = []
  for (const [what, body, headers] of mistakes) {
    const { status, body: answer } = await query(body, headers)
    const [{ code, skeinCode, gqlStatus, message }] = answer.errors
    told.push(`${what}\n  ${status} ${skeinCode} ${code} ${gqlStatus}\n  ${message.replaceAll('\n', '\n  ')}`)
  }
  expect(told.join('\n\n')).toMatchSnapshot()
  expect((await send('GET', '/health')).status).toBe(200)
})

test.each([
  ['GET', '/nowhere', 404, 'ROUTE_MISSING'],
  ['GET', queryPath, 405, 'METHOD_REFUSED'],
  ['PUT', `${queryPath}/tx/none`, 405, 'METHOD_REFUSED'],
  ['POST', '/health', 405, 'METHOD_REFUSED'],
  ['OPTIONS', queryPath, 405, 'METHOD_REFUSED'],
  ['GET', '/%', 400, 'REQUEST_INVALID'],
  ['POST', '/db/neo4j/query/v2', 404, 'DATABASE_MISSING'],
  ['POST', `${queryPath}/tx/none`, 404, 'TRANSACTION_CLOSED'],
  ['POST', `${queryPath}/tx/none/commit`, 404, 'TRANSACTION_CLOSED'],
  ['DELETE', `${queryPath}/tx/none`, 404, 'TRANSACTION_CLOSED'],
])('%s %s gives %i %s', async (method, path, status, skeinCode) => {
  const { send } = await served()
  expect(await send(method, path)).toMatchObject({ status, body: { errors: [{ skeinCode }] } })
})

test('an error in a statement has its position and a hint', async () => {
  const { query } = await served()
  const { body } = await query({ statement: 'MATCH (n)\nRETURN m' })
  expect(body.errors[0]).toMatchObject({
    code: 'Neo.ClientError.Statement.SyntaxError',
    skeinCode: 'VARIABLE_UNDEFINED',
    gqlStatus: '42N62',
    position: { offset: 17, line: 2, column: 8 },
  })
  expect((await query({ statement: 'RETURN $a', parameters: { b: 1 } })).body.errors[0].hint).toBe('Given: $b.')
})

describe('through a bare socket', () => {
  const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
  const head = `POST ${queryPath} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n`

  test('a body longer than the server takes is refused, with a length or without', async () => {
    const { raw } = await served({ bodyBytesMax: 1000 })
    const body = JSON.stringify({ statement: ' '.repeat(2000) })
    const sized = await raw(`${head}content-length: ${body.length}\r\n\r\n${body}`)
    const chunked = await raw(
      `${head}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    )
    for (const answer of [sized, chunked]) {
      expect(status(answer)).toBe(413)
      expect(answer).toContain('"skeinCode":"REQUEST_TOO_LARGE"')
    }
  })

  test('bytes that are not UTF-8 are refused', async () => {
    const { send } = await served()
    const { server } = await served()
    const body = Buffer.from([...Buffer.from('{"statement": "RETURN \''), 0xff, ...Buffer.from('\'"}')])
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(server.url + queryPath, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ skeinCode: 'REQUEST_INVALID' }] }])
    expect((await send('GET', '/health')).status).toBe(200)
  })

  test('what is not HTTP is refused in the same form', async () => {
    const { raw } = await served()
    const answer = await raw('SELECT 1;\r\n\r\n')
    expect(status(answer)).toBe(400)
    expect(answer).toContain('"skeinCode":"REQUEST_INVALID"')
  })

  test('headers without end are refused', async () => {
    const { raw } = await served()
    expect(status(await raw(`GET / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`))).toBe(431)
  })
})

test('a fault of Skein is told to its owner, and to the client only that there was one', async () => {
  const faults: unknown[] = []
  const { query, database } = await served({ onFault: (error) => faults.push(error) })
  const fault = new TypeError('insides')
  vi.spyOn(database, 'query').mockRejectedValue(fault)
  const { status, text, body } = await query({ statement: 'RETURN 1' })
  expect(status).toBe(500)
  expect(body.errors[0]).toMatchObject({ code: 'Neo.DatabaseError.General.UnknownError', skeinCode: null })
  expect(text).not.toContain('insides')
  expect(faults).toEqual([fault])
})
