/** Skein, through its embedded interface: loads the social graph and answers its questions in Cypher. */
import type { Database } from '../src/index.js'
import type { SocialGraph } from './social-graph.js'
import type { CityAge, CityCount, Contestant, SocialQueries } from './social-queries.js'

export const cypher = {
  personByKey: 'MATCH (p {_key: $key}) RETURN p.name, p.age',
  person: 'MATCH (p:Person {id: $id}) RETURN p.name, p.age',
  friendNames: 'MATCH (:Person {id: $id})-[:KNOWS]->(friend) RETURN friend.name',
  twoHopDistinct: 'MATCH (:Person {id: $id})-[:KNOWS]->()-[:KNOWS]->(far) RETURN count(DISTINCT far)',
  threeHopDistinct: 'MATCH (:Person {id: $id})-[:KNOWS]->()-[:KNOWS]->()-[:KNOWS]->(far) RETURN count(DISTINCT far)',
  twoHopCount: 'MATCH (:Person)-[:KNOWS]->()-[:KNOWS]->(far) WHERE far.age > $age RETURN count(*)',
  peoplePerCity: 'MATCH (p:Person) RETURN p.city AS city, count(*) AS people',
  agePerCity:
    'MATCH (:Person {id: $id})-[:KNOWS]->()-[:KNOWS]->(far) WITH DISTINCT far RETURN far.city AS city, avg(far.age) AS age',
  shortestPath:
    'MATCH (a:Person {id: $from}), (b:Person {id: $to}) MATCH p = shortestPath((a)-[:KNOWS*]->(b)) RETURN length(p)',
  triangles: 'MATCH (a:Person)-[:KNOWS]->(b:Person)-[:KNOWS]->(c:Person)-[:KNOWS]->(a) RETURN count(*)',
  addKnows: 'MATCH (a:Person {id: $from}), (b:Person {id: $to}) CREATE (a)-[:KNOWS]->(b)',
  twoHopOlderCount: 'MATCH (p:Person)-[:KNOWS]->()-[:KNOWS]->(far) WHERE far.age > p.age RETURN count(*)',
} as const

export const uniqueId = 'CREATE CONSTRAINT person_id FOR (p:Person) REQUIRE p.id IS UNIQUE'

export function keyOf(id: number): string {
  return `person:${id}`
}

/** Loads into an empty database: four properties and a key a person, then the constraint on ids. */
export async function loadSkein(database: Database, graph: SocialGraph): Promise<void> {
  const loader = database.bulkLoader()
  const labels = [loader.labelId('Person')]
  const type = loader.typeId('KNOWS')
  const [id, name, age, city] = ['id', 'name', 'age', 'city'].map((property) => loader.propertyId(property))
  const nodes = Array.from({ length: graph.personCount }, (_, person) =>
    loader.addNode({
      labels,
      key: keyOf(person),
      properties: [
        [id!, person],
        [name!, graph.names[graph.nameCodes[person]!]!],
        [age!, graph.ages[person]!],
        [city!, graph.cities[graph.cityCodes[person]!]!],
      ],
    }),
  )
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const start = nodes[graph.starts[edge]!]!
    const end = nodes[graph.ends[edge]!]!
    loader.addRelationship({ type, start, end, properties: [] })
  }
  await loader.finish()
  await database.query(uniqueId)
}

export function skeinQueries(database: Database): SocialQueries {
  const person = database.prepare(cypher.person)
  const friendNames = database.prepare(cypher.friendNames)
  const twoHops = database.prepare(cypher.twoHopDistinct)
  const threeHops = database.prepare(cypher.threeHopDistinct)
  const older = database.prepare(cypher.twoHopCount)
  const olderThanStart = database.prepare(cypher.twoHopOlderCount)
  return {
    name: 'Skein',
    person: (id) => toPerson(person.all({ id }).rows[0]),
    friendNames: (id) => friendNames.all({ id }).rows.map(([name]) => name as string),
    twoHopDistinct: (id) => twoHops.all({ id }).rows[0]![0] as number,
    threeHopDistinct: (id) => threeHops.all({ id }).rows[0]![0] as number,
    twoHopCount: (age) => older.all({ age }).rows[0]![0] as number,
    twoHopOlderCount: () => olderThanStart.all().rows[0]![0] as number,
  }
}

export function toPerson(row: readonly unknown[] | undefined): { name: string; age: number } | undefined {
  return row === undefined ? undefined : { name: row[0] as string, age: row[1] as number }
}

export function skeinContestant(database: Database): Contestant {
  const peoplePerCity = database.prepare(cypher.peoplePerCity)
  const agePerCity = database.prepare(cypher.agePerCity)
  const shortestPath = database.prepare(cypher.shortestPath)
  const triangles = database.prepare(cypher.triangles)
  return {
    ...skeinQueries(database),
    peoplePerCity: () => peoplePerCity.all().records() as unknown as CityCount[],
    agePerCity: (id) => agePerCity.all({ id }).records() as unknown as CityAge[],
    shortestPath: (from, to) => shortestPath.all({ from, to }).rows[0]?.[0] as number | undefined,
    triangles: () => triangles.all().rows[0]![0] as number,
  }
}
