import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../../query/syntax/parse.js'
import { print } from '../../query/syntax/print.js'
import type { Ref } from '../../src/sdk/expression.js'
import { coalesce, collect, count, distinct, exists, fn } from '../../src/sdk/functions.js'
import { node, type Part, path, rel, shortestPath } from '../../src/sdk/pattern.js'
import { float } from '../../src/sdk/result.js'
import { Recorder } from './support.js'

const db = new Recorder()

test('a statement is built clause by clause', () => {
  const friends = db
    .match(node('p', 'Person'), rel('k', 'KNOWS').to(node('q', 'Person')))
    .where(({ p, k }) => p.age.gt(30).and(k.since.lt(2000)))
    .where(({ q }) => q.city.in(['Berlin', 'Rome']))
    .with(({ p, q }) => ({ p, friends: count(distinct(q)) }))
    .where(({ friends }) => friends.gt(3))
    .return(({ p, friends }) => ({ name: p.name, friends }))
    .orderBy(({ name, friends }) => [friends.desc(), name])
    .skip(5)
    .limit(10)
  expect(friends.compile()).toEqual({
    text:
      'MATCH (p:Person)-[k:KNOWS]->(q:Person) WHERE p.age > $p0 AND k.since < $p1 AND q.city IN $p2 ' +
      'WITH p, count(DISTINCT q) AS friends WHERE friends > $p3 ' +
      'RETURN p.name AS name, friends ORDER BY friends DESC, name SKIP $p4 LIMIT $p5',
    params: { p0: 30, p1: 2000, p2: ['Berlin', 'Rome'], p3: 3, p4: 5, p5: 10 },
  })
})

test('each method gives a new builder, so one start serves many statements', () => {
  const people = db.match(node('p', 'Person'))
  const adults = people.where(({ p }) => p.age.gte(18))
  const names = adults.return(({ p }) => ({ name: p.name }))
  expect(names.limit(1).compile().params).toEqual({ p0: 18, p1: 1 })
  expect(names.compile().text).toBe('MATCH (p:Person) WHERE p.age >= $p0 RETURN p.name AS name')
  expect(people.return(({ p }) => ({ p })).compile().text).toBe('MATCH (p:Person) RETURN p')
})

describe('patterns', () => {
  const text = (...parts: Part[]) =>
    db
      .match(...parts)
      .return({ x: 1 })
      .compile().text

  test('a step goes on from the node before it, and a node starts a new path', () => {
    expect(text(node('a'), rel().to(node()), rel(null, ['A', 'B']).from(node('b')), node('c', ['C', 'D']))).toBe(
      'MATCH (a)-->()<-[:A|B]-(b), (c:C:D) RETURN $p0 AS x',
    )
  })

  test('hops without bounds, with one and with both', () => {
    const { hops } = {
      hops: (min?: number, max?: number) => text(node(), rel('r', 'T').hops(min, max).toOrFrom(node())),
    }
    expect([hops(), hops(2), hops(undefined, 3), hops(2, 2)].map((each) => each.match(/\*[\d.]*/)?.[0])).toEqual([
      '*',
      '*2..',
      '*..3',
      '*2',
    ])
    expect(() => hops(0.5)).toThrow('hops takes whole numbers from 0, not 0.5')
  })

  test('paths have names, and can be the shortest', () => {
    expect(text(path('t', node('a'), rel().to(node('b'))), shortestPath(null, node('a'), rel().to(node('b'))))).toBe(
      'MATCH t = (a)-->(b), shortestPath((a)-->(b)) RETURN $p0 AS x',
    )
  })

  test('a pattern that starts with a step is refused', () => {
    expect(() => text(rel().to(node()))).toThrow('a pattern starts with a node')
  })
})

describe('values', () => {
  test('objects and lists that hold expressions are maps and lists of them; others are one parameter', () => {
    const { text, params } = db
      .match(node('p'))
      .return(({ p }) => ({ a: { name: p.name, tags: ['x', p.tag] }, b: { plain: [1, { c: 2 }] }, c: null }))
      .compile()
    expect(text).toBe('MATCH (p) RETURN {name: p.name, tags: [$p0, p.tag]} AS a, $p1 AS b, $p2 AS c')
    expect(params).toEqual({ p0: 'x', p1: { plain: [1, { c: 2 }] }, p2: null })
  })

  test('nested properties are read with dots, elements with at, and names that methods have with get', () => {
    const statement = db
      .match(node('p'))
      .return(({ p }) => ({ city: p.address.city, first: p.tags.at(0), has: p.get('contains') }))
    expect(statement.compile().text).toBe(
      'MATCH (p) RETURN p.address.city AS city, p.tags[$p0] AS first, p.contains AS has',
    )
  })

  test('operators keep their grouping', () => {
    const statement = db
      .match(node('p'))
      .where(({ p }) => p.a.eq(1).or(p.b.eq(2)).and(p.c.plus(1).times(2).gt(p.d)).and(p.e.isNull()).not())
      .return({ x: 1 })
    expect(statement.compile().text).toContain(
      'WHERE NOT ((p.a = $p0 OR p.b = $p1) AND (p.c + $p2) * $p3 > p.d AND p.e IS NULL)',
    )
  })

  test('nothing that a program passes becomes a part of the text: names are quoted, values are parameters', () => {
    const anything = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('`.'))
    fc.assert(
      fc.property(anything, anything, anything, anything, (variable, label, property, value) => {
        const { text, params } = db
          .match(node(variable, label, { [property]: value }))

          .where((variables: Readonly<Record<string, Ref<unknown>>>) => variables[variable]!.isNull())
          .return({ x: value })
          .compile()
        expect(params).toEqual({ p0: value, p1: value })
        expect(print(parse(text))).toBe(text)
      }),
    )
  })
})

describe('writes', () => {
  test('create takes what is known already, and values of rows', () => {
    expect(
      db
        .match(node('a', 'Person', { _key: 'ann' }), node('b', 'Person', { _key: 'bob' }))
        .create(node('a'), rel(null, 'KNOWS', { since: 2001 }).to(node('b')))
        .compile(),
    ).toEqual({
      text: 'MATCH (a:Person {_key: $p0}), (b:Person {_key: $p1}) CREATE (a)-[:KNOWS {since: $p2}]->(b)',
      params: { p0: 'ann', p1: 'bob', p2: 2001 },
    })
    const rows = [{ name: 'Ann' }, { name: 'Bob' }]
    expect(
      db
        .unwind('row', rows)
        .create(({ row }) => [node('p', 'Person', { name: row.name, at: 0 })])
        .return(({ p }) => ({ p }))
        .compile(),
    ).toEqual({
      text: 'UNWIND $p0 AS row CREATE (p:Person {name: row.name, at: $p1}) RETURN p',
      params: { p0: rows, p1: 0 },
    })
  })

  test('merge tells what to set where the path is new and where it was there', () => {
    const statement = db
      .merge(node('p', 'Person', { name: 'Ann' }))
      .onCreate({ p: { visits: 1 } })
      .onMatch(({ p }) => ({ p: { visits: p.visits.plus(1) } }))
    expect(statement.compile().text).toBe(
      'MERGE (p:Person {name: $p0}) ON CREATE SET p.visits = $p1 ON MATCH SET p.visits = p.visits + $p2',
    )
    expect(() => db.merge(node('a'), node('b')).compile()).toThrow('merge takes one path')
  })

  test('set, labels, remove and delete', () => {
    const statement = db
      .match(node('p'), rel('r').to(node('q')))
      .set(({ q }) => ({ p: { age: 31, city: q.city }, q: { seen: null } }))
      .addLabels('p', 'Vip')
      .remove({ p: ['a', 'b'] })
      .removeLabels('q', 'New')
      .delete('r')
    expect(statement.compile()).toEqual({
      text: 'MATCH (p)-[r]->(q) SET p.age = $p0, p.city = q.city, q.seen = $p1 SET p:Vip REMOVE p.a, p.b REMOVE q:New DELETE r',
      params: { p0: 31, p1: null },
    })
  })
})

test('functions', () => {
  const statement = db.match(node('p')).return(({ p }) => ({
    names: collect(p.name),
    name: coalesce(p.nick, p.name, 'nobody'),
    abs: fn<number>('abs', p.x, float(1)),
    knows: exists(node('p'), rel(null, 'KNOWS').to(node(null, 'Person', { age: 3 }))).not(),
  }))
  expect(statement.compile()).toEqual({
    text:
      'MATCH (p) RETURN collect(p.name) AS names, coalesce(p.nick, p.name, $p0) AS name, abs(p.x, $p1) AS abs, ' +
      'NOT EXISTS { MATCH (p)-[:KNOWS]->(:Person {age: $p2}) } AS knows',
    params: { p0: 'nobody', p1: float(1), p2: 3 },
  })
})

describe('running', () => {
  const people = () =>
    new Recorder(
      ['name', 'age'],
      [
        ['Ann', 31],
        ['Bob', null],
      ],
    )

  test('run passes text and parameters on, and gives rows as objects', async () => {
    const recorder = people()
    const result = await recorder
      .match(node('p', 'Person', { city: 'Rome' }))
      .return(({ p }) => ({ name: p.name, age: p.age }))
      .run()
    expect(result.records()).toEqual([
      { name: 'Ann', age: 31 },
      { name: 'Bob', age: null },
    ])
    expect(recorder.asked).toEqual([
      { text: 'MATCH (p:Person {city: $p0}) RETURN p.name AS name, p.age AS age', parameters: { p0: 'Rome' } },
    ])
  })

  test('stream gives one object after the other', async () => {
    const rows: unknown[] = []
    const statement = people()
      .match(node('p'))
      .return(({ p }) => ({ name: p.name, age: p.age }))
    for await (const row of statement.stream()) rows.push(row)
    expect(rows).toEqual([
      { name: 'Ann', age: 31 },
      { name: 'Bob', age: null },
    ])
  })
})
