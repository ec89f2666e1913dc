/** The two targets of an import: pages of an empty database, commits of one that holds data. */
import type { Database } from '../database/database.js'
import type { Transaction } from '../transaction/transaction.js'
import type { ImportTarget, ImportWriter } from './import-target.js'

export function openImportTarget(db: Database): ImportTarget {
  return db.info().nodeCount === 0 ? bulkTarget(db) : batchTarget(db)
}

/** All batches go into one load, which nobody sees before it is finished. */
function bulkTarget(db: Database): ImportTarget {
  const loader = db.bulkLoader()
  return {
    batch: async (add) => add(loader),
    finish: () => loader.finish(),
  }
}

/** Each batch is one commit. */
function batchTarget(db: Database): ImportTarget {
  return {
    batch: (add) => db.write((transaction) => add(writerInto(transaction))),
    finish: async () => {},
  }
}

function writerInto(transaction: Transaction): ImportWriter {
  return {
    labelId: (name) => transaction.labelId(name),
    typeId: (name) => transaction.typeId(name),
    propertyId: (name) => transaction.propertyId(name),
    addNode: (node) => transaction.createNode(node),
    addRelationship: (relationship) => transaction.createRelationship(relationship),
    nodeByKey: (key) => transaction.nodeByKey(key),
  }
}
