/** Suggestions and corrections agree with a plain look at all texts. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { FuzzyMatcher } from '../../../indexes/fulltext/automata/levenshtein.js'
import { FulltextIndex, type WordsAsked } from '../../../indexes/fulltext/fulltext-index.js'
import { Vocabulary } from '../../../indexes/fulltext/suggest/vocabulary.js'
import { compareStrings } from '../../../src/core/compare-strings.js'
import { Heap } from '../../../src/pages/heap.js'
import { PageSpace } from '../../../src/pages/page-space.js'
import { smallHeap } from '../../pages/against-model.js'
import '../../support/seed.js'
import { editsBetween } from './reference.js'

const analyzer = analyzerOf('english')
const names = ['title', 'body']
const fields = names.map((name) => ({ name, analyzer, weight: 1 }))

type Texts = readonly [title: string, body: string]

/** An index and the texts that it was made of. */
class World {
  readonly texts = new Map<number, Texts>()
  readonly index = new FulltextIndex(PageSpace.current(new Heap(smallHeap)), 3, {
    fields,
    k1: 1.2,
    b: 0.75,
  })

  write(id: number, texts: Texts | undefined): void {
    if (this.texts.delete(id)) this.index.remove(id)
    if (texts === undefined) return
    this.texts.set(id, texts)
    this.index.add(
      id,
      texts.map((text) => [text]),
    )
  }

  asked(limit: number): WordsAsked {
    return {
      limit,
      textsOf: (id) => fields.map((field, i) => ({ ...field, texts: [this.texts.get(id)?.[i] ?? ''] })),
      within: (query) => query,
    }
  }
}

// ---- plainly --------------------------------------------------------------------------------------------------------

interface Form {
  readonly term: string
  readonly word: string
  readonly normalized: string
}

function formsIn(texts: Iterable<Texts>): Form[] {
  return [...texts].flat().flatMap((text) =>
    analyzer.analyze(text).map(({ term, start, end }) => {
      const word = text.slice(start, end)
      return { term, word, normalized: analyzer.normalize(word) }
    }),
  )
}

/** Documents that hold the terms of all words. */
function documentsWith({ texts }: World, words: string): number {
  const wanted = analyzer.analyze(words).map(({ term }) => term)
  const holds = (one: Texts) => {
    const held = new Set(formsIn([one]).map(({ term }) => term))
    return wanted.every((term) => held.has(term))
  }
  return [...texts.values()].filter(holds).length
}

/** Items with how often each comes, by `keyOf`. */
function counted<Item>(items: readonly Item[], keyOf: (item: Item) => string): (item: Item) => number {
  return (item) => items.filter((other) => keyOf(other) === keyOf(item)).length
}

function isCapital({ word }: Form): number {
  return /[A-Z]/.test(word) ? 1 : 0
}

function suggested(world: World, context: string, prefix: string, limit: number) {
  const fitting = formsIn(world.texts.values()).filter(({ normalized }) =>
    normalized.startsWith(analyzer.normalize(prefix)),
  )
  const terms = new Set(fitting.map(({ term }) => term))
  const words = Array.from(terms, (term) => {
    const forms = fitting.filter((form) => form.term === term)
    const ofNormalized = counted(forms, ({ normalized }) => normalized)
    const ofWord = counted(forms, ({ word }) => word)
    return forms.sort(
      (a, b) =>
        ofNormalized(b) - ofNormalized(a) ||
        a.normalized.length - b.normalized.length ||
        compareStrings(a.normalized, b.normalized) ||
        isCapital(a) - isCapital(b) ||
        ofWord(b) - ofWord(a) ||
        compareStrings(a.word, b.word),
    )[0]!.word
  })
  return words
    .map((word) => ({ suggestion: context + word, documents: documentsWith(world, context + word) }))
    .sort((a, b) => b.documents - a.documents || compareStrings(a.suggestion, b.suggestion))
    .slice(0, limit)
}

function correctionsOf(world: World, word: string) {
  const allowed = word.length < 3 ? 0 : word.length < 6 ? 1 : 2
  const normalized = analyzer.normalize(word)
  if (allowed === 0 || documentsWith(world, word) > 0) return []
  const near = [normalized, ...analyzer.analyze(word).map(({ term }) => term)]
  const forms = formsIn(world.texts.values())
    .filter(({ term }) => normalized.startsWith(term) || near.some((one) => editsBetween(one, term) <= allowed))
    .map((form) => ({ ...form, distance: editsBetween(normalized, form.normalized) }))
    .filter(({ distance }) => distance <= allowed)
  const ofWord = counted(forms, (form) => form.word)
  const nearest = Array.from(
    new Set(forms.map(({ term }) => term)),
    (term) =>
      forms
        .filter((form) => form.term === term)
        .sort(
          (a, b) =>
            a.distance - b.distance ||
            isCapital(a) - isCapital(b) ||
            ofWord(b) - ofWord(a) ||
            compareStrings(a.word, b.word),
        )[0]!,
  )
  return nearest
    .map((form) => ({
      word,
      suggestion: form.word,
      distance: form.distance,
      documents: documentsWith(world, form.word),
    }))
    .sort((a, b) => a.distance - b.distance || b.documents - a.documents || compareStrings(a.suggestion, b.suggestion))
}

// ---- generated ------------------------------------------------------------------------------------------------------

const vocabulary =
  'graph Graph graphs graphing grape log Logs logging database Databases happy happiness happily Café cafes the a run runner running'
const word = fc.constantFrom(...vocabulary.split(' '))
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
/** So few that each text is looked at for its spellings. */
const id = fc.nat({ max: 3 })
const writes = fc.array(fc.tuple(id, fc.option(fc.tuple(text, text), { nil: undefined, freq: 4 })), {
  minLength: 1,
  maxLength: 12,
})
const typed = fc.tuple(word, fc.nat({ max: 8 })).map(([whole, length]) => whole.slice(0, length + 1))
const mistaken = fc
  .tuple(word, fc.nat({ max: 8 }), fc.constantFrom('', 'x', 'e'))
  .map(([whole, at, put]) => whole.slice(0, at) + put + whole.slice(at + 1))

function worldAfter(changes: readonly (readonly [number, Texts | undefined])[]): World {
  const world = new World()
  for (const [one, texts] of changes) world.write(one, texts)
  return world
}

const checkSuggestions = () =>
  fc.assert(
    fc.property(writes, fc.constantFrom('', 'log ', 'the ', 'Graphs logs '), typed, (changes, context, prefix) => {
      const world = worldAfter(changes)
      expect(world.index.suggest(context + prefix, world.asked(6))).toEqual(suggested(world, context, prefix, 6))
    }),
    { endOnFailure: true },
  )

const checkCorrections = () =>
  fc.assert(
    fc.property(writes, fc.array(mistaken, { maxLength: 3 }), (changes, words) => {
      const world = worldAfter(changes)
      const expected = words.map((one) => correctionsOf(world, one))
      const { corrections, corrected } = world.index.spell(words.join(' '), world.asked(100))
      expect(corrections).toEqual(expected.flat())
      expect(corrected).toBe(words.map((one, i) => expected[i]![0]?.suggestion ?? one).join(' '))
    }),
    { endOnFailure: true },
  )

test('suggestions are the words that a plain look at all texts finds', checkSuggestions)
test('corrections are the words that a plain comparison with all words finds', checkCorrections)

// ---- faults that the comparison must find ---------------------------------------------------------------------------

let mend = () => {}
afterEach(() => mend())

function put<Target, Name extends keyof Target>(target: Target, name: Name, value: Target[Name]): void {
  const before = target[name]
  target[name] = value
  mend = () => {
    target[name] = before
  }
}

const faults: Record<string, { check: () => void; plant: () => void }> = {
  'a removal is missed': {
    check: checkSuggestions,
    plant: () => {
      const { remove, add, has } = FulltextIndex.prototype
      let count = 0
      FulltextIndex.prototype.remove = function (this: FulltextIndex, one) {
        if (++count % 3 !== 0) remove.call(this, one)
      }
      FulltextIndex.prototype.add = function (this: FulltextIndex, one, texts) {
        if (!has.call(this, one)) add.call(this, one, texts)
      }
      mend = () => Object.assign(FulltextIndex.prototype, { remove, add })
    },
  },
  'the words before the last are forgotten': {
    check: checkSuggestions,
    plant: () => {
      const { suggest } = FulltextIndex.prototype
      put(FulltextIndex.prototype, 'suggest', function (this: FulltextIndex, asked, options) {
        const last = asked.slice(asked.lastIndexOf(' ') + 1)
        return suggest
          .call(this, last, options)
          .map((one) => ({ ...one, suggestion: asked.slice(0, asked.length - last.length) + one.suggestion }))
      })
    },
  },
  'stems are shown for words': {
    check: checkSuggestions,
    plant: () =>
      put(
        Vocabulary.prototype,
        'spellingsOf',
        (terms) => new Map(terms.map((term) => [term, [{ word: term, normalized: term, count: 1 }]])),
      ),
  },
  'two edits count as one': {
    check: checkCorrections,
    plant: () => {
      const { editsOf } = FuzzyMatcher.prototype
      put(FuzzyMatcher.prototype, 'editsOf', function (this: FuzzyMatcher, term) {
        const edits = editsOf.call(this, term)
        return edits === 2 ? 1 : edits
      })
    },
  },
}

test.each(Object.keys(faults))('the comparison finds a fault: %s', (name) => {
  const { check, plant } = faults[name]!
  plant()
  expect(check).toThrow()
})

// ---- many documents -------------------------------------------------------------------------------------------------

describe('the work is bounded', () => {
  test('of a beginning that very many terms share, the commonest are found in a sample', () => {
    const world = new World()
    for (let i = 0; i < 1_000; i++) {
      const rare = Array.from({ length: 25 }, (_, k) => `x${i}q${k}z`).join(' ')
      world.write(i, [i % 2 === 0 ? 'xylophone' : 'xenon', rare])
    }
    expect(world.index.terms).toBeGreaterThan(25_000)
    expect(world.index.suggest('x', world.asked(2))).toEqual([
      { suggestion: 'xenon', documents: 500 },
      { suggestion: 'xylophone', documents: 500 },
    ])
  })

  test('what a rare context holds is found among many commoner words', () => {
    const world = new World()
    for (let i = 0; i < 500; i++) world.write(i, [`m${'abcdefghij'[i % 10]}word${i % 100}`, 'other'])
    world.write(500, ['rumpelstiltskin', 'miller'])
    expect(world.index.suggest('rumpelstiltskin m', world.asked(1))).toEqual([
      { suggestion: 'rumpelstiltskin miller', documents: 1 },
    ])
  })

  test('a long text is looked at in part, and no word is cut', () => {
    const world = new World()
    world.write(1, ['', `${'a '.repeat(249_998)}database databases`])
    expect(world.index.suggest('dat', world.asked(5))).toEqual([])
    world.write(1, ['', `database ${'a '.repeat(249_994)} databases`])
    expect(world.index.suggest('dat', world.asked(5))).toEqual([{ suggestion: 'database', documents: 1 }])
  })
})

describe('a word that is there', () => {
  const often = (world: World, from: number, count: number, one: string) => {
    for (let i = from; i < from + count; i++) world.write(i, [one, ''])
  }

  test('is doubted where one that is one edit off is a hundred times as common', () => {
    const world = new World()
    often(world, 0, 99, 'database')
    often(world, 1000, 1, 'databse')
    expect(world.index.spell('databse', world.asked(5)).corrections).toEqual([])
    often(world, 99, 1, 'database')
    expect(world.index.spell('databse', world.asked(5)).corrected).toBe('database')
  })
})
