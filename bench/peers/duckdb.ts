/** DuckDB: an embedded column store with SQL, on all cores. Its calls are asynchronous. */
import type { CsvFiles } from '../social-graph.js'
import type { Contestant } from '../social-queries.js'
import { importOptional } from './optional.js'

interface DuckDB {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<DuckConnection> }> }
}

export interface DuckConnection {
  run(text: string): Promise<unknown>
  prepare(text: string): Promise<DuckStatement>
}

interface DuckStatement {
  bindInteger(index: number, value: number): void
  runAndReadAll(): Promise<{ getRows(): unknown[][] }>
}

export const duckTexts = {
  person: 'SELECT name, age FROM person WHERE id = $1',
  friendNames: 'SELECT p.name FROM knows k JOIN person p ON p.id = k.friend WHERE k.person = $1',
  twoHopDistinct:
    'SELECT count(DISTINCT b.friend) FROM knows a JOIN knows b ON b.person = a.friend WHERE a.person = $1',
  threeHopDistinct: `SELECT count(DISTINCT c.friend) FROM knows a JOIN knows b ON b.person = a.friend
    JOIN knows c ON c.person = b.friend WHERE a.person = $1 AND c.id <> a.id`,
  peoplePerCity: 'SELECT city, count(*) FROM person GROUP BY city',
  agePerCity: `SELECT p.city, avg(p.age) FROM (SELECT DISTINCT b.friend AS id FROM knows a
    JOIN knows b ON b.person = a.friend WHERE a.person = $1) f JOIN person p ON p.id = f.id GROUP BY p.city`,
  triangles: `SELECT count(*) FROM knows a JOIN knows b ON b.person = a.friend
    JOIN knows c ON c.person = b.friend AND c.friend = a.person`,
  addKnows: 'INSERT INTO knows (person, friend) VALUES ($1, $2)',
} as const

/** Opens an empty database, in memory without a path; undefined where DuckDB is not installed. */
export async function openDuck(path = ':memory:'): Promise<DuckConnection | undefined> {
  const module = await importOptional<DuckDB>('@duckdb/node-api')
  if (module === undefined) return undefined
  const connection = await (await module.DuckDBInstance.create(path)).connect()
  await connection.run('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, city TEXT)')
  await connection.run('CREATE SEQUENCE knows_ids')
  await connection.run("CREATE TABLE knows (id INTEGER DEFAULT nextval('knows_ids'), person INTEGER, friend INTEGER)")
  return connection
}

export async function loadDuck(connection: DuckConnection, { persons, knows }: CsvFiles): Promise<void> {
  const personColumns = "columns = {'id': 'INTEGER', 'name': 'TEXT', 'age': 'INTEGER', 'city': 'TEXT'}"
  const knowsColumns = "columns = {'person': 'INTEGER', 'friend': 'INTEGER'}"
  await connection.run(`INSERT INTO person SELECT * FROM read_csv('${persons}', header = true, ${personColumns})`)
  await connection.run(
    `INSERT INTO knows (person, friend) SELECT * FROM read_csv('${knows}', header = true, ${knowsColumns})`,
  )
}

export async function duckContestant(connection: DuckConnection): Promise<Contestant> {
  const ask = async (name: keyof typeof duckTexts) => {
    const statement = await connection.prepare(duckTexts[name])
    return async (...values: readonly number[]) => {
      values.forEach((value, i) => void statement.bindInteger(i + 1, value))
      return (await statement.runAndReadAll()).getRows()
    }
  }
  const person = await ask('person')
  const friendNames = await ask('friendNames')
  const twoHops = await ask('twoHopDistinct')
  const threeHops = await ask('threeHopDistinct')
  const perCity = await ask('peoplePerCity')
  const agePerCity = await ask('agePerCity')
  const triangles = await ask('triangles')
  return {
    name: 'DuckDB',
    person: async (id) => {
      const [row] = await person(id)
      return row === undefined ? undefined : { name: String(row[0]), age: Number(row[1]) }
    },
    friendNames: async (id) => (await friendNames(id)).map(([name]) => String(name)),
    twoHopDistinct: async (id) => Number((await twoHops(id))[0]![0]),
    threeHopDistinct: async (id) => Number((await threeHops(id))[0]![0]),
    peoplePerCity: async () =>
      (await perCity()).map(([city, people]) => ({ city: String(city), people: Number(people) })),
    agePerCity: async (id) => (await agePerCity(id)).map(([city, age]) => ({ city: String(city), age: Number(age) })),
    triangles: async () => Number((await triangles())[0]![0]),
  }
}
