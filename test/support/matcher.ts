/**
 * A matcher of patterns by brute force: it tries every relationship for every step and every node for every variable.
 * It shares nothing with the engine, neither code nor ideas, and its queries are written as text for the engine too.
 */
import fc from 'fast-check'
import type { PropertyEntry } from '../../src/core/change.js'
import type { NodeId } from '../../src/core/ids.js'
import type { PropertyValue } from '../../src/core/value.js'
import type { Transaction } from '../../src/transaction/transaction.js'

export interface TestNode {
  readonly key: string
  readonly labels: readonly string[]
  readonly x: number | string | null
}

export interface TestRelationship {
  readonly id: number
  readonly type: string
  readonly start: number
  readonly end: number
  readonly w: number | null
}

export interface TestGraph {
  readonly nodes: readonly TestNode[]
  readonly relationships: readonly TestRelationship[]
}

export interface NodePattern {
  readonly variable: string
  readonly label: string | null
  readonly x: number | null
}

export interface StepPattern {
  readonly variable: string
  readonly direction: 'outgoing' | 'incoming' | 'both'
  readonly types: readonly string[]
  readonly length: { readonly min: number; readonly max: number | null } | null
  readonly w: number | null
}

export interface PathPattern {
  readonly nodes: readonly NodePattern[]
  readonly steps: readonly StepPattern[]
}

/** One MATCH: its relationships differ from each other. */
export interface MatchPattern {
  readonly paths: readonly PathPattern[]
  readonly predicates: readonly Predicate[]
}

/** `test` gives null where Cypher does. */
export interface Predicate {
  readonly text: string
  readonly test: (row: MatchedRow, graph: TestGraph) => boolean | null
}

/** Nodes by their index, relationships and trails by the ids of relationships. */
export type MatchedRow = Readonly<Record<string, number | readonly number[]>>

/** More steps than this make a test slow and no better. */
const stepsMax = 20_000

class TooMuch extends Error {}

/** All the rows of the clauses, in no order; undefined when they are too many to be worth finding. */
export function matchAll(graph: TestGraph, clauses: readonly MatchPattern[]): MatchedRow[] | undefined {
  const search = { graph, steps: 0 }
  try {
    return clauses.reduce<MatchedRow[]>((rows, clause) => rows.flatMap((row) => matchClause(search, clause, row)), [{}])
  } catch (error) {
    if (error instanceof TooMuch) return undefined
    throw error
  }
}

interface Search {
  readonly graph: TestGraph
  steps: number
}

function matchClause(search: Search, clause: MatchPattern, row: MatchedRow): MatchedRow[] {
  let partial = [{ row, used: [] as readonly number[] }]
  for (const path of clause.paths) partial = partial.flatMap((each) => matchPath(search, path, each))
  return partial
    .map((each) => each.row)
    .filter((found) => clause.predicates.every((predicate) => predicate.test(found, search.graph) === true))
}

interface Partial {
  readonly row: MatchedRow
  readonly used: readonly number[]
}

function matchPath(search: Search, path: PathPattern, partial: Partial): Partial[] {
  const { graph } = search
  let found = graph.nodes.flatMap((_, at) => {
    const row = bindNode(graph, path.nodes[0]!, at, partial.row)
    return row === undefined ? [] : [{ row, used: partial.used, at }]
  })
  path.steps.forEach((step, i) => {
    found = found.flatMap((each) =>
      trails(search, step, each).flatMap(({ trail, end }) => {
        const row = bindNode(graph, path.nodes[i + 1]!, end, each.row)
        const value = step.length === null ? trail[0]! : trail
        const used = [...each.used, ...trail]
        return row === undefined ? [] : [{ row: { ...row, [step.variable]: value }, used, at: end }]
      }),
    )
  })
  return found
}

function bindNode(graph: TestGraph, pattern: NodePattern, at: number, row: MatchedRow): MatchedRow | undefined {
  const node = graph.nodes[at]!
  const known = row[pattern.variable]
  if (known !== undefined && known !== at) return undefined
  if (pattern.label !== null && !node.labels.includes(pattern.label)) return undefined
  if (pattern.x !== null && node.x !== pattern.x) return undefined
  return { ...row, [pattern.variable]: at }
}

interface Trail {
  readonly trail: readonly number[]
  readonly end: number
}

function trails(search: Search, step: StepPattern, from: { used: readonly number[]; at: number }): Trail[] {
  const { min, max } = step.length ?? { min: 1, max: 1 }
  const found: Trail[] = []
  const grow = (trail: readonly number[], end: number): void => {
    if (trail.length >= min) found.push({ trail, end })
    if (max !== null && trail.length >= max) return
    for (const relationship of search.graph.relationships) {
      if (++search.steps > stepsMax) throw new TooMuch()
      if (trail.includes(relationship.id) || from.used.includes(relationship.id)) continue
      if (!isOf(step, relationship)) continue
      for (const next of new Set(endsFrom(step, relationship, end))) grow([...trail, relationship.id], next)
    }
  }
  grow([], from.at)
  return found
}

function isOf(step: StepPattern, { type, w }: TestRelationship): boolean {
  return (step.types.length === 0 || step.types.includes(type)) && (step.w === null || step.w === w)
}

function endsFrom({ direction }: StepPattern, { start, end }: TestRelationship, at: number): number[] {
  const forth = direction !== 'incoming' && start === at ? [end] : []
  const back = direction !== 'outgoing' && end === at ? [start] : []
  return [...forth, ...back]
}

// ---- as Cypher ------------------------------------------------------------------------------------------------------

/** Makes the graph in a transaction; `id` of a node is then what the engine calls it. */
export function loadGraph({ nodes, relationships }: TestGraph, transaction: Transaction): NodeId[] {
  const entries = (values: Readonly<Record<string, PropertyValue>>): PropertyEntry[] =>
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [transaction.propertyId(name), value])
  const ids = nodes.map(({ key, labels, x }, i) =>
    transaction.createNode({
      labels: labels.map((label) => transaction.labelId(label)),
      key,
      properties: entries({ i, x }),
    }),
  )
  for (const { id, type, start, end, w } of relationships)
    transaction.createRelationship({
      type: transaction.typeId(type),
      start: ids[start]!,
      end: ids[end]!,
      properties: entries({ id, w }),
    })
  return ids
}

function literal(value: number | string | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

export function clausesText(clauses: readonly MatchPattern[]): string {
  return clauses.map(clauseText).join(' ')
}

function clauseText({ paths, predicates }: MatchPattern): string {
  const where = predicates.length === 0 ? '' : ` WHERE ${predicates.map(({ text }) => text).join(' AND ')}`
  return `MATCH ${paths.map(pathText).join(', ')}${where}`
}

function pathText({ nodes, steps }: PathPattern): string {
  return nodeText(nodes[0]!) + steps.map((step, i) => stepText(step) + nodeText(nodes[i + 1]!)).join('')
}

function nodeText({ variable, label, x }: NodePattern): string {
  return `(${variable}${label === null ? '' : `:${label}`}${x === null ? '' : ` {x: ${x}}`})`
}

function stepText({ variable, direction, types, length, w }: StepPattern): string {
  const range = length === null ? '' : `*${length.min}..${length.max ?? ''}`
  const inside = `[${variable}${types.length === 0 ? '' : `:${types.join('|')}`}${range}${w === null ? '' : ` {w: ${w}}`}]`
  return `${direction === 'incoming' ? '<' : ''}-${inside}-${direction === 'outgoing' ? '>' : ''}`
}

// ---- generators -----------------------------------------------------------------------------------------------------

const node = fc.record({
  labels: fc.constantFrom([], ['A'], ['B'], ['A', 'B'], ['A', 'B']),
  x: fc.constantFrom<TestNode['x'][]>(null, 0, 1, 2, 'a'),
})

export const graphs: fc.Arbitrary<TestGraph> = fc.integer({ min: 1, max: 4 }).chain((count) => {
  const end = fc.nat({ max: count - 1 })
  const relationship = fc.record({
    type: fc.constantFrom('R', 'S'),
    start: end,
    end,
    w: fc.constantFrom(null, 0, 1),
  })
  return fc.record({
    nodes: fc
      .array(node, { minLength: count, maxLength: count })
      .map((nodes) => nodes.map((each, i) => ({ ...each, key: `k${i}` }))),
    relationships: fc
      .array(relationship, { minLength: count, maxLength: 8, size: 'max' })
      .map((relationships) => relationships.map((each, i) => ({ ...each, id: i + 1 }))),
  })
})

/** null but for one time in `times`. */
function rarely<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
}

const nodeVariables = ['a', 'b', 'c', 'd']

const nodePattern: fc.Arbitrary<NodePattern> = fc.record({
  variable: fc.constantFrom(...nodeVariables),
  label: rarely(6, fc.constantFrom('A', 'B', 'A', 'B', 'C')),
  x: rarely(12, fc.constantFrom(0, 1)),
})

const stepPattern: fc.Arbitrary<Omit<StepPattern, 'variable'>> = fc.record({
  direction: fc.constantFrom('outgoing', 'incoming', 'both'),
  types: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<string[][]>([], ['R'], ['R', 'S']) },
    { weight: 2, arbitrary: fc.constantFrom(['S'], ['T', 'R']) },
  ),
  length: rarely(4, fc.constantFrom({ min: 0, max: 1 }, { min: 1, max: 2 }, { min: 0, max: null }, { min: 2, max: 3 })),
  w: rarely(12, fc.constantFrom(0, 1)),
})

const path = fc.array(fc.tuple(nodePattern, stepPattern), { minLength: 1, maxLength: 2 }).chain((parts) =>
  nodePattern.map((last) => ({
    nodes: [...parts.map(([each]) => each), last],
    steps: parts.map(([, each]) => each),
  })),
)
const single = nodePattern.map((only) => ({ nodes: [only], steps: [] }))

/** Clauses whose relationships have names of their own; `predicates` read variables that occur. */
export const matches: fc.Arbitrary<MatchPattern[]> = fc
  .array(fc.array(fc.oneof({ weight: 3, arbitrary: path }, single), { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 2,
  })
  .chain((clauses) => {
    let number = 0
    const named = clauses.map((paths) =>
      paths.map(({ nodes, steps }) => ({ nodes, steps: steps.map((step) => ({ ...step, variable: `r${++number}` })) })),
    )
    return fc.tuple(...named.map((paths) => predicatesOver(paths).map((predicates) => ({ paths, predicates }))))
  })

/** The variables of nodes that the clauses bind. */
export function variablesOf(clauses: readonly MatchPattern[]): string[] {
  return [...new Set(clauses.flatMap(({ paths }) => paths.flatMap(({ nodes }) => nodes.map((each) => each.variable))))]
}

/** The relationships that the clauses bind: single ones, and trails. */
export function relationshipsOf(clauses: readonly MatchPattern[]): StepPattern[] {
  return clauses.flatMap(({ paths }) => paths.flatMap(({ steps }) => steps))
}

function predicatesOver(paths: readonly PathPattern[]): fc.Arbitrary<Predicate[]> {
  const variables = [...new Set(paths.flatMap(({ nodes }) => nodes.map((each) => each.variable)))]
  const one = fc.constantFrom(...variables)
  const number = fc.constantFrom(0, 1, 2)
  const xOf = (row: MatchedRow, { nodes }: TestGraph, variable: string) => nodes[row[variable] as number]!.x
  const predicate = fc.oneof<fc.Arbitrary<Predicate>[]>(
    fc.tuple(one, number, fc.constantFrom('<', '<=', '>', '>=')).map(([variable, limit, sign]) => ({
      text: `${variable}.x ${sign} ${limit}`,
      test: (row, graph) => compareNumbers(xOf(row, graph, variable), sign, limit),
    })),
    fc.tuple(one, number).map(([variable, limit]) => ({
      text: `NOT ${limit} > ${variable}.x`,
      test: (row, graph) => negate(compareNumbers(xOf(row, graph, variable), '<', limit)),
    })),
    fc
      .tuple(one, fc.constantFrom<(number | string)[]>(0, 1, 'a', 'missing'), fc.boolean())
      .map(([variable, value, equal]) => ({
        text: `${variable}.x ${equal ? '=' : '<>'} ${literal(value)}`,
        test: (row, graph) => {
          const x = xOf(row, graph, variable)
          return x === null ? null : (x === value) === equal
        },
      })),
    fc.tuple(one, one).map(([left, right]) => ({
      text: `${left} <> ${right}`,
      test: (row) => row[left] !== row[right],
    })),
    fc.tuple(one, fc.constantFrom('A', 'B')).map(([variable, label]) => ({
      text: `${variable}:${label}`,
      test: (row, { nodes }) => nodes[row[variable] as number]!.labels.includes(label),
    })),
    fc.tuple(one, one).map(([left, right]) => ({
      text: `(${left}.x = 1 OR ${right}.x IS NULL)`,
      test: (row, graph) => {
        const x = xOf(row, graph, left)
        return x === 1 || xOf(row, graph, right) === null || (x === null ? null : false)
      },
    })),
    fc.tuple(one, fc.nat({ max: 4 })).map(([variable, i]) => ({
      text: `${variable}._key = 'k${i}'`,
      test: (row) => row[variable] === i,
    })),
  )
  return rarely(3, predicate).map((found) => (found === null ? [] : [found]))
}

function compareNumbers(x: TestNode['x'], sign: string, limit: number): boolean | null {
  if (typeof x !== 'number') return null
  return { '<': x < limit, '<=': x <= limit, '>': x > limit, '>=': x >= limit }[sign]!
}

function negate(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth
}
