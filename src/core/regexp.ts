/**
 * I-Regexp (RFC 9485): what `match` and `search` of JSONPath take, and searches for terms. Read by its grammar and run as a
 * set of states, so that the time is the length of the text times the size of the pattern. JavaScript's own expressions
 * take exponential time for `(a*)*b`, and a pattern may come out of a document. They still decide what one character class
 * holds: a class means there what it means here.
 *
 *   a|b  (ab)  a* a+ a?  a{2} a{2,} a{2,5}     .   any character but line feed and carriage return
 *   [a-z] [^a-z]  \p{Lu} \P{L}                 \. \* \\ \n \r \t and the other signs
 *   ^ $  the ends of the text, as RFC 9485, 5.3 maps them to JavaScript
 *
 * A program is a list of instructions; `a*b` becomes
 *
 *   0 split 1 3     1 test a     2 split 0     3 test b     4 accept
 *
 * and a run keeps the set of instructions that it may stand at after each character. Characters are code points.
 * Source: Thompson 1968; Pike's program form after Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009.
 */
import assert from 'node:assert'
import { DatabaseError } from './errors.js'

type Test = (codePoint: number) => boolean

/** One character. What passes lies from `least` to `most`. */
interface Character {
  readonly kind: 'test'
  readonly test: Test
  readonly least: number
  readonly most: number
}

type Instruction =
  | Character
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'start' | 'end' | 'accept' }

export type Regexp = readonly Instruction[]

/** Counts what a run costs, and throws when it is too much. */
interface Budget {
  spend(steps: number): void
}

/** The instructions at which a run may stand between two characters. */
export type States = ReadonlySet<number>

/** `a{1000}{1000}` would have a million instructions. */
const instructionsMax = 10_000
/** In UTF-16 units. */
const patternLengthMax = 65_536
const keptMax = 64
/** How far a class is looked through for its next member, which keeps the price of a large gap small. */
const classStep = 128
const codePointMax = 0x10ffff
const nestingMax = 100

const kept = new Map<string, Regexp | undefined>()

/** The program of a pattern; undefined when it is no I-Regexp. Throws LIMIT_EXCEEDED for one that is too large. */
export function regexpOf(pattern: string): Regexp | undefined {
  if (kept.has(pattern)) return kept.get(pattern)
  const regexp = compile(pattern)
  if (kept.size === keptMax) kept.clear()
  kept.set(pattern, regexp)
  return regexp
}

/** Whether the whole text matches. */
export function matchesWhole(regexp: Regexp, text: string, budget: Budget): boolean {
  return run(regexp, text, { budget, whole: true })
}

/** Whether some part of the text matches, if only an empty one. */
export function searches(regexp: Regexp, text: string, budget: Budget): boolean {
  return run(regexp, text, { budget, whole: false })
}

// ---- stepping -------------------------------------------------------------------------------------------------------

/** Before the first character. */
export function firstStates(regexp: Regexp): States {
  const states = new Set<number>()
  enter(regexp, 0, { states, atStart: true, atEnd: false })
  return states
}

/** Empty where no text that goes on so matches as a whole. */
export function statesAfter(regexp: Regexp, states: States, codePoint: number): States {
  return after(regexp, states, { codePoint, atEnd: false })
}

/** Whether the text so far matches as a whole; `atStart`: it is empty. */
export function isMatch(regexp: Regexp, states: States, { atStart }: { atStart: boolean }): boolean {
  const ended = new Set<number>()
  for (const state of states) enter(regexp, state, { states: ended, atStart, atEnd: true })
  return ended.has(regexp.length - 1)
}

/** A code point, from `from` on, before which none leads on; undefined where none does. */
export function leastStep(regexp: Regexp, states: States, from: number): number | undefined {
  let least: number | undefined
  for (const state of states) {
    const instruction = regexp[state]!
    if (instruction.kind !== 'test' || from > instruction.most) continue
    const end = Math.min(from + classStep, codePointMax + 1, least ?? Number.POSITIVE_INFINITY)
    let at = Math.max(from, instruction.least)
    while (at < end && !instruction.test(at)) at++
    if (at <= codePointMax && (least === undefined || at < least)) least = at
  }
  return least
}

// ---- running --------------------------------------------------------------------------------------------------------

function run(regexp: Regexp, text: string, { budget, whole }: { budget: Budget; whole: boolean }): boolean {
  let states = new Set<number>()
  const accept = regexp.length - 1
  for (let at = 0; ; ) {
    if (at === 0 || !whole) enter(regexp, 0, { states, atStart: at === 0, atEnd: at === text.length })
    budget.spend(states.size + 1)
    if (states.has(accept) && (!whole || at === text.length)) return true
    if (at === text.length || (states.size === 0 && whole)) return false
    const codePoint = text.codePointAt(at)!
    at += codePoint > 0xffff ? 2 : 1
    states = after(regexp, states, { codePoint, atEnd: at === text.length })
  }
}

function after(regexp: Regexp, states: States, here: { codePoint: number; atEnd: boolean }): Set<number> {
  const next = new Set<number>()
  for (const state of states) {
    const instruction = regexp[state]!
    if (instruction.kind === 'test' && instruction.test(here.codePoint))
      enter(regexp, state + 1, { states: next, atStart: false, atEnd: here.atEnd })
  }
  return next
}

/** Adds an instruction, and those it leads to without reading. */
function enter(
  regexp: Regexp,
  first: number,
  { states, atStart, atEnd }: { states: Set<number>; atStart: boolean; atEnd: boolean },
): void {
  const open = [first]
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (states.has(state)) continue
    states.add(state)
    const instruction = regexp[state]!
    if (instruction.kind === 'split') open.push(...instruction.to)
    else if ((instruction.kind === 'start' && atStart) || (instruction.kind === 'end' && atEnd)) open.push(state + 1)
  }
}

// ---- reading --------------------------------------------------------------------------------------------------------

type Node =
  | Character
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }

/** What the grammar has no rule for; it never leaves this file. */
class NoRegexp extends Error {}

function compile(pattern: string): Regexp | undefined {
  if (pattern.length > patternLengthMax)
    throw tooLarge(`a regular expression has at most ${patternLengthMax} characters`, patternLengthMax)
  try {
    const program: Instruction[] = []
    emit(new Reader(pattern).read(), program)
    program.push({ kind: 'accept' })
    return program
  } catch (error) {
    if (error instanceof NoRegexp) return undefined
    throw error
  }
}

const normal = /[^.?*+()[\\\]{|}\u{D800}-\u{DFFF}]/uy
const escapedSign = /\\[-()*+.?[\\\]^nrt{|}]/uy
const categoryName = '(?:L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|Z[lps]?|S[ckmo]?|C[cfno]?)'
const category = new RegExp(`\\\\[pP]\\{${categoryName}\\}`, 'uy')
const member = '(?:[^\\-[\\\\\\]\\u{D800}-\\u{DFFF}]|\\\\[-()*+.?[\\\\\\]^nrt{|}])'
const characterClass = new RegExp(
  `\\[\\^?(?:-|${member}(?:-${member})?|\\\\[pP]\\{${categoryName}\\})(?:${member}(?:-${member})?|\\\\[pP]\\{${categoryName}\\})*-?\\]`,
  'uy',
)
const quantifier = /[*+?]|\{([0-9]+)(?:(,)([0-9]*))?\}/y

const escaped: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

class Reader {
  private at = 0
  private depth = 0

  constructor(private readonly pattern: string) {}

  read(): Node {
    const node = this.choice()
    if (this.at < this.pattern.length) throw new NoRegexp()
    return node
  }

  private choice(): Node {
    const parts: Node[] = []
    do parts.push(this.sequence())
    while (this.take('|'))
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts }
  }

  private sequence(): Node {
    const parts: Node[] = []
    for (let part = this.piece(); part !== undefined; part = this.piece()) parts.push(part)
    return { kind: 'sequence', parts }
  }

  private piece(): Node | undefined {
    if (this.take('^')) return { kind: 'start' }
    if (this.take('$')) return { kind: 'end' }
    const part = this.atom()
    return part === undefined ? undefined : this.quantified(part)
  }

  private atom(): Node | undefined {
    if (this.take('(')) return this.group()
    if (this.take('.')) return anyOf((codePoint) => codePoint !== 10 && codePoint !== 13)
    const plain = this.find(normal)
    if (plain !== undefined) return literal(plain[0])
    const sign = this.find(escapedSign)
    if (sign !== undefined) return literal(escaped[sign[0][1]!] ?? sign[0][1]!)
    const found = this.find(category) ?? this.find(characterClass)
    return found === undefined ? undefined : anyOf(classTest(found[0]))
  }

  private group(): Node {
    if (++this.depth > nestingMax) throw tooLarge(`groups nest at most ${nestingMax} deep`, nestingMax)
    const node = this.choice()
    if (!this.take(')')) throw new NoRegexp()
    this.depth--
    return node
  }

  private quantified(part: Node): Node {
    const found = this.find(quantifier)
    if (found === undefined) return part
    const [written, least, comma, most] = found
    if (written === '*') return { kind: 'repeat', part, min: 0, max: Number.POSITIVE_INFINITY }
    if (written === '+') return { kind: 'repeat', part, min: 1, max: Number.POSITIVE_INFINITY }
    if (written === '?') return { kind: 'repeat', part, min: 0, max: 1 }
    const min = Number(least)
    const max = comma === undefined ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most)
    if (max < min) throw new NoRegexp()
    return { kind: 'repeat', part, min, max }
  }

  private take(sign: string): boolean {
    if (this.pattern[this.at] !== sign) return false
    this.at++
    return true
  }

  private find(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    const found = expression.exec(this.pattern) ?? undefined
    this.at += found?.[0].length ?? 0
    return found
  }
}

function literal(character: string): Node {
  const sought = character.codePointAt(0)!
  return { kind: 'test', test: (codePoint) => codePoint === sought, least: sought, most: sought }
}

function anyOf(test: Test): Character {
  return { kind: 'test', test, least: 0, most: codePointMax }
}

function classTest(written: string): Test {
  try {
    const expression = new RegExp(written, 'u')
    return (codePoint) => expression.test(String.fromCodePoint(codePoint))
  } catch {
    // A range whose end lies before its start.
    throw new NoRegexp()
  }
}

// ---- compiling ------------------------------------------------------------------------------------------------------

function emit(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case 'sequence':
      for (const part of node.parts) emit(part, program)
      return
    case 'choice':
      emitChoice(node.parts, program)
      return
    case 'repeat':
      emitRepeat(node, program)
      return
    default:
      push(program, node)
  }
}

/** Gives the place of the instruction. */
function push(program: Instruction[], instruction: Instruction): number {
  if (program.length === instructionsMax)
    throw tooLarge(
      `a regular expression, its repetitions written out, has at most ${instructionsMax} parts`,
      instructionsMax,
    )
  return program.push(instruction) - 1
}

function jump(program: Instruction[], place: number, to: readonly number[]): void {
  assert(place < program.length)
  program[place] = { kind: 'split', to }
}

function hole(program: Instruction[]): number {
  return push(program, { kind: 'split', to: [] })
}

function emitChoice(parts: readonly Node[], program: Instruction[]): void {
  const start = hole(program)
  const begins: number[] = []
  const ends: number[] = []
  for (const part of parts) {
    begins.push(program.length)
    emit(part, program)
    ends.push(hole(program))
  }
  jump(program, start, begins)
  for (const end of ends) jump(program, end, [program.length])
}

function emitRepeat({ part, min, max }: Node & { kind: 'repeat' }, program: Instruction[]): void {
  for (let i = 0; i < min; i++) {
    const before = program.length
    emit(part, program)
    // What reads nothing is the same however often it comes, and would be counted to without end.
    if (program.length === before) return
  }
  if (max === Number.POSITIVE_INFINITY) {
    const start = hole(program)
    emit(part, program)
    jump(program, hole(program), [start])
    jump(program, start, [start + 1, program.length])
    return
  }
  const skips: number[] = []
  for (let i = min; i < max; i++) {
    skips.push(hole(program))
    emit(part, program)
  }
  for (const skip of skips) jump(program, skip, [skip + 1, program.length])
}

function tooLarge(message: string, max: number): DatabaseError {
  return new DatabaseError('LIMIT_EXCEEDED', message, { limit: max })
}
