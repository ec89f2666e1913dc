/**
 * The packages that Skein stands on load on this machine and work: four of them are or hold native code, and a
 * missing compiler or library should show here and not as a riddle further up.
 */
import { stemmer } from '@orama/stemmers/german'
import { stopwords } from '@orama/stopwords/german'
import fastify from 'fastify'
import * as ohm from 'ohm-js'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import roaring from 'roaring'
import usearch from 'usearch'
import { expect, test, vi } from 'vitest'

test('ohm-js parses by a grammar and evaluates the parse', () => {
  const grammar = ohm.grammar('Sum { Sum = number "+" number   number = digit+ }')
  const semantics = grammar.createSemantics().addOperation<number>('value', {
    Sum: (left, _plus, right) => left.value() + right.value(),
    number: (digits) => Number(digits.sourceString),
  })
  expect(semantics(grammar.match('40 + 2')).value()).toBe(42)
  expect(grammar.match('40 +').failed()).toBe(true)
})

test('roaring intersects sets of ids', () => {
  const even = new roaring.RoaringBitmap32([2, 4, 6, 70_000])
  const large = new roaring.RoaringBitmap32([6, 7, 70_000, 4_294_967_295])
  expect(roaring.RoaringBitmap32.and(even, large).toArray()).toEqual([6, 70_000])
})

test('usearch finds the nearest vector', () => {
  const index = new usearch.Index(2, usearch.MetricKind.L2sq)
  index.add(BigUint64Array.of(7n, 8n), Float32Array.of(0, 0, 3, 4))
  expect([...index.search(Float32Array.of(3, 3), 1, 1).keys]).toEqual([8n])
})

test('fastify answers a request', async () => {
  const server = fastify()
  server.get('/health', async () => ({ ok: true }))
  const response = await server.inject('/health')
  expect([response.statusCode, response.json()]).toEqual([200, { ok: true }])
  await server.close()
})

test("Orama's packages stem words and list stop words", () => {
  expect(stemmer('häusern')).toBe('haus')
  expect(stopwords).toContain('und')
})

test('onnxruntime-node runs a model', async () => {
  const session = await InferenceSession.create(modelThatAdds())
  const x = new Tensor('float32', [1, 2], [2])
  const y = new Tensor('float32', [10, 20], [2])
  const { sum } = await session.run({ x, y })
  expect([...(sum!.data as Float32Array)]).toEqual([11, 22])
  await session.release()
})

test('vitest stops the clock', () => {
  vi.useFakeTimers({ now: 1000 })
  vi.advanceTimersByTime(500)
  expect(Date.now()).toBe(1500)
  vi.useRealTimers()
})

/**
 * An ONNX model of one node, sum = x + y over two floats, as the bytes of its protocol buffer: each field is a tag
 * (number << 3 | wire type) and a varint (wire type 0) or a length and bytes (wire type 2). Numbers: onnx.proto.
 */
function modelThatAdds(): Uint8Array {
  const number = (field: number, value: number) => [field << 3, value]
  const bytes = (field: number, value: readonly number[]) => [(field << 3) | 2, value.length, ...value]
  const text = (field: number, value: string) => bytes(field, [...Buffer.from(value)])

  const float32 = 1
  const shape = bytes(2, bytes(1, number(1, 2)))
  const tensorType = bytes(1, [...number(1, float32), ...shape])
  const valueInfo = (name: string) => [...text(1, name), ...bytes(2, tensorType)]
  const add = [...text(1, 'x'), ...text(1, 'y'), ...text(2, 'sum'), ...text(4, 'Add')]
  const inputs = [...bytes(11, valueInfo('x')), ...bytes(11, valueInfo('y'))]
  const graph = [...bytes(1, add), ...text(2, 'add'), ...inputs, ...bytes(12, valueInfo('sum'))]
  const irVersion = number(1, 8)
  const operatorSet = bytes(8, number(2, 13))
  return Uint8Array.from([...irVersion, ...bytes(7, graph), ...operatorSet])
}
