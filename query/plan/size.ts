/**
 * Refuses plans that are too long. Every stage walks a plan recursively, and the compiled loops of one pipeline stand
 * inside each other, so that much longer ones would overflow the stack, here or in the JavaScript engine's parser.
 */
import { DatabaseError } from '../../src/core/errors.js'
import { type LogicalPlan, logicalInputs } from './logical.js'
import { inputsOf, isBreaker, type PhysicalPlan } from './physical.js'

/** Steps one after the other, which are roughly the clauses. Chains of MERGE overflow at not quite twice as many. */
export const stepsMax = 600
/** Of those, the ones that a row goes through before rows are gathered. */
export const rowStepsMax = 640
/** Of those, the ones that are loops or calls: UNWIND and hops overflow at not quite twice as many. */
const loopsMax = 300
/** Nodes, and relationships, of one pattern: each is a loop. */
const patternPartsMax = loopsMax
/** Blocks of source inside each other: a loop has up to six for its tests. The parser overflows at some 1,300. */
const nestingMax = 1100

/** Throws QUERY_TOO_LONG. `parts` are those of a UNION. */
export function mustBePlannable(parts: readonly LogicalPlan[]): void {
  const steps = parts.map((part) => longestChain<LogicalPlan>(part, logicalInputs, () => false))
  refuseBeyond(parts.length - 1 + Math.max(...steps), stepsMax, 'steps one after the other')
}

/** Throws QUERY_TOO_LONG. */
export function mustBeCompilable(plan: PhysicalPlan): void {
  refuseBeyond(longestChain(plan, inputsOf, isBreaker), rowStepsMax, 'steps that each row goes through')
  refuseBeyond(longestChain(plan, inputsOf, isBreaker, loopsOf), loopsMax, 'loops inside each other')
}

/** Throws QUERY_TOO_LONG. */
export function mustBeSearchable(partCount: number): void {
  refuseBeyond(partCount, patternPartsMax, 'nodes or relationships in one pattern')
}

/** Throws QUERY_TOO_LONG. */
export function mustBeParsable(nesting: number): void {
  refuseBeyond(nesting, nestingMax, 'loops and tests inside each other')
}

function refuseBeyond(count: number, countMax: number, what: string): void {
  if (count <= countMax) return
  throw new DatabaseError(
    'QUERY_TOO_LONG',
    `the query has ${count} ${what}, and ${countMax} is the most; send several statements, or UNWIND a list of what they repeat`,
    { count, countMax },
  )
}

function loopsOf({ kind }: PhysicalPlan): number {
  return kind === 'filter' || kind === 'filterLabels' || kind === 'buildPath' || kind === 'project' ? 0 : 1
}

/** The most plans, by weight, of which each gives its rows to the one before; `ends` begins a new chain below. */
function longestChain<Plan>(
  root: Plan,
  inputs: (plan: Plan) => readonly Plan[],
  ends: (plan: Plan) => boolean,
  weigh: (plan: Plan) => number = () => 1,
): number {
  let longest = 0
  const waiting = [{ plan: root, above: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { plan, above } = next
    const length = above + weigh(plan)
    longest = Math.max(longest, length)
    for (const input of inputs(plan)) waiting.push({ plan: input, above: ends(plan) ? 0 : length })
  }
  return longest
}
