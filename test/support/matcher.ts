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
  /** A row that nothing matches goes on with nulls. */
  readonly optional?: boolean
  readonly paths: readonly PathPattern[]
  readonly predicates: readonly Predicate[]
}

/** `test` gives null where Cypher does. */
export interface Predicate {
  readonly text: string
  readonly test: (row: MatchedRow, graph: TestGraph) => boolean | null
}

/** Nodes by their index, relationships and trails by the ids of relationships; null after an OPTIONAL MATCH in vain. */
export type MatchedRow = Readonly<Record<string, number | readonly number[] | null>>

/** More steps than this make a test slow and no better. */
const stepsMax = 20_000

class TooMuch extends Error {}

/** All the rows of the clauses, in no order; undefined when they are too many to be worth finding. */
export function matchAll(graph: TestGraph, clauses: readonly MatchPattern[]): MatchedRow[] | undefined {
  const search = { graph, steps: 0 }
  try {
    return clauses.reduce<MatchedRow[]>((rows, clause) => rows.flatMap((row) => matchRow(search, clause, row)), [{}])
  } catch (error) {
    if (error instanceof TooMuch) return undefined
    throw error
  }
}

interface Search {
  readonly graph: TestGraph
  steps: number
}

function matchRow(search: Search, clause: MatchPattern, row: MatchedRow): MatchedRow[] {
  const found = matchClause(search, clause, row)
  if (found.length > 0 || clause.optional !== true) return found
  const names = [...variablesOf([clause]), ...relationshipsOf([clause]).map(({ variable }) => variable)]
  return [{ ...Object.fromEntries(names.map((name) => [name, null])), ...row }]
}

/** How many ways there are to find a path from a row, by brute force. */
function countPaths(graph: TestGraph, path: PathPattern, row: MatchedRow): number {
  return findPaths(graph, path, row).length
}

function findPaths(graph: TestGraph, path: PathPattern, row: MatchedRow): MatchedRow[] {
  return matchClause({ graph, steps: 0 }, { paths: [path], predicates: [] }, row)
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

/** Ways to write the same clauses. */
export const spellings = ['MATCH ... WHERE', 'MATCH ... WHERE ... WITH *', 'MATCH ... WITH * WHERE'] as const
export type Spelling = (typeof spellings)[number]

export function clausesText(clauses: readonly MatchPattern[], spelling: Spelling = 'MATCH ... WHERE'): string {
  return clauses.map((clause) => clauseText(clause, spelling)).join(' ')
}

function clauseText({ optional, paths, predicates }: MatchPattern, spelling: Spelling): string {
  const match = `${optional === true ? 'OPTIONAL ' : ''}MATCH ${paths.map(pathText).join(', ')}`
  const where = predicates.length === 0 ? '' : ` WHERE ${predicates.map(({ text }) => text).join(' AND ')}`
  if (spelling === 'MATCH ... WHERE') return match + where
  return spelling === 'MATCH ... WITH * WHERE' ? `${match} WITH *${where}` : `${match}${where} WITH *`
}

/** The same clauses, each as a query that runs for each row; one that cannot be taken for clauses of the query around. */
export function callsText(clauses: readonly MatchPattern[]): string {
  return clauses.map((clause, i) => callText(clause, namesOf(clauses.slice(0, i)), i)).join(' ')
}

function callText(clause: MatchPattern, known: readonly string[], number: number): string {
  const given = namesOf([clause]).filter((name) => !known.includes(name))
  const returned = given.length === 0 ? `1 AS one${number}` : given.join(', ')
  const match = clauseText({ ...clause, optional: false }, 'MATCH ... WHERE')
  return `${clause.optional === true ? 'OPTIONAL ' : ''}CALL (*) { ${match} RETURN ${returned} SKIP 0 }`
}

function namesOf(clauses: readonly MatchPattern[]): string[] {
  return [...variablesOf(clauses), ...relationshipsOf(clauses).map(({ variable }) => variable)]
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

const pathsOfClauses: fc.Arbitrary<PathPattern[][]> = fc
  .array(fc.array(fc.oneof({ weight: 3, arbitrary: path }, single), { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((clauses) => {
    let number = 0
    return clauses.map((paths) =>
      paths.map(({ nodes, steps }) => ({ nodes, steps: steps.map((step) => ({ ...step, variable: `r${++number}` })) })),
    )
  })

const innerPath: fc.Arbitrary<PathPattern> = path.map(({ nodes, steps }) => ({
  nodes: nodes.map((each, i) => (i === nodes.length - 1 && i > 1 ? { ...each, variable: 'e' } : each)),
  steps: steps.map((step, i) => ({ ...step, variable: `s${i}` })),
}))

/** Whether there is a path, or how many there are, from the row; its variables that the row lacks are its own. */
const subqueryPredicates: fc.Arbitrary<Predicate[]> = innerPath
  .chain((inner) => {
    const text = pathText(inner)
    return fc.constantFrom<Predicate>(
      { text: `EXISTS { ${text} }`, test: (row, graph) => countPaths(graph, inner, row) > 0 },
      { text: `NOT EXISTS { MATCH ${text} RETURN 1 }`, test: (row, graph) => countPaths(graph, inner, row) === 0 },
      { text: `COUNT { ${text} } = 2`, test: (row, graph) => countPaths(graph, inner, row) === 2 },
      { text: `size([${text} | 1]) > 1`, test: (row, graph) => countPaths(graph, inner, row) > 1 },
      { text: `(EXISTS { ${text} } XOR true)`, test: (row, graph) => countPaths(graph, inner, row) === 0 },
      ...gatheringPredicates(inner),
    )
  })
  .map((predicate) => [predicate])

/** Queries that gather the rows of one path: distinct, grouped, in order, counted off, joined with others. */
function gatheringPredicates(inner: PathPattern): Predicate[] {
  const text = pathText(inner)
  const last = inner.nodes.at(-1)!.variable
  const lasts = (row: MatchedRow, graph: TestGraph) =>
    findPaths(graph, inner, row).map((found) => found[last] as number)
  const most = (items: readonly number[]) =>
    Math.max(0, ...items.map((item) => items.filter((other) => other === item).length))
  return [
    {
      text: `COUNT { MATCH ${text} RETURN DISTINCT ${last} } > 1`,
      test: (row, graph) => new Set(lasts(row, graph)).size > 1,
    },
    {
      text: `EXISTS { MATCH ${text} WITH ${last} AS n, count(*) AS c WHERE c > 1 RETURN n }`,
      test: (row, graph) => most(lasts(row, graph)) > 1,
    },
    {
      text: `COUNT { MATCH ${text} RETURN 1 AS one SKIP 1 LIMIT 2 } = 1`,
      test: (row, graph) => countPaths(graph, inner, row) === 2,
    },
    {
      text: `COLLECT { MATCH ${text} RETURN ${last}.i AS i ORDER BY i DESC LIMIT 1 } = [1]`,
      test: (row, graph) => Math.max(-1, ...lasts(row, graph)) === 1,
    },
    {
      text: `COLLECT { MATCH ${text} RETURN ${last}.i AS i ORDER BY i } = [0, 1]`,
      test: (row, graph) => String(lasts(row, graph).sort()) === '0,1',
    },
    {
      text: `COLLECT { MATCH ${text} RETURN count(*) } = [1]`,
      test: (row, graph) => countPaths(graph, inner, row) === 1,
    },
    {
      text: `COUNT { MATCH ${text} RETURN ${last}.i AS i UNION UNWIND [0, 0, 1] AS i RETURN i } = 2`,
      test: (row, graph) => lasts(row, graph).every((i) => i < 2),
    },
    {
      text: `COUNT { MATCH ${text} RETURN 1 AS i LIMIT 1 UNION ALL MATCH ${text} RETURN 2 AS i } > 2`,
      test: (row, graph) => countPaths(graph, inner, row) > 1,
    },
    {
      text: `COUNT { MATCH ${text} WHERE EXISTS { MATCH (${last})-->(z) WITH DISTINCT z RETURN z SKIP 1 } } = 1`,
      test: (row, graph) =>
        lasts(row, graph).filter((at) => {
          const ends = graph.relationships.filter(({ start }) => start === at).map(({ end }) => end)
          return new Set(ends).size > 1
        }).length === 1,
    },
    {
      text: `size([y IN [0, 1, 9] WHERE EXISTS { MATCH ${text} WHERE ${last}.i = y } | COUNT { ${text} } + y]) = 2`,
      test: (row, graph) => [0, 1].every((i) => lasts(row, graph).includes(i)),
    },
    {
      text: `none(y IN [1, 1] WHERE EXISTS { MATCH ${text} WHERE ${last}.i = y })`,
      test: (row, graph) => !lasts(row, graph).includes(1),
    },
    {
      text: `reduce(s = 0, y IN [3, 2, 1, 0] | s + COUNT { MATCH ${text} WHERE ${last}.i = y AND s < 2 }) = 2`,
      test: (row, graph) => {
        const found = lasts(row, graph)
        const add = (sum: number, y: number) => sum + (sum < 2 ? found.filter((i) => i === y).length : 0)
        return [3, 2, 1, 0].reduce(add, 0) === 2
      },
    },
    {
      text: `(COUNT { ${text} } = 0 OR COUNT { MATCH ${text} RETURN DISTINCT ${last} } = 1)`,
      test: (row, graph) => new Set(lasts(row, graph)).size < 2,
    },
    {
      text: `CASE WHEN EXISTS { ${text} } THEN 1 / COUNT { MATCH ${text} RETURN DISTINCT ${last} } ELSE 1 END = 1`,
      test: (row, graph) => new Set(lasts(row, graph)).size < 2,
    },
  ]
}

/** Clauses whose relationships have names of their own; `predicates` read variables that occur. */
export const matches: fc.Arbitrary<MatchPattern[]> = clausesWith((paths) => predicatesOver(paths))

/** As `matches`, with optional clauses, and predicates that ask queries of their own. */
export const readings: fc.Arbitrary<MatchPattern[]> = clausesWith((paths) =>
  fc.oneof({ weight: 2, arbitrary: predicatesOver(paths) }, { weight: 3, arbitrary: subqueryPredicates }),
).chain((clauses) =>
  fc
    .array(fc.boolean(), { minLength: clauses.length, maxLength: clauses.length })
    .map((optional) => clauses.map((clause, i) => ({ ...clause, optional: optional[i]! }))),
)

function clausesWith(
  predicates: (paths: readonly PathPattern[]) => fc.Arbitrary<Predicate[]>,
): fc.Arbitrary<MatchPattern[]> {
  return pathsOfClauses.chain((clauses) =>
    fc.tuple(...clauses.map((paths) => predicates(paths).map((found) => ({ paths, predicates: found })))),
  )
}

/** The last clause asks besides that two of its nodes, or values of theirs, are the same. */
export const meetings: fc.Arbitrary<MatchPattern[]> = fc
  .tuple(matches, fc.nat(), fc.nat(), fc.boolean())
  .map(([clauses, one, other, byValue]) => {
    const names = variablesOf(clauses)
    const [left, right] = [names[one % names.length]!, names[other % names.length]!]
    const last = clauses.at(-1)!
    const predicate = byValue ? sameValue(left, right) : sameNode(left, right)
    return [...clauses.slice(0, -1), { ...last, predicates: [...last.predicates, predicate] }]
  })

function xOf(row: MatchedRow, { nodes }: TestGraph, variable: string) {
  const at = row[variable] as number | null
  return at === null ? null : nodes[at]!.x
}

function sameNode(left: string, right: string): Predicate {
  return {
    text: `${left} = ${right}`,
    test: (row) => (row[left] === null || row[right] === null ? null : row[left] === row[right]),
  }
}

function sameValue(left: string, right: string): Predicate {
  return {
    text: `${left}.x = ${right}.x`,
    test: (row, graph) => {
      const [x, y] = [xOf(row, graph, left), xOf(row, graph, right)]
      return x === null || y === null ? null : x === y
    },
  }
}

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
      test: (row) => (row[left] === null || row[right] === null ? null : row[left] !== row[right]),
    })),
    fc.tuple(one, fc.constantFrom('A', 'B')).map(([variable, label]) => ({
      text: `${variable}:${label}`,
      test: (row, { nodes }) => row[variable] !== null && nodes[row[variable] as number]!.labels.includes(label),
    })),
    fc.tuple(one, one).map(([left, right]) => ({
      text: `(${left}.x = 1 OR ${right}.x IS NULL)`,
      test: (row, graph) => {
        const x = xOf(row, graph, left)
        return x === 1 || xOf(row, graph, right) === null || (x === null ? null : false)
      },
    })),
    one.map((variable) => ({
      text: `${variable}.x IN [1, null, 'a', 1.0]`,
      test: (row, graph) => [1, 'a'].includes(xOf(row, graph, variable) ?? '') || null,
    })),
    fc.tuple(one, fc.nat({ max: 3 })).map(([variable, i]) => ({
      text: `${variable}._key IN ['k${i}', 'none', 'k0', 'k0']`,
      test: (row) => row[variable] === i || row[variable] === 0,
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
