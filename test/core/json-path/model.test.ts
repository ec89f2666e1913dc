/**
 * Paths and regular expressions against plain ones: paths segment by segment over whole lists, as RFC 9535 words it, and
 * I-Regexp by the mapping to JavaScript of RFC 9485, 5.3. The same comparison finds the faults planted below.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Budget } from '../../../src/core/json-path/budget.js'
import { visitMatches } from '../../../src/core/json-path/evaluate.js'
import { normalizedPath } from '../../../src/core/json-path/normalized.js'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import type { JsonTree, Step } from '../../../src/core/json-path/tree.js'
import { matchesWhole, regexpOf, searches } from '../../../src/core/regexp.js'
import { plainTree } from './support.js'

// ---- paths ----------------------------------------------------------------------------------------------------------

interface Node {
  readonly steps: readonly Step[]
  readonly value: unknown
}

interface ModelSelector {
  readonly text: string
  readonly select: (node: Node) => Node[]
}

function children({ steps, value }: Node): Node[] {
  if (Array.isArray(value)) return value.map((item, i) => ({ steps: [...steps, i], value: item }))
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).map(([name, item]) => ({ steps: [...steps, name], value: item }))
}

const withAll = (node: Node): Node[] => [node, ...children(node).flatMap(withAll)]
const last = ({ steps }: Node) => steps.at(-1)

/** As the standard's own program has it: every index from the one bound to the other. */
function sliced(node: Node, [start, end, step]: readonly (number | undefined)[]): Node[] {
  if (!Array.isArray(node.value) || step === 0) return []
  const items = children(node)
  const indexes = items.map((_, i) => i)
  const at = (index: number) => (index < 0 ? items.length + index : index)
  const forward = (step ?? 1) > 0
  const kept = indexes.filter((i) =>
    forward
      ? i >= at(start ?? 0) && i < (end === undefined ? items.length : at(end))
      : (start === undefined || i <= at(start)) && (end === undefined || i > at(end)),
  )
  const ordered = forward ? kept : kept.reverse()
  return ordered.filter((_, i) => i % Math.abs(step ?? 1) === 0).map((i) => items[i]!)
}

const name = fc.constantFrom('a', 'b', "it's")
const bound = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined })
const selector: fc.Arbitrary<ModelSelector> = fc.oneof(
  fc.constant({ text: '*', select: children }),
  name.map((sought) => ({
    text: JSON.stringify(sought),
    select: (node: Node) => children(node).filter((child) => last(child) === sought),
  })),
  fc.integer({ min: -3, max: 3 }).map((index) => ({
    text: String(index),
    select: (node: Node) =>
      (Array.isArray(node.value) ? children(node).slice(index).slice(0, 1) : []).filter(
        (child) => last(child) === index || (index < 0 && last(child) === (node.value as unknown[]).length + index),
      ),
  })),
  fc.tuple(bound, bound, bound).map((bounds) => ({
    text: `${bounds[0] ?? ''}:${bounds[1] ?? ''}:${bounds[2] ?? ''}`,
    select: (node: Node) => sliced(node, bounds),
  })),
  name.map((sought) => ({
    text: `?@[${JSON.stringify(sought)}]`,
    select: (node: Node) => children(node).filter((child) => children(child).some((inner) => last(inner) === sought)),
  })),
)
const segment = fc.record({ descendant: fc.boolean(), selectors: fc.array(selector, { minLength: 1, maxLength: 3 }) })
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 1, 'x'),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(name, tie('document'), { maxKeys: 3 }),
  ),
}))

/** A document and a path for which the places found in `tree` are not those of the model. */
function pathDisagreement(tree: JsonTree<unknown>): unknown {
  const agrees = fc.property(document, fc.array(segment, { maxLength: 3 }), (root, segments) => {
    const text = `$${segments.map(({ descendant, selectors }) => `${descendant ? '..' : ''}[${selectors.map((each) => each.text).join()}]`).join('')}`
    const found: string[] = []
    visitMatches(parseJsonPath(text), { tree, root }, (_value, steps) => found.push(normalizedPath(steps)) === 0)
    let nodes: Node[] = [{ steps: [], value: root }]
    for (const { descendant, selectors } of segments)
      nodes = (descendant ? nodes.flatMap(withAll) : nodes).flatMap((node) =>
        selectors.flatMap((each) => each.select(node)),
      )
    return JSON.stringify(found) === JSON.stringify(nodes.map(({ steps }) => normalizedPath(steps)))
  })
  return fc.check(agrees, { numRuns: 2_000 }).counterexample
}

test('paths find what the model finds, at the same places and in the same order', () => {
  expect(pathDisagreement(plainTree)).toBeNull()
})

test.each<[string, Partial<JsonTree<unknown>>]>([
  ['members in another order', { membersOf: (value) => Object.entries(value as object).reverse() }],
  ['an array without its last element', { sizeOf: (value) => Math.max(0, Object.keys(value as object).length - 1) }],
  ['members that are not found by name', { memberOf: () => undefined }],
])('the comparison finds a fault: %s', (_fault, broken) => {
  expect(pathDisagreement({ ...plainTree, ...broken })).not.toBeNull()
})

// ---- regular expressions --------------------------------------------------------------------------------------------

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '[a-b\\-]',
  '\\.',
  '\\n',
  '\\p{L}',
  '\\P{Lu}',
  '😀',
  '^',
  '$',
)
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}'))
      .map(([a, times]) => `(${a})${times}`),
  ),
}))
const text = fc.array(fc.constantFrom('a', 'b', 'A', '.', '-', '\n', '\r', '\u2028', '😀'), { maxLength: 8 })

const dot = /\\.|\[[^\]]*\]|\./gsu
const inJavaScript = (written: string) => written.replace(dot, (found) => (found === '.' ? '[^\\n\\r]' : found))

/** A pattern and a text for which the mapping to JavaScript says something else than we do. */
function regexpDisagreement(mapping: (pattern: string) => string): unknown {
  const agrees = fc.property(pattern, text, (written, signs) => {
    const regexp = regexpOf(written)!
    const sought = signs.join('')
    const whole = new RegExp(`^(?:${mapping(written)})$`, 'u').test(sought)
    const part = new RegExp(mapping(written), 'u').test(sought)
    return matchesWhole(regexp, sought, new Budget()) === whole && searches(regexp, sought, new Budget()) === part
  })
  return fc.check(agrees, { numRuns: 5_000 }).counterexample
}

test('regular expressions match what their mapping to JavaScript matches', () => {
  expect(regexpDisagreement(inJavaScript)).toBeNull()
})

test.each<[string, (pattern: string) => string]>([
  ['a dot as JavaScript has it', (written) => written],
  ['one repetition too many', (written) => inJavaScript(written).replaceAll('{2}', '{3}')],
  ['an end that is not one', (written) => inJavaScript(written).replaceAll('$', '')],
])('the comparison finds a fault: %s', (_fault, mapping) => {
  expect(regexpDisagreement(mapping)).not.toBeNull()
})

test.each([
  '(',
  ')',
  '*',
  'a**',
  'a{2',
  'a{,2}',
  'a{3,2}',
  '[',
  '[]',
  '[b-a]',
  '\\d',
  '\\w',
  '\\b',
  '(?:a)',
  '(?=a)',
  'a*?',
  '\\p{Greek}',
  '\\1',
  '{',
  '\ud800',
])('%s is no I-Regexp', (written) => expect(regexpOf(written)).toBeUndefined())
