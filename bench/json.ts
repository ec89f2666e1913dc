/**
 * What documents cost: a place deep in a large one read and changed, whole ones written and read, memory, and questions
 * about the members of many. Each part runs in a process of its own.
 */
import type { Scale } from './main.js'
import { callInChild } from './support/child.js'
import { type Figure, figuresOrFailure } from './support/report.js'

const parts = [
  { module: './json/places.ts', name: 'readPlace' },
  { module: './json/places.ts', name: 'changePlace' },
  { module: './json/whole.ts', name: 'wholeDocuments' },
  { module: './json/many.ts', name: 'bytesPerDocument' },
  { module: './json/many.ts', name: 'members' },
]

export async function* run(scale: Scale): AsyncGenerator<Figure> {
  for (const { module, name } of parts) {
    const task = { module: new URL(module, import.meta.url).href, name, argument: scale }
    yield* await figuresOrFailure(name, () => callInChild<Figure[]>(task))
  }
}
