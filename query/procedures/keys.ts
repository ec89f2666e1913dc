/**
 * Procedures that write the keyspace.
 *
 *   CALL key.set('session:7', {user: 'ann'}, {ttl: duration('PT30M')})
 *   CALL key.increment('visits') YIELD value RETURN value
 *
 * A time to live is turned into the moment at which it ends, from when the statement began; so the same statement gives
 * the same moment to all its keys, and what is written to the log depends on no clock.
 */
import type { StoredValue } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import { ZonedDateTime } from '../../src/core/temporal/datetime.js'
import { Duration } from '../../src/core/temporal/duration.js'
import type { Float, Value } from '../../src/core/value.js'
import { valueInWords } from '../../src/core/value-in-words.js'
import type { KeyAccess } from '../../src/transaction/transaction.js'
import { momentOf } from '../execute/runtime/keys.js'
import { readOptions } from '../execute/runtime/options.js'
import { mustBeStorable } from '../execute/runtime/storable.js'
import { refuseArgument } from '../functions/function.js'
import { add, type Integer, isNumber } from '../functions/operators.js'
import { writing } from './builtin.js'
import type { Procedure, ProcedureContext } from './procedure.js'

export const keyProcedures: readonly Procedure[] = [
  writing(
    'key.set(key :: STRING, value :: ANY?, options = null :: MAP?) :: VOID',
    'Puts a plain value under a key, in place of the one there; {ttl: duration} or {expiresAt: datetime} says when it goes.',
    (context, [key, value, options]) => {
      const expiry = expiryFrom(context, options!)
      context.transaction.keys.set(key as string, storedFrom(key as string, value!), expiry)
      return []
    },
  ),
  writing(
    'key.increment(key :: STRING, by = 1 :: NUMBER) :: (value :: NUMBER)',
    'Adds to the number under a key; one that is missing counts as 0. When it expires stays as it is.',
    ({ transaction: { keys } }, [key, by]) => [[increment(keys, key as string, by as Integer | Float)]],
  ),
  writing(
    'key.delete(key :: STRING) :: (deleted :: BOOLEAN)',
    'Takes a key away, with its value or its node.',
    ({ transaction: { keys } }, [key]) => [[keys.delete(key as string)]],
  ),
  writing(
    'key.rename(from :: STRING, to :: STRING) :: VOID',
    'Gives what has a key another one.',
    ({ transaction: { keys } }, [from, to]) => {
      keys.rename(from as string, to as string)
      return []
    },
  ),
  writing(
    'key.copy(from :: STRING, to :: STRING) :: VOID',
    'Copies a value, or a node without its relationships, under another key; the copy expires when the first does.',
    ({ transaction: { keys } }, [from, to]) => {
      keys.copy(from as string, to as string)
      return []
    },
  ),
  writing(
    'key.expire(key :: STRING, ttl :: ANY) :: (expiresAt :: DATETIME)',
    'Says when a key goes, a node with its relationships: after a duration, or at a datetime.',
    (context, [key, ttl]) => {
      const atMs = expiryAt(context, ttl!)
      context.transaction.keys.setExpiry(key as string, atMs)
      return [[momentOf(atMs)]]
    },
  ),
  writing(
    'key.persist(key :: STRING) :: (persisted :: BOOLEAN)',
    'Lets a key stay that would have expired.',
    ({ transaction: { keys } }, [key]) => [[keys.setExpiry(key as string, null)]],
  ),
]

/** The number under the key, `by` added to it. Throws TYPE_MISMATCH for what is no number, NUMBER_OUT_OF_RANGE. */
export function increment(keys: KeyAccess, key: string, by: Integer | Float): Integer | Float {
  const before = keys.get(key) ?? 0
  if (!isNumber(before))
    throw new DatabaseError(
      'TYPE_MISMATCH',
      `the key '${key}' holds ${valueInWords(before)}, and key.increment adds to a number; CALL key.set('${key}', 0) makes it one`,
      { key },
    )
  const sum = add(before, by) as Integer | Float
  keys.set(key, sum)
  return sum
}

/** A value that a key can hold. Throws PROPERTY_INVALID. */
export function storedFrom(key: string, value: Value): StoredValue {
  const stored = mustBeStorable(value, key)
  if (stored !== null) return stored
  throw new DatabaseError('PROPERTY_INVALID', `the key '${key}' is given null, and a key holds a value`, {
    key,
    hint: `CALL key.delete('${key}') takes the key away`,
  })
}

const expiryOptions = { ttl: mustBeDuration, expiresAt: mustBeDateTime }

function mustBeDuration(value: Value, name: string): Duration {
  return value instanceof Duration ? value : refuseArgument(name, 'DURATION', value)
}

function mustBeDateTime(value: Value, name: string): ZonedDateTime {
  return value instanceof ZonedDateTime ? value : refuseArgument(name, 'ZONED DATETIME', value)
}

/** When a key that is set expires; null: never. Throws OPTION_INVALID, TYPE_MISMATCH, NUMBER_OUT_OF_RANGE. */
function expiryFrom(context: ProcedureContext, options: Value): number | null {
  const { ttl, expiresAt } = readOptions('key.set', options, expiryOptions)
  if (ttl !== undefined && expiresAt !== undefined)
    throw new DatabaseError('OPTION_INVALID', 'key.set takes ttl or expiresAt, not both: each says when the key goes')
  const given = ttl ?? expiresAt
  if (given === undefined) return null
  const atMs = expiryAt(context, given)
  if (ttl !== undefined && atMs <= context.environment.statementMs)
    throw new DatabaseError(
      'NUMBER_OUT_OF_RANGE',
      `the ttl of key.set is ${ttl}, and a key lives for longer than that`,
      {
        hint: "give a duration above zero, as duration('PT1H'); CALL key.delete takes a key away",
      },
    )
  return atMs
}

/** The moment in milliseconds since 1970; one before that counts as its first millisecond, as both are past. */
function expiryAt({ environment }: ProcedureContext, when: Value): number {
  const moment = when instanceof Duration ? momentOf(environment.statementMs)!.plus(when) : when
  if (!(moment instanceof ZonedDateTime)) return refuseArgument('key.expire', 'DURATION or ZONED DATETIME', when)
  const atMs = Number(moment.epochMillis) + (moment.nanosecond % 1_000_000 === 0 ? 0 : 1)
  return mustBeExpiry(atMs)
}

/** JavaScript's dates end there. */
const expiryMsMax = 8_640_000_000_000_000

/** Throws NUMBER_OUT_OF_RANGE for what lies too far off. */
export function mustBeExpiry(atMs: number): number {
  if (atMs > expiryMsMax)
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', 'a key expires by 13 September 275760; let it stay, or give less', {
      atMs,
    })
  return Math.max(1, atMs)
}
