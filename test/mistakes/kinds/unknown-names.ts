import { statement } from '../mistake.js'

export const unknownNames = [
  'MATCH (person:Person) RETURN persn.name',
  'MATCH (p:Person)-->(q) WITH p RETURN p.name, q.name',
  'MATCH (p:Person) RETURN DISTINCT p.name ORDER BY p.age',
  'MATCH (p:Person) SET q.seen = true',
  'MATCH (p:Person) DELETE k',
  'RETURN [x IN [1, 2] | x + y] AS list',
  "RETURN toUper('ann')",
  "RETURN apoc.text.join(['a', 'b'], '-')",
  'CALL db.lables()',
  'CALL db.labels() YIELD name RETURN name',
  'DROP INDEX person_nmae',
  'DROP CONSTRAINT person_mail',
  'CREATE INDEX FOR (p:Person) ON (q.age)',
].map((text) => statement(text))
