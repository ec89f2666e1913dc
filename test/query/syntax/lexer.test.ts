import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { analyze } from '../../../query/semantics/analyze.js'
import type { Statement } from '../../../query/syntax/ast.js'
import { liftedName } from '../../../query/syntax/build.js'
import { type NormalizedText, normalize } from '../../../query/syntax/lexer.js'
import { ListReader } from '../../../query/syntax/literals.js'
import { parse } from '../../../query/syntax/parse.js'
import { Tokens } from '../../../query/syntax/tokens.js'
import { findKeyword, keywords } from '../../../query/syntax/words.js'
import { Float, type PropertyValue } from '../../../src/core/value.js'

/** A key that can be read: ‹i›, ‹f›, ‹s› and ‹l› for an INTEGER, a FLOAT, a STRING and a LIST; ‹l›‹of b› has BOOLEANs. */
function keyOf(text: string): string {
  return normalize(text)
    .key.replace(/[\u0091-\u0094]/g, (sign) => `‹${'ifsl'[sign.charCodeAt(0) - 0x91]}›`)
    .replace(/[\u0097-\u009a]/g, (sign) => `‹of ${'ifsb'[sign.charCodeAt(0) - 0x97]}›`)
}

describe('literals become parts of the key by their kind', () => {
  test.each([
    ["MATCH (n {name: 'Ann'}) WHERE n.age > 30", 'MATCH (n {name: ‹s›}) WHERE n.age > ‹i›'],
    ['CREATE (n {x: 1.5, y: -2})', 'CREATE (n {x: ‹f›, y: -‹i›})'],
    ['MATCH (n) WHERE n.x = true OR n.y = null', 'MATCH (n) WHERE n.x = true OR n.y = null'],
    ['UNWIND [{a: 1}, {a: 2}] AS row', 'UNWIND ‹l› AS row'],
    ['MATCH (n) WHERE n.x IN [1, -2, 3]', 'MATCH (n) WHERE n.x IN ‹l›‹of i›'],
    ['MATCH (n) WHERE n.x IN [null, true]', 'MATCH (n) WHERE n.x IN ‹l›‹of b›'],
    ["MATCH (n) WHERE n.x IN [1, 'a']", 'MATCH (n) WHERE n.x IN ‹l›'],
    ['MATCH (n) WHERE n.x IN [1, m.y]', 'MATCH (n) WHERE n.x IN [‹i›, m.y]'],
    ['UNWIND [[1], [2, a]] AS x', 'UNWIND [[‹i›], [‹i›, a]] AS x'],
    ['MATCH ()-[]->() WHERE n.list[0] = 1', 'MATCH ()-[]->() WHERE n.list[‹i›] = ‹i›'],
  ])('%s', (text, key) => {
    expect(keyOf(text)).toBe(key)
  })
})

describe('what shapes a plan or names a column stays in the key', () => {
  test.each([
    'MATCH (a)-[r:T*1..3]->(b)',
    'MATCH (a)-[*2]-(b)',
    'RETURN n.x + 1, "a"',
    'RETURN n SKIP 5 LIMIT 10',
    'RETURN n ORDER BY n.x + 1',
    'RETURN [1, 2]',
    'CREATE INDEX i FOR (n:L) ON (n.a)',
    'CREATE CONSTRAINT c FOR (n:L) REQUIRE n.a IS UNIQUE',
    'DROP INDEX i IF EXISTS',
    'SHOW INDEXES WHERE name = 1',
  ])('%s', (text) => {
    expect(normalize(text)).toEqual({ key: text, literals: [] })
  })

  test.each([
    ['an item with AS is lifted', 'RETURN n.x + 1 AS y, n.x + 2', 'RETURN n.x + ‹i› AS y, n.x + 2'],
    [
      'lengths of paths stay, properties of their relationships do not',
      'MATCH ()-[*1..2 {x: 3}]-()',
      'MATCH ()-[*1..2 {x: ‹i›}]-()',
    ],
    [
      'a list within the brackets of a relationship stays whole',
      'MATCH ()-[r WHERE r.x IN [1]]-()',
      'MATCH ()-[r WHERE r.x IN [1]]-()',
    ],
    ['WHERE after LIMIT is lifted again', 'WITH n LIMIT 3 WHERE n.x = 1', 'WITH n LIMIT 3 WHERE n.x = ‹i›'],
    ['STARTS WITH opens no items', "MATCH (n) WHERE n.x STARTS WITH 'a'", 'MATCH (n) WHERE n.x STARTS WITH ‹s›'],
    [
      'an item ends with its clause',
      'WITH 1 AS x MATCH (n {a: 2}) RETURN 3',
      'WITH ‹i› AS x MATCH (n {a: ‹i›}) RETURN 3',
    ],
    [
      'a query within an item has items of its own',
      'RETURN EXISTS { MATCH (n {x: 1}) RETURN 2 } AS y',
      'RETURN EXISTS { MATCH (n {x: ‹i›}) RETURN 2 } AS y',
    ],
    [
      'without AS nothing within the item is lifted',
      'RETURN EXISTS { MATCH (n {x: 1}) }',
      'RETURN EXISTS { MATCH (n {x: 1}) }',
    ],
    ['CREATE of a named path is no DDL', 'CREATE p = (n {x: 1})', 'CREATE p = (n {x: ‹i›})'],
    ['EXPLAIN stands before a query', 'EXPLAIN MATCH (n {x: 1})', 'EXPLAIN MATCH (n {x: ‹i›})'],
    ['keywords as names mean nothing', 'MATCH (n:Limit) WHERE n.skip = 1', 'MATCH (n:Limit) WHERE n.skip = ‹i›'],
  ])('%s', (_rule, text, key) => {
    expect(keyOf(text)).toBe(key)
  })
})

/** The tree with the values put back where the lifted parameters stand. */
function withValues(statement: Statement, { literals }: NormalizedText): unknown {
  const values = new Map(literals.map(({ value }, i) => [liftedName(i), value]))
  const restore = (part: unknown): unknown => {
    if (part instanceof Map || part instanceof Float || typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) return part.map(restore)
    const { kind, at, name } = part as { kind?: string; at: number; name: string }
    if (kind === 'parameter' && values.has(name)) return { kind: 'literal', at, value: values.get(name) }
    const restored = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, restore(value)]))
    // A minus before a number is a part of the literal, and before a lifted one an operator.
    const operand = restored.operand as { kind: string; value: number | Float } | undefined
    if (restored.operator !== 'negate' || operand?.kind !== 'literal') return restored
    const { value } = operand
    return { kind: 'literal', at, value: value instanceof Float ? new Float(-value.value) : 0 - value }
  }
  return restore(statement)
}

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`
const literal: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.nat().map(String),
    fc.double({ min: 0, noNaN: true, max: 1e6 }).map((value) => `${value.toFixed(3)}`),
    fc.string().map(quoted),
    fc.constantFrom('true', 'null', '[]', '[-1]'),
    fc.array(tie('value')).map((items) => `[${items.join(', ')}]`),
    tie('value').map((value) => `[{key: ${value}}]`),
  ),
})).value

const templates = [
  (a: string, b: string) => `MATCH (n {x: ${a}})-[r:T*1..2 {y: ${b}}]->() RETURN n.x`,
  (a: string, b: string) => `WITH ${a} AS x, n.list[${b}] AS y WHERE x = ${b} RETURN x, ${a}, y AS ${'`AS`'} LIMIT 3`,
  (a: string, b: string) => `UNWIND ${a} AS x // ${b}\nCREATE (:L {x: x, y: [${b}, x]}) SET x.y = ${a}`,
  (a: string, b: string) => `MATCH ()-[r WHERE r.x IN ${a}]->() RETURN [${b}] AS x ORDER BY ${a} LIMIT ${b}`,
  (a: string, b: string) => `RETURN CASE WHEN ${a} IN ${b} THEN {a: ${a}} ELSE ${b} END AS x, [y IN ${a} | ${b}] AS z`,
]

test('parsing with lifted literals gives the same tree, with a parameter for each', () => {
  fc.assert(
    fc.property(fc.constantFrom(...templates), literal, literal, (template, a, b) => {
      const text = template(a, b)
      const normalized = normalize(text)
      const lifted = parse(text, { lifted: normalized.literals })
      expect(withValues(lifted, normalized)).toEqual(parse(text))
    }),
  )
})

test('texts of one key differ in nothing but the values of the literals', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...templates),
      fc.array(literal, { minLength: 4, maxLength: 4 }),
      (template, values) => {
        const [first, second] = [template(values[0]!, values[1]!), template(values[2]!, values[3]!)]
        const [one, other] = [normalize(first), normalize(second)]
        if (one.key !== other.key) return
        const shapes = [parse(first, { lifted: one.literals }), parse(second, { lifted: other.literals })]
        const [a, b] = shapes.map((shape) =>
          JSON.stringify(shape, (name, part) => (name === 'at' || name === 'text' ? 0 : part)),
        )
        expect(a).toBe(b)
      },
    ),
  )
})

test('a lifted parameter has the type of its literal', () => {
  const text = "UNWIND [1] AS x WITH x, 1 AS i, 1.5 AS f, 'a' AS s WHERE x = $user RETURN x"
  const { literals } = normalize(text)
  const bound = analyze(parse(text, { lifted: literals }), { text })
  if (bound.kind !== 'query') throw new Error('a query expected')
  expect(bound.parameters).toEqual(['#0', '#1', '#2', '#3', 'user'])
  const types = new Map(bound.slots.map(({ name, type }) => [name, type]))
  expect([...'ifs'].map((name) => types.get(name))).toEqual(['integer', 'float', 'string'])
})

test.each([
  ['\\u00e9', 'é'],
  ['\\u00E9', 'é'],
  ['\\U0001f600', '\u{1f600}'],
  ['\\u0001f600', '\u0001f600'],
  ['\\ud83d\\ude00', '\u{1f600}'],
  ["\\\\ \\' \\n", "\\ ' \n"],
])('the string %s has its characters', (written, text) => {
  expect(normalize(`WITH '${written}' AS x RETURN x`).literals.map(({ value }) => value)).toEqual([text])
})

test('the values of lifted literals are read as Cypher has them', () => {
  const { literals } = normalize(`CREATE ({a: 0x10, b: 1e2, c: 'it\\'s', d: [1, {x: -1.5}]})`)
  const expected: PropertyValue[] = [16, new Float(100), "it's", [1, new Map([['x', new Float(-1.5)]])]]
  expect(literals.map(({ value }) => value)).toEqual(expected)
})

describe('a list that fails at its end, ninety lists deep', () => {
  const depth = 90
  const text = `UNWIND ${'['.repeat(depth)}${'1, '.repeat(1000)}a${']'.repeat(depth)} AS x RETURN x`
  const original = ListReader.prototype.read

  /** How many signs of the text are looked at, counted instead of timed. */
  function looks(read: ListReader['read']): number {
    const sign = vi.spyOn(Tokens.prototype, 'isSign')
    const lists = vi.spyOn(ListReader.prototype, 'read').mockImplementation(read)
    normalize(text)
    const count = sign.mock.calls.length
    sign.mockRestore()
    lists.mockRestore()
    return count
  }

  test('is read once', () => {
    expect(looks(original)).toBeLessThan(20 * text.length)
  })

  test('would be read once for each list if the place where it failed were forgotten', () => {
    const forgetful: ListReader['read'] = function (this: ListReader, i) {
      Object.assign(this, { failedAt: -1 })
      return original.call(this, i)
    }
    expect(looks(forgetful)).toBeGreaterThan(20 * text.length)
  })
})

test('keywords are found in any case, and nothing else is', () => {
  const word = fc.oneof(fc.constantFrom(...keywords.slice(1)), fc.stringMatching(/^[A-Za-z_0-9]{1,12}$/))
  fc.assert(
    fc.property(word, fc.array(fc.boolean()), (text, lower) => {
      const mixed = [...text].map((letter, i) => (lower[i] ? letter.toLowerCase() : letter)).join('')
      const number = findKeyword(` ${mixed} `, 1, mixed.length + 1)
      expect(keywords[number]).toBe(keywords.includes(mixed.toUpperCase()) ? mixed.toUpperCase() : '')
    }),
  )
})
