/**
 * How well the best hits are the right ones: the questions of Cranfield, whose relevant abstracts people have judged. The
 * collection lies in the reference data beside the project. Every setting is the default of any other index.
 *
 *   nDCG@10   gain of the ten best hits (grade / log2(rank + 1)) over that of the ten best that were judged
 *   MAP       the mean over questions of the mean precision at each relevant hit, of 1,000 hits
 */
import { existsSync, readFileSync } from 'node:fs'
import { open } from '../src/index.js'
import { sharedPath } from '../test/support/shared.js'
import { measureOnce } from './support/measure.js'
import { type Figure, number, type Row } from './support/report.js'

const folder = sharedPath('data/text-cranfield')
const hitsMax = 1_000
const goals = { ndcg: 0.427, map: 0.42 }
const ask = "CALL search.query('abstracts', $text, {parser: 'simple', limit: $limit}) YIELD node RETURN node._key"

/** What each index is over; `whole` is title and text in a row. */
const indexes = [
  { who: 'Skein, title and text', on: '[a.title, a.text]' },
  { who: 'Skein, both as one field', on: '[a.whole]' },
] as const

interface Judged {
  readonly text: string
  /** By document, of those that are relevant. */
  readonly grades: ReadonlyMap<string, number>
}

export async function* run(): AsyncGenerator<Figure> {
  const title = 'Cranfield: 1,400 abstracts, 225 questions'
  if (!existsSync(folder)) {
    yield { title, notes: ['left out: the reference data is not beside the project'], rows: [], goals: [] }
    return
  }
  const questions = readQuestions()
  const rows: Row[] = []
  const measured: { ndcg: number; map: number }[] = []
  for (const { who, on } of indexes) {
    const { ndcg, map, opsPerSecond } = await judge(on, questions)
    measured.push({ ndcg, map })
    rows.push({ who, role: 'skein', opsPerSecond, value: `nDCG@10 ${number(ndcg)}, MAP ${number(map)}` })
  }
  yield {
    title,
    notes: ['- analyzer `english`, the words of each question as a search box takes them'],
    rows,
    goals: indexes.flatMap(({ who }, i) => [
      { text: `${who}: nDCG@10 at least ${goals.ndcg}`, actual: measured[i]!.ndcg, limit: goals.ndcg, kind: 'atLeast' },
      { text: `${who}: MAP at least ${goals.map}`, actual: measured[i]!.map, limit: goals.map, kind: 'atLeast' },
    ]),
  }
}

async function judge(on: string, questions: readonly Judged[]) {
  const db = await open()
  const documents = linesOf('corpus.jsonl').map((line) => JSON.parse(line))
  await db.query(
    'UNWIND $documents AS d CREATE (:Abstract {_key: d._id, title: d.title, text: d.text, whole: d.title + " " + d.text})',
    { documents },
  )
  await db.query(
    `CREATE FULLTEXT INDEX abstracts FOR (a:Abstract) ON EACH ${on} OPTIONS {indexConfig: {analyzer: 'english'}}`,
  )
  const { result, timing } = await measureOnce(questions.length, async () => {
    const found: string[][] = []
    for (const { text } of questions)
      found.push((await db.query(ask, { text, limit: hitsMax })).rows.map(([key]) => key as string))
    return found
  })
  await db.close()
  const mean = (measure: (hits: readonly string[], grades: Judged['grades']) => number) =>
    questions.reduce((sum, { grades }, i) => sum + measure(result[i]!, grades), 0) / questions.length
  return { ndcg: mean(ndcgAt10), map: mean(averagePrecision), opsPerSecond: timing.opsPerSecond }
}

function ndcgAt10(hits: readonly string[], grades: Judged['grades']): number {
  const gain = (values: readonly number[]) =>
    values.slice(0, 10).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0)
  const ideal = [...grades.values()].sort((a, b) => b - a)
  return gain(hits.map((hit) => grades.get(hit) ?? 0)) / gain(ideal)
}

function averagePrecision(hits: readonly string[], grades: Judged['grades']): number {
  let relevant = 0
  let sum = 0
  for (const [i, hit] of hits.entries()) if (grades.has(hit)) sum += ++relevant / (i + 1)
  return sum / grades.size
}

/** Questions with a relevant document at least. */
function readQuestions(): Judged[] {
  const grades = new Map<string, Map<string, number>>()
  for (const line of linesOf('qrels.tsv').slice(1)) {
    const [question, document, grade] = line.split('\t')
    if (Number(grade) === 0) continue
    if (!grades.has(question!)) grades.set(question!, new Map())
    grades.get(question!)!.set(document!, Number(grade))
  }
  return linesOf('queries.jsonl').flatMap((line) => {
    const { _id, text } = JSON.parse(line) as { _id: string; text: string }
    const judged = grades.get(_id)
    return judged === undefined ? [] : [{ text, grades: judged }]
  })
}

function linesOf(file: string): string[] {
  return readFileSync(`${folder}/${file}`, 'utf8').trim().split('\n')
}
