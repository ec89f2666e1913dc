/** What texts cost on their way through Cypher: written as nodes, with a full-text index over them or without, and indexed later. */
import { type Database, open } from '../../src/index.js'
import { processorMs } from '../support/measure.js'

const create = 'CREATE FULLTEXT INDEX documents FOR (d:Document) ON EACH [d.text]'
const rowsPerStatement = 1000

/** Milliseconds of processor time, by what was done. */
export async function timesThroughCypher(texts: readonly string[]): Promise<Record<string, number>> {
  const later = await open(':memory:')
  const nodes = await processorMs(() => load(later, texts))
  const index = await processorMs(() => later.query(create))
  await later.close()
  const before = await open(':memory:')
  await before.query(create)
  const both = await processorMs(() => load(before, texts))
  await before.close()
  return {
    'UNWIND $rows AS row CREATE (:Document {text: row.text})': nodes,
    'CREATE FULLTEXT INDEX over existing nodes': index,
    'UNWIND ... CREATE, indexed as it is written': both,
  }
}

async function load(db: Database, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += rowsPerStatement) {
    const rows = texts.slice(from, from + rowsPerStatement).map((text) => ({ text }))
    await db.query('UNWIND $rows AS row CREATE (:Document {text: row.text})', { rows })
  }
}
