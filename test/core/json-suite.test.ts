/** JSONTestSuite: what every reader of JSON must take, must refuse, and may do as it likes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readJson, writeJson } from '../../src/core/json.js'
import { JsonParser } from '../../src/core/json-parser.js'
import { describeWithShared } from '../support/shared.js'

interface Case {
  readonly name: string
  readonly expect: 'accept' | 'reject' | 'either' | 'transform'
  readonly base64: string
}

/** As doors read it: bytes that are no UTF-8 are no text. */
const textOf = ({ base64 }: Case) => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))

function answer(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    const { code } = error as { code: string }
    return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'no UTF-8' : code
  }
}

/** Sign by sign, each a piece of its own. */
function readInPieces(text: string): void {
  const nothing = () => {}
  const parser = new JsonParser({
    beginObject: nothing,
    beginArray: nothing,
    name: nothing,
    value: nothing,
    end: nothing,
  })
  for (const sign of text) parser.feed(sign)
  parser.end()
}

describeWithShared('JSONTestSuite', 'data/json-testsuite', (folder) => {
  const lines = gunzipSync(readFileSync(join(folder, 'cases.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
  const cases = lines.map((line) => JSON.parse(line) as Case)
  const of = (kind: Case['expect']) => cases.filter((each) => each.expect === kind)

  test('it is whole', () => expect(cases).toHaveLength(340))

  test.each(of('accept'))('$name is read, and written without loss', (each) => {
    const value = readJson(textOf(each))
    expect(readJson(writeJson(value))).toEqual(value)
    expect(answer(() => readInPieces(textOf(each)))).toBe('read')
  })

  test.each(of('reject'))('$name is refused', (each) => {
    expect(answer(() => readJson(textOf(each)))).toMatch(/^(JSON_INVALID|no UTF-8)$/)
    expect(answer(() => readInPieces(textOf(each)))).toBe(answer(() => readJson(textOf(each))))
  })

  test('what is left open is decided as docs/limits.md tells', () => {
    const answers = [...of('either'), ...of('transform')].map((each) => [
      each.name,
      answer(() => readJson(textOf(each))),
    ])
    expect(answers.map(([name, told]) => `${name} ${told}`).join('\n')).toMatchInlineSnapshot(`
      "i_number_double_huge_neg_exp.json read
      i_number_huge_exp.json NUMBER_OUT_OF_RANGE
      i_number_neg_int_huge_exp.json NUMBER_OUT_OF_RANGE
      i_number_pos_double_huge_exp.json NUMBER_OUT_OF_RANGE
      i_number_real_neg_overflow.json NUMBER_OUT_OF_RANGE
      i_number_real_pos_overflow.json NUMBER_OUT_OF_RANGE
      i_number_real_underflow.json read
      i_number_too_big_neg_int.json NUMBER_OUT_OF_RANGE
      i_number_too_big_pos_int.json NUMBER_OUT_OF_RANGE
      i_number_very_big_negative_int.json NUMBER_OUT_OF_RANGE
      i_object_key_lone_2nd_surrogate.json read
      i_string_1st_surrogate_but_2nd_missing.json read
      i_string_1st_valid_surrogate_2nd_invalid.json read
      i_string_UTF-16LE_with_BOM.json no UTF-8
      i_string_UTF-8_invalid_sequence.json no UTF-8
      i_string_UTF8_surrogate_U+D800.json no UTF-8
      i_string_incomplete_surrogate_and_escape_valid.json read
      i_string_incomplete_surrogate_pair.json read
      i_string_incomplete_surrogates_escape_valid.json read
      i_string_invalid_lonely_surrogate.json read
      i_string_invalid_surrogate.json read
      i_string_invalid_utf-8.json no UTF-8
      i_string_inverted_surrogates_U+1D11E.json read
      i_string_iso_latin_1.json no UTF-8
      i_string_lone_second_surrogate.json read
      i_string_lone_utf8_continuation_byte.json no UTF-8
      i_string_not_in_unicode_range.json no UTF-8
      i_string_overlong_sequence_2_bytes.json no UTF-8
      i_string_overlong_sequence_6_bytes.json no UTF-8
      i_string_overlong_sequence_6_bytes_null.json no UTF-8
      i_string_truncated-utf-8.json no UTF-8
      i_string_utf16BE_no_BOM.json no UTF-8
      i_string_utf16LE_no_BOM.json no UTF-8
      i_structure_500_nested_arrays.json read
      i_structure_UTF-8_BOM_empty_object.json read
      number_-9223372036854775808.json read
      number_-9223372036854775809.json NUMBER_OUT_OF_RANGE
      number_1.0.json read
      number_1.000000000000000005.json read
      number_1000000000000000.json read
      number_10000000000000000999.json NUMBER_OUT_OF_RANGE
      number_1e-999.json read
      number_1e6.json read
      number_9223372036854775807.json read
      number_9223372036854775808.json NUMBER_OUT_OF_RANGE
      object_key_nfc_nfd.json read
      object_key_nfd_nfc.json read
      object_same_key_different_values.json read
      object_same_key_same_value.json read
      object_same_key_unclear_values.json read
      string_1_escaped_invalid_codepoint.json read
      string_1_invalid_codepoint.json no UTF-8
      string_2_escaped_invalid_codepoints.json read
      string_2_invalid_codepoints.json no UTF-8
      string_3_escaped_invalid_codepoints.json read
      string_3_invalid_codepoints.json no UTF-8
      string_with_escaped_NULL.json read"
    `)
  })
})
