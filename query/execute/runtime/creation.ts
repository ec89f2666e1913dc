/** A CREATE of many parts as data: what a script that writes out a whole graph runs as. */
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import type { PropertyValue, Value } from '../../../src/core/value.js'
import type { Transaction } from '../../../src/transaction/transaction.js'
import { negate } from '../../functions/operators.js'
import { keyFrom, type Tokens } from './writes.js'

export type CreationPart = CreatedNode | CreatedRelationship

interface CreatedNode {
  readonly kind: 'node'
  readonly labels: readonly string[]
  readonly key: PlainValue | null
  readonly properties: readonly PlainEntry[]
}

interface CreatedRelationship {
  readonly kind: 'relationship'
  readonly type: string
  /** Places of the nodes at its ends, among what is made. */
  readonly start: number
  readonly end: number
  readonly properties: readonly PlainEntry[]
}

interface PlainEntry {
  readonly name: string
  readonly value: PlainValue
}

/** A value that was written in the query, or the parameter of a number, which a lifted literal is too. */
export type PlainValue =
  | { readonly literal: PropertyValue }
  | { readonly parameter: number; readonly isNegated: boolean }

/** Creates the parts from `first` to before `end`, adding their ids to `made`. */
export function createParts(
  transaction: Transaction,
  tokens: Tokens,
  parts: readonly CreationPart[],
  parameters: readonly Value[],
  made: (NodeId | RelationshipId)[],
  first: number,
  end: number,
): void {
  const plainValue = (value: PlainValue) => {
    if ('literal' in value) return value.literal
    const given = parameters[value.parameter]!
    return value.isNegated ? negate(given) : given
  }
  const entriesOf = ({ properties }: CreationPart) =>
    tokens.entries(...properties.flatMap(({ name, value }) => [name, plainValue(value)]))
  for (const part of parts.slice(first, end)) {
    const properties = entriesOf(part)
    if (part.kind === 'node') {
      const key = part.key === null ? null : keyFrom(plainValue(part.key))
      made.push(transaction.createNode({ labels: tokens.labels(part.labels), key, properties }))
    } else {
      const [start, end] = [made[part.start] as NodeId, made[part.end] as NodeId]
      made.push(transaction.createRelationship({ type: tokens.type(part.type), start, end, properties }))
    }
  }
}
