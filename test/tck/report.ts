/**
 * What a run is printed as: a row a category, with the share of passes at the level `detail` among all scenarios and
 * among those that were run, and the scenarios that fail with the reason.
 */
import { type Level, levels } from './judge.js'
import type { Judged } from './kit.js'

interface Count {
  readonly name: string
  readonly scenarios: number
  readonly skipped: number
  readonly passed: Readonly<Record<Level, number>>
}

export function passes({ verdict }: Judged, level: Level): boolean {
  const reached = verdict?.level ?? null
  return reached !== null && levels.indexOf(reached) >= levels.indexOf(level)
}

export function reportText(judged: readonly Judged[]): string {
  const categories = [...new Set(judged.map(({ scenario }) => scenario.category))].sort()
  const counts = categories.map((name) =>
    countOf(
      name,
      judged.filter(({ scenario }) => scenario.category === name),
    ),
  )
  const rows = [...counts, countOf('total', judged)].map(rowText)
  const head = ['category'.padEnd(36), 'all', 'skipped', 'failed', ...levels, 'of all', 'of run']
    .map((cell) => cell.padStart(8))
    .join('')
  return [head, ...rows].join('\n')
}

export function failuresText(judged: readonly Judged[]): string {
  return judged
    .filter((each) => each.verdict !== null && each.verdict.failure !== null)
    .map(({ scenario, verdict }) => `${scenario.id}\n    ${verdict!.failure!.kind}: ${verdict!.failure!.reason}`)
    .join('\n')
}

function countOf(name: string, judged: readonly Judged[]): Count {
  const passedAt = (level: Level) => judged.filter((each) => passes(each, level)).length
  return {
    name,
    scenarios: judged.length,
    skipped: judged.filter(({ verdict }) => verdict === null).length,
    passed: Object.fromEntries(levels.map((level) => [level, passedAt(level)])) as Record<Level, number>,
  }
}

function rowText({ name, scenarios, skipped, passed }: Count): string {
  const failed = scenarios - skipped - passed.detail
  const cells = [scenarios, skipped, failed, ...levels.map((level) => passed[level])]
  const shares = [scenarios, scenarios - skipped].map((count) => shareText(passed.detail, count))
  return name.padEnd(36) + [...cells, ...shares].map((cell) => String(cell).padStart(8)).join('')
}

function shareText(passed: number, count: number): string {
  return count === 0 ? '-' : `${((100 * passed) / count).toFixed(1)} %`
}
