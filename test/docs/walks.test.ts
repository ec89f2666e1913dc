/** README.md and docs/guide.md, each walked from its beginning to its end as a newcomer would; and the links of all pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Terminal } from './terminal.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe.each(['README.md', 'docs/guide.md'])('%s', (path) => {
  const page = readFileSync(join(root, path), 'utf8')
  const blocks = Array.from(page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm), ([, kind, name, text]) => ({
    kind: kind!,
    name,
    text: text!,
  }))

  let terminal: Terminal
  beforeAll(() => void (terminal = new Terminal()))
  afterAll(() => terminal.close())

  test('every block is a file, a terminal, or what installs', () => {
    expect(blocks.filter(({ kind }) => kind === 'console').length).toBeGreaterThan(4)
    expect(blocks.filter(({ kind, name }) => kind !== 'console' && kind !== 'sh' && name === undefined)).toEqual([])
  })

  test.each(blocks.filter(({ kind }) => kind !== 'sh'))('$name $text', async ({ name, text }) => {
    if (name === undefined) expect(steady(await terminal.replay(text))).toBe(steady(text))
    else terminal.file(name, text)
  })
})

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

test.each(pages)('links of %s lead somewhere', (path) => {
  const links = Array.from(
    readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
    ([, to]) => to!,
  )
  expect(links.flatMap((to) => missing(path, to) ?? [])).toEqual([])
})

test('a link to a file or a heading that is not there is found', () => {
  expect(missing('docs/guide.md', 'nowhere.md')).toContain('no such file')
  expect(missing('docs/guide.md', 'cypher.md#nothing')).toContain('no such heading')
  expect(missing('README.md', 'docs/cypher.md#not-there-yet')).toBeUndefined()
})

/** Times and the number of a commit differ from run to run, and so does the memory of other versions. */
function steady(text: string): string {
  return text
    .replaceAll(/\d+(\.\d+)? m?s$/gm, '1 ms')
    .replaceAll(/FB:\d+/g, 'FB:1')
    .replaceAll(/^(bytes of memory) +│ +\d+$/gm, '$1')
    .replaceAll(/^what.*\n─.*$/gm, 'what │ count')
}

/** What a link of a page misses: its file, or the heading in it. */
function missing(from: string, link: string): string | undefined {
  const [file, heading] = link.split('#') as [string, string?]
  const path = file === '' ? join(root, from) : join(root, dirname(from), file)
  if (!existsSync(path)) return `${link}: no such file`
  if (heading === undefined) return undefined
  const headings = Array.from(readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm), ([, text]) => anchorOf(text!))
  return headings.includes(heading) ? undefined : `${link}: no such heading`
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
