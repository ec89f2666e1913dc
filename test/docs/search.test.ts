/** docs/search.md: its examples answer what it says, one after the other over one database. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { blockExamples, runInShell } from './examples.js'

const page = readFileSync(new URL('../../docs/search.md', import.meta.url), 'utf8')
const [, notes] = /```cypher\n([\s\S]*?)\n```/.exec(page)!
const blocks = blockExamples(page)
const [index] = blocks[0]!.code.split(';\n')

test('the page begins with an index', () => {
  expect(index).toMatch(/^CREATE FULLTEXT INDEX notes/)
  expect(blocks.length).toBeGreaterThan(4)
})

test.each(blocks)('$code', async ({ code, answer }) => {
  const setup = code === blocks[0]!.code ? [notes!] : [notes!, index!]
  expect(await runInShell(setup, code)).toBe(answer)
})
