/** JSON Patch and Merge Patch: the cases that those who build them share, and what these leave open. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readJson, writeJson } from '../../../src/core/json.js'
import { isSameJson } from '../../../src/core/json-patch/equality.js'
import { applyJsonPatch } from '../../../src/core/json-patch/json-patch.js'
import { applyMergePatch } from '../../../src/core/json-patch/merge-patch.js'
import type { PropertyValue } from '../../../src/core/value.js'
import { MemoryDocument } from '../../support/json-document.js'
import { describeWithShared } from '../../support/shared.js'

type Case = ReadonlyMap<string, PropertyValue>

function patched(document: PropertyValue, patch: PropertyValue): PropertyValue {
  const target = new MemoryDocument(document)
  applyJsonPatch(target, patch)
  return target.root()
}

function merged(document: PropertyValue, patch: PropertyValue): PropertyValue {
  const target = new MemoryDocument(document)
  applyMergePatch(target, patch)
  return target.root()
}

const refusal = { code: expect.stringMatching(/^JSON_(PATCH_INVALID|PLACE_MISSING|TEST_FAILED)$/) }

describeWithShared('shared cases', 'data/json-patch', (folder) => {
  const casesOf = (file: string) => readJson(readFileSync(join(folder, file), 'utf8')) as unknown as readonly Case[]
  const patches = ['tests.json', 'spec_tests.json'].flatMap(casesOf)
  const named = (cases: readonly Case[]) =>
    cases.map((each) => [writeJson(each.get('patch') ?? each.get('diff')!), each] as const)

  test('there are all of them', () => {
    expect(patches).toHaveLength(112)
    expect(casesOf('merge-patch/RFC.json').length + casesOf('merge-patch/diff.json').length).toBe(25)
  })

  // One is switched off by the suite itself: its operation has two members 'op', of which no reader has to tell.
  const refused = patches.filter((each) => each.has('error') && each.get('disabled') !== true)

  test.each(named(refused))('%s is refused', (_, each) => {
    expect(() => patched(each.get('doc')!, each.get('patch')!)).toThrow(expect.objectContaining(refusal))
  })

  test.each(named(patches.filter((each) => !each.has('error'))))('%s is applied', (_, each) => {
    const result = patched(each.get('doc')!, each.get('patch')!)
    // Some cases only ask that nothing fails.
    const expected = each.get('expected')
    expect([result, expected === undefined || isSameJson(result, expected)]).toEqual([result, true])
  })

  test.each(named(casesOf('merge-patch/RFC.json')))('%s is merged', (_, each) => {
    expect(merged(each.get('original')!, each.get('patch')!)).toEqual(each.get('result'))
  })

  test.each(named(casesOf('merge-patch/diff.json')))('%s leads from one to the other', (_, each) => {
    expect(isSameJson(merged(each.get('a')!, each.get('diff')!), each.get('b')!)).toBe(true)
  })
})

test.each([
  ['{"a": 1}', 'a JSON Patch is a list of operations, and this is a MAP'],
  ['[5]', 'operation 0 of the patch is the INTEGER 5, and must be an object'],
  ['[{"op": "put", "path": ""}]', "operation 0 of the patch has the op the STRING 'put', and must have one of add, "],
  ['[{"op": "add", "path": "/a"}]', "operation 0 of the patch is 'add' and lacks its value"],
  [
    '[{"op": "remove", "path": "a"}]',
    "operation 0 of the patch has the path the STRING 'a', and must have a JSON Pointer",
  ],
  ['[{"op": "remove", "path": "/~2"}]', "operation 0 of the patch has the path the STRING '/~2', and must have"],
  ['[{"op": "move", "path": "/a"}]', 'operation 0 of the patch has the from null, and must have a JSON Pointer'],
  [
    '[{"op": "move", "from": "/list", "path": "/list/0"}]',
    "operation 0 of the patch moves '/list' to '/list/0', which lies",
  ],
  ['[{"op": "test", "path": "/n", "value": 2}]', "tests '/n' for the INTEGER 2, and there is the FLOAT 1.0"],
  ['[{"op": "test", "path": "/none", "value": 2}]', "operation 0 of the patch, 'test', finds no place '/none'"],
  ['[{"op": "add", "path": "/list/3", "value": 2}]', "operation 0 of the patch, 'add', finds no place '/list/3'"],
])('%s is refused with what is wrong', (patch, message) => {
  const document = readJson('{"n": 1.0, "list": [[1], 2]}')
  expect(() => patched(document, readJson(patch))).toThrow(message)
})

test('numbers are tested by what they stand for, exactly', () => {
  const patch = (value: string) => readJson(`[{"op": "test", "path": "/n", "value": ${value}}]`)
  expect(() => patched(readJson('{"n": 1}'), patch('1.0'))).not.toThrow()
  expect(() => patched(readJson('{"n": 9007199254740993}'), patch('9007199254740993'))).not.toThrow()
  expect(() => patched(readJson('{"n": 9007199254740993}'), patch('9007199254740992'))).toThrow('tests')
})

test('a member of any name is reached', () => {
  const document = readJson('{"": {"~1": {"/": {"__proto__": {"0": "deep"}}}}}')
  const patch = readJson('[{"op": "replace", "path": "//~01/~1/__proto__/0", "value": "changed"}]')
  expect(writeJson(patched(document, patch))).toBe('{"":{"~1":{"/":{"__proto__":{"0":"changed"}}}}}')
})
