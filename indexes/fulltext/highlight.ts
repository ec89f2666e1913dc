/**
 * The places of a text that a search is about, marked, and the best pieces of a long text around them.
 *
 * The text is analyzed again, which tells for each term the place of the word that it was made of, whatever folding and
 * stemming did to it. A phrase is marked where its words stand together, not each of them anywhere; what a search leaves out
 * (`-sql`) is not marked, nor is the far end of `title:graph` in the text of another field.
 */
import type { Analyzer, Token } from './analysis/analyzer.js'
import { withSource } from './analysis/source.js'
import { forEachWord } from './analysis/word-break.js'
import { forEachPhrase } from './phrase.js'
import type { Lookup, PhraseLookup, SearchField } from './query/resolve.js'

export interface HighlightOptions {
  /** How many pieces at most; 0 gives the whole text as one. */
  readonly fragments?: number | undefined
  /** Of a piece without its marks, in UTF-16 units. A longer word that is found is not cut. */
  readonly size?: number | undefined
  readonly pre?: string | undefined
  readonly post?: string | undefined
  /** Stands where a piece leaves text out. */
  readonly ellipsis?: string | undefined
}

/** From `start` to the place before `end`, in UTF-16 units. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

interface Mark extends Stretch {
  readonly term: string
}

export interface Fragment extends Stretch {
  readonly marks: readonly Stretch[]
}

/** Pieces of the text in its order, marks set; none where nothing is found, unless the whole text is asked for. */
export function highlight(text: string, field: SearchField, lookup: Lookup, options: HighlightOptions = {}): string[] {
  const { fragments = 3, size = 150, pre = '<em>', post = '</em>', ellipsis = '…' } = options
  return fragmentsOf(text, field, lookup, { fragments, size }).map(({ start, end, marks }) => {
    let shown = start > 0 ? ellipsis : ''
    let at = start
    for (const mark of marks) {
      shown += text.slice(at, mark.start) + pre + text.slice(mark.start, mark.end) + post
      at = mark.end
    }
    return shown + text.slice(at, end) + (end < text.length ? ellipsis : '')
  })
}

/** The same as places, for programs that draw the marks themselves. */
export function fragmentsOf(
  text: string,
  { name, analyzer }: SearchField,
  lookup: Lookup,
  { fragments, size }: { fragments: number; size: number },
): Fragment[] {
  const marks = marksOf(text, analyzer, name, lookup)
  if (fragments === 0) return [{ start: 0, end: text.length, marks: joined(marks) }]
  const cores = bestCores(marks, { fragments, size })
  return widened(text, cores, size).map((stretch) => ({
    ...stretch,
    marks: joined(marks.filter(({ start, end }) => start >= stretch.start && end <= stretch.end)),
  }))
}

// ---- what is marked -------------------------------------------------------------------------------------------------

function marksOf(text: string, analyzer: Analyzer, field: string, lookup: Lookup): Mark[] {
  const tokens = analyzer.analyze(text)
  const byTerm = new Map<string, number[]>()
  tokens.forEach(({ term }, i) => {
    const places = byTerm.get(term)
    if (places === undefined) byTerm.set(term, [i])
    else places.push(i)
  })
  const found = new Set<number>()
  collect(lookup, { field, tokens, byTerm, found })
  return [...found].sort((a, b) => a - b).map((i) => tokens[i]!)
}

interface Analyzed {
  readonly field: string
  readonly tokens: readonly Token[]
  /** The tokens of a term, by their index. */
  readonly byTerm: ReadonlyMap<string, readonly number[]>
  readonly found: Set<number>
}

function collect(lookup: Lookup, analyzed: Analyzed): void {
  switch (lookup.kind) {
    case 'boolean':
      for (const part of [...lookup.must, ...lookup.should]) collect(part, analyzed)
      return
    case 'boost':
      collect(lookup.lookup, analyzed)
      return
    case 'all':
    case 'values':
      return
  }
  if (!lookup.fields.includes(analyzed.field)) return
  if (lookup.kind === 'term') addAll(analyzed.byTerm.get(lookup.term) ?? [], analyzed)
  else if (lookup.kind === 'phrase') collectPhrase(lookup, analyzed)
  else for (const [term, places] of analyzed.byTerm) if (lookup.matcher.accepts(term)) addAll(places, analyzed)
}

function addAll(places: readonly number[], { found }: Analyzed): void {
  for (const place of places) found.add(place)
}

function collectPhrase({ terms, slop }: PhraseLookup, { tokens, byTerm, found }: Analyzed): void {
  const positions = new Map(
    terms.map(({ term }) => [term, (byTerm.get(term) ?? []).map((place) => tokens[place]!.position)]),
  )
  const wanted = terms.map(({ term, position }) => ({ positions: positions.get(term)!, offset: position }))
  const together = terms.map(() => new Set<number>())
  forEachPhrase(wanted, slop, (places) => {
    for (const [i, { positions }] of wanted.entries()) together[i]!.add(positions[places[i]!]!)
  })
  // A gram may come twice in a word, and so at one position.
  for (const [i, { term }] of terms.entries())
    for (const place of byTerm.get(term) ?? []) if (together[i]!.has(tokens[place]!.position)) found.add(place)
}

/** Grams of one word lie over each other; they are one mark. */
function joined(marks: readonly Mark[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const { start, end } of [...marks].sort((a, b) => a.start - b.start)) {
    const last = stretches.at(-1)
    if (last === undefined || start >= last.end) stretches.push({ start, end })
    else if (end > last.end) stretches[stretches.length - 1] = { start: last.start, end }
  }
  return stretches
}

// ---- which pieces ---------------------------------------------------------------------------------------------------

/** The runs of marks that fit into a piece, best first: most different terms, then most marks, then what comes first. */
function bestCores(marks: readonly Mark[], { fragments, size }: { fragments: number; size: number }): Stretch[] {
  const cores: Stretch[] = []
  let left = marks
  while (cores.length < fragments && left.length > 0) {
    const core = bestCore(left, size)
    cores.push(core)
    left = left.filter(({ start, end }) => end <= core.start || start >= core.end)
  }
  return cores.sort((a, b) => a.start - b.start)
}

function bestCore(marks: readonly Mark[], size: number): Stretch {
  let best: Stretch = marks[0]!
  let bestScore = 0
  for (const [first, { start }] of marks.entries()) {
    const terms = new Set<string>()
    let count = 0
    let coreEnd = start
    // The first mark is in, however long it is.
    for (const { term, end } of marks.slice(first, first + size)) {
      if (count > 0 && end - start > size) break
      terms.add(term)
      coreEnd = Math.max(coreEnd, end)
      count++
    }
    // No piece has as many marks as a term counts for.
    const score = terms.size * (size + 1) + count
    if (score > bestScore) [best, bestScore] = [{ start, end: coreEnd }, score]
  }
  return best
}

/** Text around each core, half on either side, in whole words, and none of it twice. */
function widened(text: string, cores: readonly Stretch[], size: number): Stretch[] {
  const words: Stretch[] = []
  withSource(text, (source) => forEachWord(source, (start, end) => words.push({ start, end })))
  let floor = 0
  return cores.map((core, i) => {
    const room = Math.max(0, size - (core.end - core.start))
    // Near the end of the text there is more before the core.
    const first = Math.max(floor, Math.min(core.start - (room >> 1), text.length - size))
    const start = first === 0 ? 0 : Math.min(core.start, words.find((word) => word.start >= first)?.start ?? core.start)
    const last = Math.max(core.end, Math.min(cores[i + 1]?.start ?? text.length, start + size))
    const end = last === text.length ? last : Math.max(core.end, words.findLast((word) => word.end <= last)?.end ?? 0)
    floor = end
    return { start, end }
  })
}
