/**
 * Keys: plain values under keys, and what is known of a key of any kind. Each call is one statement of Cypher; a database
 * in the process takes a shorter way for the commonest ones.
 *
 *   await db.keys.set('session:7', { user: 'ann' }, { ttlMs: 30 * 60_000 })
 *   await db.keys.get('session:7')
 */
import { DatabaseError } from '../core/errors.js'
import type { ZonedDateTime } from '../core/temporal/datetime.js'
import { Duration } from '../core/temporal/duration.js'
import type { QueryRunner } from './draft.js'
import type { Node } from './result.js'

/** When a key goes: so many milliseconds from now, or at a moment. null, or neither: it stays. */
export interface KeyExpiry {
  readonly ttlMs?: number | null
  readonly expiresAt?: Date | ZonedDateTime | null
}

export interface KeyInfo {
  readonly key: string
  readonly kind: 'node' | 'value'
  /** Cypher's type of a plain value, `'INTEGER'`; null for a node. */
  readonly valueType: string | null
  readonly expiresAt: ZonedDateTime | null
}

export interface KeyListOptions {
  /** How the keys begin. */
  readonly prefix?: string
  readonly kind?: KeyInfo['kind']
  /** Only keys behind this one, for the next part of a list. */
  readonly after?: string
  /** Default 1,000. */
  readonly limit?: number
}

/** The keys that `listParameters` asks for; RETURN is to follow. */
export const keysAsked = `SHOW KEYS YIELD *
  WHERE key STARTS WITH $prefix AND ($kind IS NULL OR kind = $kind) AND ($after IS NULL OR key > $after)`

/** A part of all keys, by the order of their names. */
export const listKeysText = `${keysAsked} RETURN key, kind, valueType, expiresAt ORDER BY key LIMIT $limit`

const listedMax = 1_000

export function listParameters({ prefix = '', kind, after, limit = listedMax }: KeyListOptions): {
  prefix: string
  kind: string | null
  after: string | null
  limit: number
} {
  return { prefix, kind: kind ?? null, after: after ?? null, limit }
}

export class Keys {
  constructor(private readonly database: QueryRunner) {}

  /** `RETURN key.get($key)`: the plain value, null where there is none. Throws KEY_KIND for the key of a node. */
  get(key: string): Promise<unknown> {
    return this.one('RETURN key.get($key)', { key })
  }

  /** `CALL key.set($key, $value, {ttl: ...})`. Without an expiry the key stays. Throws KEY_KIND, PROPERTY_INVALID. */
  async set(key: string, value: unknown, expiry: KeyExpiry = {}): Promise<void> {
    const options = { ttl: ttlOf(expiry), expiresAt: expiry.expiresAt ?? null }
    await this.database.query('CALL key.set($key, $value, $options)', { key, value, options })
  }

  /** `CALL key.increment($key, $by)`: the sum. Throws TYPE_MISMATCH where the value is no number. */
  increment(key: string, by: number | bigint = 1): Promise<number | bigint> {
    return this.one('CALL key.increment($key, $by)', { key, by }) as Promise<number | bigint>
  }

  /** `CALL key.delete($key)`: whether there was one. Throws NODE_HAS_RELATIONSHIPS for a node that has some. */
  delete(key: string): Promise<boolean> {
    return this.one('CALL key.delete($key)', { key }) as Promise<boolean>
  }

  /** `CALL key.rename($from, $to)`. Throws KEY_MISSING, KEY_TAKEN. */
  async rename(from: string, to: string): Promise<void> {
    await this.database.query('CALL key.rename($from, $to)', { from, to })
  }

  /** `CALL key.copy($from, $to)`: of a node labels and properties. Throws KEY_MISSING, KEY_TAKEN. */
  async copy(from: string, to: string): Promise<void> {
    await this.database.query('CALL key.copy($from, $to)', { from, to })
  }

  /** `CALL key.expire($key, ...)`: when the key goes, of whatever kind; it has to be told. Throws KEY_MISSING. */
  expire(key: string, expiry: KeyExpiry): Promise<ZonedDateTime> {
    const when = expiry.expiresAt ?? ttlOf(expiry)
    return this.one('CALL key.expire($key, $when)', { key, when }) as Promise<ZonedDateTime>
  }

  /** `CALL key.persist($key)`: whether it would have gone. Throws KEY_MISSING. */
  persist(key: string): Promise<boolean> {
    return this.one('CALL key.persist($key)', { key }) as Promise<boolean>
  }

  /** `RETURN key.exists($key)` */
  exists(key: string): Promise<boolean> {
    return this.one('RETURN key.exists($key)', { key }) as Promise<boolean>
  }

  /** `RETURN key.type($key)`: the kind, null where there is no such key. */
  type(key: string): Promise<KeyInfo['kind'] | null> {
    return this.one('RETURN key.type($key)', { key }) as Promise<KeyInfo['kind'] | null>
  }

  /** `RETURN key.expiresAt($key)`: null where the key stays, or is none. */
  expiresAt(key: string): Promise<ZonedDateTime | null> {
    return this.one('RETURN key.expiresAt($key)', { key }) as Promise<ZonedDateTime | null>
  }

  /** `RETURN key.info($key)`: null where there is no such key. */
  info(key: string): Promise<KeyInfo | null> {
    return this.one('RETURN key.info($key)', { key }) as Promise<KeyInfo | null>
  }

  /** `MATCH (n {_key: $key}) RETURN n`: null where there is no such key, or it is none of a node. */
  node(key: string): Promise<Node | null> {
    return this.one('MATCH (n {_key: $key}) RETURN n', { key }) as Promise<Node | null>
  }

  /** `SHOW KEYS`, by the order of their names. Looks at every key, so that it takes time in proportion to all. */
  async list(options: KeyListOptions = {}): Promise<KeyInfo[]> {
    const result = await this.database.query(listKeysText, listParameters(options))
    return result.records() as unknown as KeyInfo[]
  }

  private async one(text: string, parameters: { [name: string]: unknown }): Promise<unknown> {
    const { rows } = await this.database.query(text, parameters)
    return rows[0]?.[0] ?? null
  }
}

function ttlOf({ ttlMs }: KeyExpiry): Duration | null {
  return ttlMs === undefined || ttlMs === null ? null : Duration.of({ nanoseconds: Math.ceil(mustBeTtl(ttlMs) * 1e6) })
}

/** Throws NUMBER_OUT_OF_RANGE. */
export function mustBeTtl(ttlMs: number): number {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return ttlMs
  throw new DatabaseError('NUMBER_OUT_OF_RANGE', `ttlMs is ${ttlMs}, and a key lives for some milliseconds at least`, {
    ttlMs,
    hint: 'give a number above zero; keys.delete takes a key away',
  })
}
