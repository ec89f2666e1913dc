/** The process that the demo kills: commits one node after the other and says each number once it is acknowledged. */
import { open } from '../index.js'

const db = await open(process.argv[2]!)
for (let number = 1; ; number++) {
  await db.query('CREATE (:Visit {_key: $key, number: $number})', { key: `visit:${number}`, number })
  process.stdout.write(`${number}\n`)
}
