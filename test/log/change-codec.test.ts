import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../src/core/bytes.js'
import type { Change } from '../../src/core/change.js'
import type { NodeId, RelationshipId, TypeId } from '../../src/core/ids.js'
import { readChange, writeChange } from '../../src/log/change-codec.js'
import { change } from '../support/values.js'

const encode = (...changes: Change[]) => {
  const writer = new ByteWriter(8)
  for (const one of changes) writeChange(writer, one)
  return writer.view()
}

test('changes written one after another come back in order', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const reader = new ByteReader(encode(...changes))
      expect(changes.map(() => readChange(reader))).toStrictEqual(changes)
      expect(reader.left).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('a relationship has the bytes that the drawing gives', () => {
  const created: Change = {
    kind: 'createRelationship',
    id: 7 as RelationshipId,
    type: 2 as TypeId,
    start: 5 as NodeId,
    end: 300 as NodeId,
    properties: [],
  }
  expect(Buffer.from(encode(created)).toString('hex')).toBe('06070205ac0200')
})

test('damaged changes give a change or DATABASE_CORRUPT, never anything else', () => {
  fc.assert(
    fc.property(change, fc.nat(), fc.nat({ max: 255 }), (original, at, byte) => {
      const bytes = encode(original)
      bytes[at % bytes.length] = byte
      try {
        readChange(new ByteReader(bytes))
      } catch (error) {
        expect(error).toMatchObject({ code: 'DATABASE_CORRUPT' })
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a change cut short is refused', () => {
  fc.assert(
    fc.property(change, fc.nat(), (original, cut) => {
      const bytes = encode(original)
      expect(() => readChange(new ByteReader(bytes, 0, cut % bytes.length))).toThrow('end too early')
    }),
  )
})
