/**
 * Documents of made-up words whose frequencies follow Zipf's law, as those of any language do: the word of rank r comes in
 * proportion to 1/r. Frequent words are short, and many end as English words do.
 */
import { makeRandom } from '../social-graph.js'

export interface TextsOptions {
  readonly documents: number
  readonly wordsEach: number
  readonly vocabulary: number
  readonly seed?: number
}

export interface Texts {
  readonly texts: string[]
  /** By rank, the most frequent first. */
  readonly words: readonly string[]
}

const sentenceWords = 12

export function makeTexts({ documents, wordsEach, vocabulary, seed = 1 }: TextsOptions): Texts {
  const random = makeRandom(seed)
  const words = makeWords(vocabulary, random)
  const pick = zipf(words.length, random)
  const texts = Array.from({ length: documents }, () => {
    const parts = Array.from({ length: wordsEach }, (_, i) => inSentence(words[pick()]!, i % sentenceWords))
    // Joined, a text is one run of memory, as one that was read from a file or a page is.
    return parts.join(' ')
  })
  return { texts, words }
}

function inSentence(word: string, place: number): string {
  if (place === 0) return word[0]!.toUpperCase() + word.slice(1)
  return place === sentenceWords - 1 ? `${word}.` : word
}

const syllables =
  'ba be bi co cu da de di fa fo ga ha ki la le li lo ma me mi na ne no pa pi po ra re ri ro sa se ta te ti to ve vi wa zu'
const endings = ['', '', '', 's', 'ed', 'ing', 'ation', 'er', 'ly', 'ness']

function makeWords(count: number, random: () => number): string[] {
  const parts = syllables.split(' ')
  const one = (some: readonly string[]) => some[Math.floor(random() * some.length)]!
  const words = new Set<string>()
  for (let length = 2; words.size < count; length = 2 + Math.min(3, Math.floor(Math.log10(words.size + 1) / 1.5))) {
    let word = ''
    for (let i = 0; i < length; i++) word += one(parts)
    words.add(word + one(endings))
  }
  return [...words]
}

/** Draws a rank from 0. */
export function zipf(count: number, random: () => number): () => number {
  const sums = new Float64Array(count)
  for (let rank = 0, sum = 0; rank < count; rank++) sums[rank] = sum += 1 / (rank + 1)
  return () => {
    const sought = random() * sums[count - 1]!
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < sought) low = middle + 1
      else high = middle
    }
    return low
  }
}
