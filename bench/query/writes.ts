/** One edge between two people a commit, durable, by one writer. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { duckTexts, loadDuck, openDuck } from '../peers/duckdb.js'
import { kuzuTexts, loadKuzu, openKuzu } from '../peers/kuzu.js'
import { absent } from '../peers/optional.js'
import { insertKnows, loadSqlite, openSqlite } from '../peers/sqlite.js'
import { cypher, loadSkein } from '../skein.js'
import { makeSocialGraph, writeCsv } from '../social-graph.js'
import { figureOf, inCode, peopleOf, placeOf } from '../social-setting.js'
import { inDirectory } from '../support/directory.js'
import type { Call } from '../support/measure.js'
import type { Figure } from '../support/report.js'

const countKnows = 'MATCH ()-[k:KNOWS]->() RETURN count(*)'
const size = { personCount: 10_000, edgeCount: 100_000 }

export function singleCommits({ small }: Scale): Promise<Figure[]> {
  return inDirectory(async (directory) => {
    const graph = makeSocialGraph(size)
    const files = writeCsv(graph, directory)
    const [fromOf, toOf] = [peopleOf(graph), peopleOf(graph, 3)]
    const notes = [`- Skein and Kùzu: ${inCode(cypher.addKnows)}`, `- SQLite and DuckDB: ${inCode(insertKnows)}`]
    const contestants: Record<string, Call> = {}

    const database = await open(join(directory, 'skein'))
    await loadSkein(database, graph)
    contestants.Skein = (round) => database.query(cypher.addKnows, { from: fromOf(round), to: toOf(round) })

    const sqlite = openSqlite(join(directory, 'sqlite.db'))
    loadSqlite(sqlite, graph)
    const insert = sqlite.prepare(insertKnows)
    contestants.SQLite = (round) => insert.run(fromOf(round), toOf(round))

    const kuzu = await openKuzu(join(directory, 'kuzu'))
    if (kuzu === undefined) notes.push(absent('Kùzu'))
    else {
      loadKuzu(kuzu, files)
      const create = kuzu.prepareSync(kuzuTexts.addKnows)
      contestants.Kùzu = (round) => kuzu.executeSync(create, { from: fromOf(round), to: toOf(round) })
    }

    const duck = await openDuck(join(directory, 'duck.db'))
    if (duck === undefined) notes.push(absent('DuckDB'))
    else {
      await loadDuck(duck, files)
      const statement = await duck.prepare(duckTexts.addKnows)
      contestants.DuckDB = (round) => {
        statement.bindInteger(1, fromOf(round))
        statement.bindInteger(2, toOf(round))
        return statement.runAndReadAll()
      }
    }
    const title = `An edge a commit, durable, ${placeOf(graph)} before`
    const options = { ms: small ? 1000 : 4000, warmUp: 200 }
    const done = { skein: 0, sqlite: 0 }
    const { Skein, SQLite } = contestants
    contestants.Skein = (round) => ++done.skein && Skein!(round)
    contestants.SQLite = (round) => ++done.sqlite && SQLite!(round)
    const figure = await figureOf({ title, notes, contestants, goals: () => [], options })
    assert.equal((await database.query(countKnows)).rows[0]![0], graph.edgeCount + done.skein)
    assert.equal(sqlite.prepare('SELECT count(*) FROM knows').pluck().get(), graph.edgeCount + done.sqlite)
    await database.close()
    return [figure]
  })
}
