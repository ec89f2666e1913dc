/** The two targets of an import: pages of an empty database, commits of one that holds data. */
import type { Database } from '../database/database.js'
import type { Transaction } from '../transaction/transaction.js'
import type { ImportTarget, ImportWriter } from './import-target.js'

export function openImportTarget(db: Database): ImportTarget {
  const { nodeCount, plainValueCount } = db.info()
  return nodeCount + plainValueCount === 0 ? bulkTarget(db) : batchTarget(db)
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
    addNode: ({ atMs = null, ...node }) => {
      const id = transaction.createNode(node)
      if (node.key !== null && atMs !== null) transaction.keys.setExpiry(node.key, atMs)
      return id
    },
    addValue: (key, value, atMs) => transaction.keys.add(key, value, atMs),
    addRelationship: (relationship) => transaction.createRelationship(relationship),
    nodeByKey: (key) => transaction.nodeByKey(key),
  }
}
