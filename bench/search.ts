/**
 * Full text: how fast texts are indexed, what memory they take, and how long the ten best for a question take; beside
 * MiniSearch, Orama (packages of `bench/package.json`) and SQLite's FTS5. Each contestant indexes and answers in a process
 * of its own, since memory is measured and each brings its own heap.
 *
 * Texts are 120 words drawn by Zipf's law from 200,000. Questions take words of the ranks 10 to 60, 70 to 120 and 130 to
 * 180, as people ask for what is neither everywhere nor nowhere; a second word of AND is one of the ranks 1,000 to 1,050.
 */
import type { Scale } from './main.js'
import { absent } from './peers/optional.js'
import { contestants, type Question } from './search/contestants.js'
import { type Corpus, textCorpus } from './search/corpus.js'
import { callInChild } from './support/child.js'
import { measureInTurn, measureOnce, type Timing } from './support/measure.js'
import { type Figure, figuresOrFailure, type Goal, type Row } from './support/report.js'

interface Result {
  readonly documents: number
  readonly indexMs: number
  readonly bytes: number
  readonly timings: Readonly<Record<string, Timing>>
}

const questionsOfKind = 50
const [self, sqlite, miniSearch] = ['Skein', 'SQLite FTS5', 'MiniSearch']

export async function* run(scale: Scale): AsyncGenerator<Figure> {
  yield* await figuresOrFailure('full text', () => measureAll(scale))
}

async function measureAll(scale: Scale): Promise<Figure[]> {
  const results = new Map<string, Result>()
  const missing: string[] = []
  for (const who of Object.keys(contestants)) {
    const task = { module: import.meta.url, name: 'measure', argument: { who, ...scale } }
    const result = await callInChild<Result | undefined>(task)
    if (result === undefined) missing.push(absent(who))
    else results.set(who, result)
  }
  return [indexing(results, missing), ...questions(results)]
}

/** In the process of one contestant. Undefined where it is not installed. */
export async function measure({ who, small }: { who: string; small: boolean }): Promise<Result | undefined> {
  const contestant = await contestants[who]!()
  if (contestant === undefined) return undefined
  const documents = small ? 10_000 : 100_000
  const corpus = textCorpus({ documents, words: 120, vocabulary: 200_000, seed: 1 })
  const before = usedBytes()
  const { ms } = await measureOnce(documents, () => contestant.index(corpus.texts))
  const bytes = usedBytes() - before
  const calls = Object.entries(questionsOf(corpus)).flatMap(([name, asked]) => {
    const prepared = asked.flatMap((question) => contestant.prepare(question) ?? [])
    return prepared.length === 0 ? [] : [[name, (round: number) => prepared[round % prepared.length]!()] as const]
  })
  const timings = await measureInTurn(Object.fromEntries(calls), { ms: small ? 300 : 1500, warmUp: questionsOfKind })
  return { documents, indexMs: ms, bytes, timings }
}

function usedBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

function questionsOf({ vocabulary }: Corpus): Record<string, Question[]> {
  const words =
    (...ranks: number[]) =>
    (i: number) =>
      ranks.map((rank) => vocabulary[rank + i]!)
  const ask = (kind: Question['kind'], wordsOf: (i: number) => string[]): Question[] =>
    Array.from({ length: questionsOfKind }, (_, i) => ({ kind, words: wordsOf(i) }))
  return {
    'one word': ask('or', words(10)),
    'two words, either': ask('or', words(10, 70)),
    'three words, any': ask('or', words(10, 70, 130)),
    'two words, both': ask('and', words(10, 1000)),
    'two common words, both': ask('and', words(10, 70)),
    phrase: ask('phrase', words(10, 70)),
    prefix: ask('prefix', (i) => [vocabulary[100 + i]!.slice(0, 4)]),
    'fuzzy, one edit': ask('fuzzy', words(100)),
  }
}

function indexing(results: ReadonlyMap<string, Result>, missing: readonly string[]): Figure {
  const rows = [...results].map(
    ([who, { documents, indexMs, bytes }]): Row => ({
      who,
      role: who === self ? 'skein' : 'peer',
      opsPerSecond: (documents / indexMs) * 1000,
      value: `${Math.round(bytes / documents)} bytes a document`,
    }),
  )
  return { title: 'texts of 120 words, indexed', notes: missing, rows, goals: indexingGoals(results) }
}

function indexingGoals(results: ReadonlyMap<string, Result>): Goal[] {
  const [ours, lite, mini] = [self!, sqlite!, miniSearch!].map((who) => results.get(who))
  const time: Goal = {
    text: 'at most 0.6 of the time of SQLite',
    actual: ours!.indexMs / lite!.indexMs,
    limit: 0.6,
    kind: 'atMost',
  }
  const memory = (bytes: number): Goal => ({
    text: 'at most a third of the memory of MiniSearch',
    actual: ours!.bytes / bytes,
    limit: 1 / 3,
    kind: 'atMost',
  })
  return mini === undefined ? [time] : [time, memory(mini.bytes)]
}

function questions(results: ReadonlyMap<string, Result>): Figure[] {
  const kinds = Object.keys(results.get(self!)!.timings)
  return kinds.map((kind) => {
    const timed = [...results].flatMap(([who, { timings }]) => {
      const timing = timings[kind]
      return timing === undefined ? [] : [{ who, timing }]
    })
    const rows = timed.map(({ who, timing }): Row => ({ who, role: who === self ? 'skein' : 'peer', ...timing }))
    const ours = results.get(self!)!.timings[kind]!.p50Us
    const best = Math.min(...timed.filter(({ who }) => who !== self).map(({ timing }) => timing.p50Us))
    const goal: Goal = { text: 'faster than each peer', actual: best / ours, limit: 1, kind: 'atLeast' }
    return { title: `ten best: ${kind}`, rows, goals: [goal] }
  })
}
