/**
 * SQLite, by better-sqlite3, as someone would set it up who wants it fast: ids as row ids, covering indexes in both
 * directions, prepared statements, and for distinct counts the form that dedupes midway.
 */
import Database from 'better-sqlite3'
import type { SocialGraph } from '../social-graph.js'
import type { CityAge, CityCount, Contestant, SocialQueries } from '../social-queries.js'

const tables = `
  CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, city TEXT);
  CREATE TABLE knows (id INTEGER PRIMARY KEY, person INTEGER, friend INTEGER);`

// After the load: SQLite builds an index faster than it keeps one.
const indexes = `
  CREATE INDEX knows_outgoing ON knows (person, friend);
  CREATE INDEX knows_incoming ON knows (friend, person);
  ANALYZE;`

export const insertPerson = 'INSERT INTO person (id, name, age, city) VALUES (?, ?, ?, ?)'
export const insertKnows = 'INSERT INTO knows (person, friend) VALUES (?, ?)'

/** Opens a database with the tables of the social graph. A file gets a flush for every commit, as Skein's default. */
export function openSqlite(path: string): Database.Database {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('cache_size = -1000000')
  database.exec(tables)
  return database
}

export function loadSqlite(database: Database.Database, graph: SocialGraph): void {
  const person = database.prepare(insertPerson)
  const knows = database.prepare(insertKnows)
  database.transaction(() => {
    for (let id = 0; id < graph.personCount; id++) {
      const name = graph.names[graph.nameCodes[id]!]
      person.run(id, name, graph.ages[id], graph.cities[graph.cityCodes[id]!])
    }
    for (let edge = 0; edge < graph.edgeCount; edge++) knows.run(graph.starts[edge], graph.ends[edge])
  })()
  indexSqlite(database)
}

export function indexSqlite(database: Database.Database): void {
  database.exec(indexes)
}

export const sqliteTexts = {
  person: 'SELECT name, age FROM person WHERE id = ?',
  friendNames: 'SELECT p.name FROM knows k JOIN person p ON p.id = k.friend WHERE k.person = ?',
  twoHopDistinct: 'SELECT count(DISTINCT b.friend) FROM knows a JOIN knows b ON b.person = a.friend WHERE a.person = ?',
  // Trails: see the loop for why only those that come back to the start need their first relationship remembered.
  threeHopDistinct: `
    WITH first AS MATERIALIZED (SELECT id, friend FROM knows WHERE person = @start),
         midway AS (SELECT DISTINCT b.friend AS person FROM first a JOIN knows b ON b.person = a.friend)
    SELECT count(*) FROM (
      SELECT c.friend FROM midway m JOIN knows c ON c.person = m.person WHERE m.person <> @start
      UNION
      SELECT c.friend FROM first a JOIN knows b ON b.person = a.friend AND b.friend = @start
      JOIN knows c ON c.person = @start AND c.id <> a.id)`,
  peoplePerCity: 'SELECT city, count(*) AS people FROM person GROUP BY city',
  agePerCity: `SELECT p.city AS city, avg(p.age) AS age FROM (SELECT DISTINCT b.friend AS id FROM knows a
    JOIN knows b ON b.person = a.friend WHERE a.person = ?) f JOIN person p ON p.id = f.id GROUP BY p.city`,
  triangles: `SELECT count(*) FROM knows a JOIN knows b ON b.person = a.friend
    JOIN knows c ON c.person = b.friend AND c.friend = a.person`,
} as const

export function sqliteQueries(database: Database.Database): SocialQueries {
  const person = database.prepare(sqliteTexts.person)
  const names = database.prepare(sqliteTexts.friendNames).pluck()
  const twoHops = database.prepare(sqliteTexts.twoHopDistinct).pluck()
  const threeHops = database.prepare(sqliteTexts.threeHopDistinct).pluck()
  const older = database
    .prepare(`
      SELECT count(*) FROM knows a JOIN knows b ON b.person = a.friend JOIN person p ON p.id = b.friend
      WHERE p.age > ?`)
    .pluck()
  const olderThanStart = database
    .prepare(`
      SELECT count(*) FROM person s JOIN knows a ON a.person = s.id JOIN knows b ON b.person = a.friend
      JOIN person p ON p.id = b.friend WHERE p.age > s.age`)
    .pluck()
  return {
    name: 'SQLite',
    person: (id) => person.get(id) as { name: string; age: number } | undefined,
    friendNames: (id) => names.all(id) as string[],
    twoHopDistinct: (id) => twoHops.get(id) as number,
    threeHopDistinct: (id) => threeHops.get({ start: id }) as number,
    twoHopCount: (age) => older.get(age) as number,
    twoHopOlderCount: () => olderThanStart.get() as number,
  }
}

/** SQL has no shortest path but by recursion that keeps no record of whom it met. */
export function sqliteContestant(database: Database.Database): Contestant {
  const perCity = database.prepare(sqliteTexts.peoplePerCity)
  const agePerCity = database.prepare(sqliteTexts.agePerCity)
  const triangles = database.prepare(sqliteTexts.triangles).pluck()
  return {
    ...sqliteQueries(database),
    peoplePerCity: () => perCity.all() as CityCount[],
    agePerCity: (id) => agePerCity.all(id) as CityAge[],
    triangles: () => triangles.get() as number,
  }
}
