/**
 * The keyspace against a plain Map, over a simulated clock: plain values and nodes with a label and an index are set,
 * counted up, renamed, copied, deleted and given times in any order, in transactions that may be rolled back, while time
 * passes, and through closing, power loss and opening again. A key must be there until its time, and 100 ms after it
 * gone: from its key, from the list, from the label and from the index alike.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderedIndex } from '../../indexes/ordered/ordered-index.js'
import { Storage } from '../../src/database/storage.js'
import { Sweeper } from '../../src/database/sweeper.js'
import { type Database, DatabaseError, open, type Queryable } from '../../src/index.js'
import { Expiries } from '../../src/stores/keyspace/expiries.js'
import { Keyspace } from '../../src/stores/keyspace/keyspace.js'
import { StoreKeys } from '../../src/transaction/store-keys.js'
import { verify } from '../../src/transaction/verify.js'
import { settle } from '../database/support.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'

const runs = Number(process.env.SKEIN_RUNS ?? 40)
const latenessMs = 100

interface Held {
  readonly kind: 'node' | 'value'
  /** Of a node its name, which is indexed. */
  readonly value: number | string
  readonly atMs: number | null
}

type Model = Map<string, Held>

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const ttlMs = fc.option(fc.integer({ min: 1, max: 2_000 }))

const write = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, value: fc.constantFrom(1, 5, 'x'), ttlMs }),
  fc.record({ do: fc.constant('increment' as const), key, by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ do: fc.constant('expire' as const), key, ttlMs: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({ do: fc.constant('persist' as const), key }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('rename' as const), key, to: key }),
  fc.record({ do: fc.constant('copy' as const), key, to: key }),
  fc.record({ do: fc.constant('node' as const), key, name: fc.constantFrom('Ann', 'Bob') }),
)
type Write = typeof write extends fc.Arbitrary<infer Each> ? Each : never

const operation = fc.oneof(
  { weight: 12, arbitrary: write },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 1_500 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('transaction' as const),
      writes: fc.array(write, { maxLength: 4 }),
      commit: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), ms: fc.integer({ min: 0, max: 1_500 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), seed: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('checkpoint' as const) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never

/** What a write makes of the model; a string is the code with which it fails. */
function modelled(model: Model, asked: Write, nowMs: number): Model | string {
  const held = model.get(asked.key)
  const withHeld = (name: string, next: Held) => new Map(model).set(name, next)
  switch (asked.do) {
    case 'set':
      if (held?.kind === 'node') return 'KEY_KIND'
      return withHeld(asked.key, {
        kind: 'value',
        value: asked.value,
        atMs: asked.ttlMs === null ? null : nowMs + asked.ttlMs,
      })
    case 'increment': {
      if (held?.kind === 'node') return 'KEY_KIND'
      const before = held?.value ?? 0
      if (typeof before === 'string') return 'TYPE_MISMATCH'
      return withHeld(asked.key, { kind: 'value', value: before + asked.by, atMs: held?.atMs ?? null })
    }
    case 'expire':
    case 'persist':
      if (held === undefined) return 'KEY_MISSING'
      return withHeld(asked.key, { ...held, atMs: asked.do === 'expire' ? nowMs + asked.ttlMs : null })
    case 'delete': {
      const without = new Map(model)
      without.delete(asked.key)
      return without
    }
    case 'rename':
    case 'copy': {
      if (held === undefined) return 'KEY_MISSING'
      if (asked.do === 'rename' && asked.key === asked.to) return model
      if (model.has(asked.to)) return 'KEY_TAKEN'
      const next = withHeld(asked.to, held)
      if (asked.do === 'rename') next.delete(asked.key)
      return next
    }
    case 'node':
      if (held !== undefined) return held.kind === 'node' ? 'KEY_TAKEN' : 'KEY_KIND'
      return withHeld(asked.key, { kind: 'node', value: asked.name, atMs: null })
  }
}

async function perform(through: Queryable, asked: Write): Promise<unknown> {
  const { keys } = through
  switch (asked.do) {
    case 'set':
      return keys.set(asked.key, asked.value, { ttlMs: asked.ttlMs })
    case 'increment':
      return keys.increment(asked.key, asked.by)
    case 'expire':
      return keys.expire(asked.key, { ttlMs: asked.ttlMs })
    case 'node':
      return through.query('CREATE (:Person {_key: $key, name: $name})', { key: asked.key, name: asked.name })
    case 'rename':
      return keys.rename(asked.key, asked.to)
    case 'copy':
      return keys.copy(asked.key, asked.to)
    default:
      return keys[asked.do](asked.key)
  }
}

class Run {
  private environment: MemoryEnvironment = memoryEnvironment()
  private db!: Database
  private model: Model = new Map()

  async play(operations: readonly Operation[]): Promise<void> {
    this.db = await open('data', { environment: this.environment })
    await this.db.query('CREATE INDEX FOR (p:Person) ON (p.name)')
    for (const each of operations) {
      await this.step(each)
      await this.compare()
    }
    await this.db.close()
    const storage = Storage.open(this.environment, 'data')
    expect(verify(storage.stores)).toEqual([])
    await storage.close()
  }

  private async step(asked: Operation): Promise<void> {
    const { environment } = this
    switch (asked.do) {
      case 'advance':
        environment.advance(asked.ms)
        await settle()
        return
      case 'transaction':
        return this.transact(asked.writes, asked.commit)
      case 'checkpoint':
        return this.db.checkpoint()
      case 'reopen':
        await this.db.close()
        environment.clock.time += asked.ms
        this.db = await open('data', { environment })
        return
      case 'kill':
        this.environment = memoryEnvironment(environment.files.crash(asked.seed))
        this.environment.clock.time = environment.clock.time
        this.db = await open('data', { environment: this.environment })
        return
      default:
        this.model = await this.written(this.model, asked, this.db)
    }
  }

  private async written(model: Model, asked: Write, through: Queryable): Promise<Model> {
    const expected = modelled(model, asked, this.environment.clock.time)
    const outcome = await perform(through, asked).then(
      () => 'done',
      (error: unknown) => (error instanceof DatabaseError ? error.code : Promise.reject(error)),
    )
    expect([asked, outcome]).toEqual([asked, typeof expected === 'string' ? expected : 'done'])
    return typeof expected === 'string' ? model : expected
  }

  private async transact(writes: readonly Write[], commit: boolean): Promise<void> {
    const transaction = this.db.begin()
    await transaction.startWriting()
    let model = this.model
    for (const each of writes) model = await this.written(model, each, transaction)
    if (!commit) return transaction.rollback()
    await transaction.commit()
    this.model = model
  }

  /** What is due for less than the lateness may be there or not; but for every reader the same. */
  private async compare(): Promise<void> {
    const now = this.environment.clock.time
    const there = new Set((await this.db.keys.list()).map((info) => info.key))
    for (const [name, { atMs }] of this.model) {
      const isDue = atMs !== null && atMs <= now
      if (isDue && (atMs <= now - latenessMs || !there.has(name))) this.model.delete(name)
    }
    const entries = [...this.model].sort(([one], [other]) => (one < other ? -1 : 1))
    expect(await this.listed()).toEqual(
      entries.map(([name, { kind, value, atMs }]) => [name, kind, kind === 'value' ? value : null, atMs]),
    )
    for (const name of ['Ann', 'Bob']) {
      const nodes = entries.filter(([, { kind, value }]) => kind === 'node' && value === name).map(([each]) => each)
      const { rows } = await this.db.query('MATCH (p:Person {name: $name}) RETURN p._key ORDER BY p._key', { name })
      expect([name, rows.flat()]).toEqual([name, nodes])
    }
    const { rows } = await this.db.query('MATCH (p:Person) RETURN count(*)')
    expect(rows).toEqual([[entries.filter(([, { kind }]) => kind === 'node').length]])
  }

  private async listed(): Promise<unknown[][]> {
    const infos = await this.db.keys.list()
    return Promise.all(
      infos.map(async ({ key: name, kind, expiresAt }) => {
        const value = kind === 'value' ? await this.db.keys.get(name) : null
        return [name, kind, value, expiresAt?.toDate().getTime() ?? null]
      }),
    )
  }
}

async function campaign(numRuns: number, given = fc.array(operation, { minLength: 25, maxLength: 40 })): Promise<void> {
  await fc.assert(
    fc.asyncProperty(given, (operations) => new Run().play(operations)),
    { numRuns, ...(process.env.SKEIN_SEED === undefined ? {} : { seed: Number(process.env.SKEIN_SEED) }) },
  )
}

test(`keys of any kind are there until their time, and gone after it (${runs} runs)`, () => campaign(runs), 300_000)

/** Replaces a method; gives what puts it back. */
function replaced<Name extends string, Owner extends { [Each in Name]: unknown }>(
  owner: Owner,
  name: Name,
  by: (original: Owner[Name]) => Owner[Name],
): () => void {
  const original = owner[name]
  owner[name] = by(original)
  return () => {
    owner[name] = original
  }
}

/** Faults put in on purpose: the campaign must find each. */
const faults: Record<string, () => () => void> = {
  'a key that has expired is left in an index': () =>
    replaced(StoreKeys.prototype, 'expireNext', (expireNext) => {
      return function (this: StoreKeys, nowMs) {
        const mend = replaced(OrderedIndex.prototype, 'remove', () => () => undefined)
        try {
          return expireNext.call(this, nowMs)
        } finally {
          mend()
        }
      }
    }),
  'a key goes before its time': () =>
    replaced(StoreKeys.prototype, 'expireNext', (expireNext) => {
      return function (this: StoreKeys, nowMs) {
        return expireNext.call(this, nowMs + 300)
      }
    }),
  'a live key that has a time is hidden': () => {
    const timed = new Set<number>()
    const mends = [
      replaced(Expiries.prototype, 'set', (set) => {
        return function (this: Expiries, id, atMs) {
          if (atMs !== null) timed.add(id)
          set.call(this, id, atMs)
        }
      }),
      replaced(Keyspace.prototype, 'find', (find) => {
        return function (this: Keyspace, name) {
          const id = find.call(this, name)
          return timed.has(id) ? 0 : id
        }
      }),
    ]
    return () => {
      for (const mend of mends) mend()
    }
  },
  'a key goes although it was told to stay': () =>
    replaced(Expiries.prototype, 'set', (set) => {
      return function (this: Expiries, id, atMs) {
        set.call(this, id, atMs ?? this.of(id))
      }
    }),
  'nobody looks for due keys after a restart': () =>
    replaced(Sweeper.prototype, 'sweepFirst', () => async () => undefined),
  'a renamed key forgets its time': () =>
    replaced(StoreKeys.prototype, 'rename', (rename) => {
      return function (this: StoreKeys, from, to) {
        rename.call(this, from, to)
        this.setExpiry(to, null)
      }
    }),
  'a sweep takes no notice of times that are set later': () =>
    replaced(Storage.prototype, 'commit', (commit) => {
      return function (this: Storage) {
        this.onExpiry = () => {}
        return commit.call(this)
      }
    }),
}

test.each(Object.keys(faults))(
  'the comparison finds a fault: %s',
  async (name) => {
    const mend = faults[name]!()
    try {
      await expect(campaign(60, fc.noShrink(fc.array(operation, { minLength: 30, maxLength: 40 })))).rejects.toThrow()
    } finally {
      mend()
    }
  },
  120_000,
)
