/** `docs/file-format.md` says what the code writes. */
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { ByteWriter } from '../../src/core/bytes.js'
import type { Change, TextIndexDefinition, VectorIndexDefinition } from '../../src/core/change.js'
import { encodeValue } from '../../src/core/codec.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId, ValueId } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import { LocalDate } from '../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../src/core/temporal/datetime.js'
import { Duration } from '../../src/core/temporal/duration.js'
import { LocalTime, ZonedTime } from '../../src/core/temporal/time.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { writeChange } from '../../src/log/change-codec.js'
import { checksumSeed, encodeHeader, headerBytes, recordHeadBytes, writeRecord } from '../../src/log/record.js'

const text = readFileSync('docs/file-format.md', 'utf8')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase().match(/../g)!.join(' ')

function section(title: string): string {
  const from = text.indexOf(`### ${title}\n`)
  return text.slice(from, text.indexOf('\n### ', from + 1) + 1 || undefined)
}

/** The rows of the tables of a section, as first and second cell. */
function rows(title: string): Map<string, string> {
  const cells = section(title).matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)
  return new Map([...cells].map(([, first, second]) => [second!.trim(), first!.trim()]))
}

const node = 5 as NodeId
const relationship: Change = {
  kind: 'createRelationship',
  id: 7 as RelationshipId,
  type: 2 as TypeId,
  start: node,
  end: 300 as NodeId,
  properties: [],
}
const textIndex: TextIndexDefinition = {
  name: 'i',
  entity: 'node',
  tokens: [1 as LabelId],
  parts: [{ ...wholeProperty(1 as PropertyId), analyzer: 'english', weight: 1 }],
  k1: 1.2,
  b: 0.75,
}

const vectorIndex: VectorIndexDefinition = {
  name: 'i',
  entity: 'node',
  tokens: [1 as LabelId],
  parts: [wholeProperty(1 as PropertyId)],
  similarity: 'cosine',
  dimensions: 3,
  m: 16,
  efConstruction: 100,
}

const changes: Change[] = [
  { kind: 'defineToken', space: 'label', id: 1, name: 'a' },
  { kind: 'createNode', id: node, labels: [], key: null, properties: [] },
  { kind: 'deleteNode', id: node },
  { kind: 'addLabel', id: node, label: 1 as LabelId },
  { kind: 'removeLabel', id: node, label: 1 as LabelId },
  relationship,
  { kind: 'deleteRelationship', id: 7 as RelationshipId },
  { kind: 'setProperty', entity: 'node', id: node, property: 1 as PropertyId, value: null },
  {
    kind: 'createIndex',
    index: {
      name: 'i',
      entity: 'node',
      token: 1 as LabelId,
      parts: [wholeProperty(1 as PropertyId)],
      unique: false,
      required: false,
    },
  },
  { kind: 'dropIndex', name: 'i' },
  {
    kind: 'beginIndex',
    index: {
      name: 'i',
      entity: 'node',
      token: 1 as LabelId,
      parts: [wholeProperty(1 as PropertyId)],
      unique: false,
      required: false,
    },
  },
  { kind: 'fillIndex', name: 'i', upTo: 300 },
  {
    kind: 'createRule',
    rule: { name: 'r', entity: 'node', token: 1 as LabelId, property: 1 as PropertyId, types: null },
  },
  { kind: 'dropRule', name: 'r' },
  { kind: 'createValue', id: 1 as ValueId, key: 'k', value: 1 },
  { kind: 'setValue', id: 1 as ValueId, value: 2 },
  { kind: 'deleteValue', id: 1 as ValueId },
  { kind: 'renameKey', id: 1 as ValueId, key: 'l' },
  { kind: 'setExpiry', id: 1 as ValueId, atMs: null },
  {
    kind: 'changeTree',
    entity: 'node',
    id: 1 as NodeId,
    property: 1 as PropertyId,
    change: { kind: 'remove', path: ['a', 0] },
  },
  { kind: 'createTextIndex', index: textIndex },
  { kind: 'beginTextIndex', index: textIndex },
  { kind: 'changeTextIndex', index: textIndex },
  { kind: 'createVectorIndex', index: vectorIndex },
  { kind: 'beginVectorIndex', index: vectorIndex },
]

function encoded(change: Change): Uint8Array {
  const writer = new ByteWriter()
  writeChange(writer, change)
  return writer.view()
}

test('every kind of change has the tag that the table gives', () => {
  const tags = rows('Changes')
  for (const change of changes) {
    const name = change.kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    expect([name, tags.get(name)]).toEqual([name, String(encoded(change)[0])])
  }
  expect(tags.size - 2).toBe(changes.length)
})

test('every kind of value has the tag that the table gives', () => {
  const kinds: [string, PropertyValue][] = [
    ['INTEGER within ±(2^53-1)', 1],
    ['INTEGER beyond that', 2n ** 60n],
    ['FLOAT', new Float(1)],
    ['STRING', 'a'],
    ['BYTES', new Uint8Array(1)],
    ['LIST', []],
    ['DATE', new LocalDate(0)],
    ['LOCAL TIME', new LocalTime(0)],
    ['ZONED TIME', new ZonedTime(0, 0)],
    ['LOCAL DATETIME', new LocalDateTime(0, 0)],
    ['ZONED DATETIME at an offset', new ZonedDateTime(0, 0, 0)],
    ['ZONED DATETIME in a named zone', new ZonedDateTime(0, 0, 0, 'UTC')],
    ['DURATION', Duration.of({})],
    ['MAP', new Map()],
  ]
  const tags = rows('Values')
  for (const [name, value] of kinds) expect([name, tags.get(name)]).toEqual([name, String(encodeValue(value)[0])])
  const simple = [null, false, true].map((value) => encodeValue(value)[0])
  expect(tags.get('null, false, true')).toBe(simple.join(', '))
})

test('the examples are what is written', () => {
  expect(section('Changes')).toContain(`\`${hex(encoded(relationship))}\``)
  expect(section('Values')).toContain(`\`${hex(encodeValue([1, 'a']))}\``)
  expect(section('Values')).toContain(`\`${hex(encodeValue(LocalDateTime.parse('1970-01-02T00:00:00.000000001')))}\``)
})

test('the fields of a header stand where the table says', () => {
  const at = (field: string) => Number(rows('Segments').get(field))
  const bytes = encodeHeader({ number: 7, firstSequence: 2 ** 33, salt: 99 })
  expect(bytes.toString('latin1', 0, 8)).toBe('SKEINLOG')
  expect(bytes.readUInt32LE(at('version'))).toBe(1)
  expect(bytes.readUInt32LE(at('salt'))).toBe(99)
  expect(bytes.readBigUInt64LE(at('number'))).toBe(7n)
  expect(bytes.readBigUInt64LE(at('first sequence'))).toBe(2n ** 33n)
  expect(bytes.readUInt32LE(at('checksum'))).toBe(crc32(bytes.subarray(0, 32)))
  expect(bytes.subarray(512, 548)).toEqual(bytes.subarray(0, 36))
  expect(section('Segments')).toContain(`begin at byte ${headerBytes}`)
})

test('the fields of a record stand where the table says', () => {
  const at = (field: string) => Number(rows('Records').get(field))
  const header = { number: 7, firstSequence: 1, salt: 99 }
  const writer = new ByteWriter()
  const payload = { bytes: new Uint8Array([1, 2, 3]), start: 0, end: 3 }
  writeRecord(writer, { sequence: 2 ** 33, time: 12.5, back: 4, part: 5, flags: 2 }, payload, checksumSeed(header))
  const bytes = Buffer.from(writer.view())
  expect(bytes.readUInt32LE(at('length'))).toBe(3)
  expect(bytes.readBigUInt64LE(at('sequence'))).toBe(2n ** 33n)
  expect(bytes.readDoubleLE(at('time'))).toBe(12.5)
  expect(bytes.readUInt32LE(at('back'))).toBe(4)
  expect(bytes.readUInt32LE(at('part'))).toBe(5)
  expect(bytes[at('flags')]).toBe(2)
  expect([...bytes.subarray(at('payload'))]).toEqual([1, 2, 3])
  expect(at('payload')).toBe(recordHeadBytes)
  expect(bytes.readUInt32LE(at('checksum'))).toBe(crc32(bytes.subarray(4), encodeHeader(header).readUInt32LE(32)))
})
