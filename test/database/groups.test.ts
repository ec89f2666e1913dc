/** Groups by the words of a column, which are read a page at a time: extents, labels and gaps must not matter. */
import { expect, test, vi } from 'vitest'
import { BitmapScan } from '../../indexes/key-set.js'
import { type Database, open } from '../../src/index.js'

interface Person {
  readonly number: number
  readonly isLate: boolean
  readonly city: string | null
}

/** Some thousand of two labels in turn, of whom some are gone and some have no city. */
const people: readonly Person[] = Array.from({ length: 6000 }, (_, number) => {
  return { number, isLate: number % 5 > 2, city: number % 11 === 0 ? null : `city ${(number * number) % 17}` }
}).filter(({ number }) => number % 7 !== 3 && !isInGap(number))

function isInGap(number: number): boolean {
  return (number >= 1500 && number < 1900) || (number >= 3200 && number < 3900)
}

async function openWithPeople(): Promise<Database> {
  const db = await open()
  await db.query('UNWIND range(0, 5999) AS i CREATE (p:Person {number: i}) WITH p WHERE p.number % 5 > 2 SET p:Late')
  await db.query(
    'MATCH (p:Person) WHERE p.number % 11 <> 0 SET p.city = "city " + toString((p.number * p.number) % 17)',
  )
  await db.query(
    'MATCH (p:Person) WHERE p.number % 7 = 3 OR 1500 <= p.number < 1900 OR 3200 <= p.number < 3900 DELETE p',
  )
  return db
}

function countsOf<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

async function check(db: Database): Promise<void> {
  const countedBy = async (text: string) => new Map((await db.query(text)).rows as [unknown, number][])
  const late = people.filter(({ isLate }) => isLate)
  expect(await countedBy('MATCH (p) RETURN p.city, count(*)')).toEqual(countsOf(people.map(({ city }) => city)))
  expect(await countedBy('MATCH (p:Late) RETURN p.city, count(*)')).toEqual(countsOf(late.map(({ city }) => city)))
  expect(await countedBy('MATCH (p:Late) RETURN p.number, count(*)')).toEqual(
    countsOf(late.map(({ number }) => number)),
  )
  expect(await countedBy('MATCH (p:Late) UNWIND [1, 2] AS i RETURN p.city, count(*)')).toEqual(
    countsOf([...late, ...late].map(({ city }) => city)),
  )
}

test('are those of the values, whatever extents the entities lie in', async () => {
  await check(await openWithPeople())
})

test('show it when a scan gives ids of two extents at a time', async () => {
  const db = await openWithPeople()
  const spy = vi.spyOn(BitmapScan.prototype, 'next').mockImplementation(function (
    this: BitmapScan,
    batch: Uint32Array,
  ) {
    const scan = this as unknown as {
      bitmap: { rangeUint32Array(from: number, count: number): Uint32Array }
      taken: number
    }
    const ids = scan.bitmap.rangeUint32Array(scan.taken, batch.length)
    batch.set(ids)
    scan.taken += ids.length
    return ids.length
  })
  try {
    await expect(check(db)).rejects.toThrow()
  } finally {
    spy.mockRestore()
  }
})
