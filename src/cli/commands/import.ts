/** `skein import`: files into a database, empty or not. */
import { open } from '../../index.js'
import {
  type ImportCounts,
  type ImportProgress,
  importCsv,
  type NodeFiles,
  type RelationshipFiles,
} from '../../transfer/csv/import-csv.js'
import type { ImportTarget } from '../../transfer/import-target.js'
import { importJsonl } from '../../transfer/jsonl/import-jsonl.js'
import { importNpm } from '../../transfer/npm/import-npm.js'
import { openImportTarget } from '../../transfer/targets.js'
import {
  type Command,
  type Context,
  counted,
  databaseDirectory,
  grouped,
  parse,
  seconds,
  UsageError,
} from '../command.js'
import { ProgressBar } from '../progress.js'

const help = `skein import csv [--db <directory>] --nodes [Label:Label=]file,... --relationships [TYPE=]file,...
  Imports CSV files with Neo4j's import headers; both options may be given several times.
  --delimiter, --array-delimiter, --quote   one character each, or TAB; , ; and " unless told otherwise
  --id-type string|integer                  what a named id column is as a property; string unless told otherwise
  --no-keys                                 ids do not become keys (Group:id)
  --skip-bad                                leaves bad rows out and lists them, instead of ending at the first
skein import jsonl <file>... [--db <directory>] [--skip-bad]
  Imports lines of JSON, each a node or a relationship, as export jsonl and APOC write them.
skein import npm <project> [--db <directory>]
  Imports the packages of an npm project from its package-lock.json and node_modules.
`

export const importCommand: Command = {
  summary: 'reads CSV files, lines of JSON or an npm project into the database',
  help,
  run: async ([format, ...args], context) => {
    if (format === 'csv') await csv(args, context)
    else if (format === 'jsonl') await jsonl(args, context)
    else if (format === 'npm') await npm(args, context)
    else throw new UsageError(`import reads csv, jsonl or npm, not ${format === undefined ? 'nothing' : `'${format}'`}`)
  },
}

async function csv(args: string[], context: Context): Promise<void> {
  const { values } = parse({
    args,
    options: {
      db: { type: 'string' },
      nodes: { type: 'string', multiple: true, default: [] },
      relationships: { type: 'string', multiple: true, default: [] },
      delimiter: { type: 'string' },
      'array-delimiter': { type: 'string' },
      quote: { type: 'string' },
      'id-type': { type: 'string', default: 'string' },
      'no-keys': { type: 'boolean', default: false },
      'skip-bad': { type: 'boolean', default: false },
    },
  })
  if (values.nodes.length + values.relationships.length === 0)
    throw new UsageError('import csv needs --nodes or --relationships')
  const reports = reportsTo(context, values['skip-bad'])
  const options = {
    nodes: values.nodes.map(readNodeFiles),
    relationships: values.relationships.map(readRelationshipFiles),
    delimiter: values.delimiter,
    arrayDelimiter: values['array-delimiter'],
    quote: values.quote,
    idType: idTypeOf(values['id-type']),
    keys: !values['no-keys'],
    ...reports,
  }
  await withTarget(databaseDirectory(values.db, context), (target) =>
    runReported(context, reports, () => importCsv(target, options)),
  )
}

async function jsonl(args: string[], context: Context): Promise<void> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { db: { type: 'string' }, 'skip-bad': { type: 'boolean', default: false } },
  })
  if (positionals.length === 0) throw new UsageError('import jsonl needs a file')
  const reports = reportsTo(context, values['skip-bad'])
  await withTarget(databaseDirectory(values.db, context), (target) =>
    runReported(context, reports, () => importJsonl(target, { files: positionals, ...reports })),
  )
}

/** How an import of files tells of its bad rows and of how far it is. */
function reportsTo({ stderr }: Context, skipsBad: boolean) {
  const bar = new ProgressBar(stderr)
  const listBadRow = (message: string) => {
    bar.clear()
    stderr.write(`${message}\n`)
  }
  return {
    onBadRow: skipsBad ? listBadRow : undefined,
    onProgress: (progress: ImportProgress) => bar.update(progress),
    clear: () => bar.clear(),
  }
}

async function runReported(
  { stdout }: Context,
  { clear }: ReturnType<typeof reportsTo>,
  load: () => Promise<ImportCounts>,
): Promise<void> {
  const startedAt = performance.now()
  const counts = await load().finally(clear)
  const skipped = counts.badRows === 0 ? '' : `; left out ${counted(counts.badRows, 'bad row')}`
  stdout.write(`${imported(counts, performance.now() - startedAt)}${skipped}\n`)
}

async function npm(args: string[], context: Context): Promise<void> {
  const { values, positionals } = parse({ args, allowPositionals: true, options: { db: { type: 'string' } } })
  if (positionals.length !== 1) throw new UsageError('import npm takes the directory of one project')
  await withTarget(databaseDirectory(values.db, context), async (target) => {
    const startedAt = performance.now()
    const counts = await importNpm(target, positionals[0]!)
    for (const line of counts.unresolved) context.stderr.write(`not in the lock file: ${line}\n`)
    const found = `found ${counted(counts.packages, 'package')}, ${grouped(counts.notInstalled)} of them not installed`
    context.stdout.write(`${found}; ${imported(counts, performance.now() - startedAt)}\n`)
  })
}

async function withTarget(path: string, use: (target: ImportTarget) => Promise<void>): Promise<void> {
  const db = await open(path)
  try {
    await use(openImportTarget(db))
  } finally {
    await db.close()
  }
}

type Imported = Pick<ImportCounts, 'nodes' | 'relationships' | 'values'>

function imported({ nodes, relationships, values = 0 }: Imported, timeMs: number): string {
  const graph = [counted(nodes, 'node'), counted(relationships, 'relationship')]
  const parts = values === 0 ? graph.join(' and ') : `${graph.join(', ')} and ${counted(values, 'plain value')}`
  return `imported ${parts} in ${seconds(timeMs)}`
}

/** `Person:Actor=a.csv,b.csv`; the labels may be missing. */
function readNodeFiles(text: string): NodeFiles {
  const { name, files } = readFiles('--nodes', text)
  return { labels: name === null ? [] : name.split(':').filter((label) => label !== ''), files }
}

function readRelationshipFiles(text: string): RelationshipFiles {
  const { name, files } = readFiles('--relationships', text)
  return { type: name, files }
}

function readFiles(option: string, text: string): { name: string | null; files: string[] } {
  const at = text.indexOf('=')
  const name = at < 1 ? null : text.slice(0, at)
  const files = text.slice(at + 1).split(',')
  if (files.includes('')) throw new UsageError(`${option} is '${text}', which names no file at one place`)
  return { name, files }
}

function idTypeOf(name: string): 'string' | 'integer' {
  if (name === 'string' || name === 'integer') return name
  throw new UsageError(`--id-type is '${name}', not string or integer`)
}
