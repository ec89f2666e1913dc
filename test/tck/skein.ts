/** Skein as the subject: one database in memory, opened as openCypher wants it. */
import { isDeepStrictEqual } from 'node:util'
import { Float, NodeRef, PathValue, RelationshipRef, type Value } from '../../src/core/value.js'
import { nodeParts, relationshipParts } from '../../src/database/values.js'
import { type Database, DatabaseError, float, open } from '../../src/index.js'
import type { Stores } from '../../src/stores/stores.js'
import { readValue } from './notation.js'
import type { Table } from './scenario.js'
import type { Answer, Outcome, State, Subject } from './subject.js'
import { keyOf, type TckEntries, type TckNode, type TckRelationship, type TckStep, type TckValue } from './value.js'

/** A run that takes longer does not end: nothing in the kit is large. */
const timeoutMs = 10_000

export async function openSkein(): Promise<Subject> {
  return new Skein(await open(':memory:', { nestedProperties: false, memoryMaxBytes: 2 ** 26 }))
}

class Skein implements Subject {
  constructor(private readonly db: Database) {}

  async run(query: string, parameters: TckEntries): Promise<Outcome> {
    try {
      return { kind: 'answer', answer: await this.answer(query, parameters) }
    } catch (error) {
      if (!(error instanceof DatabaseError)) return { kind: 'crash', message: stackOf(error) }
      if (error.code === 'QUERY_TIMEOUT') return { kind: 'crash', message: error.message }
      return { kind: 'refusal', refusal: { ...error.openCypher, message: error.message } }
    }
  }

  async state(): Promise<State> {
    const rows = async (query: string) => {
      const answer = await this.answer(query, new Map())
      return new Set(answer.rows.map((row) => row.map((value) => keyOf(value)).join(' ')))
    }
    const properties = (entity: string) =>
      `UNWIND keys(${entity}) AS key WITH properties(${entity}) AS properties, key, ${entity} ` +
      `RETURN '${entity}', id(${entity}) AS id, key, properties[key] AS value`
    return {
      nodes: await rows('MATCH (n) RETURN id(n) AS id'),
      relationships: await rows('MATCH ()-[r]->() RETURN id(r) AS id'),
      labels: await rows('MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label'),
      properties: new Set([
        ...(await rows(`MATCH (n) ${properties('n')}`)),
        ...(await rows(`MATCH ()-[r]->() ${properties('r')}`)),
      ]),
    }
  }

  /** A table of inputs and outputs: a call gives the outputs of every row whose inputs are its arguments. */
  addProcedure(signature: string, [header, ...cells]: Table): void {
    const columns = (header ?? []).filter((name) => name !== '')
    const rows = columns.length === 0 ? [] : cells.map((row) => row.map((cell) => plainOf(readValue(cell))))
    this.db.procedure(signature, (...values: unknown[]) =>
      rows
        .filter((row) => values.every((value, i) => isDeepStrictEqual(numbersAlike(row[i]), numbersAlike(value))))
        .map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]).slice(values.length))),
    )
  }

  async close(): Promise<void> {
    await this.db.close()
  }

  private async answer(query: string, parameters: TckEntries): Promise<Answer> {
    const plain = Object.fromEntries([...parameters].map(([name, value]) => [name, plainOf(value)]))
    const { columns, rows } = await this.db.query(query, plain, { form: tckValue, timeoutMs })
    return { columns, rows: rows as TckValue[][] }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)).split('\n').slice(0, 4).join(' ') : String(error)
}

function numbersAlike(value: unknown): unknown {
  return value instanceof Float ? value.value : value
}

/** A value of the kit as a parameter. */
function plainOf(value: TckValue): unknown {
  switch (value.kind) {
    case 'null':
      return null
    case 'integer':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.value
    case 'float':
      return float(value.value)
    case 'boolean':
    case 'string':
      return value.value
    case 'list':
      return value.items.map(plainOf)
    case 'map':
      return new Map([...value.entries].map(([name, entry]) => [name, plainOf(entry)]))
    default:
      throw new Error(`no parameter can be ${keyOf(value)}`)
  }
}

function tckValue(stores: Stores, value: Value): TckValue {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'integer', value: BigInt(value) }
  if (value instanceof Float) return { kind: 'float', value: value.value }
  if (value instanceof NodeRef) return nodeOf(stores, value)
  if (value instanceof RelationshipRef) return relationshipOf(stores, value).relationship
  if (value instanceof PathValue) return pathOf(stores, value)
  if (Array.isArray(value))
    return { kind: 'list', items: (value as readonly Value[]).map((item) => tckValue(stores, item)) }
  if (value instanceof Map) return { kind: 'map', entries: entriesOf(stores, value) }
  // Temporal values, which the kit writes as their text.
  return { kind: 'string', value: String(value) }
}

function entriesOf(stores: Stores, map: ReadonlyMap<string, Value>): TckEntries {
  return new Map([...map].map(([name, value]) => [name, tckValue(stores, value)]))
}

function nodeOf(stores: Stores, { id }: NodeRef): TckNode {
  const { labels, properties } = nodeParts(stores, id)
  return { kind: 'node', labels, properties: entriesOf(stores, properties) }
}

function relationshipOf(stores: Stores, { id }: RelationshipRef) {
  const { type, properties, startNodeElementId } = relationshipParts(stores, id)
  const relationship: TckRelationship = { kind: 'relationship', type, properties: entriesOf(stores, properties) }
  return { relationship, startNodeElementId }
}

function pathOf(stores: Stores, { nodes, relationships }: PathValue): TckValue {
  const steps: TckStep[] = relationships.map((id, i) => {
    const { relationship, startNodeElementId } = relationshipOf(stores, new RelationshipRef(id))
    const forward = startNodeElementId === nodeParts(stores, nodes[i]!).elementId
    return { relationship, forward, node: nodeOf(stores, new NodeRef(nodes[i + 1]!)) }
  })
  return { kind: 'path', start: nodeOf(stores, new NodeRef(nodes[0]!)), steps }
}
