/** What the benchmarks over the social graph have in common: whom they ask about, and how a question becomes a figure. */
import { makeRandom, pick, type SocialGraph } from './social-graph.js'
import { type Call, type MeasureOptions, measureInTurn, type Timing } from './support/measure.js'
import { type Figure, type Goal, type Row, speedOf } from './support/report.js'

// Many different people, so that nobody answers from the processor's cache alone.
const sampleCount = 20_000

/** The person that a round asks about; `seed` tells one row of people from another. */
export function peopleOf({ personCount }: SocialGraph, seed = 2): (round: number) => number {
  const random = makeRandom(seed)
  const sample = Array.from({ length: sampleCount }, () => pick(personCount, random))
  return (round) => sample[round % sample.length]!
}

export function placeOf({ personCount, edgeCount }: SocialGraph): string {
  return `${personCount.toLocaleString('en-US')} people, ${edgeCount.toLocaleString('en-US')} edges`
}

export interface Question {
  readonly title: string
  readonly notes: readonly string[]
  /** By name; a name that begins with Skein or loop is that contestant, any other a peer. */
  readonly contestants: Readonly<Record<string, Call>>
  readonly goals: (rows: readonly Row[]) => readonly Goal[]
  readonly options?: MeasureOptions
}

export async function figureOf({ title, notes, contestants, goals, options }: Question): Promise<Figure> {
  const timings = await measureInTurn(contestants, options)
  const rows = Object.entries(timings).map(([who, timing]) => toRow(who, timing))
  return { title, notes, rows, goals: goals(rows) }
}

function toRow(who: string, { opsPerSecond, p50Us, p99Us }: Timing): Row {
  const role = who.startsWith('Skein') ? 'skein' : who.startsWith('loop') ? 'loop' : 'peer'
  return { who, role, opsPerSecond, p50Us, p99Us }
}

export function inCode(text: string): string {
  return '`' + text.replace(/\s+/g, ' ') + '`'
}

/** The speed of Skein in the first row of it, against the fastest loop. */
export function ofTheLoop(rows: readonly Row[], limit: number, text: string): Goal {
  const skein = rows.find((row) => row.role === 'skein')!
  return { text, actual: speedOf(skein) / fastest(rows, 'loop'), limit, kind: 'atLeast' }
}

/** The time of Skein against that of the fastest peer of the run; none where no peer answers. */
export function ofThePeers(rows: readonly Row[], limit: number): Goal[] {
  const peers = fastest(rows, 'peer')
  if (peers === 0) return []
  const skein = speedOf(rows.find((row) => row.role === 'skein')!)
  return [{ text: `at most ${limit} of the time of the fastest peer`, actual: peers / skein, limit, kind: 'atMost' }]
}

export function fastest(rows: readonly Row[], role: Row['role']): number {
  return Math.max(0, ...rows.filter((row) => row.role === role).map(speedOf))
}
