/**
 * Full text beside other search engines: texts of 120 made-up words, whose frequencies follow Zipf's law, and those of
 * WordNet, which are short. Everybody indexes the same texts and is asked for the ten best of the same questions.
 */
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Scale } from './main.js'
import { absent } from './peers/optional.js'
import { type Contestant, contestants, type Question } from './search/contestants.js'
import { type Corpus, textCorpus } from './search/corpus.js'
import { timesThroughCypher } from './search/through-cypher.js'
import { wordNetAbsent, wordNetCorpus } from './search/wordnet.js'
import { callInChild } from './support/child.js'
import { type Call, type MeasureOptions, measureInTurn, processorMs, type Timing } from './support/measure.js'
import { type Figure, figuresOrFailure, type Goal, type Row } from './support/report.js'

interface Result {
  readonly documents: number
  readonly indexMs: number
  readonly bytes: number
  readonly timings: Readonly<Record<string, Timing>>
  /** Of questions for all words or a phrase, whatever was found. */
  readonly found: readonly string[]
  /** Of Skein alone, by kind. */
  readonly read: Readonly<Record<string, { readonly best: Read; readonly all: Read }>>
}

/** Searches that read what may be among the ten best, or everything; and how many postings that were for all questions. */
interface Read extends Timing {
  readonly postings: number
}

interface Task {
  readonly who: string
  readonly corpus: string
  readonly small: boolean
}

const questionsOfKind = 50
const [self, sqlite, miniSearch] = ['Skein', 'SQLite FTS5', 'MiniSearch']
const processorNote = 'Documents in a second of processor time.'
const firstCorpus = 'texts of 120 words'
const corpora: Readonly<Record<string, (documents: number) => Corpus | undefined>> = {
  [firstCorpus]: (documents) => textCorpus({ documents, words: 120, vocabulary: 200_000, seed: 1 }),
  'texts of WordNet': wordNetCorpus,
}

export async function* run(scale: Scale): AsyncGenerator<Figure> {
  for (const corpus of Object.keys(corpora)) yield* await figuresOrFailure(corpus, () => measureAll(corpus, scale))
  yield* await figuresOrFailure('through Cypher', async () => [await throughCypher(scale)])
}

/** In a process of its own, too. */
async function throughCypher({ small }: Scale): Promise<Figure> {
  const times = await callInChild<Record<string, number>>({
    module: import.meta.url,
    name: 'measureThroughCypher',
    argument: { small },
  })
  const rows = Object.entries(times).map(
    ([who, ms]): Row => ({ who, role: 'skein', opsPerSecond: (documentsOf(small) / ms) * 1000 }),
  )
  return { title: `${firstCorpus}, through Cypher`, notes: [processorNote], rows, goals: [] }
}

export async function measureThroughCypher({ small }: Scale): Promise<Record<string, number>> {
  return timesThroughCypher(corpora[firstCorpus]!(documentsOf(small))!.texts)
}

function documentsOf(small: boolean): number {
  return small ? 10_000 : 100_000
}

async function measureAll(corpus: string, { small }: Scale): Promise<Figure[]> {
  const results = new Map<string, Result>()
  const missing: string[] = []
  for (const who of Object.keys(contestants)) {
    const argument: Task = { who, corpus, small }
    const result = await callInChild<Result | 'no peer' | 'no texts'>({
      module: import.meta.url,
      name: 'measure',
      argument,
    })
    if (result === 'no texts') return [{ title: corpus, notes: [wordNetAbsent], rows: [], goals: [] }]
    if (result === 'no peer') missing.push(absent(who))
    else results.set(who, result)
  }
  return [indexing(corpus, results, missing), ...questions(corpus, results), pruning(corpus, results.get(self!)!)]
}

/** In the process of one contestant. */
export async function measure({ who, corpus: name, small }: Task): Promise<Result | 'no peer' | 'no texts'> {
  const contestant = await contestants[who]!()
  if (contestant === undefined) return 'no peer'
  const corpus = corpora[name]!(name === 'texts of WordNet' && !small ? 200_000 : documentsOf(small))
  if (corpus === undefined) return 'no texts'
  const documents = corpus.texts.length
  const before = await usedBytes()
  const indexMs = await processorMs(() => contestant.index(corpus.texts))
  const bytes = (await usedBytes()) - before + (contestant.bytes?.() ?? 0)
  const questions = questionsOf(corpus)
  const options = { ms: small ? 300 : 1500, warmUp: 4 * questionsOfKind }
  const calls = Object.entries(questions).flatMap(([kind, asked]) => {
    const call = callOf(asked.map((question) => contestant.prepare(question)))
    return call === undefined ? [] : [[kind, call] as const]
  })
  const timings = await measureInTurn(Object.fromEntries(calls), options)
  const found = foundBy(contestant, [...questions['two words, both']!, ...questions.phrase!])
  return {
    documents,
    indexMs,
    bytes,
    timings,
    found,
    read: await readBy(contestant, questions, options),
  }
}

function callOf(prepared: readonly ((() => unknown) | undefined)[]): Call | undefined {
  const calls = prepared.filter((call) => call !== undefined)
  return calls.length === 0 ? undefined : (round) => calls[round % calls.length]!()
}

function foundBy({ find }: Contestant, questions: readonly Question[]): string[] {
  return find === undefined ? [] : questions.map((question) => find(question).join())
}

/** In turns, as they are compared. */
async function readBy(
  { prepareAll }: Contestant,
  questions: Readonly<Record<string, readonly Question[]>>,
  options: MeasureOptions,
): Promise<Result['read']> {
  if (prepareAll === undefined) return {}
  const read: Record<string, { best: Read; all: Read }> = {}
  for (const [kind, asked] of Object.entries(questions)) {
    const prepared = asked.map(prepareAll)
    const [best, all] = [prepared.map(({ best }) => best), prepared.map(({ all }) => all)]
    const timings = await measureInTurn({ best: callOf(best)!, all: callOf(all)! }, options)
    const readIn = (calls: typeof best) => calls.reduce((sum, call) => sum + call().postingsRead, 0)
    read[kind] = {
      best: { ...timings.best!, postings: readIn(best) },
      all: { ...timings.all!, postings: readIn(all) },
    }
  }
  return read
}

/** Of the heap and of what belongs to it; pages of the process would count what reading the texts has left behind. */
async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  // What buffers held is given back behind the collection that has found them dead.
  for (let i = 0; i < 3; i++) {
    gc()
    await setTimeout(50)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function questionsOf({ vocabulary, texts }: Corpus): Record<string, Question[]> {
  const words =
    (...ranks: number[]) =>
    (i: number) =>
      ranks.map((rank) => vocabulary[rank + i]!)
  const ask = (kind: Question['kind'], wordsOf: (i: number) => string[]): Question[] =>
    Array.from({ length: questionsOfKind }, (_, i) => ({ kind, words: wordsOf(i) }))
  const known = new Set(vocabulary)
  return {
    'one word': ask('or', words(10)),
    'two words, either': ask('or', words(10, 70)),
    'three words, any': ask('or', words(10, 70, 130)),
    'two words, both': ask('and', words(10, 1000)),
    'two common words, both': ask('and', words(10, 70)),
    phrase: ask('phrase', (i) => neighbors(texts, known, i * 100)),
    'phrase of two common words': ask('phrase', words(10, 70)),
    prefix: ask('prefix', (i) => [vocabulary[100 + i]!.slice(0, 4)]),
    'fuzzy, one edit': ask('fuzzy', words(100)),
  }
}

/** Two words that stand together in a text, the first one from `from` on that has such words. */
function neighbors(texts: readonly string[], known: ReadonlySet<string>, from: number): string[] {
  for (let at = from; ; at++) {
    const words = texts[at]!.split(' ')
    const i = words.findIndex((word, i) => i > 0 && known.has(words[i - 1]!) && known.has(word))
    if (i > 0) return [words[i - 1]!, words[i]!]
  }
}

function indexing(corpus: string, results: ReadonlyMap<string, Result>, missing: readonly string[]): Figure {
  const rows = [...results].map(
    ([who, { documents, indexMs, bytes }]): Row => ({
      who,
      role: who === self ? 'skein' : 'peer',
      opsPerSecond: (documents / indexMs) * 1000,
      value: `${Math.round(bytes / documents)} bytes a document`,
    }),
  )
  const notes = [processorNote, ...missing, ...agreement(results)]
  return { title: `${corpus}, indexed`, notes, rows, goals: indexingGoals(results) }
}

/** Analyzers differ in some stems, so not all questions mean the same to both. */
function agreement(results: ReadonlyMap<string, Result>): string[] {
  const [ours, lite] = [self!, sqlite!].map((who) => results.get(who)!.found)
  const equal = ours!.filter((ids, i) => ids === lite![i]).length
  return [
    `Of ${ours!.length} questions for both words or a phrase, ${equal} find the very documents that SQLite finds.`,
  ]
}

function indexingGoals(results: ReadonlyMap<string, Result>): Goal[] {
  const [ours, lite, mini] = [self!, sqlite!, miniSearch!].map((who) => results.get(who))
  const time: Goal = {
    text: 'at most 0.6 of the processor time of SQLite',
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

function questions(corpus: string, results: ReadonlyMap<string, Result>): Figure[] {
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
    return { title: `${corpus}, ten best: ${kind}`, rows, goals: [goal] }
  })
}

/** Searches for the ten best beside those that read everything. */
function pruning(corpus: string, { read }: Result): Figure {
  const row = (who: string, { postings, ...timing }: Read): Row => {
    return { who, role: 'skein', ...timing, value: `${Math.round(postings / questionsOfKind)} postings` }
  }
  const rows = Object.entries(read).flatMap(([kind, { best, all }]) => {
    return [row(`${kind}: what may be among the ten`, best), row(`${kind}: everything`, all)]
  })
  const worst = Math.max(...Object.values(read).map(({ best, all }) => best.p50Us / all.p50Us))
  const goal: Goal = {
    text: 'at most 1.2 of the time of reading everything',
    actual: worst,
    limit: 1.2,
    kind: 'atMost',
  }
  return { title: `${corpus}, what is read`, rows, goals: [goal] }
}
