/**
 * Export as lines of JSON: all nodes, then all relationships, as `importJsonl` and APOC read them. All lines are of
 * one version of the database, whatever is written meanwhile. Indexes and constraints are no part of it.
 */

import type { NodeId, RelationshipId } from '../../core/ids.js'
import { writeJson } from '../../core/json.js'
import { NodeRef, type PropertyValue, type RelationshipRef, type Value } from '../../core/value.js'
import type { Database } from '../../database/database.js'
import { nodeParts, relationshipParts } from '../../database/values.js'
import type { Stores } from '../../stores/stores.js'
import { membersToJson } from './values.js'

const statements = ['MATCH (n) RETURN n', 'MATCH ()-[r]->() RETURN r']

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
  return value instanceof NodeRef ? nodeLine(stores, value.id) : relationshipLine(stores, (value as RelationshipRef).id)
}

function nodeLine(stores: Stores, id: NodeId): string {
  const { key, labels, properties } = nodeParts(stores, id)
  const keyText = key === null ? '' : `"key":${writeJson(key)},`
  return `{"type":"node","id":"${id}",${keyText}"labels":${writeJson(labels)},"properties":${propertiesText(properties)}}\n`
}

function relationshipLine(stores: Stores, id: RelationshipId): string {
  const { type, properties } = relationshipParts(stores, id)
  const ends = `"start":${endText(stores, stores.graph.startOf(id))},"end":${endText(stores, stores.graph.endOf(id))}`
  return `{"id":"${id}","type":"relationship","label":${writeJson(type)},"properties":${propertiesText(properties)},${ends}}\n`
}

function endText(stores: Stores, id: NodeId | 0): string {
  const labels = stores.nodes.labelsOf(id as NodeId).map((label) => stores.catalog.name('label', label))
  return `{"id":"${id}","labels":${writeJson(labels)}}`
}

function propertiesText(properties: ReadonlyMap<string, PropertyValue>): string {
  return writeJson(membersToJson(properties))
}
