import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, type ExplicitTransaction, open } from '../../../src/index.js'
import type { Mistake } from '../mistake.js'

type Use = (tx: ExplicitTransaction, db: Database) => Promise<unknown>

/** What is done with a transaction, which is rolled back after it. */
function within(what: string, use: Use, idleMsMax = 5000): Mistake {
  return {
    what,
    make: async ({ db }) => {
      const tx = db.begin({ idleMsMax })
      try {
        return await use(tx, db)
      } finally {
        tx.rollback()
      }
    },
  }
}

export const transactions = [
  within("await tx.commit(); await tx.query('CREATE (:Half)')", async (tx) => {
    await tx.commit()
    await tx.query('CREATE (:Half)')
  }),
  within("tx.rollback(); await tx.query('CREATE (:Half)')", async (tx) => {
    tx.rollback()
    await tx.query('CREATE (:Half)')
  }),
  within(
    "await tx.query('CREATE (:Half)'); nothing for longer than idleMsMax; await tx.commit()",
    async (tx) => {
      await tx.query('CREATE (:Half)')
      await sleep(30)
      await tx.commit()
    },
    10,
  ),
  within("tx.query('CREATE (:Half)'); await tx.query('CREATE (:Half)')", async (tx) => {
    const first = tx.query('CREATE (:Half)')
    try {
      await tx.query('CREATE (:Half)')
    } finally {
      await first
    }
  }),
  within("await tx.query('CREATE (:Half)'); await db.query('CREATE (:Half)')", async (tx, db) => {
    await tx.query('CREATE (:Half)')
    await db.query('CREATE (:Half)')
  }),
  within("await tx.query('CREATE (:Half)'); db.prepare('CREATE (:Half)').run()", async (tx, db) => {
    await tx.query('CREATE (:Half)')
    db.prepare('CREATE (:Half)').run()
  }),
  within("await tx.query('CREATE (:Half)'); await db.checkpoint()", async (tx, db) => {
    await tx.query('CREATE (:Half)')
    await db.checkpoint()
  }),
  within('await tx.query(a read); another commits; await tx.query(a write)', async (tx, db) => {
    await tx.query('MATCH (p:Person) RETURN p.age')
    await db.query('MATCH (p:Person) SET p.age = p.age')
    await tx.query('MATCH (p:Person) SET p.age = p.age + 1')
  }),
  within('await tx.query(CREATE); await tx.query(a write that fails); await tx.rollback()', async (tx) => {
    await tx.query('CREATE (:Half)')
    await tx.query('UNWIND [1, 0] AS i CREATE (:Half {x: 1 / i})')
  }),
  {
    what: "await db.transaction(async (tx) => db.query('CREATE (:Half)'))",
    make: ({ db }) => db.transaction(async () => db.query('CREATE (:Half)')),
  },
  {
    what: "await db.transaction(async (tx) => db.transaction(async (inner) => inner.query('CREATE (:Half)')))",
    make: ({ db }) => db.transaction(async () => db.transaction(async (inner) => inner.query('CREATE (:Half)'))),
  },
  {
    what: 'db.bulkLoader() of a database with data',
    make: async ({ db }) => db.bulkLoader(),
  },
  {
    what: "await db.close(); await db.query('CREATE (:Half)')",
    make: async () => {
      const db = await open()
      await db.close()
      await db.query('CREATE (:Half)')
    },
  },
] satisfies Mistake[]
