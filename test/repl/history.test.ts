import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { History } from '../../src/repl/history.js'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'skein-history-'))
  path = join(directory, 'history')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('entries last from session to session, in a file that others cannot read', () => {
  const history = new History(path)
  history.add('RETURN 1;')
  history.add('RETURN 2;')
  expect(new History(path).all).toEqual(['RETURN 1;', 'RETURN 2;'])
  expect(statSync(path).mode & 0o077).toBe(0)
})

test('an entry that is there already moves to the end', () => {
  const history = new History(path)
  for (const entry of ['a', 'b', 'a']) history.add(entry)
  expect(history.all).toEqual(['b', 'a'])
})

test('the newest thousand are kept', () => {
  writeFileSync(path, Array.from({ length: 1500 }, (_, i) => `${i}\n`).join(''))
  const history = new History(path)
  history.add('last')
  expect([history.all.length, history.all[0], history.all.at(-1)]).toEqual([1000, '501', 'last'])
})

test('clear forgets all', () => {
  const history = new History(path)
  history.add('a')
  history.clear()
  expect([history.all, readFileSync(path, 'utf8')]).toEqual([[], ''])
})

test('without a file, or with one that cannot be written, entries last for the session', () => {
  for (const history of [new History(undefined), new History(join(directory, 'no', 'such', 'directory'))]) {
    history.add('a')
    history.add('b')
    expect(history.all).toEqual(['a', 'b'])
  }
})
