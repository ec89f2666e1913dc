/**
 * The small database in which mistakes are made, with the doors that lead to it, and a way to tell whether one of them
 * has changed anything.
 *
 *   (ann:Person {name: 'Ann', age: 31, email: 'ann@example.com'})-[:KNOWS {since: 2001}]->(bob:Person {name: 'Bob', ...})
 *   constraint person_email: no two people have the same email
 *   full-text index person_words: of names
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../../src/cli/run.js'
import { type HttpServer, serve } from '../../src/http/server.js'
import { type Database, open } from '../../src/index.js'

export interface World {
  readonly db: Database
  /** The directory of the database. */
  readonly home: string
  /** A directory for files. */
  readonly directory: string
  readonly server: HttpServer
  /** Writes a file into `directory`; gives its path. */
  file(name: string, content: string | Uint8Array): string
  /** Runs a command line; gives what it wrote to the standard error. */
  skein(...args: string[]): Promise<string>
  /** Sends a request as it stands; gives the status and the errors of the answer. */
  request(head: string, body?: string): Promise<string>
  /** What others would find: every node, relationship, index and name. */
  state(): Promise<unknown>
  close(): Promise<void>
}

const schema = [
  'CREATE CONSTRAINT person_email FOR (p:Person) REQUIRE p.email IS UNIQUE',
  'CREATE INDEX person_name FOR (p:Person) ON (p.name)',
  'CREATE FULLTEXT INDEX person_words FOR (p:Person) ON EACH [p.name]',
]
const people = `
  CREATE (a:Person {_key: 'ann', name: 'Ann', age: 31, email: 'ann@example.com'}),
         (b:Person {_key: 'bob', name: 'Bob', age: 42, email: 'bob@example.com'}), (a)-[:KNOWS {since: 2001}]->(b)`

const bodyBytesMax = 100_000

export async function makeWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'skein-mistakes-'))
  const home = join(directory, 'db')
  const db = await open(home, { lockTimeoutMs: 20 })
  for (const statement of [...schema, people]) await db.query(statement)
  const server = await serve(db, { port: 0, bodyBytesMax, graceMs: 200, onFault: (fault) => Promise.reject(fault) })
  return {
    db,
    home,
    directory,
    server,
    file: (name, content) => {
      writeFileSync(join(directory, name), content)
      return join(directory, name)
    },
    skein: (...args) => commandLine(args),
    request: (head, body) => requestTo(server, head, body),
    state: () => stateOf(db),
    close: async () => {
      await server.close()
      await db.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function commandLine(args: readonly string[]): Promise<string> {
  let errors = ''
  const output = { drain: async () => {}, columns: undefined }
  const code = await run(args, {
    stdout: { ...output, write: () => {} },
    stderr: { ...output, write: (part) => void (errors += part) },
    environment: {},
    stdin: Readable.from(['']),
    screen: undefined,
  })
  return `exit code ${code}\n${errors.trimEnd()}`
}

/** Over a connection of its own that the server must close, so that an answer that never ends fails the test. */
async function requestTo({ url }: HttpServer, head: string, body = ''): Promise<string> {
  const { port } = new URL(url)
  const socket = connectSocket(Number(port), '127.0.0.1')
  const [first, ...headers] = head.split('\n')
  const given = headers.some((header) => header.startsWith('Host:')) ? headers : ['Host: localhost', ...headers]
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  socket.write(`${[`${first} HTTP/1.1`, ...given, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  const answer = await text(socket)
  const { errors } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
  const told = errors.map(({ code, skeinCode, message }: Record<string, string>) => `${code}\n${skeinCode}: ${message}`)
  return `${/^HTTP\/1.1 (.*)\r/.exec(answer)![1]}\n${told.join('\n')}`
}

async function stateOf(db: Database): Promise<unknown> {
  const rows = async (statement: string) => (await db.query(statement, {}, { typed: true })).rows
  const { memoryBytes, sequence, ...info } = db.info()
  return {
    nodes: await rows('MATCH (n) RETURN n ORDER BY elementId(n)'),
    relationships: await rows('MATCH ()-[r]->() RETURN r ORDER BY elementId(r)'),
    values: await rows("SHOW KEYS YIELD * WHERE kind = 'value' RETURN *, key.get(key)"),
    info,
  }
}
