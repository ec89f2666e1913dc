/** `skein keys`: the keys of nodes and of plain values. */
import { listKeysText, listParameters } from '../../sdk/keys.js'
import { type Command, databasePath, mustBeCount, openDatabase, parse, UsageError } from '../command.js'
import { mustBeFormat } from '../print/formats.js'
import { writeAnswer } from './query.js'

const help = `skein keys [prefix] [--db <directory or address>] [--kind node|value] [--after <key>] [--limit <count>] [--format table|json|jsonl|csv]
  Lists keys by the order of their names, with their kind, the type of a plain value, and when they expire.
  --limit    1000, unless told otherwise
  --after    lists what comes behind this key
`

export const keys: Command = {
  summary: 'lists the keys of nodes and plain values',
  help,
  run: async (args, context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        kind: { type: 'string' },
        after: { type: 'string' },
        limit: { type: 'string', default: '1000' },
        format: { type: 'string', default: 'table' },
      },
    })
    if (positionals.length > 1) throw new UsageError('skein keys takes one prefix; quote one that has blanks')
    const format = mustBeFormat('--format', values.format)
    const parameters = listParameters({
      prefix: positionals[0] ?? '',
      limit: mustBeCount(values.limit),
      ...(values.kind === undefined ? {} : { kind: mustBeKind(values.kind) }),
      ...(values.after === undefined ? {} : { after: values.after }),
    })
    const db = await openDatabase(databasePath(values.db, context))
    try {
      writeAnswer(await db.query(listKeysText, parameters), format, context)
    } finally {
      await db.close()
    }
  },
}

function mustBeKind(text: string): 'node' | 'value' {
  if (text !== 'node' && text !== 'value') throw new UsageError(`--kind is '${text}', and it is node or value`)
  return text
}
