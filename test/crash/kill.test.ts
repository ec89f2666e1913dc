import { expect, test } from 'vitest'
import { FulltextIndex } from '../../indexes/fulltext/fulltext-index.js'
import { seededRandom } from '../support/memory-environment.js'
import { killCampaign } from './kill.js'

test('a process killed 50 times in the middle of its commits loses none that it was told is safe', async () => {
  const random = seededRandom(Date.now())
  expect(await killCampaign({ kills: 50, random: () => random.next() })).toBeGreaterThan(50)
}, 600_000)

test('a fault put in on purpose is found: a text that has changed is in its index as it was when the log is read back', async () => {
  const { replace } = FulltextIndex.prototype
  FulltextIndex.prototype.replace = () => {}
  try {
    await expect(killCampaign({ kills: 10, random: () => 0.5 })).rejects.toThrow()
  } finally {
    FulltextIndex.prototype.replace = replace
  }
}, 120_000)
