/** What the compiler knows of built statements; `tsc` checks it, running checks nothing more. */
import { expectTypeOf, test } from 'vitest'
import { avg, collect, count, labels, matches, max } from '../../src/sdk/functions.js'
import { fulltext, node, path, rel } from '../../src/sdk/pattern.js'
import type { Node, Path, Relationship } from '../../src/sdk/result.js'
import type { Explanation } from '../../src/sdk/search.js'
import { Recorder } from '../sdk/support.js'

interface Person {
  name: string
  age?: number
  address: { city: string; zip?: string }
  tags: string[]
}
interface Social {
  nodes: { Person: Person; Employee: { salary: number }; City: { name: string } }
  relationships: { KNOWS: { since: number }; LIVES_IN: object }
}

const social = new Recorder<Social>()
const any = new Recorder()

type RowOf<Statement extends { run(): Promise<{ records(): readonly unknown[] }> }> = ReturnType<
  Awaited<ReturnType<Statement['run']>>['records']
>[number]

test('rows have the types of the schema, and null where a property may be missing', () => {
  const statement = social
    .match(node('p', 'Person'), rel('k', 'KNOWS').to(node('q', ['Person', 'Employee'])))
    .return(({ p, k, q }) => ({
      name: p.name,
      age: p.age,
      zip: p.address.zip,
      tag: p.tags.at(0),
      since: k.since,
      salary: q.salary,
      older: p.age.gt(30),
      key: p._key,
    }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{
    name: string
    age: number | null
    zip: string | null
    tag: string | null
    since: number
    salary: number
    older: boolean | null
    key: string | null
  }>()
})

test('entities, paths, lists of them and maps', () => {
  const statement = social
    .match(path('t', node('p', 'Person'), rel('ks', 'KNOWS').hops(1, 3).to(node('c', 'City'))))
    .return(({ p, ks, c, t }) => ({ p, ks, t, map: { city: c.name, list: [c.name, 1] as const } }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{
    p: Node<Person>
    ks: readonly Relationship<{ since: number }>[]
    t: Path
    map: { city: string; list: [string, 1] }
  }>()
})

test('aggregates and WITH', () => {
  const statement = social
    .match(node('p', 'Person'))
    .with(({ p }) => ({ city: p.address.city, people: collect(p), n: count(), oldest: max(p.age), mean: avg(p.age) }))
    .where(({ n }) => n.gt(3))
    .return(({ city, n, oldest, mean, people }) => ({ city, n, oldest, mean, first: people.at(0) }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{
    city: string
    n: number
    oldest: number | null
    mean: number | null
    first: Node<Person> | null
  }>()
})

test('what an optional match finds may be null', () => {
  const statement = social
    .match(node('p', 'Person'))
    .optionalMatch(node('p'), rel('k', 'KNOWS').to(node('q', 'City')))
    .return(({ p, q, k }) => ({ name: p.name, city: q.name, k }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{
    name: string
    city: string | null
    k: Relationship<{ since: number }> | null
  }>()
})

test('items of an unwound list', () => {
  const statement = social
    .unwind('row', [{ id: 1, name: 'Ann' }])
    .create(({ row }) => [node('p', 'Person', { name: row.name })])
    .return(({ row, p }) => ({ id: row.id, labels: labels(p) }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{ id: number; labels: string[] }>()
})

test('without a schema every label has every property', () => {
  const statement = any
    .match(node('p', 'Anything'))
    .where(({ p }) => p.age.gt(30))
    .set({ p: { seen: true } })
    .return(({ p }) => ({ name: p.name, p }))
  // biome-ignore lint/suspicious/noExplicitAny: that it is any is what is tested.
  expectTypeOf<RowOf<typeof statement>['name']>().toEqualTypeOf<any>()
  expectTypeOf<RowOf<typeof statement>['p']>().toExtend<Node>()
})

test('what the schema does not have does not compile', () => {
  const p = social.match(node('p', 'Person'))
  // @ts-expect-error no such label
  social.match(node('p', 'Persn'))
  // @ts-expect-error no such type
  social.match(node(), rel(null, 'KNOW').to(node()))
  // @ts-expect-error no such label at the end of a step
  social.match(node(), rel(null, 'KNOWS').to(node(null, 'Persn')))
  // @ts-expect-error no such label within a path
  social.match(path('t', node(null, 'Persn'), rel().to(node())))
  // @ts-expect-error no such property
  p.where(({ p }) => p.agee.gt(3))
  // @ts-expect-error a number is compared with a string
  p.where(({ p }) => p.age.gt('3'))
  // @ts-expect-error a property of another type
  social.create(node('p', 'Person', { age: 'x' }))
  // @ts-expect-error a property of another type
  p.set({ p: { age: 'x' } })
})

test('what has no meaning does not compile', () => {
  const p = any.match(node('p'))
  // @ts-expect-error no such variable
  p.where(({ q }) => q.age.gt(3))
  // @ts-expect-error no such variable
  p.delete('q')
  // @ts-expect-error nothing is returned
  p.compile
  // @ts-expect-error nothing follows RETURN
  p.return(({ p }) => ({ p })).match
  // @ts-expect-error p did not come through WITH
  p.with(({ p }) => ({ x: p.x })).return(({ p }) => ({ p }))
})

test('a search names variables for its score and its explanation', () => {
  const statement = social
    .match(node('p', 'Person'))
    .search('p', fulltext('people', 'ann', { limit: 5, score: 's', explain: 'e' }), ({ p }) => p.age.gt(30))
    .where(({ p, s }) => matches(p, 'people', 'bob').and(s.gt(1)))
    .return(({ p, s, e }) => ({ name: p.name, s, e }))
  expectTypeOf<RowOf<typeof statement>>().toEqualTypeOf<{
    name: string
    s: number | null
    e: Explanation | null
  }>()
  // @ts-expect-error no variable has this name
  social.match(node('p')).search('q', fulltext('people', 'ann'))
  const unscored = social.match(node('p')).search('p', fulltext('people', 'ann'))
  // @ts-expect-error no score was asked for
  unscored.where(({ s }) => s.gt(1))
})
