/** A bulk load goes past the log, so what a failure leaves must be nothing at all. */
import { expect, test } from 'vitest'
import { open } from '../../src/index.js'
import { memoryEnvironment } from '../support/memory-environment.js'

test('a load whose checkpoint cannot be written is taken back, and what is written later survives', async () => {
  const environment = memoryEnvironment()
  const db = await open('data', { environment })
  const loader = db.bulkLoader()
  const person = loader.labelId('Person')
  for (let i = 0; i < 5000; i++) loader.addNode({ labels: [person], key: `p${i}`, properties: [] })
  environment.files.failure = ({ operation, path }) =>
    operation.startsWith('write') && path.includes('checkpoint') ? 'ENOSPC' : undefined
  await expect(loader.finish()).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  environment.files.failure = undefined

  expect((await db.query('MATCH (n) RETURN count(*)')).rows).toEqual([[0]])
  await db.query("CREATE (:Person {_key: 'p1', name: 'later'})")
  await db.close()

  const again = await open('data', { environment })
  expect((await again.query('MATCH (n) RETURN n._key, n.name')).rows).toEqual([['p1', 'later']])
  await again.close()
})

test('a load may be tried again after it was aborted', async () => {
  const environment = memoryEnvironment()
  const db = await open('data', { environment })
  const first = db.bulkLoader()
  first.addNode({ labels: [first.labelId('A')], key: 'a', properties: [] })
  first.abort()
  const second = db.bulkLoader()
  second.addNode({ labels: [second.labelId('B')], key: 'a', properties: [] })
  await second.finish()
  await db.close()
  const again = await open('data', { environment })
  expect((await again.query("MATCH (n {_key: 'a'}) RETURN labels(n)")).rows).toEqual([[['B']]])
  await again.close()
})
