import { expect, test } from 'vitest'
import { seededRandom } from '../support/memory-environment.js'
import { killCampaign } from './kill.js'

test('a process killed 50 times in the middle of its commits loses none that it was told is safe', async () => {
  const random = seededRandom(Date.now())
  expect(await killCampaign({ kills: 50, random: () => random.next() })).toBeGreaterThan(50)
}, 600_000)
