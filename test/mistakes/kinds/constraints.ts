import { statement } from '../mistake.js'

export const constraints = [
  "CREATE (:Person {name: 'Anna', email: 'ann@example.com'})",
  "MATCH (p:Person {name: 'Bob'}) SET p.email = 'ann@example.com'",
  "MERGE (p:Person {name: 'Anna'}) ON CREATE SET p.email = 'ann@example.com'",
  "UNWIND ['eve@example.com', 'eve@example.com'] AS email CREATE (:Person {email: email})",
  "MATCH (p:Person) SET p.email = 'all@example.com'",
  "CREATE (x:Half {email: 'ann@example.com'}) SET x:Person",
  'CREATE CONSTRAINT person_email FOR (p:Person) REQUIRE p.name IS UNIQUE',
  'CREATE CONSTRAINT again FOR (p:Person) REQUIRE p.email IS UNIQUE',
  'CREATE INDEX person_name FOR (p:Person) ON (p.age)',
  "CREATE (:Half {_key: 'ann'})",
  "CREATE (:Half {_key: ''})",
  'CREATE (:Half {_key: 7})',
  "MATCH (p:Person {name: 'Ann'}) SET p._key = 'bob'",
  "MATCH (p:Person {name: 'Ann'}) DELETE p",
  "MATCH (p:Person {name: 'Ann'}) DETACH DELETE p SET p.age = 32 RETURN p.name",
].map((text) => statement(text))
