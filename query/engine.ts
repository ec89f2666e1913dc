/**
 * The engine's way in: from a bound query to rows.
 *
 *   const query = compileQuery(bound, transaction.catalog)
 *   query.run(transaction, query.parametersFrom(named), environment).rows
 *
 * A compiled query holds no state of a run, so it may run any number of times, also several at once in slices. It
 * stays right for as long as `holds` says so; when `catalog.version` has gone past `catalogVersion`, another plan may be
 * better, and one that names an index which has been dropped fails with INDEX_MISSING.
 *
 * A query that searches has a plan for each magnitude of what its searches find, made when it first comes.
 */
import type {
  EntityKind,
  IndexDefinition,
  IndexPart,
  TextIndexDefinition,
  VectorIndexDefinition,
} from '../src/core/change.js'
import { DatabaseError, type Position } from '../src/core/errors.js'
import { sameParts } from '../src/core/index-parts.js'
import type { Value } from '../src/core/value.js'
import { anyIndexStates, type Catalog } from '../src/transaction/catalog.js'
import type { Row, Transaction } from '../src/transaction/transaction.js'
import { type CompiledPlan, compilePlan } from './execute/compile.js'
import { Execution, Profile } from './execute/runtime/execution.js'
import { MemoryBudget } from './execute/runtime/memory.js'
import { countSearch } from './execute/runtime/search.js'
import type { RunEnvironment } from './functions/function.js'
import { describePlan, type PlanDescription } from './plan/explain.js'
import { valueGiven } from './plan/expressions.js'
import { operatorsOf } from './plan/physical.js'
import { planQuery, type QueryPlan } from './plan/plan.js'
import { holdsIn } from './plan/rules/drop-implied-labels.js'
import { allRules } from './plan/rules.js'
import {
  hitsOfMagnitude,
  type IndexSearch,
  magnitudeOf,
  pairOf,
  type SearchCount,
  type TestedSearch,
} from './plan/searches.js'
import type { Procedure } from './procedures/procedure.js'
import type {
  BoundIndexPart,
  BoundQuery,
  BoundSchemaCommand,
  CreateIndex,
  CreateRule,
  CreateTextIndex,
  CreateVectorIndex,
} from './semantics/bound.js'

/** How long a slice runs before it gives the event loop back. */
const sliceMs = 4
/** Rows of a slice: whoever reads them as a stream holds no more. */
const rowBytesMax = 1024 * 1024
/** Steps between two looks at the clock. A step takes from one nanosecond to a hundred. */
const stepsPerLook = 20_000

export function compileQuery(query: BoundQuery, catalog: Catalog): CompiledQuery {
  return new CompiledQuery(query, catalog)
}

export interface QueryResult {
  readonly rows: readonly Row[]
  /** Of EXPLAIN and PROFILE. */
  readonly plan: PlanDescription | null
}

export interface SliceOptions {
  /** The run looks at the clock after so many steps, or so. */
  readonly steps?: number
  readonly memory?: MemoryBudget
}

export class CompiledQuery {
  readonly columns: readonly string[]
  /** In the order in which `run` takes their values. */
  readonly parameters: readonly string[]
  readonly writes: boolean
  readonly mode: BoundQuery['mode']
  /** Of the catalog by which the query was planned. */
  readonly catalogVersion: number
  /** Names of the rules that changed the plan. */
  readonly rules: readonly string[]
  /** The name of an asynchronous procedure that the query calls, so that only a run in slices can answer it. */
  readonly asyncProcedure: string | undefined
  /** Whether it calls what may have an effect outside of the database, so that it is not to be run for a trial. */
  readonly callsOnce: boolean
  /** For a run of which nothing is known. */
  private readonly usual: PlannedQuery
  /** By the magnitudes of what the searches find. */
  private readonly bySearches = new Map<string, PlannedQuery>()
  private latest: PlannedQuery

  constructor(
    private readonly query: BoundQuery,
    catalog: Catalog,
    private readonly planRules = allRules,
  ) {
    this.columns = query.columns
    this.parameters = query.parameters
    this.writes = query.writes
    this.mode = query.mode
    this.catalogVersion = catalog.version
    const plan = planQuery(query, catalog, planRules)
    this.rules = plan.rules
    const called = proceduresOf(plan)
    this.asyncProcedure = called.find(({ isAsync }) => isAsync)?.name
    this.callsOnce = called.some(({ isAsync, actsOutside }) => isAsync || actsOutside)
    this.latest = this.usual = new PlannedQuery(plan, query)
    // What cannot be compiled is refused at once.
    this.usual.whole()
  }

  /** Whether the plans may run over data as the catalog has them: what they assumed when they were made still holds. */
  holds(catalog: Catalog): boolean {
    if (!this.usual.holds(catalog)) return false
    for (const planned of this.bySearches.values()) if (!planned.holds(catalog)) return false
    return true
  }

  /** The generated JavaScript. */
  get source(): string {
    return this.usual.whole().source
  }

  /** Where in the text that was compiled an error of a run lies. */
  placeOf(error: Error): Position | undefined {
    for (const planned of [this.usual, ...this.bySearches.values()]) {
      const place = planned.placeOf(error)
      if (place !== undefined) return place
    }
    return undefined
  }

  /** The plan that was taken last; before the first run that for one of which nothing is known. */
  describe(catalog: Catalog): PlanDescription {
    return describePlan(this.latest.plan, catalog, null)
  }

  /** Values by name in the order of `parameters`. Throws PARAMETER_MISSING. */
  parametersFrom(values: ReadonlyMap<string, Value>): readonly Value[] {
    return this.parameters.map((name) => {
      const value = values.get(name)
      if (value !== undefined) return value
      throw new DatabaseError('PARAMETER_MISSING', `parameter $${name} has no value`, { parameter: name })
    })
  }

  /**
   * Runs to the end without giving the event loop back. EXPLAIN gives its plan and does nothing. Throws UNSUPPORTED for
   * a query that calls an asynchronous procedure.
   */
  run(
    transaction: Transaction,
    parameters: readonly Value[],
    environment: RunEnvironment,
    memory = new MemoryBudget(),
  ): QueryResult {
    const planned = this.plannedFor(transaction, parameters)
    if (this.mode === 'explain') return { rows: [], plan: describePlan(planned.plan, transaction.catalog, null) }
    if (this.asyncProcedure !== undefined) throw mustBeAwaited(this.asyncProcedure)
    const execution = this.execution(planned, { transaction, parameters, environment, memory })
    planned.whole().run(execution)
    return this.result(planned, execution)
  }

  /** Begins a run in slices. */
  start(
    transaction: Transaction,
    parameters: readonly Value[],
    environment: RunEnvironment,
    { steps = stepsPerLook, memory = new MemoryBudget() }: SliceOptions = {},
  ): QueryRun {
    const planned = this.plannedFor(transaction, parameters)
    const execution = this.execution(planned, { transaction, parameters, environment, memory }, steps)
    const begin = this.mode === 'explain' ? () => undefined : planned.inSlices().run
    return new QueryRun(execution, begin, () => this.result(planned, execution).plan)
  }

  /** The plan for what the searches of a run find. A query without any has one plan. */
  private plannedFor(transaction: Transaction, parameters: readonly (Value | undefined)[]): PlannedQuery {
    const { searches } = this.usual.plan
    if (searches.size === 0) return this.usual
    const counts = new Map<string, SearchCount>()
    const same = this.sameValues(parameters)
    let key = [...same].join()
    for (const [name, search] of searches) {
      const count = this.countOf(search, transaction, parameters)
      const magnitude = count === undefined ? undefined : magnitudeOf(count.hits)
      key += ` ${magnitude}`
      if (magnitude !== undefined) counts.set(name, { ...count!, hits: hitsOfMagnitude(magnitude) })
    }
    const known = this.bySearches.get(key)
    if (known !== undefined) return (this.latest = known)
    const plan = planQuery(this.query, transaction.catalog, this.planRules, { counts, same })
    const planned = new PlannedQuery(plan, this.query)
    // The oldest goes: a Map keeps the order of insertion.
    if (this.bySearches.size >= plansMax) this.bySearches.delete(this.bySearches.keys().next().value!)
    this.bySearches.set(key, planned)
    return (this.latest = planned)
  }

  /** Scores and tests of one search, whose literals have become parameters of their own. */
  private sameValues(parameters: readonly (Value | undefined)[]): ReadonlySet<string> {
    const { searches, scores } = this.usual.plan
    const same = new Set<string>()
    for (const [score, scored] of scores)
      for (const [test, tested] of searches) {
        if (score === test) continue
        const [left, right] = [this.valuesOf(scored, parameters), this.valuesOf(tested, parameters)]
        // Options are compared as they are written.
        if (left.query !== undefined && left.query === right.query && left.index === right.index)
          if (left.options === null && right.options === null) same.add(pairOf(score, test))
      }
    return same
  }

  private countOf(
    search: TestedSearch,
    transaction: Transaction,
    parameters: readonly (Value | undefined)[],
  ): SearchCount | undefined {
    const { index, query, options } = this.valuesOf(search, parameters)
    if (index === undefined || query === undefined || options === undefined) return undefined
    return countSearch(transaction, { predicate: search.predicate, index, query, options })
  }

  /** What is asked of an index; undefined where a parameter is missing. */
  private valuesOf({ index, query, options }: IndexSearch, parameters: readonly (Value | undefined)[]) {
    const valueOfName = (name: string) => parameters[this.parameters.indexOf(name)]
    return {
      index: valueGiven(index, valueOfName),
      query: valueGiven(query, valueOfName),
      options: options === null ? null : valueGiven(options, valueOfName),
    }
  }

  private execution(planned: PlannedQuery, given: RunGiven, steps = stepsPerLook): Execution {
    const { transaction, parameters, environment, memory } = given
    const profile = this.mode === 'profile' ? new Profile(operatorsOf(planned.plan.root).length, transaction) : null
    return new Execution(transaction, parameters, environment, steps, profile, memory)
  }

  private result({ plan }: PlannedQuery, { rows, profile, transaction }: Execution): QueryResult {
    const shown = this.mode !== 'run'
    return { rows, plan: shown ? describePlan(plan, transaction.catalog, profile) : null }
  }
}

/** Plans that are kept of one query. */
const plansMax = 32

interface RunGiven {
  readonly transaction: Transaction
  readonly parameters: readonly Value[]
  readonly environment: RunEnvironment
  readonly memory: MemoryBudget
}

/** A plan with what it has been compiled to. */
class PlannedQuery {
  /** By whether they run in slices. */
  private readonly variants: CompiledPlan[] = []

  constructor(
    readonly plan: QueryPlan,
    private readonly query: BoundQuery,
  ) {}

  /** Runs to the end. */
  whole(): CompiledPlan {
    return (this.variants[0] ??= this.compiled(false))
  }

  inSlices(): CompiledPlan {
    return (this.variants[1] ??= this.compiled(true))
  }

  holds(catalog: Catalog): boolean {
    for (const { type, label, end } of this.plan.assumptions) if (!holdsIn(catalog, type, label, end)) return false
    return true
  }

  placeOf(error: Error): Position | undefined {
    for (const variant of this.variants) {
      const place = variant?.placeOf(error)
      if (place !== undefined) return place
    }
    return undefined
  }

  private compiled(sliced: boolean): CompiledPlan {
    const { parameters, mode } = this.query
    return compilePlan(this.plan, parameters, { sliced, profiled: mode === 'profile' })
  }
}

/**
 * A run in slices. Between two slices the event loop may run, after `transaction.pause()`; a run that is not gone on
 * with is simply dropped, and what it has written is the transaction's to take back.
 */
export class QueryRun {
  private slices: Iterator<void> | undefined
  private begun = false

  constructor(
    private readonly execution: Execution,
    private readonly begin: CompiledPlan['run'],
    private readonly planAfter: () => PlanDescription | null,
  ) {}

  /** Runs a slice. True when there is more to do, false at the end. */
  next(): boolean {
    if (!this.begun) {
      this.begun = true
      this.slices = this.begin(this.execution)
    }
    if (this.slices === undefined) return false
    const { clock } = this.execution.environment
    const began = clock.monotonic()
    do if (this.slices.next().done === true) return false
    while (
      this.execution.awaited === undefined &&
      this.execution.waitingBytes < rowBytesMax &&
      clock.monotonic() - began < sliceMs
    )
    return true
  }

  /** What an asynchronous procedure is waiting for; undefined when the run can go on at once. It never rejects. */
  get awaited(): Promise<void> | undefined {
    return this.execution.awaited
  }

  /** The rows that have come since this was called before. */
  takeRows(): readonly Row[] {
    return this.execution.takeRows()
  }

  /** The rows taken so far are kept by nobody: they do not count as memory of the run any more. */
  letRowsGo(): void {
    this.execution.letRowsGo()
  }

  /** Of EXPLAIN and PROFILE, after the end. */
  get plan(): PlanDescription | null {
    return this.planAfter()
  }
}

function proceduresOf({ root }: QueryPlan): readonly Procedure[] {
  return operatorsOf(root).flatMap((plan) => ('procedure' in plan ? [plan.procedure] : []))
}

function mustBeAwaited(name: string): DatabaseError {
  return new DatabaseError(
    'UNSUPPORTED',
    `${name} is asynchronous, so its query cannot be answered at once; use await db.query`,
    { procedure: name },
  )
}

/** Runs CREATE INDEX, CREATE CONSTRAINT and their DROP. Throws INDEX_EXISTS, INDEX_MISSING, CONSTRAINT_VIOLATION. */
export function runSchemaCommand(command: BoundSchemaCommand, transaction: Transaction): void {
  if (command.kind === 'createIndex') {
    const index = indexToCreate(command, transaction)
    if (index !== undefined) transaction.createIndex(index)
    return
  }
  if (command.kind === 'createTextIndex') {
    const index = textIndexToCreate(command, transaction)
    if (index !== undefined) transaction.createTextIndex(index)
    return
  }
  if (command.kind === 'createVectorIndex') {
    const index = vectorIndexToCreate(command, transaction)
    if (index !== undefined) transaction.createVectorIndex(index)
    return
  }
  if (command.kind === 'createRule') {
    createRule(command, transaction)
    return
  }
  if (transaction.catalog.rules().some(({ name }) => name === command.name)) {
    if (!command.constraint) throw wrongKind(command)
    transaction.dropRule(command.name)
    return
  }
  const { catalog } = transaction
  const existing = allIndexes(catalog).find((index) => index.name === command.name)
  if (existing === undefined && command.ifExists) return
  if (existing !== undefined && isConstraint(existing) !== command.constraint) throw wrongKind(command)
  transaction.dropIndex(command.name)
}

/** The index that a command asks for, with its names defined; undefined where IF NOT EXISTS finds one. */
export function indexToCreate(command: CreateIndex, transaction: Transaction): IndexDefinition | undefined {
  const { catalog } = transaction
  const isThere = isNameTaken(command, catalog) || equalIndex(command, catalog)
  return command.ifNotExists && isThere ? undefined : definitionOf(command, transaction)
}

/** As `indexToCreate`. */
export function textIndexToCreate(command: CreateTextIndex, transaction: Transaction): TextIndexDefinition | undefined {
  if (command.ifNotExists && isNameTaken(command, transaction.catalog)) return undefined
  const { name, entity, tokens, parts, settings } = command
  return {
    name,
    entity,
    tokens: tokens.map((token) => tokenOf(entity, token, transaction)),
    parts: parts.map((part, i) => ({ ...indexPart(part, transaction), ...settings.fields[i]! })),
    k1: settings.k1,
    b: settings.b,
  }
}

/** As `indexToCreate`. */
export function vectorIndexToCreate(
  command: CreateVectorIndex,
  transaction: Transaction,
): VectorIndexDefinition | undefined {
  if (command.ifNotExists && isNameTaken(command, transaction.catalog)) return undefined
  const { name, entity, tokens, part, settings } = command
  const tokenIds = tokens.map((token) => tokenOf(entity, token, transaction))
  return { name, entity, tokens: tokenIds, parts: [indexPart(part, transaction)], ...settings }
}

function isNameTaken({ name }: { readonly name: string }, catalog: Catalog): boolean {
  return [...allIndexes(catalog), ...catalog.rules()].some((each) => each.name === name)
}

function isConstraint(index: AnyIndexDefinition): boolean {
  return 'unique' in index && index.unique
}

function createRule(command: CreateRule, transaction: Transaction): void {
  const { catalog } = transaction
  if (command.ifNotExists && (isNameTaken(command, catalog) || equalRule(command, catalog))) return
  const { name, entity, token, property, types } = command
  const tokenId = tokenOf(entity, token, transaction)
  transaction.createRule({ name, entity, token: tokenId, property: transaction.propertyId(property), types })
}

/** Whether there is such a rule, under whatever name. */
function equalRule({ entity, token, property, types }: CreateRule, catalog: Catalog): boolean {
  const tokenId = findToken(entity, token, catalog)
  const propertyId = catalog.findProperty(property)
  return catalog
    .rules()
    .some(
      (rule) =>
        rule.entity === entity &&
        rule.token === tokenId &&
        rule.property === propertyId &&
        String(rule.types) === String(types),
    )
}

function findToken(entity: EntityKind, name: string, catalog: Catalog): IndexDefinition['token'] | undefined {
  return entity === 'node' ? catalog.findLabel(name) : catalog.findType(name)
}

type AnyIndexDefinition = IndexDefinition | TextIndexDefinition | VectorIndexDefinition

/** Of every kind, those that are still being filled too. */
function allIndexes(catalog: Catalog): readonly AnyIndexDefinition[] {
  return anyIndexStates(catalog).map(({ definition }) => definition)
}

/** Whether there is an index over the same properties, under whatever name. */
function equalIndex({ entity, token, parts, unique, required }: CreateIndex, catalog: Catalog): boolean {
  const tokenId = findToken(entity, token, catalog)
  const sought = parts.map(({ name, path }) => ({ property: catalog.findProperty(name)!, path }))
  return catalog
    .indexStates()
    .some(
      ({ definition: index }) =>
        index.entity === entity &&
        index.unique === unique &&
        index.required === required &&
        index.token === tokenId &&
        sameParts(index.parts, sought),
    )
}

function definitionOf(
  { name, entity, token, parts, unique, required }: CreateIndex,
  transaction: Transaction,
): IndexDefinition {
  const tokenId = tokenOf(entity, token, transaction)
  const bound = parts.map((part) => indexPart(part, transaction))
  return { name, entity, token: tokenId, parts: bound, unique, required }
}

function indexPart({ name, path }: BoundIndexPart, transaction: Transaction): IndexPart {
  return { property: transaction.propertyId(name), path }
}

function tokenOf(entity: EntityKind, name: string, transaction: Transaction): IndexDefinition['token'] {
  return entity === 'node' ? transaction.labelId(name) : transaction.typeId(name)
}

function wrongKind({ name, constraint }: Extract<BoundSchemaCommand, { kind: 'dropIndex' }>): DatabaseError {
  const [asked, way] = constraint ? ['constraint', 'DROP INDEX'] : ['index', 'DROP CONSTRAINT']
  return new DatabaseError(
    'INDEX_MISSING',
    `there is no ${asked} '${name}', but something else of that name; ${way} drops it`,
    {
      name,
    },
  )
}
