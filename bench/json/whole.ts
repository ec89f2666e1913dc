/** A document of a megabyte, written and read whole, beside what JavaScript takes to print and to parse it. */
import assert from 'node:assert/strict'
import { open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { measureInTurn } from '../support/measure.js'
import type { Figure } from '../support/report.js'
import { makeCatalog, shown } from './catalog.js'

export async function wholeDocuments({ small }: Scale): Promise<Figure[]> {
  const catalog = makeCatalog()
  const text = JSON.stringify(catalog)
  const db = await open()
  const document = db.json('catalog')
  await document.set('$', catalog)
  assert.deepEqual(await document.get(), catalog)
  const timings = await measureInTurn(
    {
      parse: () => JSON.parse(text),
      stringify: () => JSON.stringify(catalog),
      write: () => document.set('$', catalog),
      read: () => document.get(),
    },
    { ms: small ? 1000 : 3000, warmUp: 20 },
  )
  const speed = (name: string) => `${(text.length / timings[name]!.p50Us).toFixed(0)} MB/s`
  return [
    {
      title: 'A document of 1 MB, whole',
      notes: [`- ${shown}`, '- written and read by `db.json(key)`, in memory, as JavaScript objects'],
      rows: [
        { who: 'JSON.parse', role: 'peer', ...timings.parse!, value: speed('parse') },
        { who: 'JSON.stringify', role: 'peer', ...timings.stringify!, value: speed('stringify') },
        { who: 'Skein, written', role: 'skein', ...timings.write!, value: speed('write') },
        { who: 'Skein, read', role: 'skein', ...timings.read!, value: speed('read') },
      ],
      goals: [],
    },
  ]
}
