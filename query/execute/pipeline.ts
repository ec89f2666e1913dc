/**
 * The source of one pipeline while it grows: a function whose body is a nest of loops, one for each operator that makes
 * rows, with filters and projections between them.
 *
 *   function pipeline0(x) {
 *     const tx = x.transaction                  head: what is fetched once
 *     const a0 = adjacency(tx, k0, 'outgoing')
 *     let n0 = 0
 *     for (let m0 = a0.open(s1); ...) {          body: the loops
 *       ...
 *     }
 *     x.buffers[0] = ...                         tail: what is left for the next pipeline
 *   }
 *
 * Nothing of a query's text gets in here: names are generated, values are constants and parameters passed in.
 *
 * A sliced pipeline is a generator. It yields by a budget that the loops use up, at the rounds of all loops but the
 * tight ones, which go over one span of a page: yielding there halves their speed, and outside costs a quarter of it.
 */
import { mustBeParsable } from '../plan/size.js'
import type { Slot } from '../semantics/bound.js'
import { Places } from './places.js'
import type { HelperName } from './runtime/helpers.js'

/**
 * How a slot's value lies in its variable. 'value' is any `Value`; 'node' and 'relationship' are ids, never 0; 'trail'
 * is the walk whose present trail is meant, which lasts as long as its loop's round.
 */
export type Representation = 'value' | 'node' | 'relationship' | 'trail'

export interface Variable {
  readonly text: string
  readonly as: Representation
  /** The name of what keeps the value of `text`, which computes it when it is read first and may pause for it. */
  readonly kept?: string
  /** Where it is declared; undefined where that is no place for anything else. */
  readonly place?: Place
  /** Of an id that comes with others between the same multiples of 1,024. */
  readonly batch?: Batch
  /** Of the name of a property: whose it is (the source of its id), and its column. */
  readonly names?: { readonly owner: string; readonly column: string }
}

/** A loop over ids between the same multiples of 1,024, and the place right before it. */
export interface Batch {
  /** Source of the first id. */
  readonly first: string
  readonly place: Place
}

/** A place in the source right after a declaration, for what depends on nothing that is declared later. */
interface Place {
  /** Loops around it. */
  readonly loops: number
  readonly lines: string[]
  fill(lines: readonly string[]): void
}

export interface SourceOptions {
  readonly sliced: boolean
  readonly profiled: boolean
}

/** What the pipelines of one query share: constants and helpers under generated names, numbers of buffers. */
export class QuerySource {
  private readonly constantNames = new Map<unknown, string>()
  private readonly parameterPlaces: ReadonlyMap<string, number>
  readonly helpers = new Set<HelperName>()
  readonly places = new Places()
  private bufferCount = 0

  constructor(
    readonly options: SourceOptions,
    parameters: readonly string[],
  ) {
    this.parameterPlaces = new Map(parameters.map((name, i) => [name, i]))
  }

  /** By their numbers. */
  get constants(): readonly unknown[] {
    return [...this.constantNames.keys()]
  }

  parameterIndex(name: string): number {
    return this.parameterPlaces.get(name)!
  }

  constant(value: unknown): string {
    const name = this.constantNames.get(value) ?? `k${this.constantNames.size}`
    this.constantNames.set(value, name)
    return name
  }

  helper(name: HelperName): string {
    this.helpers.add(name)
    return name
  }

  addBuffer(): number {
    return this.bufferCount++
  }
}

const stop = 'stop'

export class Pipeline {
  readonly variables: Map<Slot, Variable>
  /** The name of the rows in which it ends, where those are the first of an order. */
  top: string | undefined
  private readonly head: string[] = []
  private readonly states: string[] = []
  private readonly body: string[] = []
  private readonly tail: string[] = []
  private readonly declared = new Map<string, string>()
  private readonly counters = new Map<string, number>()
  /** Places in the body whose code depends on something that is known before all loops. */
  private readonly choices: Choice[] = []
  /** The places of the choices, by what they choose. */
  private readonly choicePlaces = new Map<string, string>()
  private depth = 1
  private loops = 0
  private loopDepth = 0
  private innermost: { before(lines: readonly string[]): void; readonly after: string[] } | undefined
  private yields = false
  private stops = false
  private isWithinFunction = false

  constructor(
    readonly query: QuerySource,
    /**
     * Whether columns may be read through views: not where its own operators change the store, and not where a slot
     * may hold an entity that is deleted.
     */
    readonly hasViews: boolean,
    /** The slots of the row for which the pipeline runs. */
    readonly shared: ReadonlyMap<Slot, Variable> = new Map(),
  ) {
    this.variables = new Map(shared)
  }

  /** A name that nothing else in this pipeline has. */
  name(prefix: string): string {
    const number = this.counters.get(prefix) ?? 0
    this.counters.set(prefix, number + 1)
    return `${prefix}${number}`
  }

  line(text: string): void {
    this.body.push('  '.repeat(this.depth) + text)
  }

  block(header: string, inside: () => void): void {
    this.line(`${header} {`)
    mustBeParsable(++this.depth)
    inside()
    this.depth--
    this.line('}')
  }

  /** A loop that can give the event loop back in each of its rounds. */
  loop(header: string, inside: () => void): void {
    this.roundsOf(header, () => {
      this.pause()
      inside()
    })
  }

  /**
   * A loop over one span of a page or its like: it gives the event loop back only where others run inside it. Gives
   * whether it does.
   */
  tightLoop(header: string, inside: () => void): boolean {
    let holdsLoops = false
    this.roundsOf(header, () => {
      const pause = this.pauseLater()
      const loopsBefore = this.loops
      inside()
      holdsLoops = this.loops > loopsBefore
      if (holdsLoops) pause()
    })
    return holdsLoops
  }

  private roundsOf(header: string, inside: () => void): void {
    this.loops++
    this.loopDepth++
    const edges = { before: this.reserve(), after: [] as string[] }
    this.block(header, () => {
      this.innermost = edges
      inside()
    })
    for (const line of edges.after) this.line(line)
    this.loopDepth--
  }

  /** Whether the source here may run more than once. */
  get isInLoop(): boolean {
    return this.loopDepth > 0
  }

  /** Adds lines right before and right after the innermost loop around this place. */
  aroundLoop(before: string, after: string): void {
    this.innermost?.before([before])
    this.innermost?.after.push(after)
  }

  /** Gives the event loop back here when the budget is used up. */
  pause(): void {
    this.pauseLater()()
  }

  /** Keeps a place to give the event loop back at; the function that it gives makes use of it. */
  pauseLater(): () => void {
    const fill = this.reserve()
    return () => {
      if (!this.query.options.sliced) return
      this.yields = true
      fill(['if (budget < 0) { yield; budget = x.budget }'])
    }
  }

  /** Source of a call of what may give the event loop back. */
  calling(call: string, isGenerator: boolean): string {
    if (!isGenerator) return call
    this.yields = true
    return `(yield* ${call})`
  }

  /** Gives the event loop back for as long as `condition` holds. */
  wait(condition: string): void {
    this.yields = true
    this.line(`while (${condition}) yield`)
  }

  /** Keeps a place for lines that are known later only. */
  reserve(): (lines: readonly string[]) => void {
    const place = this.body.push('') - 1
    const margin = '  '.repeat(this.depth)
    return (lines) => {
      this.body[place] = lines.map((line) => margin + line).join('\n')
    }
  }

  /** Uses up the budget of the slice by a number of steps. */
  charge(steps: string): void {
    if (this.query.options.sliced) this.line(`budget -= ${steps}`)
  }

  /** Ends the pipeline from inside any number of loops. */
  stop(): void {
    this.stops = true
    this.line(`break ${stop}`)
  }

  /** Declares a constant before all loops, once for each `code`; gives its name. */
  once(prefix: string, code: string): string {
    const known = this.declared.get(code)
    if (known !== undefined) return known
    const name = this.name(prefix)
    this.head.push(`const ${name} = ${code}`)
    this.declared.set(code, name)
    return name
  }

  /** Declares a constant of its own before all loops: a view with a position, a set, a walk. */
  own(prefix: string, code: string): string {
    const name = this.name(prefix)
    this.head.push(`const ${name} = ${code}`)
    return name
  }

  /** Declares a variable before all loops, for what is written before it is read wherever the source comes to it. */
  variable(prefix: string, start: string): string {
    const name = this.name(prefix)
    this.head.push(`let ${name} = ${start}`)
    return name
  }

  /** Declares a variable that begins anew whenever the pipeline does: a count, a buffer, a set of what has been seen. */
  state(prefix: string, start: string): string {
    const name = this.name(prefix)
    this.begin(name, start)
    return name
  }

  /** Says how the state of a name begins, where that is known late only. */
  begin(name: string, start: string): void {
    this.states.push(`let ${name} = ${start}`)
  }

  /** Adds a line that runs after all loops. */
  finally(text: string): void {
    this.tail.push(text)
  }

  /** Declares the variable of a slot here. */
  bind(slot: Slot, as: Representation, code: string, batch?: Batch): string {
    const name = this.name('s')
    this.line(`const ${name} = ${code}`)
    this.variables.set(slot, { text: name, as, place: this.place(), ...(batch === undefined ? {} : { batch }) })
    return name
  }

  /** Says that the loop which comes next is over a batch of ids. */
  batch(first: string): Batch {
    return { first, place: this.place() }
  }

  private place(): Place {
    return { loops: this.loopDepth, lines: [], fill: this.reserve() }
  }

  /**
   * Source of a value that depends on one variable, or batch, only: computed where that is declared, when there is a loop
   * between the two places, so that it is not computed in each round. The code must be without effect and never throw.
   */
  beforeLoop({ place }: Pick<Variable, 'place'>, code: string): string {
    if (place === undefined || place.loops === this.loopDepth) return code
    const known = this.declared.get(code)
    if (known !== undefined) return known
    const name = this.name('q')
    place.lines.push(`const ${name} = ${code}`)
    place.fill(place.lines)
    this.declared.set(code, name)
    return name
  }

  get(slot: Slot): Variable {
    const variable = this.variables.get(slot)
    if (variable === undefined) throw new Error(`slot ${slot} has no value here`)
    if (variable.kept === undefined || !this.isWithinFunction || !this.yields) return variable
    // A function for the items of a list cannot give the event loop back.
    this.line(`void ${variable.text}`)
    return { text: variable.kept, as: variable.as }
  }

  /** Writes source that stands within a function of an expression. */
  withinFunction<T>(inside: () => T): T {
    const before = this.isWithinFunction
    this.isWithinFunction = true
    const result = inside()
    this.isWithinFunction = before
    return result
  }

  /**
   * Code that is `holds` where `condition`, which is asked before all loops, holds, and `otherwise` where it does not.
   * The loops are written twice, for the case that all conditions hold and for any other, as a test in the innermost
   * loop would cost what the choice is to save.
   */
  either(condition: string, code: { holds: string; otherwise: string }): string {
    const name = JSON.stringify([condition, code.holds, code.otherwise])
    const known = this.choicePlaces.get(name)
    if (known !== undefined) return known
    const place = `${choiceMark}${this.choices.length}${choiceMark}`
    this.choicePlaces.set(name, place)
    this.choices.push({ condition, ...code })
    return place
  }

  helper(name: HelperName): string {
    return this.query.helper(name)
  }

  constant(value: unknown): string {
    return this.query.constant(value)
  }

  get isGenerator(): boolean {
    return this.yields
  }

  source(name: string): string {
    const star = this.yields ? '*' : ''
    const budget = this.query.options.sliced ? ['let budget = x.budget'] : []
    // Tests in the head, of the relationships of trails, are functions that both versions of the loops call.
    const head = replacePlaces(
      ['const tx = x.transaction', ...budget, ...this.head],
      this.choices,
      (choice) => choice.otherwise,
    )
    const written = this.body.filter((line) => line !== '')
    const body = this.stops ? [`  ${stop}: {`, ...written, '  }'] : written
    const lines = [...head, ...this.states].map(indent)
    return [`function${star} ${name}(x) {`, ...lines, ...this.chosen(body), ...this.tail.map(indent), '}'].join('\n')
  }

  /**
   * Source of a function that fetches what the head declares and gives another, which runs the pipeline for one row.
   * What is left of the slice's budget is kept from row to row.
   */
  innerSource(name: string, parameters: readonly string[], result: string | undefined): string {
    const star = this.yields ? '*' : ''
    const { sliced } = this.query.options
    const head = replacePlaces(['const tx = x.transaction', ...this.head], this.choices, ({ otherwise }) => otherwise)
    const written = this.body.filter((line) => line !== '')
    const body = this.stops ? [`  ${stop}: {`, ...written, '  }'] : written
    const lines = [
      ...(sliced ? ['let budget = x.left'] : []),
      ...this.states,
      ...this.chosen(body).map(outdent),
      ...this.tail,
      ...(sliced ? ['x.left = budget'] : []),
      ...(result === undefined ? [] : [`return ${result}`]),
    ]
    return [
      `function ${name}(x) {`,
      ...head.map(indent),
      `  return function${star} (${parameters.join(', ')}) {`,
      ...lines.map(indent).map(indent),
      '  }',
      '}',
    ].join('\n')
  }

  private chosen(body: readonly string[]): readonly string[] {
    const { choices } = this
    if (choices.length === 0) return body
    const otherwise = replacePlaces(body, choices, ({ otherwise }) => otherwise)
    // Without a loop there is nothing to gain.
    if (this.loops === 0) return otherwise
    const conditions = [...new Set(choices.map(({ condition }) => condition))].join(' && ')
    const holds = replacePlaces(body, choices, ({ holds }) => holds)
    return [`  if (${conditions}) {`, ...holds.map(indent), '  } else {', ...otherwise.map(indent), '  }']
  }
}

interface Choice {
  readonly condition: string
  readonly holds: string
  readonly otherwise: string
}

/** A character that no generated code has. */
const choiceMark = '\u0001'
const choicePlace = new RegExp(`${choiceMark}(\\d+)${choiceMark}`, 'g')

/** A choice may stand inside of another's code. */
function replacePlaces(
  body: readonly string[],
  choices: readonly Choice[],
  code: (choice: Choice) => string,
): string[] {
  const replaced = (text: string): string =>
    text.includes(choiceMark) ? text.replace(choicePlace, (_, number) => replaced(code(choices[number]!))) : text
  return body.map(replaced)
}

function indent(line: string): string {
  return `  ${line}`
}

function outdent(line: string): string {
  return line.slice(2)
}
