/** `skein search`: the words of a search box, asked of a full-text index. */
import { ownStatement } from '../../sdk/own-statement.js'
import { type Command, databasePath, mustBeCount, openDatabase, parse, UsageError } from '../command.js'
import { mustBeFormat } from '../print/formats.js'
import { writeAnswer } from './query.js'

const help = `skein search <index> '<words>' [--db <directory or address>] [--limit <count>] [--fields <names>] [--highlight] [--explain] [--format table|json|jsonl|csv]
  Finds what a full-text index holds, best first. Whatever is typed can be read: "commit log", +graph, -sql, gra*.
  --limit      10, unless told otherwise
  --fields     looks in these only: title,body
  --highlight  shows pieces of the texts, with what was found in [brackets]
  --explain    shows why each hit scores what it does
`

const pieces = ', search.highlight(coalesce(node, relationship), $index, $words, $form) AS pieces'

export const search: Command = {
  summary: 'finds words by a full-text index',
  help,
  run: async (args, context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        limit: { type: 'string', default: '10' },
        fields: { type: 'string' },
        highlight: { type: 'boolean', default: false },
        explain: { type: 'boolean', default: false },
        format: { type: 'string', default: 'table' },
      },
    })
    const format = mustBeFormat('--format', values.format)
    const [index, ...words] = positionals
    if (index === undefined || words.length === 0)
      throw new UsageError("skein search takes an index and words: skein search docs 'commit log'")
    const reading = { parser: 'simple', fields: values.fields?.split(',') ?? null }
    const parameters = {
      index,
      words: words.join(' '),
      options: { ...reading, limit: mustBeCount(values.limit) },
      form: { ...reading, pre: '[', post: ']' },
    }
    const text = `CALL search.query($index, $words, $options) YIELD node, relationship, score, explain
      RETURN score${values.highlight ? pieces : ''}${values.explain ? ', explain' : ''}, coalesce(node, relationship) AS hit`
    const db = await openDatabase(databasePath(values.db, context))
    try {
      writeAnswer(await ownStatement(db, text, parameters), format, context)
    } finally {
      await db.close()
    }
  },
}
