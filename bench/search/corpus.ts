/** Texts whose words come as often as words do (Zipf): the k-th most common word k times less often than the first. */
export interface CorpusSize {
  readonly documents: number
  /** Of each text. */
  readonly words: number
  readonly vocabulary: number
  readonly seed: number
}

export interface Corpus {
  readonly texts: readonly string[]
  /** The most common word first. */
  readonly vocabulary: readonly string[]
}

export function textCorpus({ documents, words, vocabulary: size, seed }: CorpusSize): Corpus {
  const random = mulberry32(seed)
  const vocabulary = makeWords(size, random)
  const bounds = zipfBounds(size)
  const draw = () => vocabulary[rankAt(bounds, random())]!
  const texts = Array.from({ length: documents }, () => Array.from({ length: words }, draw).join(' '))
  return { texts, vocabulary }
}

const consonants = [...'bcdfghjklmnprstvwz']
const vowels = [...'aeiou']

/** Different words of two to five syllables that no stemmer of English shortens much. */
function makeWords(count: number, random: () => number): string[] {
  const pick = (letters: readonly string[]) => letters[Math.floor(random() * letters.length)]!
  const words = new Set<string>()
  while (words.size < count) {
    const syllables = Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(consonants) + pick(vowels))
    words.add(syllables.join('') + pick(consonants))
  }
  return [...words]
}

/** For each rank, the share of words that are of it or of a more common one. */
function zipfBounds(size: number): Float64Array {
  const bounds = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank++) bounds[rank] = sum += 1 / (rank + 1)
  return bounds.map((bound) => bound / sum)
}

function rankAt(bounds: Float64Array, share: number): number {
  let low = 0
  let high = bounds.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bounds[middle]! < share) low = middle + 1
    else high = middle
  }
  return low
}

/** A small generator of even numbers in [0, 1): the same sequence for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}
