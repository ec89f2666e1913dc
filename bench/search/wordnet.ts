/** The 107,525 texts of WordNet (definitions, examples and the words they define), where they lie beside the project. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import type { Corpus } from './corpus.js'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const shared = process.env.SKEIN_SHARED ?? resolve(projectRoot, '../shared')
const path = resolve(shared, 'data/multi-wordnet/synsets.jsonl.gz')

interface Synset {
  readonly definition?: readonly string[]
  readonly example?: readonly unknown[]
  readonly members?: readonly string[]
}

export const wordNetAbsent = 'The texts of WordNet are left out: data/multi-wordnet of the shared data is absent.'

/** Undefined where the data is absent. */
export function wordNetCorpus(documents: number): Corpus | undefined {
  if (!existsSync(path)) return undefined
  const lines = gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean).slice(0, documents)
  const texts = lines.map((line) => textOf(JSON.parse(line)))
  return { texts, vocabulary: vocabularyOf(texts) }
}

function textOf({ definition = [], example = [], members = [] }: Synset): string {
  return [...members, ...definition, ...example.filter((each) => typeof each === 'string')].join('; ')
}

/** Words of letters that are no stop words, the commonest first. */
function vocabularyOf(texts: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const [word] of text.toLowerCase().matchAll(/[a-z]{3,}/g)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const analyzer = analyzerOf('english')
  const words = [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word)
  return words.filter((word) => analyzer.analyze(word).length === 1)
}
