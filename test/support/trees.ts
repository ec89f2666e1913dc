/** Generator of syntax trees as the parser makes them, places aside: for tests of what prints and reads them. */
import fc from 'fast-check'
import type * as ast from '../../query/syntax/ast.js'
import { keywords } from '../../query/syntax/words.js'
import { propertyTypes } from '../../src/core/change.js'
import { Float, integerMax, integerMin, toInteger } from '../../src/core/value.js'

const at = 0

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'n', 'x1', 'größe', '名前') },
  { weight: 2, arbitrary: fc.constantFrom(...keywords.filter((word) => word !== '')) },
  fc.constantFrom('case', 'Match', 'desc', '#0', 'two words', 'a`b', '1st', 'nul'),
)
const name: fc.Arbitrary<ast.Name> = text.map((word) => ({ name: word, at }))
const names = fc.array(name, { minLength: 1, maxLength: 2 })
const dottedName: fc.Arbitrary<ast.Name> = fc
  .array(text, { minLength: 1, maxLength: 3 })
  .map((parts) => ({ name: parts.join('.'), at }))

const number = fc.oneof(
  fc.integer({ min: -3, max: 100 }),
  fc.bigInt({ min: integerMin, max: integerMax }).map(toInteger),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Float(value)),
)
const literal: fc.Arbitrary<ast.LiteralExpression> = fc
  .oneof(number, fc.string({ unit: 'binary' }), fc.constantFrom(null, true, false, "it's", 'a\\b\n'))
  .map((value) => ({ kind: 'literal', at, value }))

const parameter: fc.Arbitrary<ast.ParameterExpression> = text
  .filter((word) => !word.startsWith('#'))
  .map((word) => ({ kind: 'parameter', at, name: word, lifted: null, items: null }))
const variable: fc.Arbitrary<ast.VariableExpression> = text.map((word) => ({ kind: 'variable', at, name: word }))

const option = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2 })
/** A node of the tree: plain objects with a place, as the parser makes them. */
const tree = <Fields extends object>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }) =>
  fc.record({ at: fc.constant(at), ...fields } as never, { noNullPrototype: true }) as fc.Arbitrary<
    Fields & { at: number }
  >
const kind = <Kind extends string>(value: Kind) => fc.constant(value)
const few = <Value>(value: fc.Arbitrary<Value>, minLength = 0) => fc.array(value, { minLength, maxLength: 3 })

/** Parts that hold each other. */
interface Parts {
  expression: ast.Expression
  labelOperation: ast.LabelOperation
  map: ast.MapExpression
  path: ast.PathPattern
  clause: ast.Clause
  query: ast.Query
  show: ast.ShowStatement
}

const bound = fc.option(fc.nat(9))

const parts = fc.letrec<Parts>((tie: fc.LetrecTypedTie<Parts>) => {
  const expression = tie('expression')
  const labelTest = fc.oneof({ depthSize: 'small', withCrossShrink: true }, name, tie('labelOperation'))
  const labels = few(labelTest, 1)
  const properties = option(fc.oneof(tie('map'), parameter))
  const node: fc.Arbitrary<ast.NodePattern> = tree({
    variable: option(name),
    labels: fc.oneof(fc.constant([]), labels),
    properties,
    where: option(expression),
  })
  const relationship: fc.Arbitrary<ast.RelationshipPattern> = tree({
    variable: option(name),
    types: fc.oneof(fc.constant([]), labels),
    direction: fc.constantFrom('outgoing', 'incoming', 'both'),
    length: option(tree({ min: bound, max: bound }).map(({ min, max }) => ({ min, max }))),
    properties,
    where: option(expression),
  })
  const path = (hopsMin: number, shortest: fc.Arbitrary<ast.PathPattern['shortest']>, named: boolean) =>
    fc
      .tuple(fc.array(fc.tuple(relationship, node), { minLength: hopsMin, maxLength: 2 }), node, option(name), shortest)
      .map(
        ([steps, first, variable, which]): ast.PathPattern => ({
          at,
          variable: named ? variable : null,
          shortest: which,
          nodes: [first, ...steps.map(([, next]) => next)],
          relationships: steps.map(([each]) => each),
        }),
      )
  const anyShortest = fc.constantFrom<ast.PathPattern['shortest']>(null, null, 'one', 'all')

  const target: fc.Arbitrary<ast.PlaceExpression> = fc
    .tuple(fc.oneof(variable, parameter), few(fc.oneof(name, expression), 1))
    .map(([base, steps]) =>
      steps.reduce<ast.Expression>((inner, step) => {
        if ('kind' in step) return { kind: 'index', at, target: inner, index: step }
        return { kind: 'property', at, target: inner, name: step }
      }, base),
    ) as fc.Arbitrary<ast.PlaceExpression>
  const setItem: fc.Arbitrary<ast.SetItem> = fc.oneof(
    tree({ kind: kind('property'), target, value: expression, add: fc.boolean() }),
    tree({ kind: kind('properties'), target: name, value: expression, replace: fc.boolean() }),
    tree({ kind: kind('labels'), target: name, labels: names }),
  )
  const removeItem: fc.Arbitrary<ast.RemoveItem> = fc.oneof(
    tree({ kind: kind('property'), target }),
    tree({ kind: kind('labels'), target: name, labels: names }),
  )
  const projectItem: fc.Arbitrary<ast.ProjectItem> = tree({ expression, alias: option(name) }).map(
    ({ expression, alias }) => ({ expression, alias, text: '' }),
  )
  const orderBy = few(
    fc.tuple(expression, fc.boolean()).map(([value, descending]) => ({ expression: value, descending })),
  )
  const project: fc.Arbitrary<ast.ProjectClause> = tree({
    kind: fc.constantFrom('with', 'return'),
    distinct: fc.boolean(),
    all: fc.boolean(),
    items: few(projectItem, 1),
    orderBy,
    skip: option(expression),
    limit: option(expression),
    where: option(expression),
  }).map((each) => (each.kind === 'return' ? { ...each, where: null } : each)) as fc.Arbitrary<ast.ProjectClause>

  const yields = option(
    fc.oneof(
      kind('all'),
      few(
        fc.tuple(name, option(name)).map(([column, alias]) => ({ column, alias })),
        1,
      ),
    ),
  )
  const call: fc.Arbitrary<ast.CallClause> = tree({
    kind: kind('call'),
    optional: fc.boolean(),
    procedure: dottedName,
    arguments: option(few(expression)),
    yields,
    where: option(expression),
  }).map((each) => (each.yields === null ? { ...each, where: null } : each))

  const clause: fc.Arbitrary<ast.Clause> = fc.oneof(
    { weight: 4, arbitrary: project },
    tree({
      kind: kind('match'),
      optional: fc.boolean(),
      paths: few(tie('path'), 1),
      searches: few(
        tree({
          kind: fc.constantFrom('fulltext' as const, 'vector' as const),
          variable: name,
          index: name,
          query: expression,
          where: option(expression),
          limit: option(expression),
          score: option(name),
          explain: option(name),
        }),
      ),
      where: option(expression),
    }),
    tree({ kind: kind('unwind'), list: expression, variable: name }),
    tree({ kind: kind('create'), paths: few(tie('path'), 1) }),
    tree({ kind: kind('merge'), path: tie('path'), onCreate: few(setItem), onMatch: few(setItem) }),
    tree({ kind: kind('set'), items: few(setItem, 1) }),
    tree({ kind: kind('remove'), items: few(removeItem, 1) }),
    tree({ kind: kind('delete'), detach: fc.boolean(), targets: few(expression, 1) }),
    call,
    tree({
      kind: kind('subquery'),
      optional: fc.boolean(),
      imports: option(fc.oneof(kind('all'), few(name))),
      query: tie('query'),
      transactions: option(option(expression).map((rows) => ({ rows }))),
    }),
    tree({ kind: kind('foreach'), variable: name, list: expression, clauses: few(tie('clause'), 1) }),
  )
  const query: fc.Arbitrary<ast.Query> = fc
    .array(fc.tuple(few(tie('clause'), 1), fc.boolean()), { minLength: 1, maxLength: 2 })
    .map((all) => ({
      at,
      parts: all.map(([clauses]) => clauses),
      unions: all.slice(1).map(([, isAll]) => ({ all: isAll, at })),
    }))

  const unsigned = expression.filter((each) => each.kind !== 'literal' || !isNumber(each.value))
  const compound: fc.Arbitrary<ast.Expression> = fc.oneof(
    tree({ kind: kind('property'), target: expression, name }),
    tree({ kind: kind('labels'), target: expression, labels }),
    tree({
      kind: kind('unary'),
      operator: fc.constantFrom('not', 'isNull', 'isNotNull'),
      operand: expression,
    }),
    tree({ kind: kind('unary'), operator: fc.constantFrom('negate', 'plus'), operand: unsigned }),
    {
      weight: 3,
      arbitrary: tree({
        kind: kind('binary'),
        operator: fc.constantFrom(
          ...(['+', '-', '*', '/', '%', '^', '||', 'in', 'startsWith', 'endsWith', 'contains', '=~'] as const),
        ),
        left: expression,
        right: expression,
      }),
    },
    few(fc.tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), expression), 2).map(
      (all): ast.Expression => ({
        kind: 'comparison',
        at,
        operators: all.slice(1).map(([operator]) => operator as ast.ComparisonOperator),
        operands: all.map(([, operand]) => operand),
      }),
    ),
    tree({ kind: kind('logical'), operator: fc.constantFrom('and', 'or', 'xor'), operands: few(expression, 2) }),
    tree({
      kind: kind('call'),
      name: dottedName.filter(({ name }) => !/shortestpaths?$/i.test(name)),
      distinct: fc.boolean(),
      arguments: few(expression),
      text: fc.constant(''),
    }),
    fc.constant<ast.Expression>({
      kind: 'call',
      at,
      name: { name: 'count', at },
      distinct: false,
      arguments: 'all',
      text: '',
    }),
    tree({ kind: kind('list'), items: few(expression) }),
    tie('map'),
    tree({
      kind: kind('mapProjection'),
      variable: name,
      items: few(
        fc.oneof(
          tree({ kind: kind('property'), key: name }),
          tree({ kind: kind('all') }),
          tree({ kind: kind('variable'), key: name }),
          tree({ kind: kind('entry'), key: name, value: expression }),
        ) as fc.Arbitrary<ast.MapProjectionItem>,
      ),
    }),
    tree({ kind: kind('index'), target: expression, index: expression }),
    tree({ kind: kind('slice'), target: expression, from: option(expression), to: option(expression) }),
    tree({
      kind: kind('case'),
      operand: option(expression),
      branches: few(
        fc.tuple(expression, expression).map(([when, result]) => ({ when, result })),
        1,
      ),
      otherwise: option(expression),
    }),
    tree({
      kind: kind('comprehension'),
      variable: name,
      list: expression,
      where: option(expression),
      result: option(expression),
    }),
    tree({
      kind: kind('patternComprehension'),
      path: path(1, fc.constant(null), true),
      where: option(expression),
      result: expression,
    }),
    tree({
      kind: kind('quantifier'),
      quantifier: fc.constantFrom('all', 'any', 'none', 'single'),
      variable: name,
      list: expression,
      where: expression,
    }),
    tree({
      kind: kind('reduce'),
      accumulator: name,
      initial: expression,
      variable: name,
      list: expression,
      result: expression,
    }),
    tree({ kind: kind('pattern'), path: path(1, anyShortest, false) }),
    tree({
      kind: kind('subquery'),
      result: fc.constantFrom('exists', 'count', 'collect'),
      query: tie('query'),
    }),
  )
  const labelOperation: fc.Arbitrary<ast.LabelOperation> = fc.oneof(
    tree({ kind: kind('anyLabel') }),
    tree({ kind: kind('not'), operand: labelTest }),
    tree({ kind: fc.constantFrom('and', 'or'), operands: few(labelTest, 2) }),
  )

  return {
    labelOperation,
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree', withCrossShrink: true },
      { weight: 3, arbitrary: fc.oneof(variable, literal, parameter) },
      { weight: 2, arbitrary: compound },
    ),
    map: tree({
      kind: kind('map'),
      entries: fc.uniqueArray(
        fc.tuple(name, expression).map(([key, value]) => ({ key, value })),
        { maxLength: 3, selector: ({ key }) => key.name },
      ),
    }),
    path: path(0, anyShortest, true),
    clause: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'tree' },
      { weight: 1, arbitrary: variable.map(returning) },
      { weight: 2, arbitrary: clause },
    ),
    query,
    show: tree({
      kind: kind('show'),
      what: fc.constantFrom('indexes', 'constraints', 'procedures', 'functions'),
      yields,
      orderBy,
      skip: option(expression),
      limit: option(expression),
      where: option(expression),
      returned: option(project.map((each) => ({ ...each, kind: 'return' as const, where: null }))),
    }).map((each) => (each.yields === null ? { ...each, ...allRows } : each)),
  }
})

function returning(value: ast.Expression): ast.Clause {
  return {
    kind: 'return',
    at,
    distinct: false,
    all: false,
    items: [{ expression: value, alias: null, text: '' }],
    orderBy: [],
    skip: null,
    limit: null,
    where: null,
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}

const schemaVariable = fc.constant({ name: 'n', at })
const indexPath: fc.Arbitrary<ast.IndexColumn['path']> = fc.oneof(fc.constant([]), few(option(name)))

/** SHOW without YIELD. */
const allRows = { orderBy: [], skip: null, limit: null, returned: null }

const schemaStatement: fc.Arbitrary<ast.SchemaStatement> = fc.oneof(
  fc
    .record({
      constraint: fc.oneof(
        fc.constantFrom<ast.CreateIndexStatement['constraint']>(null, 'unique', 'exists', 'key'),
        fc.array(fc.constantFrom(...propertyTypes), { minLength: 1, maxLength: 3 }).map((types) => ({
          types: types.map((type) => ({ name: type, at })),
        })),
      ),
      name: option(name),
      ifNotExists: fc.boolean(),
      space: fc.constantFrom('label' as const, 'type' as const),
      variable: schemaVariable,
      token: name,
      columns: few(tree({ variable: schemaVariable, property: name, path: indexPath }), 1),
    })
    .map(
      ({ constraint, name, ifNotExists, space, variable, token, columns }): ast.SchemaStatement => ({
        kind: 'createIndex',
        at,
        constraint,
        name,
        ifNotExists,
        on: { space, variable, token },
        columns,
      }),
    ),
  tree({
    kind: fc.constantFrom('createTextIndex' as const, 'createVectorIndex' as const),
    name: option(name),
    ifNotExists: fc.boolean(),
    on: fc.record({
      space: fc.constantFrom('label' as const, 'type' as const),
      variable: schemaVariable,
      tokens: few(name, 1),
    }),
    columns: few(tree({ variable: schemaVariable, property: name, path: indexPath }), 1),
    options: option(parts.expression),
  }),
  tree({ kind: kind('dropIndex'), constraint: fc.boolean(), name, ifExists: fc.boolean() }),
  parts.show,
)

/** Any statement that the grammar has, sensible or not. */
export const statement: fc.Arbitrary<ast.Statement> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { kind: kind('query'), mode: fc.constantFrom('run', 'explain', 'profile'), query: parts.query },
      { noNullPrototype: true },
    ),
  },
  schemaStatement,
)

/**
 * A tree without what depends on its spelling: places, texts of columns, and whether a list of literals was read as
 * one literal.
 */
export function withoutSpelling(part: unknown): unknown {
  const value = asLiteral(part)
  if (value !== undefined) return { kind: 'literal', value }
  if (Array.isArray(part)) return part.map(withoutSpelling)
  if (typeof part !== 'object' || part === null || part instanceof Float) return part
  const kept = Object.entries(part).filter(([key]) => key !== 'at' && key !== 'text')
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSpelling(inner)]))
}

function asLiteral(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('kind' in part)) return undefined
  const expression = part as ast.Expression
  if (expression.kind === 'literal') return plain(expression.value)
  if (expression.kind === 'list') return allOf(expression.items)
  if (expression.kind !== 'map') return undefined
  const values = allOf(expression.entries.map((entry) => entry.value))
  return values?.map((value, i) => [expression.entries[i]!.key.name, value])
}

function allOf(items: readonly ast.Expression[]): unknown[] | undefined {
  const values = items.map(asLiteral)
  return values.includes(undefined) ? undefined : values
}

/** Maps as their entries. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([key, inner]) => [key, plain(inner)])
  return Array.isArray(value) ? value.map(plain) : value
}
