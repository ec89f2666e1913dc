/** docs/vectors.md: its examples answer what it says, each over the nodes and the index of the page. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { blockExamples, runInShell } from './examples.js'

const page = readFileSync(new URL('../../docs/vectors.md', import.meta.url), 'utf8')
const [, docs] = /```cypher\n([\s\S]*?)\n```/.exec(page)!
const blocks = blockExamples(page)
const [index] = blocks[0]!.code.split(';\n')

test('the page begins with an index', () => {
  expect(index).toMatch(/^CREATE VECTOR INDEX emb/)
  expect(blocks.length).toBeGreaterThan(2)
})

test.each(blocks)('$code', async ({ code, answer }) => {
  const setup = code === blocks[0]!.code ? [docs!] : [docs!, index!]
  expect(await runInShell(setup, code)).toBe(answer)
})
