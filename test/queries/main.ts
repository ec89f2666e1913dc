/**
 * `npm run test:queries` prints, of the queries in ../shared/data/cypher-*, the share that Skein plans, how long that
 * takes, and what it refuses by cause; and of Kùzu's recorded statements, how many give the recorded rows.
 * `--refused` lists each refused query and each statement whose rows differ.
 */
import { parseArgs } from 'node:util'
import { Heap } from '../../src/pages/heap.js'
import { Stores } from '../../src/stores/stores.js'
import { StoreCatalog } from '../../src/transaction/store-catalog.js'
import { sharedPath } from '../support/shared.js'
import { type Attempt, attempt, queriesOf, reasonNotToCount } from './accept.js'
import { replayFile, type Verdict } from './kuzu/replay.js'

const { values } = parseArgs({ options: { refused: { type: 'boolean' } } })
const catalog = new StoreCatalog(Stores.create(new Heap()))

for (const set of ['cypher-text2cypher', 'cypher-graphgists', 'cypher-real-users'])
  report(set, queriesOf(sharedPath('data', set, 'queries.jsonl.gz')))
await reportKuzu()

function report(set: string, queries: readonly string[]): void {
  const attempts = queries.map((query) => attempt(query, catalog))
  const counted = attempts.filter((each) => reasonNotToCount(each) === undefined)
  const refused = counted.filter(({ refusal }) => refusal !== undefined)
  const share = (100 * (counted.length - refused.length)) / counted.length
  console.log(`\n${set}: ${share.toFixed(1)} % of ${counted.length}; ${timesOf(attempts)}`)
  for (const [reason, some] of grouped(attempts, reasonNotToCount)) print(some.length, `not counted: ${reason}`)
  for (const [cause, some] of grouped(refused, causeOf)) {
    print(some.length, cause)
    if (values.refused)
      for (const { query, refusal } of some) console.log(`${indented(query)}\n${indented(refusal!.message)}\n`)
  }
}

async function reportKuzu(): Promise<void> {
  const path = sharedPath('data', 'cypher-kuzu', 'queries.jsonl.gz')
  const verdicts = await replayFile(path, sharedPath('data', 'graph-kuzu-small'))
  const differing = verdicts.filter(({ verdict }) => verdict === 'differs')
  console.log(`\ncypher-kuzu: ${verdicts.length} statements`)
  print(verdicts.filter(({ verdict }) => verdict === 'same').length, 'the recorded rows')
  print(differing.length, 'other rows')
  for (const [reason, some] of grouped(verdicts, leftOutBecause)) print(some.length, `left out: ${reason}`)
  if (values.refused) for (const { recorded, answer } of differing) console.log(indented(recorded.query), answer)
}

function leftOutBecause({ verdict }: Verdict): string | undefined {
  return typeof verdict === 'object' ? verdict.leftOut : undefined
}

/** The commonest first; without those of no group. */
function grouped<Item>(
  items: readonly Item[],
  groupOf: (item: Item) => string | undefined,
): readonly [string, readonly Item[]][] {
  const groups = new Map<string, Item[]>()
  for (const each of items) {
    const group = groupOf(each)
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), each])
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length)
}

/** The code and the message of a refusal without its place. */
function causeOf({ refusal }: Attempt): string {
  return `${refusal!.code}: ${refusal!.message.split('\n')[0]!.replace(/ \(line.*$/, '')}`
}

function print(count: number, what: string): void {
  console.log(`${String(count).padStart(6)}  ${what}`)
}

function timesOf(attempts: readonly Attempt[]): string {
  const times = attempts.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const at = (part: number) => `${times[Math.floor(part * (times.length - 1))]!.toFixed(2)} ms`
  return `parse and plan: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`
}

function indented(text: string): string {
  return text.trim().replace(/^/gm, '        ')
}
