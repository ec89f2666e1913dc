import { statement } from '../mistake.js'

export const types = [
  "RETURN 'thirty' - 1",
  'MATCH (p:Person) RETURN p.name * 2',
  'MATCH (p:Person) WHERE p.name RETURN p',
  'MATCH (p:Person) RETURN size(p)',
  'MATCH (p:Person) RETURN size(p.age)',
  'MATCH (p:Person) SET p.friend = p',
  'MATCH (p:Person) DELETE p.name',
  "UNWIND [1, 'two'] AS i CREATE (:Half {x: abs(i)})",
  'UNWIND [2, 1, 0] AS i CREATE (:Half {x: 10 / i})',
  "RETURN [1, 2]['first']",
  'MATCH (p:Person) RETURN p.tags + 1, toUpper(p.age)',
  'RETURN toInteger([1])',
  'RETURN 9223372036854775807 + 1',
  'RETURN 9223372036854775808',
].map((text) => statement(text))
