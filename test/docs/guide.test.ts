/** docs/guide.md, walked from its beginning to its end as a newcomer would. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Terminal } from './terminal.js'

const page = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8')
const blocks = Array.from(page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm), ([, kind, name, text]) => ({
  kind: kind!,
  name,
  text: text!,
}))

let terminal: Terminal
beforeAll(() => void (terminal = new Terminal()))
afterAll(() => terminal.close())

test('every block is a file or a terminal', () => {
  expect(blocks.length).toBeGreaterThan(10)
  expect(blocks.filter(({ kind, name }) => kind !== 'console' && name === undefined)).toEqual([])
})

test.each(blocks)('$name $text', async ({ name, text }) => {
  if (name === undefined) expect(steady(await terminal.replay(text))).toBe(steady(text))
  else terminal.file(name, text)
})

/** Times and the number of a commit differ from run to run, and so does the memory of other versions. */
function steady(text: string): string {
  return text
    .replaceAll(/\d+(\.\d+)? m?s$/gm, '1 ms')
    .replaceAll(/FB:\d+/g, 'FB:1')
    .replaceAll(/^(bytes of memory) +│ +\d+$/gm, '$1')
    .replaceAll(/^what.*\n─.*$/gm, 'what │ count')
}
