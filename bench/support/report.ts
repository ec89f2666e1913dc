/** What a benchmark found, and how it is shown: one table a figure, the goals below it. */
import { cpus } from 'node:os'

/** One question, and how each contestant did. */
export interface Figure {
  readonly title: string
  readonly notes?: readonly string[]
  readonly rows: readonly Row[]
  readonly goals: readonly Goal[]
  /** Why there are no rows: the error of whoever should have measured them. */
  readonly failure?: string
}

export interface Row {
  readonly who: string
  /** Rows of a peer (another system) and of the loop give the ratios of the others. */
  readonly role: 'skein' | 'loop' | 'peer'
  readonly opsPerSecond?: number
  readonly p50Us?: number
  readonly p99Us?: number
  /** Memory of the process, in bytes, where the process held nothing else. */
  readonly rss?: number
  /** A figure that is no speed: bytes an edge, seconds. */
  readonly value?: string
}

export interface Goal {
  /** In words, with its limit: "at least 0.5 of the loop". */
  readonly text: string
  readonly actual: number
  readonly limit: number
  readonly kind: 'atLeast' | 'atMost'
}

/** Runs what measures figures; an error becomes a figure that tells it, so that the others still come. */
export async function figuresOrFailure(title: string, measure: () => Promise<Figure[]>): Promise<Figure[]> {
  try {
    return await measure()
  } catch (error) {
    return [{ title, rows: [], goals: [], failure: error instanceof Error ? error.message : String(error) }]
  }
}

export function isGood({ goals, failure }: Figure): boolean {
  return failure === undefined && goals.every(isMet)
}

export function isMet({ actual, limit, kind }: Goal): boolean {
  return kind === 'atLeast' ? actual >= limit : actual <= limit
}

const columns = ['', 'ops/s', 'p50', 'p99', 'memory', 'figure', 'of the loop', 'of the best peer'] as const

/** The figure as Markdown, which is readable on a terminal too. Columns that no row fills are left out. */
export function renderFigure({ title, notes = [], rows, goals, failure }: Figure): string {
  if (failure !== undefined)
    return [`## ${title}`, ...paragraph(['**failed**', '```', failure, '```'])].join('\n') + '\n'
  const cells = rows.map((row) => cellsOf(row, rows))
  const used = columns.map((_, column) => column === 0 || cells.some((row) => row[column] !== ''))
  const table = [[...columns], ...cells].map((row) => row.filter((_, column) => used[column]))
  const verdicts = goals.map((goal) => `- ${goal.text}: ${number(goal.actual)}, ${isMet(goal) ? 'met' : '**missed**'}`)
  return [`## ${title}`, ...paragraph(notes), renderTable(table), ...paragraph(verdicts)].join('\n') + '\n'
}

export function renderMachine(date: Date): string {
  const processors = cpus()
  const model = processors[0]?.model ?? 'unknown processor'
  return `${date.toISOString().slice(0, 10)}, ${model}, ${processors.length} cores, Node ${process.versions.node}`
}

function paragraph(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

/** Ratios are of medians, where there are any: they suffer least from neighbours. */
function cellsOf(row: Row, rows: readonly Row[]): string[] {
  const others = rows.filter((other) => other !== row)
  const fastest = (role: Row['role']) => Math.max(0, ...others.filter((other) => other.role === role).map(speedOf))
  const ratio = (speed: number) => (speed === 0 || speedOf(row) === 0 ? '' : number(speedOf(row) / speed))
  return [
    row.who,
    row.opsPerSecond === undefined ? '' : number(row.opsPerSecond),
    row.p50Us === undefined ? '' : duration(row.p50Us),
    row.p99Us === undefined ? '' : duration(row.p99Us),
    row.rss === undefined ? '' : `${Math.round(row.rss / 2 ** 20)} MiB`,
    row.value ?? '',
    row.role === 'skein' ? ratio(fastest('loop')) : '',
    row.role === 'skein' ? ratio(fastest('peer')) : '',
  ]
}

/** How many a second; 0 when the row tells no speed. */
export function speedOf({ p50Us, opsPerSecond }: Row): number {
  return p50Us === undefined ? (opsPerSecond ?? 0) : 1e6 / p50Us
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : '-'.repeat(width - 1) + ':')).join(' | ')} |`
  return ['', line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n')
}

/** Three digits that count. */
export function number(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toPrecision(3)).toLocaleString('en-US', {
    maximumFractionDigits: digits,
    minimumFractionDigits: Math.min(digits, 2),
  })
}

export function duration(us: number): string {
  if (us < 1000) return `${number(us)} µs`
  return us < 1_000_000 ? `${number(us / 1000)} ms` : `${number(us / 1_000_000)} s`
}
