/** The functions of query/functions/keys.ts. */
import { ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { typeName, type Value } from '../../../src/core/value.js'
import type { Transaction } from '../../../src/transaction/transaction.js'
import { mustBeString } from '../../functions/function.js'

export const keyFunctions = {
  get: ({ keys }: Transaction, key: Value): Value => (key === null ? null : keys.get(mustBeString('key.get', key))),
  type: ({ keys }: Transaction, key: Value): Value =>
    key === null ? null : keys.kindOf(mustBeString('key.type', key)),
  exists: ({ keys }: Transaction, key: Value): Value =>
    key === null ? null : keys.kindOf(mustBeString('key.exists', key)) !== null,
  info: ({ keys }: Transaction, key: Value): Value => {
    if (key === null) return null
    const text = mustBeString('key.info', key)
    const kind = keys.kindOf(text)
    if (kind === null) return null
    return new Map<string, Value>([
      ['key', text],
      ['kind', kind],
      ['valueType', kind === 'value' ? typeName(keys.get(text)) : null],
      ['expiresAt', momentOf(keys.expiryOf(text))],
    ])
  },
  expiresAt: ({ keys }: Transaction, key: Value): Value =>
    key === null ? null : momentOf(keys.expiryOf(mustBeString('key.expiresAt', key))),
}

/** When a key expires, as queries see it. */
export function momentOf(atMs: number | null): ZonedDateTime | null {
  return atMs === null ? null : ZonedDateTime.fromDate(new Date(atMs))
}
