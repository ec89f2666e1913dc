/** The kit's files: features and named graphs, and a run over them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type NamedGraph, type Verdict } from './judge.js'
import { type Scenario, scenariosOf } from './scenario.js'
import type { Subject } from './subject.js'

export interface Kit {
  readonly scenarios: readonly Scenario[]
  readonly namedGraph: NamedGraph
}

/** Reads the kit in a folder that has `features` and `graphs`. */
export function readKit(root: string): Kit {
  const features = join(root, 'features')
  const files = readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.feature'))
    .sort()
  return {
    scenarios: files.flatMap((file) =>
      scenariosOf(file.slice(0, -'.feature'.length).replaceAll('\\', '/'), readFileSync(join(features, file), 'utf8')),
    ),
    namedGraph: (name) => graphScripts(join(root, 'graphs', name), name),
  }
}

function graphScripts(folder: string, name: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { scripts: string[] }
  return scripts.flatMap((script) =>
    readFileSync(join(folder, script.endsWith('.cypher') ? script : `${script}.cypher`), 'utf8')
      .split(';')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== ''),
  )
}

export interface Judged {
  readonly scenario: Scenario
  /** null where the kit itself says not to run it. */
  readonly verdict: Verdict | null
}

/** Plays every scenario against a subject of its own. */
export async function playAll(
  { scenarios, namedGraph }: Kit,
  openSubject: (scenario: Scenario) => Promise<Subject>,
): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const scenario of scenarios) {
    if (scenario.ignored) {
      judged.push({ scenario, verdict: null })
      continue
    }
    const subject = await openSubject(scenario)
    try {
      judged.push({ scenario, verdict: await judge(scenario, subject, namedGraph) })
    } finally {
      await subject.close()
    }
  }
  return judged
}
