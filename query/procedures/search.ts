/** Procedures about full text. */
import { analyzerOf, listAnalyzers } from '../../indexes/fulltext/analysis/named.js'
import { mustBeStorable } from '../execute/runtime/storable.js'
import { reading } from './builtin.js'
import type { Procedure } from './procedure.js'

export const searchProcedures: readonly Procedure[] = [
  reading(
    `search.analyze(analyzer :: ANY, text :: STRING)
      :: (token :: STRING, start :: INTEGER, end :: INTEGER, position :: INTEGER)`,
    'The terms that an analyzer, by its name or a map of settings, makes of a text, and where each lies.',
    (_context, [analyzer, text]) =>
      analyzerOf(mustBeStorable(analyzer!, 'search.analyze'))
        .analyze(text as string)
        .map(({ term, start, end, position }) => [term, start, end, position]),
  ),
  reading(
    'db.index.fulltext.listAvailableAnalyzers() :: (analyzer :: STRING, description :: STRING, stopwords :: LIST<STRING>)',
    'The analyzers that have a name.',
    () => listAnalyzers().map(({ name, description, stopWords }) => [name, description, [...stopWords]]),
  ),
]
