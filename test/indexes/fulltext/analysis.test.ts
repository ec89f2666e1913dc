import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stemEnglish } from '../../../indexes/fulltext/analysis/english-stemmer.js'
import { languages, stemmerOf, stopWordsOf } from '../../../indexes/fulltext/analysis/languages.js'
import { analyzerOf, listAnalyzers } from '../../../indexes/fulltext/analysis/named.js'
import { withSource } from '../../../indexes/fulltext/analysis/source.js'
import { TermCache } from '../../../indexes/fulltext/analysis/term-cache.js'
import { forEachWord, segmentEnd } from '../../../indexes/fulltext/analysis/word-break.js'
import { WordRun } from '../../../indexes/fulltext/analysis/word-run.js'
import type { PropertyValue } from '../../../src/core/value.js'
import { describeWithShared } from '../../support/shared.js'

function terms(analyzer: PropertyValue, text: string): string[] {
  return analyzerOf(analyzer)
    .analyze(text)
    .map(({ term }) => term)
}

function settings(entries: Record<string, PropertyValue>): PropertyValue {
  return new Map(Object.entries(entries))
}

function segments(text: string): string[] {
  const found: string[] = []
  withSource(text, ({ units }) => {
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = segmentEnd(units, start)
      found.push(text.slice(start, end))
    }
  })
  return found
}

interface WordFault {
  /** The text that the tokenizer gets in place of the one whose segments are taken. */
  readonly shown: (text: string) => string
}

/** A text of which the tokenizer, which has a short way for ASCII, finds other words than its segments are. */
function wordDisagreement({ shown }: WordFault): unknown {
  const piece = fc.constantFrom(...'aZ09 ..,,:;\'"_-!\r\n\té東\u0301\u200d\u00ad©', '🎉', '\ud800')
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const agrees = fc.property(text, (text) => {
    const words: string[] = []
    withSource(shown(text), (source) => forEachWord(source, (start, end) => words.push(text.slice(start, end))))
    const expected = segments(text).filter((segment) => /[aZ09é東🎉]/u.test(segment))
    return JSON.stringify(words) === JSON.stringify(expected)
  })
  return fc.check(agrees, { numRuns: 5_000 }).counterexample
}

describe('words', () => {
  test('a quote or a point between letters, or between digits, holds a word together', () => {
    expect(segments("can't 3.14 a.b. 1,2,")).toEqual(["can't", ' ', '3.14', ' ', 'a.b', '.', ' ', '1,2', ','])
  })

  test('marks, formatting and joiners belong to the character before them', () => {
    expect(segments('e\u0301a\u00adb 👨‍👩‍👧')).toEqual(['e\u0301a\u00adb', ' ', '👨‍👩‍👧'])
  })

  test('flags are pairs of letters', () => {
    expect(segments('🇩🇪🇫🇷')).toEqual(['🇩🇪', '🇫🇷'])
  })

  test('ideographs and Hiragana stand alone, Katakana and Hangul run on', () => {
    expect(terms('standard-no-stop-words', '東京 すし データ 데이터')).toEqual([
      '東',
      '京',
      'す',
      'し',
      'データ',
      '데이터',
    ])
  })

  test('Thai, which has no spaces, is split by the dictionary', () => {
    expect(terms('standard-no-stop-words', 'ฉันรักแมว')).toEqual(['ฉัน', 'รัก', 'แมว'])
  })

  test('pictures are words, signs are not', () => {
    expect(terms('standard-no-stop-words', 'Skein© -- launch! 🎉 ___')).toEqual(['skein', 'launch', '🎉'])
  })

  test('half of a surrogate pair does not stop the scan', () => {
    expect(segments('a\ud800b\udc00')).toEqual(['a', '\ud800', 'b', '\udc00'])
  })

  test('of any text are the segments that hold a letter or a digit, whichever way they are found', () => {
    expect(wordDisagreement({ shown: (text) => text })).toBeNull()
  })

  test.each<[string, WordFault]>([
    ['a point between letters ends a word', { shown: (text) => text.replaceAll('.', '!') }],
    ['the low line ends a word', { shown: (text) => text.replaceAll('_', '!') }],
    ['an accent of its own ends a word', { shown: (text) => text.replaceAll('\u0301', '!') }],
    ['a comma joins whatever is around it', { shown: (text) => text.replaceAll(',', '_') }],
  ])('the comparison finds a fault: %s', (_fault, fault) => {
    expect(wordDisagreement(fault)).not.toBeNull()
  })

  test('the segments of any text make up the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(segments(text).join('')).toBe(text)
        expect(segments(text)).not.toContain('')
      }),
    )
  })
})

describeWithShared('word breaks of Unicode', 'data/search-unicode-segmentation', (path) => {
  const lines = gunzipSync(readFileSync(`${path}/WordBreakTest.txt.gz`))
    .toString()
    .split('\n')
  const cases = lines.filter((line) => line.startsWith('÷')).map((line) => line.split('#')[0]!)

  test(`all ${cases.length} texts break where the file says`, () => {
    const expected = cases.map((line) => partsOf(line))
    expect(expected.map((parts) => segments(parts.join('')))).toEqual(expected)
  })

  function partsOf(line: string): string[] {
    const parts = line.split('÷').filter((part) => part.trim() !== '')
    return parts.map((part) => String.fromCodePoint(...part.match(/[0-9A-F]{4,}/g)!.map((code) => parseInt(code, 16))))
  }
})

describe('tokens', () => {
  test('carry the place of the word in the text, and leave a gap for a stop word', () => {
    expect(analyzerOf('english').analyze('The Cafés of Paris')).toEqual([
      { term: 'cafe', start: 4, end: 9, position: 1 },
      { term: 'pari', start: 13, end: 18, position: 3 },
    ])
  })

  test('have the same terms when they are met again', () => {
    const analyzer = analyzerOf(settings({ analyzer: 'english' }))
    expect(analyzer.analyze('running the runs')).toEqual(analyzer.analyze('running the runs'))
  })

  test('tell the number of positions, so that the next value of a list can go on behind', () => {
    expect(analyzerOf('english').forEachTerm('state of the', () => {})).toBe(3)
  })

  test('come from text with offsets in UTF-16 units', () => {
    expect(analyzerOf('standard-no-stop-words').analyze('𝒜 b')).toEqual([
      { term: '𝒜', start: 0, end: 2, position: 0 },
      { term: 'b', start: 3, end: 4, position: 1 },
    ])
  })

  test('do not depend on how many words there were before', () => {
    const analyzer = analyzerOf(settings({ analyzer: 'english', synonyms: [] }))
    for (let i = 0; i < 270_000; i++) analyzer.forEachTerm(`word${i}s the`, () => {})
    expect(analyzer.analyze('the word7s').map(({ term }) => term)).toEqual(['word7'])
  })

  test('are right for words of any length, and for a text within a text', () => {
    const analyzer = analyzerOf('keyword')
    const long = 'ß'.repeat(300_000)
    const found: string[] = []
    analyzer.forEachTerm('outer', (outer) => {
      for (const text of [long, 'inner', 'x'.repeat(64), 'x'.repeat(65)])
        analyzer.forEachTerm(text, (inner) => found.push(outer, inner))
    })
    expect(found).toEqual(['outer', long, 'outer', 'inner', 'outer', 'x'.repeat(64), 'outer', 'x'.repeat(65)])
  })

  test('analyzers agree with one that forgets every word', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('The', 'the', 'Running', 'runs', "l'été", 'ß', 'x')), (words) => {
        const text = words.join(' ')
        for (const name of ['english', 'french', 'stop', 'whitespace'])
          expect(terms(name, text)).toEqual(words.flatMap((word) => terms(settings({ analyzer: name }), word)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('parts', () => {
  test.each([
    ['standard-no-stop-words', 'The U.S.A. and Ann’s Café', ['the', 'u.s.a', 'and', "ann's", 'café']],
    ['standard', 'The state of the Café', ['state', 'café']],
    ['standard-folding', 'The state of the Café', ['state', 'cafe']],
    ['simple', 'The R2D2-Unit', ['the', 'r', 'd', 'unit']],
    ['stop', 'The R2D2-Unit', ['r', 'd', 'unit']],
    ['whitespace', 'The R2-D2\u00a0unit!', ['The', 'R2-D2\u00a0unit!']],
    ['unicode_whitespace', 'The R2-D2\u00a0unit!', ['The', 'R2-D2', 'unit!']],
    ['keyword', 'The R2-D2 unit!', ['The R2-D2 unit!']],
    ['keyword', '', []],
    ['english', 'The connections of organizations, connected', ['connect', 'organiz', 'connect']],
    ['english', 'Résumés naïvely', ['resum', 'naiv']],
    ['french', "L'avion d’Alice jusqu'aux étoiles", ['avion', 'alic', 'etoil']],
    ['german', 'Die Häuser der Großmütter', ['haus', 'grossmutt']],
  ])('%s: %s', (analyzer, text, expected) => {
    expect(terms(analyzer, text)).toEqual(expected)
  })

  test('n-grams of a word share its position', () => {
    const analyzer = analyzerOf(settings({ tokenizer: 'ngram', gramMin: 2, gramMax: 3 }))
    expect(analyzer.analyze('Abc d𝒜')).toEqual([
      { term: 'ab', start: 0, end: 2, position: 0 },
      { term: 'abc', start: 0, end: 3, position: 0 },
      { term: 'bc', start: 1, end: 3, position: 0 },
      { term: 'd𝒜', start: 4, end: 7, position: 1 },
    ])
  })

  test('edge n-grams begin where the word begins', () => {
    expect(terms(settings({ tokenizer: 'edgeNgram', gramMin: 1, gramMax: 4 }), 'Smith Jo')).toEqual([
      's',
      'sm',
      'smi',
      'smit',
      'j',
      'jo',
    ])
  })

  test('stop words may be a list, or those of a language', () => {
    expect(terms(settings({ stopWords: ['foo'] }), 'foo the bar')).toEqual(['the', 'bar'])
    expect(terms(settings({ stopWords: 'english' }), 'foo the bar')).toEqual(['foo', 'bar'])
  })

  test('a setting changes the analyzer that is named, wherever it is written', () => {
    expect(terms(settings({ stem: false, analyzer: 'english' }), 'the Connections')).toEqual(['connections'])
  })

  test('lower case is that of the language', () => {
    expect(terms(settings({ language: 'turkish', stem: false }), 'ISPARTA')).toEqual(['ısparta'])
  })

  test('folding keeps the signs without which a word is another', () => {
    const folding = settings({ folding: true })
    expect(terms(folding, 'Łódź Ærø ﬁn １ Ängström ΆΛΦΑ')).toEqual(['lodz', 'aero', 'fin', '1', 'angstrom', 'αλφα'])
    expect(terms(folding, 'हिन्दी ガード')).toEqual(['हिन्दी', 'ガード'])
    expect(terms(folding, 'مُحَمَّد')).toEqual(['محمد'])
  })

  test('what is searched as it stands is in lower case and folded, and not stemmed', () => {
    expect(analyzerOf('english').normalize('Café’s Connections')).toBe("cafe's connections")
    expect(analyzerOf('whitespace').normalize('Café')).toBe('Café')
  })
})

describe('configuration', () => {
  test.each([
    ['engish', "analyzer is the STRING 'engish'; give one of standard-no-stop-words, "],
    [7, 'analyzer is the INTEGER 7; give a name or a map of settings'],
    [settings({ analyzer: null }), 'analyzer is null; give one of '],
    [settings({ stemer: true }), "an analyzer has no setting 'stemer'; there are analyzer, tokenizer, "],
    [settings({ constructor: true }), "an analyzer has no setting 'constructor'"],
    [settings({ tokenizer: 'toString' }), "tokenizer is the STRING 'toString'; give one of unicode, "],
    [settings({ gramMin: 0 }), 'gramMin is the INTEGER 0; give an INTEGER from 1 to 32'],
    [settings({ gramMin: 4 }), 'gramMin 4 is greater than gramMax 3; exchange them'],
    [settings({ folding: 'yes' }), "folding is the STRING 'yes'; give true or false"],
    [settings({ language: 'klingon' }), "language is the STRING 'klingon'; give one of arabic, "],
    [settings({ stopWords: [1] }), 'stopWords is a LIST of 1; give a language, or a list of words in lower case'],
    [settings({ synonyms: ['car'] }), 'synonyms is a LIST of 1; give a list of groups, as '],
  ])('%o is refused', (configuration, message) => {
    expect(() => analyzerOf(configuration)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('every analyzer is listed with what it does, and works', () => {
    const listed = listAnalyzers()
    expect(listed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['english', 'keyword', 'standard-no-stop-words']),
    )
    expect(listed.find(({ name }) => name === 'standard')).toEqual({
      name: 'standard',
      description: 'Unicode words in lower case, without English stop words',
      stopWords: expect.arrayContaining(['the', 'with']),
    })
    for (const { name } of listed) expect(terms(name, 'Skein 7').length).toBeGreaterThan(0)
  })
})

describe('stemmers', () => {
  test('English forms of one word share a stem, and words that only look alike do not', () => {
    const stems = (words: string) => new Set(words.split(' ').map(stemEnglish))
    expect(stems('connect connected connecting connection connections')).toEqual(new Set(['connect']))
    expect(stems('hoping hope hopes')).toEqual(new Set(['hope']))
    expect(stems('universe universal university organ organization').size).toBe(5)
  })

  /** Words with their stems, as Snowball's pages of its algorithms show them; of English there is the whole list below. */
  test.each([
    ['danish', 'indtage indtag, indtagelse indtag, indtager indtag, indtaget indtag, indtil indtil, indtog indtog'],
    ['danish', 'indtræder indtræd, underste underst, undersåtter undersåt, undertiden undertid'],
    ['dutch', 'lichaam licham, lichaamsziek lichaamsziek, lichamelijk licham, lichamelijkheden licham, lichten licht'],
    ['dutch', 'opgingen opging, opglanzing opglanz, opgroeiende opgroei, opheffen opheff'],
    ['finnish', 'edeltäjien edeltäj, edeltäjistään edeltäj, edeltäjä edeltäj, edeltäjästään edeltäj'],
    [
      'french',
      'continua continu, continuait continu, continuation continu, continuel continuel, continuellement continuel',
    ],
    [
      'french',
      'mains main, maintenaient mainten, maintenant mainten, majesté majest, majestueusement majestu, majorité major',
    ],
    ['german', 'aufeinander aufeinand, aufeinanderfolge aufeinanderfolg, aufeinanderfolgend aufeinanderfolg'],
    [
      'german',
      'auferlegt auferlegt, kategorien kategori, kategorisch kategor, katers kat, katze katz, kätzchen katzch',
    ],
    ['hungarian', 'babakocsi babakocs, babakocsijáért babakocs, babakocsit babakocs'],
    [
      'italian',
      'abbandonata abbandon, abbandonava abbandon, abbandoneranno abbandon, abbassamento abbass, abbassando abbass',
    ],
    ['italian', 'pronto pront, pronuncerà pronunc, pronuncia pronunc, pronunciarsi pronunc, propaganda propagand'],
    ['norwegian', 'havnedistriktene havnedistrikt, havnedistriktets havnedistrikt, havneeffektivitet havneeffektivit'],
    [
      'norwegian',
      'havneeier havneei, havneeiere havneeier, havneenheter havneen, opninger opning, opparbeidelsen opparbeid',
    ],
    ['portuguese', 'boa boa, boas boas, boataria boat, boates boat, bobagem bobag, bobalhões bobalhõ, bobeira bobeir'],
    ['portuguese', 'bobinho bobinh, quilométricas quilométr, quilométrico quilométr, quilômetros quilômetr'],
    ['romanian', 'abruptă abrupt, absenta absent, absolut absol, absolută absol, absolutului absol, laudele laud'],
    ['russian', 'вагонов вагон, вагоны вагон, важнее важн, важнейшими важн, важничал важнича, важного важн'],
    [
      'russian',
      'важностию важност, вазах ваз, валандался валанда, валериановых валерианов, павильонам павильон, падает пада',
    ],
    [
      'spanish',
      'cheque chequ, chequeo cheque, cheques chequ, chiapaneca chiapanec, chicago chicag, chicharrones chicharron',
    ],
    ['spanish', 'torneado torn, torneados torn, torneo torne, torneos torne, tortilla tortill'],
    [
      'swedish',
      'jaktbössa jaktböss, jakten jakt, jaktkarlarne jaktkarl, jaktkarlens jaktkarl, jaktlöjtnantens jaktlöjtnant',
    ],
    ['swedish', 'jalusien jalusi, jalusier jalusi, klocka klock, klockan klockan, klockor klock, klokhet klok'],
  ] as const)('%s: %s', (language, pairs) => {
    const expected = pairs.split(', ').map((pair) => pair.split(' '))
    const stem = stemmerOf(language)
    expect(expected.map(([word]) => [word, stem(word!)])).toEqual(expected)
  })

  /** Of which Snowball's pages show no words. */
  test.each([
    ['arabic', 'كتاب الكتاب'],
    ['greek', 'ανθρωποσ ανθρωπου ανθρωποι'],
    ['indonesian', 'buku bukukah bukunya'],
    ['irish', 'siopadóir siopadóireacht'],
    ['lithuanian', 'vaikas vaikams'],
    ['nepali', 'किताब किताबहरू'],
    ['serbian', 'knjige knjigama'],
    ['turkish', 'kitaplar kitaplarda'],
  ] as const)('%s: %s share a stem', (language, words) => {
    expect(new Set(words.split(' ').map(stemmerOf(language))).size).toBe(1)
  })

  test('every language has stop words', () => {
    expect(languages.filter((language) => stopWordsOf(language).length < 20)).toEqual([])
  })
})

describeWithShared('stems of Snowball', 'data/search-snowball', (path) => {
  test('every word of the English vocabulary has the stem of the list', () => {
    const lines = gunzipSync(readFileSync(`${path}/english.tsv.gz`))
      .toString()
      .split('\n')
      .filter(Boolean)
    const pairs = lines.map((line) => line.split('\t'))
    expect(pairs.length).toBeGreaterThan(40_000)
    expect(pairs.filter(([word, stem]) => stemEnglish(word!) !== stem)).toEqual([])
  })
})

// ---- the cache ------------------------------------------------------------------------------------------------------

interface CacheFault {
  /** What is looked up in place of the word. */
  readonly sought: (word: string) => string
}

test('a word has one number, wherever it stands and whatever stands around it', () => {
  const analyzer = analyzerOf('standard-no-stop-words')
  const run = new WordRun()
  analyzer.read("a, it a.b it. a\u00e9 it's a", run)
  const [a, it, ab] = run.numbers
  expect([...run.numbers.subarray(0, run.count)]).toEqual([a, it, ab, it, run.numbers[4], run.numbers[5], a])
  expect(new Set(run.numbers.subarray(0, run.count)).size).toBe(5)
})

/** Words for which the cache has another term than the one that is worked out. */
function cacheDisagreement({ sought }: CacheFault): unknown {
  const word = fc.array(fc.constantFrom('a', 'b', 'ab', '\u0100', '\ud800', '😀'), { maxLength: 7 })
  const agrees = fc.property(fc.array(word, { maxLength: 3_000, size: 'max' }), (words) => {
    const cache = new TermCache((text) => text.toUpperCase())
    return words.every((pieces) => {
      const text = pieces.join('')
      const within = `a${sought(text)}b`
      cache.makeRoom()
      const end = within.length - 1
      const number = withSource(within, ({ units }) => cache.find(units, 1, end))
      return cache.term(number, within, 1, end) === text.toUpperCase()
    })
  })
  return fc.check(agrees, { numRuns: 20 }).counterexample
}

test('the cache has the term of every word that it was asked for', () => {
  expect(cacheDisagreement({ sought: (word) => word })).toBeNull()
})

test.each<[string, CacheFault]>([
  ['two words have one entry', { sought: (word) => word.replace('ab', 'ba') }],
  ['the last unit is not compared', { sought: (word) => word.slice(0, -1) }],
])('the comparison finds a fault: %s', (_fault, fault) => {
  expect(cacheDisagreement(fault)).not.toBeNull()
})
