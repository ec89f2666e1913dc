import { statement } from '../mistake.js'

export const syntax = [
  'MATCH (n RETURN n',
  'MATCH (p:Person) RETUN p.name',
  'MATCH (p:Person)\nWHERE p.age = 31 AND\nRETURN p',
  "RETURN 'it's'",
  'MATCH (a)-[:KNOWS]>(b) RETURN b',
  'MATCH (p:Person) WHERE p.age == 31 RETURN p',
  "CREATE (:Person {name = 'Eve'})",
  'SELECT name FROM Person',
  "LOAD CSV FROM 'people.csv' AS row RETURN row",
  'MATCH (p:Person) USING INDEX p:Person(age) WHERE p.age = 31 RETURN p',
  'MATCH (p:Person) RETURN p.name,',
  'MATCH (p:Person {age > 30}) RETURN p',
  "MATCH (p:Person) WHERE p.name LIKE 'A%' RETURN p",
  'CREATE (:Half) RETURN 1; CREATE (:Half)',
  '',
].map((text) => statement(text))
