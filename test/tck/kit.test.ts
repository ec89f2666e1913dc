/** Every scenario of openCypher's compatibility kit, at its strictest level; none is left out but what the kit ignores. */
import { expect, test } from 'vitest'
import { describeWithShared } from '../support/shared.js'
import { playAll, readKit } from './kit.js'
import { failuresText } from './report.js'
import { openSkein } from './skein.js'

describeWithShared("openCypher's compatibility kit", 'tck', (root) => {
  test('every scenario passes', { timeout: 240_000 }, async () => {
    const kit = readKit(root)
    const judged = await playAll(kit, openSkein)
    expect(failuresText(judged)).toBe('')
    const skipped = judged.filter(({ verdict }) => verdict === null)
    expect(skipped.map(({ scenario }) => scenario.id)).toEqual(
      kit.scenarios.filter(({ ignored }) => ignored).map(({ id }) => id),
    )
    expect(judged.length).toBeGreaterThan(2000)
  })
})
