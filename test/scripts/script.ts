/**
 * Scripts: statements with the output that they gave when it was last looked at.
 *
 *   # Why this plan, in words.
 *   [fires countByDegree, never dedupeHops]> EXPLAIN MATCH (a)-->(b) RETURN a, count(*)
 *   ---
 *   Produce a, count(*)
 *   └─ ...
 *
 * A file is replayed over an empty database and compared whole. `SKEIN_UPDATE_SCRIPTS=1` rewrites what it prints; the
 * rules named in brackets must fire (or must not) even then. EXPLAIN prints the plan, any other statement its rows.
 */

import { renderPlan } from '../../query/plan/explain.js'
import type { Value } from '../../src/core/value.js'
import { Float, NodeRef, PathValue, RelationshipRef } from '../../src/core/value.js'
import { type Engine, environment } from '../support/engine.js'

export interface Step {
  /** Comment lines and brackets, as they stand. */
  readonly head: readonly string[]
  readonly tags: readonly Tag[]
  /** As written, over one or more lines. */
  readonly statement: string
}

interface Tag {
  readonly kind: 'fires' | 'never'
  readonly rule: string
}

export interface Played {
  /** The file as it should be. */
  readonly text: string
  /** Rules that did not do what their brackets say. */
  readonly complaints: readonly string[]
}

const stepStart = /^(?:\[([^\]]*)\])?> /

export function parseScript(text: string): readonly Step[] {
  const steps: Step[] = []
  let head: string[] = []
  let statement: string[] | undefined
  let tags: readonly Tag[] = []
  let inOutput = false
  for (const line of text.split('\n')) {
    const start = stepStart.exec(line)
    if (start !== null) {
      tags = tagsOf(start[1] ?? '')
      statement = [line.slice(start[0].length)]
      inOutput = false
    } else if (statement === undefined || inOutput) {
      // Output is what running gives; only what stands before a statement is kept.
      if (inOutput && line === '') inOutput = false
      else if (!inOutput && line.startsWith('#')) head.push(line)
    } else if (line === '---') {
      steps.push({ head, tags, statement: statement.join('\n') })
      head = []
      statement = undefined
      inOutput = true
    } else statement.push(line)
  }
  return steps
}

function tagsOf(text: string): readonly Tag[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [kind, rule] = part.split(' ')
      if ((kind !== 'fires' && kind !== 'never') || rule === undefined)
        throw new Error(`[${text}] is no tag of a script`)
      return { kind, rule }
    })
}

/** Runs the steps one after the other. */
export function playScript(steps: readonly Step[], engine: Engine): Played {
  const complaints: string[] = []
  const blocks = steps.map((step) => {
    const output = outputOf(step, engine, complaints)
    const tags = step.tags.map(({ kind, rule }) => `${kind} ${rule}`).join(', ')
    const lines = [...step.head, `${tags === '' ? '' : `[${tags}]`}> ${step.statement}`, '---']
    return [...lines, ...output].join('\n')
  })
  return { text: `${blocks.join('\n\n')}\n`, complaints }
}

function outputOf({ statement, tags }: Step, engine: Engine, complaints: string[]): readonly string[] {
  if (!statement.startsWith('EXPLAIN')) return engine.run(statement).map((row) => row.map(printValue).join(' | '))
  const query = engine.compile(statement)
  for (const { kind, rule } of tags)
    if (query.rules.includes(rule) !== (kind === 'fires')) complaints.push(`${kind} ${rule}: ${statement}`)
  return renderPlan(query.run(engine.transaction, [], environment).plan!).split('\n')
}

function printValue(value: Value): string {
  if (value instanceof NodeRef) return `(${value.id})`
  if (value instanceof RelationshipRef) return `[${value.id}]`
  if (value instanceof PathValue)
    return `(${value.nodes[0]})${value.relationships.map((id, i) => `[${id}](${value.nodes[i + 1]})`).join('')}`
  if (value instanceof Float) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (value instanceof Map) return `{${[...value].map(([name, each]) => `${name}: ${printValue(each)}`).join(', ')}}`
  return String(value)
}
