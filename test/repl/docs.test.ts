import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../../src/repl/commands.js'

test('docs/shell.md lists every command', () => {
  const page = readFileSync(new URL('../../docs/shell.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `(:.*?)` \|/gm)].flatMap(([, cell]) =>
    cell!.match(/(?<!\S|\w):\w+|(?<=`):\w+/g),
  )
  expect(listed.sort()).toEqual([...commands.keys()].sort())
})
