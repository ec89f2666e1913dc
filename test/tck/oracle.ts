/**
 * Answers with each scenario's own expectation, so that the runner must pass it; or with that expectation spoilt in one
 * way, so that the runner must not.
 */
import { readValue } from './notation.js'
import type { Scenario, Step } from './scenario.js'
import type { Outcome, State, Subject } from './subject.js'
import type { TckValue } from './value.js'

/** Gives the outcome spoilt, or undefined where this one cannot be spoilt so. */
export type Fault = (outcome: Outcome, inOrder: boolean) => Outcome | undefined

export const faults: Readonly<Record<string, Fault>> = {
  'another value': ofRows(
    ([first, ...others]) => first && [first.map(() => ({ kind: 'string', value: '?!' })), ...others],
  ),
  'FLOAT for INTEGER': ofRows((rows) => {
    const changed = rows.map((row) => row.map(asFloat))
    return changed.flat().some((value, i) => value !== rows.flat()[i]) ? changed : undefined
  }),
  'a row is missing': ofRows((rows) => (rows.length > 0 ? rows.slice(1) : undefined)),
  'a row comes twice': ofRows((rows) => (rows.length > 0 ? [...rows, rows[0]!] : undefined)),
  'another order': (outcome, inOrder) => (inOrder ? ofRows(rotated)(outcome, inOrder) : undefined),
  'another column': (outcome) =>
    outcome.kind === 'answer' && outcome.answer.columns.length > 0
      ? { kind: 'answer', answer: { ...outcome.answer, columns: outcome.answer.columns.map((name) => `${name} `) } }
      : undefined,
  'an answer for an error': (outcome) =>
    outcome.kind === 'refusal' ? { kind: 'answer', answer: { columns: [], rows: [] } } : undefined,
  'another error': (outcome) =>
    outcome.kind === 'refusal' && outcome.refusal.detail !== '*'
      ? { kind: 'refusal', refusal: { ...outcome.refusal, detail: 'Unlike' } }
      : undefined,
  'a crash': () => ({ kind: 'crash', message: 'TypeError: undefined is not a function' }),
}

type Rows = readonly (readonly TckValue[])[]

function ofRows(change: (rows: Rows) => Rows | undefined): Fault {
  return (outcome) => {
    if (outcome.kind !== 'answer') return undefined
    const rows = change(outcome.answer.rows)
    return rows && { kind: 'answer', answer: { ...outcome.answer, rows } }
  }
}

function asFloat(value: TckValue): TckValue {
  if (value.kind === 'integer') return { kind: 'float', value: Number(value.value) }
  if (value.kind === 'list' && value.items.some((item) => item.kind === 'integer'))
    return { kind: 'list', items: value.items.map(asFloat) }
  return value
}

function rotated(rows: Rows): Rows | undefined {
  const [first, ...others] = rows
  const isOther = others.length > 0 && JSON.stringify(first, bigintText) !== JSON.stringify(others[0], bigintText)
  return isOther ? [...others, first!] : undefined
}

function bigintText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

export interface OracleOptions {
  readonly fault?: Fault
  /** Leaves a node behind that no scenario expects. */
  readonly leavesNode?: boolean
}

/** Entities of each kind before the query: more than any scenario removes. */
const before = Array.from({ length: 100 }, (_, i) => `before ${i}`)

export class Oracle implements Subject {
  /** Whether the fault could be laid into this scenario. */
  isSpoilt = false
  private place = 0
  private changes: ReadonlyMap<string, number> = new Map()

  constructor(
    private readonly scenario: Scenario,
    private readonly options: OracleOptions = {},
  ) {}

  async run(query: string): Promise<Outcome> {
    const { steps } = this.scenario
    const found = steps.findIndex((step, i) => i >= this.place && step.kind === 'query' && step.query === query)
    if (found === -1) return { kind: 'answer', answer: { columns: [], rows: [] } }
    this.place = found + 1
    const after = steps.slice(this.place)
    const expected = after.find((step) => ['result', 'emptyResult', 'error'].includes(step.kind))!
    this.changes = changesOf(after.find((step) => step.kind === 'sideEffects'))
    const outcome = outcomeOf(expected)
    const inOrder = expected.kind === 'result' && expected.inOrder
    const spoilt = this.options.fault?.(outcome, inOrder)
    this.isSpoilt ||= spoilt !== undefined || this.options.leavesNode === true
    return spoilt ?? outcome
  }

  async state(): Promise<State> {
    const set = (kind: string) => new Set([...before.slice(this.count(`-${kind}`)), ...this.added(kind)])
    const nodes = set('nodes')
    if (this.options.leavesNode && this.place > 0) nodes.add('left behind')
    return { nodes, relationships: set('relationships'), labels: set('labels'), properties: set('properties') }
  }

  addProcedure(): void {}

  async close(): Promise<void> {}

  private count(name: string): number {
    return this.changes.get(name) ?? 0
  }

  private added(kind: string): string[] {
    return Array.from({ length: this.count(`+${kind}`) }, (_, i) => `after ${i}`)
  }
}

function changesOf(step: Step | undefined): ReadonlyMap<string, number> {
  return new Map(step?.kind === 'sideEffects' ? step.table.map(([name, count]) => [name!, Number(count)]) : [])
}

function outcomeOf(expected: Step): Outcome {
  switch (expected.kind) {
    case 'error':
      return { kind: 'refusal', refusal: { ...expected, message: 'as expected' } }
    case 'result': {
      const [columns = [], ...cells] = expected.table
      return { kind: 'answer', answer: { columns, rows: cells.map((row) => row.map(readValue)) } }
    }
    default:
      return { kind: 'answer', answer: { columns: [], rows: [] } }
  }
}
