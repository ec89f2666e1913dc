/** Mistakes in searches: of words, of indexes, of requests. */
import { type Mistake, statement } from '../mistake.js'
import { request } from './requests.js'

const methods: readonly Mistake[] = [
  {
    what: "await db.search('persons', 'ann')",
    make: ({ db }) => db.search('persons', 'ann'),
  },
  {
    what: "await db.search('person_words', 'ann', { minScore: 'high' })",
    make: ({ db }) => db.search('person_words', 'ann', { minScore: 'high' as never }),
  },
]

export const searches = [
  ...[
    "CALL search.query('persons', 'ann')",
    "CALL search.query('person_words', 'ann AND (bob')",
    "CALL search.query('person_words', 'nmae:ann')",
    "CALL search.query('person_words', '*nn')",
    "CALL search.query('person_words', {must: 'ann', shuold: 'bob'})",
    "CALL search.query('person_words', 'ann', {limt: 3})",
    "CALL search.query('person_words', 'ann', {parser: 'sql'})",
    "CALL db.index.fulltext.queryRelationships('person_words', 'ann')",
    "CALL search.query('person_words', 'age:40')",
    "CALL search.query('person_words', 'age:[40 TO ann]')",
    "CALL search.query('person_words', {range: {from: 40}, field: 'age'})",
    "CALL search.suggest('person_words', 'an', {limit: -1})",
    "CALL search.suggest('person_words', 'an', {fields: ['nmae']})",
    "CALL search.spell('person_words', 'anm', {distance: 3})",
    "CALL search.hybrid({query: 'ann'})",
    "CALL search.hybrid({text: {index: 'person_words'}})",
    "CALL search.hybrid({text: {index: 'person_words', query: 'ann'}, fuse: 'sum'})",
    "CALL search.hybrid({text: {index: 'person_words', query: 'ann'}, fuse: 'linear', constant: 60})",
    "CALL search.hybrid({text: {index: 'person_words', query: 'ann'}, weights: 0.5})",
    "CALL search.setSynonyms('person_words', ['ann', 'anna'])",
    "CALL search.setSynonyms('persons', [])",
    "MATCH (p) SEARCH q IN (FULLTEXT INDEX person_words FOR 'ann') RETURN p",
    "MATCH (p) SEARCH p IN (FULLTEXT INDEX persons FOR 'ann') RETURN p",
    "MATCH (p) SEARCH p IN (FULLTEXT INDEX person_words FOR 'ann OR (') RETURN p",
    "MATCH (p) WHERE p.age > 30 SEARCH p IN (FULLTEXT INDEX person_words FOR 'ann') RETURN p",
    "MATCH ()-[r]->() SEARCH r IN (FULLTEXT INDEX person_words FOR 'ann') RETURN r",
    "MATCH (p) SEARCH p IN (FULLTEXT INDEX person_words FOR 'ann' LIMIT 3 WHERE p.age > 30) RETURN p",
    "MATCH (p) SEARCH p IN (FULLTEXT INDEX person_words FOR 'ann' WHERE p.age > 30 LIMIT -1) RETURN p",
    "UNWIND $rows AS p MATCH (q) SEARCH p IN (FULLTEXT INDEX person_words FOR 'ann' WHERE p.age > 30 LIMIT 3) RETURN p",
    "CREATE FULLTEXT INDEX half FOR (p:Person) ON EACH [p.name] OPTIONS {indexConfig: {analyzer: 'englsh'}}",
  ].map((text) => statement(text)),
  ...methods,
  request('GET /db/skein/search/persons?q=ann'),
  request('GET /db/skein/search/person_words'),
  request('GET /db/skein/search/person_words?q=ann&limit=some'),
  request('GET /db/skein/search/person_words?q=ann&highlight=yes'),
  request('GET /db/skein/search/person_words/suggest?q=an&skip=1'),
]
