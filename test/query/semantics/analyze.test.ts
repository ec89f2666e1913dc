import { describe, expect, test } from 'vitest'
import { analyze } from '../../../query/semantics/analyze.js'
import type { BoundClause, BoundQuery } from '../../../query/semantics/bound.js'
import { parse } from '../../../query/syntax/parse.js'

function bind(text: string): BoundQuery {
  const bound = analyze(parse(text), { text })
  if (bound.kind !== 'query') throw new Error('a query expected')
  return bound
}

type Clause<Kind extends BoundClause['kind']> = Extract<BoundClause, { readonly kind: Kind }>

function clauseOf<Kind extends BoundClause['kind']>(query: BoundQuery, kind: Kind): Clause<Kind> {
  return query.clauses.find((clause): clause is Clause<Kind> => clause.kind === kind)!
}

/** The type of the item of `RETURN text`. */
function typeOf(text: string): string {
  return bind(`WITH $any AS any RETURN ${text} AS x`).slots.at(-1)!.type
}

describe('slots', () => {
  test('each variable of each scope has a slot of its own, and unnamed parts of patterns too', () => {
    const query = bind('MATCH (a:Person)-[:KNOWS]->(b) WHERE b.age > 30 WITH b AS a RETURN a.name')
    expect(query.slots.map(({ name, type, anonymous }) => [name, type, anonymous])).toEqual([
      ['a', 'node', false],
      ['', 'relationship', true],
      ['b', 'node', false],
      ['a', 'node', false],
      ['a.name', 'any', false],
    ])
  })

  test('a variable that an earlier clause defined is bound, one of the same MATCH is not', () => {
    const query = bind('MATCH (a) MATCH (a)-->(b)<--(c), (b)-->(d) RETURN c')
    const [first, second] = (query.clauses[1] as Clause<'match'>).paths
    expect(first!.nodes.map(({ bound }) => bound)).toEqual([true, false, false])
    expect(second!.nodes[0]).toMatchObject({ slot: first!.nodes[1]!.slot, bound: false })
  })

  test('a relationship of any length is a list, and a named path has a slot', () => {
    const { slots, clauses } = bind('MATCH p = (a)-[r:T*2..]->() RETURN p, r')
    const [path] = (clauses[0] as Clause<'match'>).paths
    expect(path!.steps[0]).toMatchObject({ types: ['T'], length: { min: 2, max: null } })
    expect(slots[path!.pathSlot!]).toMatchObject({ name: 'p', type: 'path' })
    expect(slots[path!.steps[0]!.slot]).toMatchObject({ name: 'r', type: 'list' })
  })

  test('the variable of a comprehension hides an outer one of its name', () => {
    const query = bind('WITH 1 AS x RETURN [x IN [2] | x] AS list, x')
    const [list, outer] = (query.clauses[1] as Clause<'project'>).items.map(({ value }) => value)
    expect(list).toMatchObject({ kind: 'comprehension', result: { slot: (list as { slot: number }).slot } })
    expect(outer).toMatchObject({ slot: 0 })
  })
})

describe('patterns', () => {
  test('_key is apart from the properties', () => {
    const [node] = clauseOf(bind('CREATE (n:A:B:A {_key: $k, x: 1})'), 'create').paths[0]!.nodes
    expect(node).toMatchObject({
      labels: ['A', 'B'],
      key: { kind: 'parameter', name: 'k' },
      properties: [{ name: 'x' }],
    })
  })

  test('conditions within a pattern join those of WHERE', () => {
    const { where } = clauseOf(bind('MATCH (a WHERE a.x > 1)-[r WHERE r.y]-() WHERE a.z RETURN a'), 'match')
    expect(where).toMatchObject({ kind: 'logical', operator: 'and', operands: [{}, {}, {}] })
  })

  test('properties in MATCH may read what stands further on in it', () => {
    expect(() => bind('MATCH (a {x: b.x})-->(b) RETURN a')).not.toThrow()
  })

  test('what CREATE makes can be used further on in it', () => {
    const { paths } = clauseOf(bind('CREATE (a:A), (a)-[:T]->(b {x: a.x})'), 'create')
    expect(paths[1]!.nodes.map(({ bound }) => bound)).toEqual([true, false])
  })
})

test('properties from one parameter are set after the creation', () => {
  const query = bind('CREATE (a $a)-[:T $r]->(b {x: 1})')
  const { paths } = clauseOf(query, 'create')
  expect(clauseOf(query, 'set').items).toMatchObject([
    { kind: 'properties', target: { slot: paths[0]!.nodes[0]!.slot }, value: { name: 'a' }, replace: false },
    { kind: 'properties', target: { slot: paths[0]!.steps[0]!.slot }, value: { name: 'r' }, replace: false },
  ])
})

describe('WITH and RETURN', () => {
  test('columns are named by AS, by the variable, or by the text of the item', () => {
    expect(bind('MATCH (n) RETURN n, n.x+ 1, n.y AS y, count( * ), `n`.z').columns).toEqual([
      'n',
      'n.x+ 1',
      'y',
      'count( * )',
      '`n`.z',
    ])
  })

  test('* gives the variables in the order of the alphabet, before the other items', () => {
    expect(bind('MATCH (b)-[c]->(a) RETURN *, 1 AS d').columns).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a query that ends in a write has no columns', () => {
    expect(bind('CREATE (n)')).toMatchObject({ columns: [], writes: true })
  })

  test('items without an aggregate are the keys of the groups, and equal aggregates are computed once', () => {
    const project = clauseOf(bind('MATCH (n) RETURN n.city AS city, count(*) + 1 AS a, count(*) * 2 AS b'), 'project')
    expect(project.groupBy).toMatchObject([{ value: { kind: 'property', name: 'city' } }])
    expect(project.aggregates).toMatchObject([{ function: 'count', argument: null, text: 'count(*)' }])
    const [city, a, b] = project.items.map(({ value }) => value)
    expect(city).toMatchObject({ kind: 'slot', slot: project.groupBy[0]!.slot })
    for (const item of [a, b]) expect(item).toMatchObject({ left: { slot: project.aggregates[0]!.slot } })
  })

  test('beside an aggregate an item may read a key, and a property that is one', () => {
    const project = clauseOf(bind('MATCH (n) RETURN n.x AS x, n.x + count(*) AS y'), 'project')
    expect(project.items[1]!.value).toMatchObject({ left: { kind: 'slot', slot: project.groupBy[0]!.slot } })
  })

  test('ORDER BY reads what was there before, unless rows were joined', () => {
    const { orderBy } = clauseOf(bind('MATCH (n) RETURN n.x AS x ORDER BY n.y, x DESC'), 'project')
    expect(orderBy).toMatchObject([
      { value: { kind: 'property', target: { slot: 0 } }, descending: false },
      { value: { kind: 'slot', slot: 1 }, descending: true },
    ])
  })

  test.each([
    ['MATCH (n) RETURN DISTINCT n.x AS x ORDER BY n.x', 'x'],
    ['MATCH (n) RETURN DISTINCT n.x + 1 ORDER BY n.x  +  1', 'n.x + 1'],
    ['MATCH (n) RETURN n.x AS x, count(*) AS c ORDER BY n.x', 'x'],
    ['MATCH (n) RETURN n.x AS x, count(*) AS c ORDER BY count(*)', 'c'],
    ['MATCH (n) RETURN n.x, count(*) * 2 AS c ORDER BY count(*) * 2', 'c'],
  ])('after rows were joined it finds items by their spelling: %s', (text, name) => {
    const query = bind(text)
    const { value } = clauseOf(query, 'project').orderBy[0]!
    expect(value).toMatchObject({ kind: 'slot' })
    expect(query.slots[(value as { slot: number }).slot]!.name).toBe(name)
  })

  test('WHERE of WITH reads the items, and where no rows were joined what was there before', () => {
    expect(() => bind('MATCH (a)-->(b) WITH a.x AS x WHERE b.y = x RETURN x')).not.toThrow()
  })
})

describe('static types', () => {
  test.each([
    ['1 + 2', 'integer'],
    ['1 / 2', 'integer'],
    ['1 + 2.0', 'float'],
    ['2 ^ 3', 'float'],
    ['1 + any', 'any'],
    ["'a' + 1", 'string'],
    ['[1] + any', 'list'],
    ['any = 1', 'boolean'],
    ['1 < 2 < 3', 'boolean'],
    ['any IS NULL', 'boolean'],
    ['-any', 'any'],
    ['null + 1', 'null'],
    ['any.x', 'any'],
    ['any[1..2]', 'list'],
    ['{a: 1}', 'map'],
    ['CASE WHEN any THEN 1 ELSE 2.0 END', 'number'],
    ['CASE WHEN any THEN 1 END', 'integer'],
    ["CASE any WHEN 1 THEN 1 ELSE 'a' END", 'any'],
    ['coalesce(any.x, 1)', 'any'],
    ['coalesce(1, 2.0)', 'number'],
    ['toUpper(any)', 'string'],
    ['abs(1.5)', 'float'],
    ['[x IN any | x]', 'list'],
    ['any(x IN any WHERE x)', 'boolean'],
    ['count(any)', 'integer'],
    ['sum(1)', 'integer'],
    ['sum(1.5)', 'number'],
    ['avg(any)', 'any'],
    ['max(1)', 'integer'],
    ['collect(any)', 'list'],
  ])('%s is %s', (text, type) => {
    expect(typeOf(text)).toBe(type)
  })
})

describe('writes', () => {
  test('SET of a property, of all properties, of more, and of labels', () => {
    const { items } = clauseOf(bind('MATCH (n) SET n.x = 1, n = {y: 2}, n += $map, n:A:B'), 'set')
    expect(items).toMatchObject([
      { kind: 'property', name: 'x' },
      { kind: 'properties', replace: true },
      { kind: 'properties', replace: false },
      { kind: 'labels', labels: ['A', 'B'] },
    ])
  })
})

describe('schema', () => {
  const schema = (text: string) => analyze(parse(text), { text })
  test('an index', () => {
    expect(schema('CREATE INDEX IF NOT EXISTS FOR (n:Person) ON (n.first, n.last)')).toMatchObject({
      kind: 'createIndex',
      name: 'index_Person_first_last',
      entity: 'node',
      token: 'Person',
      parts: [
        { name: 'first', path: [] },
        { name: 'last', path: [] },
      ],
      unique: false,
      ifNotExists: true,
    })
  })
  test('a constraint on relationships', () => {
    expect(schema('CREATE CONSTRAINT c FOR ()-[r:KNOWS]-() REQUIRE r.id IS UNIQUE')).toMatchObject({
      kind: 'createIndex',
      name: 'c',
      entity: 'relationship',
      token: 'KNOWS',
      unique: true,
    })
  })
  test('DROP', () => {
    expect(schema('DROP CONSTRAINT c IF EXISTS')).toMatchObject({
      kind: 'dropIndex',
      name: 'c',
      constraint: true,
      ifExists: true,
    })
  })
})

test('an expression a hundred levels deep and a sum of a thousand terms are bound', () => {
  expect(bind(`RETURN ${'['.repeat(99)}$x${']'.repeat(99)} AS x`).columns).toEqual(['x'])
  expect(bind(`RETURN 1${' + $x'.repeat(1000)} AS x`).columns).toEqual(['x'])
})
