/**
 * Every scenario of openCypher's compatibility kit, but for those on the list of what is unfinished, which is to
 * become empty: what passes goes on passing, and what begins to pass leaves the list.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeWithShared } from '../support/shared.js'
import { playAll, readKit } from './kit.js'
import { failuresText, passes } from './report.js'
import { openSkein } from './skein.js'

const open = new Set(
  readFileSync(new URL('./open.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean),
)

describeWithShared("openCypher's compatibility kit", 'tck', (root) => {
  test('every scenario passes that is not on the list', { timeout: 240_000 }, async () => {
    const judged = await playAll(readKit(root), openSkein)
    const ran = judged.filter(({ verdict }) => verdict !== null)
    expect(failuresText(ran.filter(({ scenario }) => !open.has(scenario.id)))).toBe('')
    const passing = ran.filter((each) => passes(each, 'detail')).map(({ scenario }) => scenario.id)
    const done = passing.filter((id) => open.has(id))
    expect(done, 'take them off the list: npm run -s test:tck -- --open > test/tck/open.txt').toEqual([])
    const known = new Set(judged.map(({ scenario }) => scenario.id))
    expect([...open].filter((id) => !known.has(id))).toEqual([])
  })
})
