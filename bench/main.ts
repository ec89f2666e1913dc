/**
 * `npm run bench -- graph storage` measures, prints and keeps: each name is a file beside this one, whose `run` gives
 * its figures as they come. Results go to `bench/results/<name>.md` with date and machine; the exit code tells whether
 * every goal was met. `--small` leaves the graph of 1M people out, for a first look, and keeps nothing. Some peers are
 * packages of `bench/package.json`: query.ts, search.ts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Figure, isGood, renderFigure, renderMachine } from './support/report.js'

export interface Scale {
  readonly small: boolean
}

export type Benchmark = (scale: Scale) => AsyncIterable<Figure>

const { positionals, values } = parseArgs({ allowPositionals: true, options: { small: { type: 'boolean' } } })
const scale: Scale = { small: values.small ?? false }
const unknown = positionals.filter((name) => !existsSync(pathOf(`${name}.ts`)))

if (positionals.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`no benchmark is called ${name}`)
  console.error(`npm run bench -- [--small] ${benchmarks().join(' | ')}`)
  process.exitCode = 2
} else {
  for (const name of positionals) await runAndKeep(name)
}

async function runAndKeep(name: string): Promise<void> {
  const { run } = (await import(`./${name}.ts`)) as { run: Benchmark }
  const head = `# ${name}\n\n${renderMachine(new Date())}\n`
  console.log(head)
  const parts = [head]
  for await (const figure of run(scale)) {
    const text = renderFigure(figure)
    console.log(text)
    parts.push(text)
    if (!isGood(figure)) process.exitCode = 1
  }
  if (!scale.small) keep(name, parts.join('\n'))
}

function keep(name: string, text: string): void {
  mkdirSync(pathOf('results'), { recursive: true })
  writeFileSync(pathOf(`results/${name}.md`), text)
}

/** The files that can run; the others are what they share. */
function benchmarks(): string[] {
  const files = readdirSync(pathOf('.')).filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  const runnable = files.filter((name) => readFileSync(pathOf(name), 'utf8').includes('export async function* run('))
  return runnable.map((name) => name.replace(/\.ts$/, ''))
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
