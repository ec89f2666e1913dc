/**
 * Export as lines of JSON: all nodes, then all relationships, as `importJsonl` and APOC read them, then the plain values. All lines are of
 * one version of the database, whatever is written meanwhile. Indexes and constraints are no part of it.
 */

import type { EntityKind } from '../../core/change.js'
import type { KeyId, NodeId, RelationshipId, ValueId } from '../../core/ids.js'
import { writeJson } from '../../core/json.js'
import { ZonedDateTime } from '../../core/temporal/datetime.js'
import { NodeRef, type RelationshipRef, type Value } from '../../core/value.js'
import type { Database } from '../../database/database.js'
import type { Stores } from '../../stores/stores.js'
import { membersToJson, toJson } from './values.js'

const statements = [
  'MATCH (n) RETURN n',
  'MATCH ()-[r]->() RETURN r',
  "SHOW KEYS YIELD key, kind WHERE kind = 'value' RETURN key",
]

/** Gives the lines, each with its line break, in pieces of many. */
export async function* exportJsonl(db: Database): AsyncGenerator<string> {
  const transaction = db.begin()
  try {
    for (const statement of statements)
      for await (const rows of transaction.batches(statement, {}, { form: lineOf })) yield rows.flat().join('')
  } finally {
    transaction.rollback()
  }
}

function lineOf(stores: Stores, value: Value): string {
  if (value instanceof NodeRef) return nodeLine(stores, value.id)
  return typeof value === 'string' ? valueLine(stores, value) : relationshipLine(stores, (value as RelationshipRef).id)
}

function nodeLine(stores: Stores, id: NodeId): string {
  const key = stores.nodes.keyOf(id)
  const keyText = key === null ? '' : `"key":${writeJson(key)},${expiryText(stores, id)}`
  return `{"type":"node","id":"${id}",${keyText}"labels":${labelsText(stores, id)},"properties":${documentText(stores, 'node', id)}}\n`
}

function valueLine(stores: Stores, key: string): string {
  const id = stores.keyspace.find(key) as ValueId
  const value = writeJson(toJson(stores.plainValues.get(id)))
  return `{"type":"value","key":${writeJson(key)},${expiryText(stores, id)}"value":${value}}\n`
}

/** A member with the moment, where there is one. */
function expiryText({ expiries }: Stores, id: KeyId): string {
  const atMs = expiries.of(id)
  return atMs === null ? '' : `"expiresAt":"${ZonedDateTime.fromDate(new Date(atMs))}",`
}

function relationshipLine(stores: Stores, id: RelationshipId): string {
  const type = stores.catalog.name('type', stores.graph.typeOf(id))
  const ends = `"start":${endText(stores, stores.graph.startOf(id))},"end":${endText(stores, stores.graph.endOf(id))}`
  return `{"id":"${id}","type":"relationship","label":${writeJson(type)},"properties":${documentText(stores, 'relationship', id)},${ends}}\n`
}

function endText(stores: Stores, id: NodeId | 0): string {
  return `{"id":"${id}","labels":${labelsText(stores, id as NodeId)}}`
}

function labelsText(stores: Stores, id: NodeId): string {
  return writeJson(stores.nodes.labelsOf(id).map((label) => stores.catalog.name('label', label)))
}

/** With the members that are JSON's null. */
function documentText(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): string {
  return writeJson(membersToJson(stores.documentOf(entity, id)))
}
