/** Feature files to scenarios: outlines are expanded, backgrounds put in front, steps told apart. */
import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin'
import { IdGenerator, type PickleStep } from '@cucumber/messages'

export interface Scenario {
  /** The folder below `features`: `clauses/match`. */
  readonly category: string
  /** File, name and, of an outline, the number of the example: `clauses/match/Match1 [2] Matching all nodes`. */
  readonly id: string
  readonly ignored: boolean
  readonly steps: readonly Step[]
}

export type Table = readonly (readonly string[])[]

export type Step =
  | { readonly kind: 'emptyGraph' }
  | { readonly kind: 'namedGraph'; readonly name: string }
  | { readonly kind: 'setUp'; readonly query: string }
  | { readonly kind: 'parameters'; readonly table: Table }
  | { readonly kind: 'procedure'; readonly signature: string; readonly table: Table }
  | { readonly kind: 'query'; readonly query: string; readonly control: boolean }
  | {
      readonly kind: 'result'
      readonly table: Table
      readonly inOrder: boolean
      readonly ignoreListOrder: boolean
    }
  | { readonly kind: 'emptyResult' }
  | ErrorStep
  | { readonly kind: 'sideEffects'; readonly table: Table }

export interface ErrorStep {
  readonly kind: 'error'
  readonly type: string
  readonly phase: string
  readonly detail: string
}

/** The scenarios of one file; `path` is that below `features`, without the extension. */
export function scenariosOf(path: string, text: string): Scenario[] {
  const newId = IdGenerator.incrementing()
  const document = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher()).parse(text)
  const counts = new Map<string, number>()
  return compile(document, path, newId).map((pickle) => {
    const count = (counts.get(pickle.name) ?? 0) + 1
    counts.set(pickle.name, count)
    return {
      category: path.slice(0, path.lastIndexOf('/')),
      id: `${path} ${pickle.name}${pickle.astNodeIds.length > 1 ? ` (${count})` : ''}`,
      ignored: pickle.tags.some(({ name }) => name === '@ignore'),
      steps: pickle.steps.map(stepFrom),
    }
  })
}

interface Arguments {
  readonly groups: readonly string[]
  readonly query: string
  readonly table: Table
}

/** What a step says, exactly, and what it means. */
const forms: readonly (readonly [RegExp, (given: Arguments) => Step])[] = [
  [/^an empty graph$/, () => ({ kind: 'emptyGraph' })],
  [/^any graph$/, () => ({ kind: 'emptyGraph' })],
  [/^the (\S+) graph$/, ({ groups }) => ({ kind: 'namedGraph', name: groups[0]! })],
  [/^having executed:$/, ({ query }) => ({ kind: 'setUp', query })],
  [/^parameters are:$/, ({ table }) => ({ kind: 'parameters', table })],
  [/^there exists a procedure (.+):$/, ({ groups, table }) => ({ kind: 'procedure', signature: groups[0]!, table })],
  [
    /^executing (control )?query:$/,
    ({ groups, query }) => ({ kind: 'query', query, control: groups[0] !== undefined }),
  ],
  [/^the result should be empty$/, () => ({ kind: 'emptyResult' })],
  [
    /^the result should be(?:, (in any order|in order))? ?(\(ignoring element order for lists\))?:$/,
    ({ groups: [order, ignoring], table }) => ({
      kind: 'result',
      table,
      inOrder: order === 'in order',
      ignoreListOrder: ignoring !== undefined,
    }),
  ],
  [
    /^an? (\w+) should be raised at (compile time|runtime|any time): (\S+)$/,
    ({ groups }) => ({ kind: 'error', type: groups[0]!, phase: groups[1]!, detail: groups[2]! }),
  ],
  [/^no side effects$/, () => ({ kind: 'sideEffects', table: [] })],
  [/^the side effects should be:$/, ({ table }) => ({ kind: 'sideEffects', table })],
]

function stepFrom({ text, argument }: PickleStep): Step {
  const table = argument?.dataTable?.rows.map((row) => row.cells.map((cell) => cell.value)) ?? []
  const query = argument?.docString?.content ?? ''
  for (const [form, step] of forms) {
    const found = form.exec(text)
    if (found !== null) return step({ groups: found.slice(1), query, table })
  }
  throw new Error(`there is no such step: ${text}`)
}
