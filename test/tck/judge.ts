/**
 * Plays one scenario against a subject and judges what comes of it, as the kit's own runner does: types, contents and
 * errors exactly, and whatever changed in the graph counted by looking at it before and after.
 */
import { readValue } from './notation.js'
import type { ErrorStep, Scenario, Step, Table } from './scenario.js'
import type { Answer, Outcome, Refusal, State, Subject } from './subject.js'
import { keyOf, type TckValue } from './value.js'

/** How much of an expected error must agree, strictest last. */
export const levels = ['any', 'type', 'phase', 'detail'] as const
export type Level = (typeof levels)[number]

export type FailureKind =
  | 'setup'
  | 'measure'
  | 'error'
  | 'no-error'
  | 'wrong-error'
  | 'column-names'
  | 'rows'
  | 'values'
  | 'side-effects'
  | 'exception'

export interface Failure {
  readonly kind: FailureKind
  readonly reason: string
}

/** `failure` is null where it passes at the level `detail`; `level` is the strictest at which it passes. */
export interface Verdict {
  readonly level: Level | null
  readonly failure: Failure | null
}

/** The statements of a graph that the kit names. */
export type NamedGraph = (name: string) => readonly string[]

class Failed extends Error {
  constructor(
    readonly kind: FailureKind,
    reason: string,
  ) {
    super(reason)
  }
}

export async function judge(scenario: Scenario, subject: Subject, namedGraph: NamedGraph): Promise<Verdict> {
  const trial = new Trial(subject, namedGraph)
  try {
    for (const [i, step] of scenario.steps.entries()) await trial.play(step, scenario.steps[i + 1])
    return trial.verdict
  } catch (error) {
    const failure =
      error instanceof Failed
        ? { kind: error.kind, reason: error.message }
        : { kind: 'exception' as const, reason: String(error) }
    return { level: null, failure }
  }
}

class Trial {
  verdict: Verdict = { level: 'detail', failure: null }
  private readonly parameters = new Map<string, TckValue>()
  private before: State | undefined
  private outcome: Outcome | undefined

  constructor(
    private readonly subject: Subject,
    private readonly namedGraph: NamedGraph,
  ) {}

  async play(step: Step, next: Step | undefined): Promise<void> {
    switch (step.kind) {
      case 'emptyGraph':
        return
      case 'namedGraph':
        for (const statement of this.namedGraph(step.name)) await this.setUp(statement)
        return
      case 'setUp':
        return this.setUp(step.query)
      case 'parameters':
        for (const [name, value] of step.table) this.parameters.set(name!, readValue(value!))
        return
      case 'procedure':
        return this.subject.addProcedure(step.signature, step.table)
      case 'query':
        if (!step.control) this.before = await this.measured()
        this.outcome = await this.subject.run(step.query, this.parameters)
        return
      case 'result':
        return compareTable(this.answer(), step)
      case 'emptyResult':
        return compareEmpty(this.answer())
      case 'error':
        this.compareError(step)
        // A failed query leaves nothing behind, whether the scenario says so or not.
        if (next?.kind !== 'sideEffects') await this.compareSideEffects([])
        return
      case 'sideEffects':
        return this.compareSideEffects(step.table)
    }
  }

  private async setUp(query: string): Promise<void> {
    const outcome = await this.subject.run(query, this.parameters)
    if (outcome.kind !== 'answer') throw new Failed('setup', messageOf(outcome))
  }

  private answer(): Answer {
    const outcome = this.outcome!
    if (outcome.kind === 'answer') return outcome.answer
    throw new Failed(outcome.kind === 'crash' ? 'exception' : 'error', messageOf(outcome))
  }

  private compareError(expected: ErrorStep): void {
    const outcome = this.outcome!
    if (outcome.kind === 'crash') throw new Failed('exception', outcome.message)
    if (outcome.kind === 'answer') throw new Failed('no-error', `expected ${errorText(expected)}`)
    const level = levelOf(expected, outcome.refusal)
    if (level === 'detail') return
    const reason = `expected ${errorText(expected)}, got ${errorText(outcome.refusal)}: ${outcome.refusal.message}`
    this.verdict = { level, failure: { kind: 'wrong-error', reason } }
  }

  private async compareSideEffects(table: Table): Promise<void> {
    const counters = changes(this.before!, await this.measured())
    const expected = new Map(table.map(([name, count]) => [name!, Number(count)]))
    for (const name of expected.keys()) if (!counters.has(name)) throw new Error(`there is no counter ${name}`)
    const wrong = [...counters].filter(([name, count]) => count !== (expected.get(name) ?? 0))
    if (wrong.length === 0) return
    const texts = wrong.map(([name, count]) => `${name} ${count} and not ${expected.get(name) ?? 0}`)
    throw new Failed('side-effects', texts.join(', '))
  }

  private async measured(): Promise<State> {
    try {
      return await this.subject.state()
    } catch (error) {
      throw new Failed('measure', String(error))
    }
  }
}

function messageOf(outcome: Exclude<Outcome, { kind: 'answer' }>): string {
  return outcome.kind === 'crash' ? outcome.message : outcome.refusal.message
}

// ---- errors ---------------------------------------------------------------------------------------------------------

function errorText({ type, phase, detail }: Pick<Refusal, 'type' | 'phase' | 'detail'>): string {
  return `${type} at ${phase}: ${detail}`
}

function levelOf(expected: ErrorStep, { type, phase, detail }: Refusal): Level {
  if (expected.type !== 'Error' && expected.type !== type) return 'any'
  if (expected.phase !== 'any time' && expected.phase !== phase) return 'type'
  return expected.detail === '*' || expected.detail === detail ? 'detail' : 'phase'
}

// ---- rows -----------------------------------------------------------------------------------------------------------

function compareEmpty({ columns, rows }: Answer): void {
  if (rows.length > 0) throw new Failed('rows', `${rows.length} rows and not none`)
  if (columns.length > 0) throw new Failed('column-names', `columns ${columns.join(', ')} and not none`)
}

function compareTable(answer: Answer, { table, inOrder, ignoreListOrder }: Extract<Step, { kind: 'result' }>): void {
  const [columns = [], ...cells] = table
  if (columns.join('\n') !== answer.columns.join('\n'))
    throw new Failed('column-names', `columns ${answer.columns.join(' | ')} and not ${columns.join(' | ')}`)
  const keys = (rows: Answer['rows']) => {
    const texts = rows.map((row) => row.map((value) => keyOf(value, ignoreListOrder)).join(' | '))
    return inOrder ? texts : texts.sort()
  }
  const expected = keys(cells.map((row) => row.map(readValue)))
  const actual = keys(answer.rows)
  const difference = expected.findIndex((key, i) => key !== actual[i])
  if (difference === -1 && actual.length === expected.length) return
  if (actual.length !== expected.length)
    throw new Failed(
      'rows',
      `${actual.length} rows and not ${expected.length}: ${shown(actual)}, not ${shown(expected)}`,
    )
  throw new Failed('values', `${actual[difference]} and not ${expected[difference]}`)
}

function shown(keys: readonly string[]): string {
  return keys.slice(0, 3).join(' // ') || 'none'
}

// ---- side effects ---------------------------------------------------------------------------------------------------

/** The eight counters, by name with sign. */
function changes(before: State, after: State): Map<string, number> {
  const counters = new Map<string, number>()
  for (const kind of ['nodes', 'relationships', 'labels', 'properties'] as const) {
    counters.set(`+${kind}`, missingIn(before[kind], after[kind]))
    counters.set(`-${kind}`, missingIn(after[kind], before[kind]))
  }
  return counters
}

function missingIn(set: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let count = 0
  for (const each of others) if (!set.has(each)) count++
  return count
}
