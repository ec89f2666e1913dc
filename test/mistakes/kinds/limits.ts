import { open } from '../../../src/index.js'
import { type Mistake, statement } from '../mistake.js'

/** A statement too long to be shown. */
function long(what: string, text: string): Mistake {
  return { ...statement(text), what }
}

const endless = 'UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a + b AS s WHERE s < 0'

export const limits: Mistake[] = [
  long('RETURN and 1,048,576 blanks', `RETURN${' '.repeat(1_048_576)}1`),
  long('RETURN 1 within 101 pairs of brackets', `RETURN ${'('.repeat(101)}1${')'.repeat(101)}`),
  long('CREATE (:Half {x: a list within 101 others})', `CREATE (:Half {x: ${'['.repeat(101)}${']'.repeat(101)}})`),
  long("CREATE (:Half {_key: 'k...' of 65,537 bytes})", `CREATE (:Half {_key: '${'k'.repeat(65_537)}'})`),
  long('CREATE (:`L...` of 65,537 bytes)', `CREATE (:\`${'L'.repeat(65_537)}\`)`),
  long(
    "CREATE (:Half), (:Person {email: 'e...' of 1,000 bytes})",
    `CREATE (:Half), (:Person {email: '${'e'.repeat(1000)}'})`,
  ),
  statement('RETURN range(1, 1000000000000)'),
  statement('RETURN 4611686018427387904 * 2'),
  statement('MATCH (n) RETURN n LIMIT -1'),
  statement('RETURN 1e999'),
  {
    what: `${endless} CREATE (:Half)\n{ timeoutMs: 20 }`,
    make: ({ db }) => db.query(`${endless} CREATE (:Half)`, {}, { timeoutMs: 20 }),
  },
  {
    what: `${endless} RETURN s\n{ signal } that aborts`,
    make: ({ db }) => db.query(`${endless} RETURN s`, {}, { signal: AbortSignal.abort() }),
  },
  {
    what: 'UNWIND range(1, 1000000) AS i CREATE (:Half {x: i}), in a database of memoryMaxBytes: 4 MiB',
    make: async () => {
      const db = await open(':memory:', { memoryMaxBytes: 4 * 1024 * 1024 })
      try {
        await db.query('UNWIND range(1, 1000000) AS i CREATE (:Half {x: i})')
      } finally {
        await db.close()
      }
    },
  },
]
