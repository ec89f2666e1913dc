/**
 * From a physical plan to JavaScript. Each operator asks its input to write the source of its rows and says what
 * happens to a row; so the loops nest from the scan at the outside to the last operator inside (the "produce and
 * consume" of Neumann 2011, "Efficiently compiling efficient query plans for modern hardware", section 3).
 *
 * An operator that needs all its input ends a pipeline in a buffer, and the pipeline above begins by reading that.
 */

import type { Position } from '../../src/core/errors.js'
import {
  type Breaker,
  type Eager,
  inputsOf,
  isBreaker,
  type Join,
  type KeepHits,
  type Merge,
  operatorsOf,
  type PhysicalPlan,
  slotsFromOutside,
  slotsNeededBelow,
  slotsNeededFromBuild,
  type Union,
  type Unit,
  type WritingCall,
  type WritingQuery,
} from '../plan/physical.js'
import type { QueryPlan } from '../plan/plan.js'
import type { Slot } from '../semantics/bound.js'
import { type CountedFilter, gatherCounted, gatherGroups, isCountedFilter } from './operators/aggregate.js'
import { type BufferColumn, type BufferShape, emitBuffer, RowSink } from './operators/buffer.js'
import { emitCall } from './operators/call.js'
import {
  emitDegree,
  emitExpand,
  emitExpandInto,
  emitExpandReach,
  emitExpandTrails,
  emitRelationshipEnds,
} from './operators/expand.js'
import { emitJoin, gatherBuild, slotsStored } from './operators/join.js'
import { gatherHits } from './operators/keep-hits.js'
import {
  emitApply,
  emitCallQuery,
  emitOptional,
  emitSemiJoin,
  type Gather,
  type InnerPlan,
  type InnerSource,
  type Nested,
} from './operators/nested.js'
import type { Emission } from './operators/operator.js'
import { emitPropertyKeys } from './operators/property-keys.js'
import {
  emitAllNodesScan,
  emitAsNode,
  emitIndexRange,
  emitIndexSeek,
  emitIntersection,
  emitKeySeek,
  emitLabelScan,
  emitMemberScan,
  emitStoreCount,
  emitTextScan,
  emitTextScanByScore,
} from './operators/scan.js'
import { emitShortestPath } from './operators/shortest.js'
import { gatherSorted } from './operators/sort.js'
import {
  emitBuildPath,
  emitDistinct,
  emitFilter,
  emitFilterLabels,
  emitLimit,
  emitProduce,
  emitProject,
  emitSkip,
  emitUnwind,
} from './operators/stream.js'
import { emitCreate, emitDelete, emitMerge, emitSet, type Search } from './operators/write.js'
import { Pipeline, QuerySource, type SourceOptions, type Variable } from './pipeline.js'
import type { Execution } from './runtime/execution.js'
import { helpers } from './runtime/helpers.js'

export interface CompiledPlan {
  readonly source: string
  /** Runs to the end; a sliced one gives a generator that yields when its budget is used up. */
  readonly run: (execution: Execution) => Iterator<void> | undefined
  /** Where in the query an error of a run lies. */
  readonly placeOf: (error: Error) => Position | undefined
}

export function compilePlan(plan: QueryPlan, parameters: readonly string[], options: SourceOptions): CompiledPlan {
  return new Compilation(plan, new QuerySource(options, parameters)).compile()
}

type StreamingPlan = Exclude<PhysicalPlan, Breaker | Nested | Join | Union | Unit>

const emitters: {
  readonly [Kind in StreamingPlan['kind']]: (plan: Extract<StreamingPlan, { kind: Kind }>, emission: Emission) => void
} = {
  allNodesScan: emitAllNodesScan,
  labelScan: emitLabelScan,
  keySeek: emitKeySeek,
  indexSeek: emitIndexSeek,
  indexRange: emitIndexRange,
  textScan: emitTextScan,
  textScanByScore: emitTextScanByScore,
  vectorScan: emitTextScan,
  memberScan: emitMemberScan,
  intersection: emitIntersection,
  asNode: emitAsNode,
  call: emitCall,
  expand: emitExpand,
  expandInto: emitExpandInto,
  expandTrails: emitExpandTrails,
  shortestPath: emitShortestPath,
  expandReach: emitExpandReach,
  relationshipEnds: emitRelationshipEnds,
  degree: emitDegree,
  storeCount: emitStoreCount,
  filterLabels: emitFilterLabels,
  filter: emitFilter,
  buildPath: emitBuildPath,
  project: emitProject,
  distinct: emitDistinct,
  unwind: emitUnwind,
  propertyKeys: emitPropertyKeys,
  skip: emitSkip,
  limit: emitLimit,
  produce: emitProduce,
}

function emit(plan: StreamingPlan, emission: Emission): void {
  const emitter = emitters[plan.kind] as (plan: StreamingPlan, emission: Emission) => void
  emitter(plan, emission)
}

/** Operators that run a plan of their own for each row. */
function emitNested(plan: Nested, emission: Emission, inner: InnerSource) {
  switch (plan.kind) {
    case 'optional':
      return emitOptional(plan, emission, inner)
    case 'apply':
      return emitApply(plan, emission, inner)
    case 'semiJoin':
    case 'antiJoin':
      return emitSemiJoin(plan, emission, inner)
    case 'callQuery':
      return emitCallQuery(plan, emission, inner)
  }
}

/** The pipelines that run one after the other: those of the query, or those of an inner plan for one row. */
interface Frame {
  readonly pipelines: Pipeline[]
  /** Whether its pipelines may read columns through views. */
  readonly hasViews: boolean
  /** The slots of the row for which they run, by the parameters of their functions. */
  readonly row: ReadonlyMap<Slot, Variable>
}

type WritingPlan = Extract<Breaker, { kind: 'create' | 'merge' | 'writingCall' | 'writingQuery' | 'set' | 'delete' }>
type RowWrite = Exclude<WritingPlan, Merge | WritingCall | WritingQuery>

function emitWrite(plan: RowWrite, emission: Emission) {
  const { pipeline } = emission
  switch (plan.kind) {
    case 'create':
      return emitCreate(plan, emission)
    case 'set':
      return emitSet(plan, pipeline)
    case 'delete':
      return emitDelete(plan, pipeline)
  }
}

/** Whether rows come to the operator from a DELETE, so that they may hold what is gone. */
function hasDeleted(plan: PhysicalPlan): boolean {
  return operatorsOf(plan).some((operator) => operator.kind === 'delete')
}

/** What one written row costs of a slice: a few microseconds. */
const stepsPerWrite = 100

function writes(plan: PhysicalPlan): boolean {
  return operatorsOf(plan).some(({ kind }) => writingKinds.has(kind))
}

const writingKinds: ReadonlySet<PhysicalPlan['kind']> = new Set<WritingPlan['kind']>([
  'create',
  'merge',
  'writingCall',
  'writingQuery',
  'set',
  'delete',
])

interface InnerFunction {
  readonly parameters: readonly string[]
  /** Source of what the last pipeline returns. */
  readonly result: string
  readonly writes: boolean
}

/** The function of an inner plan whose views stay right for the whole of the caller's run. */
function madeOnce(caller: Pipeline, name: string): string {
  return caller.own('ask', `${name}(x)`)
}

/** That of one which runs between writes. */
function madeAnew(caller: Pipeline, name: string): string {
  return `${caller.own('finder', `new ${caller.helper('Renewed')}(tx, () => ${name}(x))`)}.get()`
}

class Compilation {
  private readonly outermost: Frame = { pipelines: [], hasViews: true, row: new Map() }
  private frame = this.outermost
  /** Source of the functions that run for single rows. */
  private readonly inners: string[] = []
  private readonly innerSource: InnerSource = {
    produce: (inner, inside) => this.produce(inner, inside),
    compile: (asked, gather) => this.compileInner(asked, gather),
  }
  private readonly operators: readonly PhysicalPlan[]
  /** By the number of an operator, that of the one which takes its rows. */
  private readonly takers: readonly number[]

  constructor(
    private readonly plan: QueryPlan,
    private readonly query: QuerySource,
  ) {
    this.operators = operatorsOf(plan.root)
    this.takers = this.operators.map((operator) =>
      Math.max(
        0,
        this.operators.findIndex((taker) => inputsOf(taker).includes(operator)),
      ),
    )
  }

  compile(): CompiledPlan {
    this.compileRoot(this.plan.root)
    const source = this.source()
    const make = new Function('helpers', 'constants', source) as (
      ...given: readonly [typeof helpers, readonly unknown[]]
    ) => CompiledPlan['run']
    const { places } = this.query
    return { source, run: make(helpers, this.query.constants), placeOf: (error) => places.find(error, source) }
  }

  /** The last pipeline gives the rows of the answer; where there are none, a write is the last. */
  private compileRoot(root: PhysicalPlan): void {
    if (root.kind === 'union') {
      this.compileRoot(root.input)
      this.compileRoot(root.other)
      return
    }
    if (root.kind === 'produce' && root.slots.length === 0 && isBreaker(root.input)) {
      this.gather(root.input, new Set())
      return
    }
    this.addPipeline(!hasDeleted(root), (pipeline) => {
      this.produce(root, { pipeline, needed: new Set(), consume: () => {} })
    })
  }

  private addPipeline<T>(hasViews: boolean, fill: (pipeline: Pipeline) => T): T {
    const { frame } = this
    const pipeline = new Pipeline(this.query, hasViews && frame.hasViews, frame.row)
    const result = fill(pipeline)
    frame.pipelines.push(pipeline)
    return result
  }

  /** Writes the source of an operator's rows into the pipeline, with `consume` for each of them. */
  private produce(plan: PhysicalPlan, emission: Emission) {
    if (plan.kind === 'unit') return emission.consume()
    if (isBreaker(plan)) return emitBuffer(this.gather(plan, emission.needed), this.profiled(plan, emission))
    const needed = slotsNeededBelow(plan, emission.needed)
    const consume = () => this.emit(plan, this.profiled(plan, emission))
    this.produce(plan.input, { pipeline: emission.pipeline, needed, consume })
  }

  private emit(plan: StreamingPlan | Nested | Join, emission: Emission): void {
    // Here the pipelines that the row comes from have their places, so the build stands behind them.
    if ('build' in plan) emitJoin(plan, this.gatherBuild(plan, emission.needed), emission)
    else if ('inner' in plan) {
      emitNested(plan, emission, this.innerSource)
    } else emit(plan, emission)
  }

  /**
   * Compiles an inner plan as a function of its own, which fetches its views once and gives another that runs for one
   * row; gives the source of a call of that.
   */
  private compileInner({ inner, needed, besides, own, caller }: InnerPlan, gather: Gather, make = madeOnce): string {
    const read = new Set([...slotsFromOutside(inner, needed), ...besides])
    const outside = [...read].filter((slot) => slot !== own)
    const row = new Map(outside.map((slot) => [slot, { text: `r${slot}`, as: caller.get(slot).as }]))
    const parameters = outside.map((slot) => `r${slot}`)
    const outer = this.frame
    this.frame = { pipelines: [], hasViews: caller.hasViews && !hasDeleted(inner), row }
    const result = this.addPipeline(true, (pipeline) =>
      gather(pipeline, (consume) => this.produce(inner, { pipeline, needed, consume })),
    )
    const { pipelines } = this.frame
    this.frame = outer
    const name = this.addInner(pipelines, { parameters, result, writes: writes(inner) })
    const values = outside.map((slot) => caller.get(slot).text).join(', ')
    const isGenerator = pipelines.some((pipeline) => pipeline.isGenerator)
    return caller.calling(`${make(caller, name)}(${values})`, isGenerator)
  }

  /**
   * Adds the function of an inner plan: its pipelines, one after the other. Where they write, each fetches its views when
   * it begins, as the one before may have made what they show.
   */
  private addInner(pipelines: readonly Pipeline[], { parameters, result, writes }: InnerFunction): string {
    const name = `inner${this.inners.length}`
    const last = pipelines.length - 1
    const made: string[] = []
    const calls = pipelines.map((pipeline, i) => {
      const part = `${name}_${i}`
      this.inners.push(pipeline.innerSource(part, parameters, i === last ? result : undefined))
      if (!writes) made.push(`  const p${i} = ${part}(x)`)
      const call = `${pipeline.isGenerator ? 'yield* ' : ''}${writes ? `${part}(x)` : `p${i}`}(${parameters.join(', ')})`
      return `    ${i === last ? 'const answer = ' : ''}${call}`
    })
    const star = pipelines.some((pipeline) => pipeline.isGenerator) ? '*' : ''
    const open = `  return function${star} (${parameters.join(', ')}) {`
    // What was gathered for the row is not needed for the next one.
    const body = ['    const held = x.held', ...calls, '    x.letGo(held)', '    return answer']
    this.inners.push([`function ${name}(x) {`, ...made, open, ...body, '  }', '}'].join('\n'))
    return name
  }

  /** Compiles everything up to a breaker as pipelines of their own and gives the shape of its buffer. */
  private gather(plan: Breaker, needed: ReadonlySet<Slot>): BufferShape {
    switch (plan.kind) {
      case 'union':
        return this.gatherUnion(plan, needed)
      case 'aggregate':
        // A profile is to show the filter by itself.
        if (isCountedFilter(plan) && !this.query.options.profiled) return this.gatherCounted(plan)
        return this.addPipeline(!hasDeleted(plan), (pipeline) =>
          gatherGroups(plan, pipeline, (consume) => this.produceInput(plan, pipeline, needed, consume)),
        )
      case 'sort':
      case 'top':
        return this.addPipeline(!hasDeleted(plan), (pipeline) =>
          gatherSorted(plan, { pipeline, needed }, (consume) => this.produceInput(plan, pipeline, needed, consume)),
        )
      case 'keepHits':
        return this.gatherKept(plan, needed)
      case 'eager':
        return this.gatherRows(plan, needed)
      case 'create':
      case 'merge':
      case 'writingCall':
      case 'writingQuery':
      case 'set':
      case 'delete':
        return this.gatherWritten(plan, needed)
    }
  }

  /** Both leave their rows in one buffer, in the representation that suits both. */
  private gatherUnion(plan: Union, needed: ReadonlySet<Slot>): BufferShape {
    const gather = (part: PhysicalPlan, before: BufferShape | null) =>
      this.addPipeline(!hasDeleted(plan), (pipeline) => {
        const sink = new RowSink(pipeline, needed, (slot) => this.representationOf(slot))
        this.produce(part, { pipeline, needed, consume: () => sink.store() })
        return sink.finish(before)
      })
    return gather(plan.other, gather(plan.input, null))
  }

  /** What every variable of a slot can become. */
  private representationOf(slot: Slot): BufferColumn['as'] {
    const { type, nullable } = this.plan.slots[slot]!
    return !nullable && (type === 'node' || type === 'relationship') ? type : 'value'
  }

  private gatherCounted(plan: CountedFilter): BufferShape {
    return this.addPipeline(!hasDeleted(plan), (pipeline) =>
      gatherCounted(plan, pipeline, (consume) => {
        const needed = slotsNeededBelow(plan.input, slotsNeededBelow(plan, new Set()))
        this.produce(plan.input.input, { pipeline, needed, consume })
      }),
    )
  }

  private produceInput(plan: Breaker, pipeline: Pipeline, needed: ReadonlySet<Slot>, consume: () => void): void {
    this.produce(plan.input, {
      pipeline,
      needed: slotsNeededBelow(plan, needed),
      consume: this.entering(plan, pipeline, consume),
    })
    // What stands behind the loops is done by the operator that gathers.
    if (this.query.options.profiled) pipeline.finally(`x.profile.enter(${this.operators.indexOf(plan)})`)
  }

  /** What is gathered is the same for every row of an inner plan, so it stands with the pipelines of the query. */
  private gatherBuild(plan: Join, needed: ReadonlySet<Slot>): BufferShape {
    const stored = slotsStored(plan, needed)
    const read = slotsNeededFromBuild(plan, stored)
    const { frame } = this
    this.frame = this.outermost
    const shape = this.addPipeline(!hasDeleted(plan.build), (pipeline) =>
      gatherBuild(plan, { pipeline, needed: stored }, (consume) =>
        this.produce(plan.build, { pipeline, needed: read, consume: this.entering(plan, pipeline, consume) }),
      ),
    )
    this.frame = frame
    return shape
  }

  private gatherKept(plan: KeepHits, needed: ReadonlySet<Slot>): BufferShape {
    return this.addPipeline(!hasDeleted(plan), (pipeline) =>
      gatherHits(plan, { pipeline, needed }, (consume) => this.produceInput(plan, pipeline, needed, consume)),
    )
  }

  private gatherRows(plan: Eager, needed: ReadonlySet<Slot>): BufferShape {
    return this.addPipeline(!hasDeleted(plan), (pipeline) => {
      const sink = new RowSink(pipeline, needed)
      this.produceInput(plan, pipeline, needed, () => sink.store())
      return sink.finish()
    })
  }

  /** The rows come out of a buffer, or are the one row of the beginning. */
  private gatherWritten(plan: WritingPlan, needed: ReadonlySet<Slot>): BufferShape {
    return this.addPipeline(false, (pipeline) => {
      const sink = new RowSink(pipeline, needed)
      this.produceInput(plan, pipeline, needed, () => {
        this.emitRowWrite(plan, { pipeline, needed, consume: () => sink.store() })
        pipeline.charge(String(stepsPerWrite))
        pipeline.pause()
      })
      return sink.finish()
    })
  }

  private emitRowWrite(plan: WritingPlan, emission: Emission): void {
    const { pipeline, consume } = emission
    if (plan.kind === 'writingCall') {
      emitCall(plan, emission)
      return
    }
    if (plan.kind === 'writingQuery') {
      emitCallQuery(plan, emission, this.innerSource)
      return
    }
    if (plan.kind === 'merge') {
      emitMerge(plan, emission, (search) => this.emitSearch(search, pipeline))
      return
    }
    emitWrite(plan, emission)
    consume()
  }

  /** Compiles a search that runs between writes; gives the source of its call. */
  private emitSearch({ plan, slots }: Search, caller: Pipeline): string {
    return this.compileInner(
      { inner: plan.inner, needed: new Set(slots), besides: new Set(), own: null, caller },
      (pipeline, produce) => {
        const found = pipeline.state('found', '[]')
        produce(() => pipeline.line(`${found}.push([${slots.map((slot) => pipeline.get(slot).text).join(', ')}])`))
        return found
      },
      madeAnew,
    )
  }

  /** The emission with counting of rows and time around it. */
  private profiled(plan: PhysicalPlan, emission: Emission): Emission {
    if (!this.query.options.profiled) return emission
    const { pipeline } = emission
    const number = this.operators.indexOf(plan)
    pipeline.line(`x.profile.enter(${number})`)
    const consume = () => {
      pipeline.line(`x.profile.give(${number}, ${this.takers[number]})`)
      emission.consume()
      pipeline.line(`x.profile.enter(${number})`)
    }
    return { ...emission, consume }
  }

  /** As `consume`, with its time given to the operator that takes the rows. */
  private entering(plan: PhysicalPlan, pipeline: Pipeline, consume: () => void): () => void {
    if (!this.query.options.profiled) return consume
    return () => {
      pipeline.line(`x.profile.enter(${this.operators.indexOf(plan)})`)
      consume()
    }
  }

  private source(): string {
    const { pipelines } = this.frame
    const names = pipelines.map((_, i) => `pipeline${i}`)
    const functions = pipelines.map((pipeline, i) => pipeline.source(names[i]!))
    const helperNames = [...this.query.helpers].sort().join(', ')
    const constants = this.query.constants.map((_, i) => `const k${i} = constants[${i}]`)
    const head = ["'use strict'", `const { ${helperNames} } = helpers`, ...constants]
    return [...head, ...this.inners, ...functions, this.runner(names), this.query.places.nameLine].join('\n')
  }

  private runner(names: readonly string[]): string {
    const { pipelines } = this.frame
    const calls = names.map((name, i) => `  ${pipelines[i]!.isGenerator ? 'yield* ' : ''}${name}(x)`)
    const star = pipelines.some((pipeline) => pipeline.isGenerator) ? '*' : ''
    return [`return function${star} run(x) {`, ...calls, '}'].join('\n')
  }
}
