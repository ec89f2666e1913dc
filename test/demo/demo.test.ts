import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import { parseLucene } from '../../indexes/fulltext/query/parse-lucene.js'
import { indexes, questions } from '../../src/demo/questions.js'
import { type Database, open } from '../../src/index.js'
import { importNpm } from '../../src/transfer/npm/import-npm.js'
import { openImportTarget } from '../../src/transfer/targets.js'
import { ReferenceIndex } from '../indexes/fulltext/reference.js'
import { nameOf, reach, type Walk, walk } from './walk.js'

const project = fileURLToPath(new URL('../..', import.meta.url))
const [imported, deepest, dropped, licences, people, installing, versions, near, everywhere, why] = questions

let db: Database
let files: Walk
let production: Map<string, number>
beforeAll(async () => {
  db = await open(':memory:')
  await importNpm(openImportTarget(db), project)
  for (const statement of indexes) await db.query(statement)
  files = walk(project)
  production = reach(files, [files.packages[0]!])
})
afterAll(() => db.close())

async function records(question: (typeof questions)[number] | undefined): Promise<Record<string, unknown>[]> {
  const { answer } = await question!.ask(db)
  expect(answer.rows.length).toBeGreaterThan(0)
  expect(answer.rows.length).toBeLessThanOrEqual(8)
  return answer.records()
}

/** Groups as [name, members], those with most members first, then by name. */
function largest(pairs: readonly (readonly [group: string, member: string])[]): [string, string[]][] {
  const groups = new Map<string, Set<string>>()
  for (const [group, member] of pairs) groups.set(group, (groups.get(group) ?? new Set()).add(member))
  return [...groups]
    .map(([group, members]): [string, string[]] => [group, [...members].sort(byCodePoint)])
    .sort(([a, m], [b, n]) => n.length - m.length || byCodePoint(a, b))
    .slice(0, 8)
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

describe('each answer agrees with a plain walk over the files', () => {
  test('what was imported', async () => {
    const uses = [...files.licenses.values()].flat()
    const byType = Object.fromEntries((await records(imported)).map((row) => [row.relationship, row]))
    expect(byType.DEPENDS_ON).toMatchObject({ relationships: files.edges.length })
    expect(byType.LICENSED_UNDER).toMatchObject({ relationships: uses.length, toNodes: new Set(uses).size })
    expect(byType.HAS_KEYWORD).toMatchObject({ relationships: files.keywordUses, toNodes: files.keywordCount })
    expect(byType.AUTHORED).toMatchObject({
      relationships: files.works.length,
      fromNodes: new Set(files.works.map(({ identity }) => identity)).size,
    })
  })

  test('the deepest production package, by a way that is there', async () => {
    const depth = Math.max(...production.values())
    const candidates = [...production].filter(([, steps]) => steps === depth).map(([id]) => nameOf(id))
    const [answer] = await records(deepest)
    const path = answer!.path as string[]
    const range = answer!.range as string[]
    expect(answer!.deepest).toBe(candidates.sort(byCodePoint)[0])
    expect(path).toHaveLength(depth + 1)
    expect([path[0], path.at(-1)]).toEqual([nameOf(files.packages[0]!), answer!.deepest])
    for (let step = 1; step <= depth; step++) {
      const isThere = files.edges.some(
        (edge) =>
          !edge.dev &&
          nameOf(edge.from) === path[step - 1] &&
          nameOf(edge.to) === path[step] &&
          edge.range === range[step],
      )
      expect(isThere).toBe(true)
    }
  })

  test('what leaves with each direct dependency', async () => {
    const root = files.packages[0]!
    const direct = files.edges.filter(({ from, dev }) => from === root && !dev).map(({ to }) => to)
    const leaving = direct.flatMap((id) => {
      const kept = reach(
        files,
        direct.filter((other) => other !== id),
      )
      return [...reach(files, [id]).keys()].filter((gone) => !kept.has(gone)).map((gone) => [nameOf(id), gone] as const)
    })
    expect((await records(dropped)).map(({ dropped, leave }) => [dropped, leave])).toEqual(
      largest(leaving).map(([name, gone]) => [name, gone.length]),
    )
  })

  test('which licences reach production', async () => {
    const pairs = [...production.keys()]
      .filter((id) => id !== files.packages[0])
      .flatMap((id) => files.licenses.get(id)!.map((license) => [license, id] as const))
    expect((await records(licences)).map(({ license, packages }) => [license, packages])).toEqual(
      largest(pairs).map(([license, ids]) => [license, ids.length]),
    )
  })

  test('whose work it stands on', async () => {
    const pairs = files.works.map((work) => [work.person, nameOf(work.package)] as const)
    expect(await records(people)).toEqual(
      largest(pairs).map(([person, names]) => ({ person, packages: names.length, among: names.slice(0, 5) })),
    )
  })

  test('what runs code when it is installed', async () => {
    const expected = files.packages
      .flatMap((id) =>
        ['preinstall', 'install', 'postinstall'].flatMap((hook) => {
          const script = files.scripts.get(id)![hook]
          return script === undefined ? [] : [{ id, package: nameOf(id), runs: `${hook}: ${script}` }]
        }),
      )
      .map(({ id, ...row }) => {
        const askers = new Set(files.edges.filter(({ to }) => to === id).map(({ from }) => nameOf(from)))
        return { ...row, pulledInBy: [...askers].sort(byCodePoint).slice(0, 4) }
      })
      .filter(({ pulledInBy }) => pulledInBy.length > 0)
      .sort((a, b) => byCodePoint(a.package, b.package) || byCodePoint(a.runs, b.runs))
      .slice(0, 8)
    expect(await records(installing)).toEqual(expected)
  })

  test('which packages are there in two versions', async () => {
    const ids = new Map<string, string[]>()
    for (const id of files.packages) ids.set(nameOf(id), [...(ids.get(nameOf(id)) ?? []), id])
    const expected = [...ids.values()]
      .filter((versions) => versions.length > 1)
      .flat()
      .map((id) => ({ id, askers: files.edges.filter(({ to }) => to === id) }))
      .filter(({ askers }) => askers.length > 0)
      .sort((a, b) => byCodePoint(a.id, b.id))
      .slice(0, 8)
      .map(({ id, askers }) => ({
        package: nameOf(id),
        version: id.slice(nameOf(id).length + 1),
        askers: askers.length,
        among: askers
          .map(({ from, range }) => `${nameOf(from)} ${range}`)
          .sort(byCodePoint)
          .slice(0, 4),
      }))
    expect(await records(versions)).toEqual(expected)
  })
})

describe('words are found as a plain scorer over the same files finds them', () => {
  const words = 'parse json safely'
  const analyzer = analyzerOf('english')
  const fields = ['name', 'description', 'keywords', 'readme'].map((name) => ({ name, analyzer, weight: 1 }))

  /** The best of some packages, by all texts. */
  function best(among: ReadonlySet<string>) {
    const index = new ReferenceIndex({ fields, k1: 1.2, b: 0.75 })
    for (const [number, id] of files.packages.entries()) index.add(number, files.texts.get(id)!)
    return index
      .search(parseLucene(words))
      .map(({ id, score }) => ({ id: files.packages[id]!, score }))
      .filter(({ id }) => among.has(id))
      .sort((a, b) => b.score - a.score || byCodePoint(a.id, b.id))
      .slice(0, 5)
  }

  /** What fastify reaches in at most three steps of any kind. */
  function fromFastify(): Set<string> {
    const steps = new Map(files.packages.filter((id) => nameOf(id) === 'fastify').map((id) => [id, 0]))
    for (const [id, count] of steps)
      for (const { from, to } of files.edges) if (from === id && count < 3 && !steps.has(to)) steps.set(to, count + 1)
    return new Set([...steps].filter(([, count]) => count > 0).map(([id]) => id))
  }

  test.each([
    { what: 'among what fastify pulls in, graph first', ask: near, among: fromFastify, name: 'graph first' },
    {
      what: 'among all packages, text first',
      ask: everywhere,
      among: () => new Set(files.packages),
      name: 'text first',
    },
  ])('$what', async ({ ask, among, name }) => {
    const expected = best(among())
    const { answer, profile } = await ask!.ask(db)
    const rows = answer.records() as { package: string; score: number; snippet: string }[]
    expect(rows.map((row) => row.package)).toEqual(expected.map(({ id }) => nameOf(id)))
    expect(rows).toHaveLength(5)
    for (const [i, { score, snippet }] of rows.entries()) {
      expect(score).toBeCloseTo(expected[i]!.score, 2)
      expect(snippet).toMatch(/\[(json|pars|safe)\w*\]/i)
    }
    expect(profile!.name).toBe(name)
    expect(profile!.plan).toMatch(/\d+ rows, [\d.]+ ms/)
  })

  test('the explanation of the best hit adds up to its score', async () => {
    const [first] = best(fromFastify())
    const rows = await records(why)
    expect(new Set(rows.map((row) => row.package))).toEqual(new Set([nameOf(first!.id)]))
    expect(rows.reduce((sum, { adds }) => sum + (adds as number), 0)).toBeCloseTo(first!.score, 1)
    expect(rows.map(({ term }) => term).sort()).toEqual(['json', 'pars', 'safe'])
  })
})

test('no question takes more than eight lines of Cypher', async () => {
  for (const { ask } of questions) expect((await ask(db)).cypher.split('\n').length).toBeLessThanOrEqual(8)
})

test('the demo ends well: its answers are the same after a writer was killed', async () => {
  const main = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', main, '--dir', project])
  expect(stdout).toMatch(/Acknowledged: \d+\. Found: \d+\./)
  expect(stdout).toContain('The answers are the same as before.')
  for (const { english } of questions) expect(stdout).toContain(english)
}, 30_000)
