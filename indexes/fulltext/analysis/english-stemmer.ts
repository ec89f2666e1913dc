/**
 * The English stemmer of Snowball 3, known as Porter 2: `connections`, `connected` and `connecting` become `connect`.
 * What is left need not be a word. Written out here, as the packages that hold the other languages' stemmers are at an older
 * state of this one, in which `organization` and `organ` were the same.
 *
 *   R1  what follows the first consonant behind a vowel      beau|tiful: R1 is `iful`
 *   R2  the same within R1                                   beauti|ful: R2 is `ul`
 *
 * Endings are taken off or replaced in steps. In each the longest ending that fits counts, and mostly only where it lies
 * within R1 or R2: `sing` has no R1 to lose its `ing` from. `Y` stands for a y that is a consonant, as in `say`.
 * Source: https://snowballstem.org/algorithms/english/stemmer.html
 */
const unchangedLengthMax = 2

const whole: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
])

const vowel = /[aeiouy]/
/** Beginnings whose R1 starts behind them: `generate` and `general` are no forms of `gene`. */
const prefix = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/
const region = /[aeiouy][^aeiouy]/g
const shortSyllable = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|^past)$/
const doubled = /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/

/** Lower case in, lower case out. */
export function stemEnglish(word: string): string {
  if (word.length <= unchangedLengthMax) return word
  const exception = whole.get(word)
  return exception ?? new English(word).stem()
}

class English {
  private word: string
  private readonly r1: number
  private readonly r2: number

  constructor(word: string) {
    const bare = word.startsWith("'") ? word.slice(1) : word
    this.word = bare.includes('y') ? bare.replace(/^y/, 'Y').replaceAll(/(?<=[aeiouy])y/g, 'Y') : bare
    this.r1 = prefix.exec(this.word)?.[0].length ?? this.regionAfter(0)
    this.r2 = this.regionAfter(this.r1)
  }

  stem(): string {
    if (this.word.includes("'")) this.word = this.word.replace(/'(?:s'?)?$/, '')
    this.plural()
    this.pastAndGerund()
    this.word = this.word.replace(/(?<=.[^aeiouy])[yY]$/, 'i')
    this.derived()
    this.shortened()
    this.residual()
    this.lastLetter()
    return this.word.replaceAll('Y', 'y')
  }

  private regionAfter(start: number): number {
    region.lastIndex = start
    return region.test(this.word) ? region.lastIndex : this.word.length
  }

  private plural(): void {
    const { word } = this
    if (word.endsWith('sses')) this.cut(2)
    else if (/ie[ds]$/.test(word)) this.cut(word.length > 4 ? 2 : 1)
    else if (/[^us]s$/.test(word) && vowel.test(word.slice(0, -2))) this.cut(1)
  }

  private pastAndGerund(): void {
    const ending = /(?:eed|eedly|ed|edly|ing|ingly)$/.exec(this.word)?.[0]
    if (ending === undefined) return
    const before = this.word.slice(0, -ending.length)
    if (ending.startsWith('eed')) {
      if (before.length >= this.r1 && !/^(?:proc|exc|succ)$/.test(before)) this.word = before + 'ee'
    } else if (ending === 'ing' && /^[^aeiouy]y$/.test(before)) this.word = before[0] + 'ie'
    else if (ending === 'ing' && /^(?:inn|out|cann|herr|earr|even)$/.test(before)) return
    else if (vowel.test(before)) this.word = this.mended(before)
  }

  /** What is left of `hoping` and `hopping` becomes `hope` and `hop`. */
  private mended(word: string): string {
    if (/(?:at|bl|iz)$/.test(word)) return word + 'e'
    if (doubled.test(word)) return /^[aeo]..$/.test(word) ? word : word.slice(0, -1)
    return word.length <= this.r1 && shortSyllable.test(word) ? word + 'e' : word
  }

  private derived(): void {
    const ending = derivedEnding.exec(this.word)?.[0]
    if (ending === undefined || !this.isIn(this.r1, ending)) return
    const before = this.word.slice(0, -ending.length)
    if (ending === 'ogi' && !before.endsWith('l')) return
    if (ending === 'li' && !/[cdeghkmnrt]$/.test(before)) return
    this.word = before + derivedEndings[ending]
  }

  private shortened(): void {
    const ending = shortenedEnding.exec(this.word)?.[0]
    if (ending === undefined || !this.isIn(ending === 'ative' ? this.r2 : this.r1, ending)) return
    this.word = this.word.slice(0, -ending.length) + shortenedEndings[ending]
  }

  private residual(): void {
    const ending = residualEnding.exec(this.word)?.[0]
    if (ending === undefined || !this.isIn(this.r2, ending)) return
    if (ending === 'ion' && !/[st]ion$/.test(this.word)) return
    this.cut(ending.length)
  }

  private lastLetter(): void {
    const { word } = this
    if (word.endsWith('e')) {
      const isLong = this.isIn(this.r1, 'e') && !shortSyllable.test(word.slice(0, -1))
      if (this.isIn(this.r2, 'e') || isLong) this.cut(1)
    } else if (word.endsWith('ll') && this.isIn(this.r2, 'l')) this.cut(1)
  }

  private isIn(start: number, ending: string): boolean {
    return this.word.length - ending.length >= start
  }

  private cut(letters: number): void {
    this.word = this.word.slice(0, -letters)
  }
}

const derivedEndings: Readonly<Record<string, string>> = {
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  abli: 'able',
  entli: 'ent',
  izer: 'ize',
  ization: 'ize',
  ational: 'ate',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  aliti: 'al',
  alli: 'al',
  fulness: 'ful',
  ousli: 'ous',
  ousness: 'ous',
  iveness: 'ive',
  iviti: 'ive',
  biliti: 'ble',
  bli: 'ble',
  fulli: 'ful',
  lessli: 'less',
  ogi: 'og',
  ogist: 'og',
  li: '',
}

const shortenedEndings: Readonly<Record<string, string>> = {
  ational: 'ate',
  tional: 'tion',
  alize: 'al',
  icate: 'ic',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
  ative: '',
}

// An expression that is tried from the left finds the longest of its endings first.
const derivedEnding = endingsOf(Object.keys(derivedEndings))
const shortenedEnding = endingsOf(Object.keys(shortenedEndings))
const residualEnding = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ism|ate|iti|ous|ive|ize|ion)$/

function endingsOf(endings: readonly string[]): RegExp {
  return new RegExp(`(?:${endings.join('|')})$`)
}
