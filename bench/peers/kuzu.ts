/**
 * Kùzu: an embedded graph database with Cypher. Its patterns are walks, so a text says where relationships differ.
 * Calls are its synchronous ones, which are faster than awaiting.
 */
import type { CsvFiles } from '../social-graph.js'
import type { Contestant } from '../social-queries.js'
import { importOptional } from './optional.js'

type Row = Readonly<Record<string, unknown>>

interface Kuzu {
  readonly Database: new (path: string) => KuzuDatabase
  readonly Connection: new (database: KuzuDatabase) => KuzuConnection
}

interface KuzuDatabase {
  closeSync(): void
}

export interface KuzuConnection {
  querySync(text: string): { getAllSync(): Row[] }
  prepareSync(text: string): object
  executeSync(statement: object, parameters: Row): { getAllSync(): Row[] }
}

const schema = [
  'CREATE NODE TABLE Person(id INT64, name STRING, age INT64, city STRING, PRIMARY KEY(id))',
  'CREATE REL TABLE KNOWS(FROM Person TO Person)',
]

export const kuzuTexts = {
  person: 'MATCH (p:Person {id: $id}) RETURN p.name AS name, p.age AS age',
  friendNames: 'MATCH (:Person {id: $id})-[:KNOWS]->(friend) RETURN friend.name AS name',
  twoHopDistinct: 'MATCH (:Person {id: $id})-[:KNOWS]->()-[:KNOWS]->(far) RETURN count(DISTINCT far.id) AS n',
  threeHopDistinct:
    'MATCH (:Person {id: $id})-[a:KNOWS]->()-[:KNOWS]->()-[c:KNOWS]->(far) WHERE id(a) <> id(c) RETURN count(DISTINCT far.id) AS n',
  peoplePerCity: 'MATCH (p:Person) RETURN p.city AS city, count(*) AS people',
  agePerCity:
    'MATCH (:Person {id: $id})-[:KNOWS]->()-[:KNOWS]->(far) WITH DISTINCT far RETURN far.city AS city, avg(far.age) AS age',
  shortestPath: 'MATCH (:Person {id: $from})-[k:KNOWS* SHORTEST 1..30]->(:Person {id: $to}) RETURN length(k) AS n',
  triangles: 'MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person)-[:KNOWS]->(a) RETURN count(*) AS n',
  addKnows: 'MATCH (a:Person {id: $from}), (b:Person {id: $to}) CREATE (a)-[:KNOWS]->(b)',
} as const

/** Opens an empty database of people, in memory without a path; undefined where Kùzu is not installed. */
export async function openKuzu(path = ''): Promise<KuzuConnection | undefined> {
  const module = await importOptional<{ default: Kuzu }>('kuzu')
  if (module === undefined) return undefined
  const { Database, Connection } = module.default
  const connection = new Connection(new Database(path))
  for (const statement of schema) connection.querySync(statement)
  return connection
}

export function loadKuzu(connection: KuzuConnection, { persons, knows }: CsvFiles): void {
  connection.querySync(`COPY Person FROM '${persons}' (HEADER=true)`)
  connection.querySync(`COPY KNOWS FROM '${knows}' (HEADER=true)`)
}

export function kuzuContestant(connection: KuzuConnection): Contestant {
  const run = (name: keyof typeof kuzuTexts) => {
    const statement = connection.prepareSync(kuzuTexts[name])
    return (parameters: Row = {}) => connection.executeSync(statement, parameters).getAllSync()
  }
  const person = run('person')
  const friendNames = run('friendNames')
  const twoHops = run('twoHopDistinct')
  const threeHops = run('threeHopDistinct')
  const perCity = run('peoplePerCity')
  const agePerCity = run('agePerCity')
  const shortest = run('shortestPath')
  const triangles = run('triangles')
  return {
    name: 'Kùzu',
    person: (id) => {
      const [row] = person({ id })
      return row === undefined ? undefined : { name: String(row.name), age: Number(row.age) }
    },
    friendNames: (id) => friendNames({ id }).map(({ name }) => String(name)),
    twoHopDistinct: (id) => Number(twoHops({ id })[0]!.n),
    threeHopDistinct: (id) => Number(threeHops({ id })[0]!.n),
    peoplePerCity: () => perCity().map(({ city, people }) => ({ city: String(city), people: Number(people) })),
    agePerCity: (id) => agePerCity({ id }).map(({ city, age }) => ({ city: String(city), age: Number(age) })),
    shortestPath: (from, to) => {
      const [row] = shortest({ from, to })
      return row === undefined ? undefined : Number(row.n)
    },
    triangles: () => Number(triangles()[0]!.n),
  }
}
