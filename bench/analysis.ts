/**
 * How fast text becomes terms: 100,000 documents of 120 words, by analyzer, beside what finds the words only. Every analyzer is
 * new, so that it meets each word of the vocabulary for the first time, too.
 */
import type { Analyzer } from '../indexes/fulltext/analysis/analyzer.js'
import { analyzerOf } from '../indexes/fulltext/analysis/named.js'
import { WordRun } from '../indexes/fulltext/analysis/word-run.js'
import type { Scale } from './main.js'
import { measureOnce } from './support/measure.js'
import type { Figure, Row } from './support/report.js'
import { makeTexts } from './support/zipf-texts.js'

const analyzers = ['english', 'german', 'french', 'standard', 'standard-no-stop-words', 'simple', 'whitespace']
const wordsEach = 120
/** What the index of 100,000 such documents may spend on their words, of the 8 s it has for all. */
const goalMs = 2_000
const goalTimes = 5
const goalDocuments = 100_000

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const documents = small ? 10_000 : goalDocuments
  const { texts } = makeTexts({ documents, wordsEach, vocabulary: 200_000 })
  const words = documents * wordsEach
  const rows: Row[] = []
  let english = 0
  for (const name of analyzers) {
    const analyzer = newAnalyzer(name)
    const run = new WordRun()
    const { ms, timing } = await measureOnce(words, () => {
      let found = 0
      for (const text of texts) {
        analyzer.read(text, run)
        found += run.count
      }
      return found
    })
    if (name === 'english') english = ms
    rows.push({ who: name, role: 'skein', opsPerSecond: timing.opsPerSecond, value: `${Math.round(ms)} ms` })
  }
  const segmented = await peer(texts.slice(0, Math.ceil(documents / 10)), segmenterWords())
  yield {
    title: `Words a second, ${documents.toLocaleString('en-US')} documents of ${wordsEach} words`,
    notes: [
      'Words are drawn from 200,000 after Zipf. The platform and the plain split give words and no terms:',
      'no stop words, no folding, no stems.',
    ],
    rows: [
      ...rows,
      { who: 'Intl.Segmenter', role: 'peer', ...segmented },
      { who: 'split at punctuation, lower case', role: 'loop', ...(await peer(texts, splitWords)) },
    ],
    goals: [
      {
        text: `ms for 100,000 documents, english, at most ${goalMs}`,
        actual: (english * goalDocuments) / documents,
        limit: goalMs,
        kind: 'atMost',
      },
      {
        text: `english, in times of Intl.Segmenter, which neighbors slow down alike, at least ${goalTimes}`,
        actual: words / (english / 1000) / segmented.opsPerSecond,
        limit: goalTimes,
        kind: 'atLeast',
      },
    ],
  }
}

/** Not the shared one of that name, which knows the words already. */
function newAnalyzer(name: string): Analyzer {
  return analyzerOf(new Map([['analyzer', name]]))
}

async function peer(texts: readonly string[], wordsOf: (text: string) => number): Promise<{ opsPerSecond: number }> {
  const { timing } = await measureOnce(texts.length * wordsEach, () => {
    let words = 0
    for (const text of texts) words += wordsOf(text)
    return words
  })
  return { opsPerSecond: timing.opsPerSecond }
}

function segmenterWords(): (text: string) => number {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' })
  return (text) => {
    let words = 0
    for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) words++
    return words
  }
}

function splitWords(text: string): number {
  return text.toLowerCase().split(/[\n\r\p{Z}\p{P}]+/u).length
}
