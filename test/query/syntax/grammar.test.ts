import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { keywords } from '../../../query/syntax/words.js'

const grammar = 'query/syntax/cypher.ohm'
const scratch = mkdtempSync(join(tmpdir(), 'skein-grammar-'))
afterAll(() => rmSync(scratch, { recursive: true }))

test('the bundle in the repository is the one that the grammar gives', () => {
  cpSync(grammar, join(scratch, 'cypher.ohm'))
  const ohm = join(process.cwd(), 'node_modules', '.bin', 'ohm')
  execFileSync(ohm, ['generateBundles', '--withTypes', '--esm', 'cypher.ohm'], { cwd: scratch })
  for (const suffix of ['js', 'd.ts']) {
    const made = readFileSync(join(scratch, `cypher.ohm-bundle.${suffix}`), 'utf8')
    expect(readFileSync(`${grammar}-bundle.${suffix}`, 'utf8') === made, `run npm run grammar: ${suffix}`).toBe(true)
  }
})

test('every word of the grammar is a keyword to the lexer, and every keyword stands in the grammar', () => {
  const text = readFileSync(grammar, 'utf8')
  const inGrammar = [...text.matchAll(/"((?:[A-Z]{2,} )+)"/g)].flatMap(([, words]) => words!.trim().split(' '))
  expect(new Set(inGrammar)).toEqual(new Set(keywords.slice(1)))
})
