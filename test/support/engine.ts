/** The query engine over a transaction, without a database around it. */
import { CompiledQuery, runSchemaCommand } from '../../query/engine.js'
import type { RunEnvironment } from '../../query/functions/function.js'
import type { PlanDescription } from '../../query/plan/explain.js'
import { allRules } from '../../query/plan/rules.js'
import { analyze } from '../../query/semantics/analyze.js'
import { parse } from '../../query/syntax/parse.js'
import type { Value } from '../../src/core/value.js'
import { Heap } from '../../src/pages/heap.js'
import { Stores } from '../../src/stores/stores.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import type { Row, Transaction } from '../../src/transaction/transaction.js'
import { ModelTransaction } from './model-transaction.js'

/** Slabs of 1 MiB: the usual ones reserve 1 GiB, which many small stores in one process exhaust. */
const slabShift = 8

export const environment: RunEnvironment = {
  random: { next: () => 0.5 },
  clock: { now: () => 0, monotonic: () => 0 },
}

/** A clock of which every look is a slice later. */
function hastyClock(): RunEnvironment['clock'] {
  let time = 0
  return { now: () => 0, monotonic: () => (time += 1000) }
}

export class Engine {
  constructor(
    readonly transaction: Transaction,
    readonly rules = allRules,
  ) {}

  static overStore(rules = allRules): Engine {
    return new Engine(new StoreTransaction(Stores.create(new Heap({ slabShift })), { record: () => {} }), rules)
  }

  static overModel(): Engine {
    return new Engine(new ModelTransaction())
  }

  compile(text: string): CompiledQuery {
    const bound = analyze(parse(text), { text })
    if (bound.kind !== 'query') throw new Error(`${text} is no query`)
    return new CompiledQuery(bound, this.transaction.catalog, this.rules)
  }

  run(text: string, parameters: Readonly<Record<string, Value>> = {}): readonly Row[] {
    const bound = analyze(parse(text), { text })
    if (bound.kind !== 'query') {
      runSchemaCommand(bound, this.transaction)
      return []
    }
    const query = new CompiledQuery(bound, this.transaction.catalog, this.rules)
    return query.run(this.transaction, valuesOf(query, parameters), environment).rows
  }

  /** The plan; of PROFILE with what a run has counted. */
  explain(text: string): PlanDescription {
    const query = this.compile(text)
    if (query.mode !== 'profile') return query.describe(this.transaction.catalog)
    return query.run(this.transaction, [], environment).plan!
  }

  /** Runs in the smallest slices there are; gives the rows and how many slices it took. */
  runSliced(
    text: string,
    parameters: Readonly<Record<string, Value>> = {},
    between: () => void = () => {},
  ): { rows: readonly Row[]; slices: number } {
    const query = this.compile(text)
    const run = query.start(
      this.transaction,
      valuesOf(query, parameters),
      { ...environment, clock: hastyClock() },
      { steps: 1 },
    )
    const rows: Row[] = []
    for (let slices = 1; ; slices++) {
      const more = run.next()
      rows.push(...run.takeRows())
      if (!more) return { rows, slices }
      this.transaction.pause()
      between()
    }
  }
}

function valuesOf(query: CompiledQuery, parameters: Readonly<Record<string, Value>>): readonly Value[] {
  return query.parametersFrom(new Map(Object.entries(parameters)))
}
