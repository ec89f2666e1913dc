/** Keys of a database in the process: what is called most goes past Cypher, straight to the stores. */
import { isNumber } from '../../query/functions/operators.js'
import { increment, mustBeExpiry, storedFrom } from '../../query/procedures/keys.js'
import { DatabaseError } from '../core/errors.js'
import { type KeyExpiry, Keys, mustBeTtl } from '../sdk/keys.js'
import { valueOfKey } from '../transaction/store-keys.js'
import type { Database } from './database.js'
import type { Runner } from './runner.js'
import { fromPlain, toPlain } from './values.js'

type Host = Pick<Database, 'query' | 'stream' | 'write'>

export class EmbeddedKeys extends Keys {
  constructor(
    private readonly host: Host,
    private readonly runner: Runner,
  ) {
    super(host)
  }

  override get(key: string): Promise<unknown> {
    // Not an async function, as `Database.query` is none.
    try {
      const { runner } = this
      const { storage, readable } = runner
      storage.mustBeOpen()
      const { sequence } = storage
      const value = toPlain(readable, valueOfKey(readable, mustBeKey(key)))
      return storage.isSettled(sequence) ? Promise.resolve(value) : storage.settled(sequence).then(() => value)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  override async set(key: string, value: unknown, expiry: KeyExpiry = {}): Promise<void> {
    const { ttlMs = null, expiresAt = null } = expiry
    if (expiresAt !== null) return super.set(key, value, expiry)
    const stored = storedFrom(mustBeKey(key), fromPlain('value', value))
    const atMs = ttlMs === null ? null : mustBeExpiry(Math.ceil(this.runner.functions.clock.now() + mustBeTtl(ttlMs)))
    return this.host.write(({ keys }) => keys.set(key, stored, atMs))
  }

  override async increment(key: string, by: number | bigint = 1): Promise<number | bigint> {
    const added = fromPlain('by', by)
    if (!isNumber(added)) throw new DatabaseError('TYPE_MISMATCH', `by is a number, and this is a ${typeof by}`, { by })
    const sum = await this.host.write(({ keys }) => increment(keys, mustBeKey(key), added))
    return toPlain(this.runner.readable, sum) as number | bigint
  }
}

function mustBeKey(key: unknown): string {
  if (typeof key === 'string') return key
  throw new DatabaseError('TYPE_MISMATCH', `a key is a string, and this is a ${typeof key}`, { key })
}
