import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runTerminal } from '../../src/repl/terminal.js'
import { failureText, type TestShell, testShell } from './support.js'

let running: TestShell
let input: PassThrough
/** What readline drew: prompts, and what is typed. */
let screen: string
let left: Promise<void>

beforeEach(async () => {
  running = await testShell()
  input = new PassThrough()
  screen = ''
  const output = new PassThrough()
  output.on('data', (part) => void (screen += part))
  left = runTerminal(running.shell, { input, output, failure: failureText })
})
afterEach(async () => {
  input.end()
  await left
  await running.db.close()
})

let answers = ''

/** Types, and waits until the answers so far end with `expected`. */
async function type(keys: string, expected: string): Promise<void> {
  input.write(keys)
  await vi.waitFor(() => {
    answers += running.written()
    expect(answers.endsWith(expected)).toBe(true)
  })
  answers = ''
}

async function waitForScreen(expected: string): Promise<void> {
  await vi.waitFor(() => expect(stripVTControlCharacters(screen)).toContain(expected))
}

const ctrlC = '\u0003'
const up = '\u001b[A'

test('a statement over several lines runs at its semicolon', async () => {
  await type('RETURN 1\r', '')
  await waitForScreen('     > ')
  await type('+ 1;\r', '[2]\n')
})

test('the prompt tells of an open transaction', async () => {
  await type(':begin\r', '')
  await waitForScreen('skein# ')
})

test('a failure is told, and the session goes on', async () => {
  await type('RETURN x;\r', '^\n')
  await type('RETURN 1;\r', '[1]\n')
})

test('lines that are pasted run one after the other', async () => {
  await type('RETURN 1;\rRETURN 2; RETURN\r 3;\r', '[1]\n[2]\n[3]\n')
})

test('Ctrl-C clears what is typed, open lines included', async () => {
  await type('MATCH (n)\rRETURN', '')
  await waitForScreen('RETURN')
  await type(`${ctrlC}RETURN 1;\r`, '[1]\n')
})

test('Ctrl-C at an empty prompt says how to leave', async () => {
  await type(ctrlC, ':exit or Ctrl-D leaves\n')
})

test('Ctrl-C cancels what runs, and forgets the lines that wait', async () => {
  await type('UNWIND range(1, 10000000) AS a UNWIND range(1, 1000) AS b RETURN count(*);\rRETURN 1;\r', '')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await type(ctrlC, 'QUERY_CANCELLED: the query was cancelled; nothing of it took effect\n')
  await type('RETURN 2;\r', '[2]\n')
})

test('the arrow brings back whole statements, on one line', async () => {
  await type('RETURN\r 1; // one\r', '[1]\n')
  await type(`${up}\r`, '[1]\n')
  expect(running.shell.history.all).toEqual(['RETURN 1;'])
})

test('the tabulator completes names of the database', async () => {
  await running.db.query("CREATE (:Person {nickname: 'A'})")
  await type('MATCH (p:Per\t', '')
  await waitForScreen('MATCH (p:Person')
  await type(') RETURN p.ni\t', '')
  await waitForScreen('p.nickname')
  await type(';\r', '["A"]\n')
})

test(':exit leaves', async () => {
  await type(':exit\r', '')
  await left
})
