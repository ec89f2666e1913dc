import { afterEach, beforeEach, expect, test } from 'vitest'
import { collect, count, type Database, node, open, rel } from '../../src/index.js'

interface Social {
  nodes: { Person: { name: string; age?: number } }
  relationships: { KNOWS: { since: number } }
}

let db: Database<Social>
beforeEach(async () => {
  db = await open<Social>()
  await db
    .unwind('row', [
      { name: 'Ann', age: 31 },
      { name: 'Bob', age: 42 },
      { name: 'Cid', age: null },
    ])
    .create(({ row }) => [node('p', 'Person', { name: row.name, age: row.age })])
    .run()
  const knows = (from: string, to: string, since: number) =>
    db
      .match(node('a', 'Person', { name: from }), node('b', 'Person', { name: to }))
      .create(node('a'), rel(null, 'KNOWS', { since }).to(node('b')))
      .run()
  await knows('Ann', 'Bob', 2001)
  await knows('Ann', 'Cid', 2010)
})
afterEach(() => db.close())

test('a built statement runs on a database', async () => {
  const statement = db
    .match(node('p', 'Person'), rel('k', 'KNOWS').to(node('q', 'Person')))
    .where(({ k }) => k.since.gt(2000))
    .with(({ p, q }) => ({ p, friends: count(q), names: collect(q.name) }))
    .return(({ p, friends, names }) => ({ name: p.name, friends, names }))
  expect((await statement.run()).records()).toEqual([{ name: 'Ann', friends: 2, names: ['Bob', 'Cid'] }])
})

test('a built statement streams', async () => {
  const names: string[] = []
  const people = db.match(node('p', 'Person')).return(({ p }) => ({ name: p.name }))
  for await (const { name } of people.orderBy(({ name }) => name.desc()).stream()) names.push(name)
  expect(names).toEqual(['Cid', 'Bob', 'Ann'])
})

test('a transaction builds statements as the database does, and sees its own writes', async () => {
  const age = await db.transaction(async (tx) => {
    const ann = tx.match(node('p', 'Person', { name: 'Ann' }))
    await ann.set(({ p }) => ({ p: { age: p.age.plus(1) } })).run()
    const { rows } = await ann.return(({ p }) => ({ age: p.age })).run()
    return rows[0]![0]
  })
  expect(age).toBe(32)
})

test('a transaction streams the version of its start', async () => {
  const tx = db.begin()
  const rows = tx
    .match(node('p', 'Person'))
    .return(({ p }) => ({ name: p.name }))
    .stream()
  const first = await rows.next()
  await db.create(node('p', 'Person', { name: 'Dan' })).run()
  const names = [(first.value as { name: string }).name]
  for await (const { name } of rows) names.push(name)
  expect(names).toEqual(['Ann', 'Bob', 'Cid'])
  await tx.commit()
})

test('what the database refuses is told as for a text', async () => {
  const statement = db.match(node('p', 'Person')).return({ x: 1 }).skip(-1)
  await expect(statement.run()).rejects.toMatchObject({ name: 'DatabaseError' })
})
