/**
 * Completes the word before the cursor by what may stand there: commands where a line starts, parameters after `$`,
 * labels and types after `:`, property keys after `.` and in braces, and keywords, functions and variables elsewhere.
 * The place is told by what was typed before it, not by the grammar, which has no use for half a statement.
 */
import { functionNames } from '../../query/functions/registry.js'
import { aggregateNames } from '../../query/semantics/aggregates.js'
import { keywords } from '../../query/syntax/words.js'
import type { Names } from './database.js'

export interface CompletionContext {
  readonly names: Names
  readonly parameters: readonly string[]
  readonly commands: readonly string[]
  /** What can stand behind a command. */
  readonly argumentsOf: (command: string) => readonly string[]
}

/** What may replace the word, and the word. */
export type Completion = readonly [candidates: string[], word: string]

/** `before` is the open statement up to the cursor. */
export function complete(before: string, context: CompletionContext): Completion {
  const [word] = /[\p{ID_Continue}`]*$/u.exec(before)!
  const rest = before.slice(0, before.length - word.length)
  return isCommand(before) ? commandCompletion(before, context) : [candidatesFor(word, rest, context), word]
}

function isCommand(before: string): boolean {
  return /^\s*:/.test(before)
}

function commandCompletion(before: string, { commands, argumentsOf }: CompletionContext): Completion {
  const [command, ...words] = before.trimStart().split(/\s+/)
  if (words.length === 0) return [starting(command!, commands), command!]
  const word = words.at(-1)!
  return [starting(word, argumentsOf(command!)), word]
}

function candidatesFor(word: string, before: string, { names, parameters }: CompletionContext): string[] {
  if (before.endsWith('$')) return starting(word, parameters)
  // A colon in a map stands before a value; the bracket that is open tells the two apart.
  const bracket = openBracket(before)
  if (/[:|&]\s*$/.test(before) && bracket !== '{')
    return startingNames(word, bracket === '[' ? names.types : names.labels)
  if (/(?:[\p{ID_Start}_][\p{ID_Continue}]*|[\])`])\.$/u.test(before)) return startingNames(word, names.properties)
  if (bracket === '{' && /[{,]\s*$/.test(before)) return startingNames(word, names.properties)
  return wordsFor(word, before)
}

/** Nothing is offered before a letter is typed: there are hundreds. */
function wordsFor(word: string, before: string): string[] {
  if (word === '') return []
  const isLower = word === word.toLowerCase()
  const known = keywords.slice(1).map((keyword) => (isLower ? keyword.toLowerCase() : keyword))
  const functions = [...functionNames(), ...aggregateNames].map((name) => `${name}(`)
  return starting(word, [...known, ...functions, ...variablesIn(before)])
}

function variablesIn(before: string): string[] {
  const found = before.matchAll(
    /[([]\s*([\p{ID_Start}_][\p{ID_Continue}]*)|\bAS\s+([\p{ID_Start}_][\p{ID_Continue}]*)/giu,
  )
  return Array.from(found, ([, bound, alias]) => (bound ?? alias)!)
}

/** The innermost bracket that is open at the end. */
function openBracket(text: string): string | undefined {
  const open: string[] = []
  for (const [sign] of text.matchAll(/[([{}\])]/g)) {
    if ('([{'.includes(sign)) open.push(sign)
    else open.pop()
  }
  return open.at(-1)
}

/** Names that need back quotes have them; they are found with the quote or without a letter. */
function startingNames(word: string, names: readonly string[]): string[] {
  const plain = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u
  return starting(
    word,
    names.map((name) => (plain.test(name) ? name : `\`${name.replaceAll('`', '``')}\``)),
  )
}

function starting(word: string, candidates: readonly string[]): string[] {
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(word)).sort()
}
