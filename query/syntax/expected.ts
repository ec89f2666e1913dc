/**
 * What a message says was expected. The grammar tells every rule and sign that could have matched, which is thirty
 * of them behind an operand; a reader wants to know the few kinds of thing.
 */

import { nearest } from './spelling.js'

/** Said in place of the parts that it implies, where it is among what was expected. */
const implied: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['an expression', words('a variable, a parameter, "{", "[", "(", COLLECT, COUNT, EXISTS, CASE')],
  ['a name', words('a variable')],
  ['an operator', words('":", "[", ".", "{", "("')],
])

/** Not all of them start every clause, but all of these together mean that any clause may follow. */
const clauses = words(
  'MATCH, OPTIONAL, RETURN, WITH, UNWIND, CREATE, MERGE, SET, REMOVE, DETACH, DELETE, CALL, FOREACH',
)
/** The lesser known of two spellings of one thing. */
const synonyms = words('OFFSET')

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(', '))
}

/** In words, joined by commas and "or". `failures` are the grammar's, in any order. */
export function expectedInWords(failures: readonly string[]): string {
  const all = new Set(failures)
  const hidden = [...all].flatMap((failure) => [...(implied.get(failure) ?? [])])
  for (const failure of [...hidden, ...synonyms]) all.delete(failure)
  const isAnyClause = all.has('RETURN') && all.has('MATCH')
  if (isAnyClause) for (const clause of clauses) all.delete(clause)
  const listed = [...all].sort(bySortOfThing)
  if (isAnyClause) listed.push('a clause')
  const last = listed.pop() ?? ''
  return listed.length === 0 ? last : `${listed.join(', ')} or ${last}`
}

/** Kinds of thing first, then signs, then keywords, each in the order of the alphabet. */
function bySortOfThing(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

function rank(failure: string): number {
  if (failure === 'end of input') return 3
  if (failure.startsWith('"')) return 1
  return /^[A-Z]/.test(failure) ? 2 : 0
}

const hints: ReadonlyMap<string, string> = new Map([
  ['!=', 'write <> for "not equal"'],
  ['!', 'write <> for "not equal", NOT for "not"'],
  ['==', 'write = once'],
  ['&&', 'write AND'],
])
/** Words of other languages, and of Cypher that is not spoken here or not any more. */
const foreignWords: ReadonlyMap<string, string> = new Map([
  ['LOAD', 'CSV files are loaded by skein import csv, rows of a program by UNWIND $rows AS row'],
  ['USING', 'the plan is chosen by what the data are; EXPLAIN shows it'],
  ['START', 'write MATCH (n) WHERE elementId(n) = $id'],
  ['SELECT', 'Cypher reads by MATCH (n:Label) RETURN n.name'],
  ['INSERT', 'Cypher writes by CREATE (:Label {name: value})'],
  ['UPDATE', 'Cypher changes by MATCH (n:Label) SET n.name = value'],
  ['LIKE', 'write STARTS WITH, ENDS WITH, CONTAINS or =~'],
  ['FROM', 'Cypher reads by MATCH (n:Label) RETURN n.name'],
  ['USE', 'a server has one database, and its address names it'],
  ['SEARCH', 'SEARCH stands behind the patterns of its MATCH, before WHERE'],
  ['FINISH', 'leave it out: a query may end in a clause that writes'],
])
const otherIndex = /\bcreate\s+(?:text|point|lookup)\s+$/i

/** What was probably meant by a sign of another language or a misspelled keyword; undefined for most. */
export function hintFor(text: string, offset: number, failures: readonly string[]): string | undefined {
  const sign = [text.slice(offset - 1, offset + 1), text.slice(offset, offset + 2), text.slice(offset, offset + 1)]
  const hint = sign.map((written) => hints.get(written)).find((found) => found !== undefined)
  if (hint !== undefined) return hint
  const [word = ''] = /^[a-z]*/i.exec(text.slice(offset))!
  const foreign = foreignWords.get(word.toUpperCase())
  if (foreign !== undefined) return foreign
  if (otherIndex.test(text.slice(0, offset)))
    return 'there are CREATE INDEX FOR (n:Label) ON (n.name), CREATE FULLTEXT INDEX FOR (n:Label) ON EACH [n.name] and CREATE VECTOR INDEX'
  if (failures.length === 1 && failures[0] === '":"') return 'a map is {name: value}; conditions stand in WHERE'
  if (text[offset] === '$' && failures.includes('a name')) return 'names cannot be parameters, only values can'
  if (text.slice(0, offset).trimEnd().endsWith(';')) return 'one call takes one statement'
  const keyword = nearest(
    word,
    failures.filter((failure) => /^[A-Z]+$/.test(failure)),
  )
  return keyword === undefined ? undefined : `did you mean ${keyword}?`
}
