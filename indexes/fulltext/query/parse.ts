/** A query in any of its three forms. */
import { DatabaseError } from '../../../src/core/errors.js'
import type { PropertyValue } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import type { Query } from './ast.js'
import { type LuceneOptions, parseLucene } from './parse-lucene.js'
import { parseMap } from './parse-map.js'
import { parseSimple } from './parse-simple.js'

export interface ParseOptions extends LuceneOptions {
  /** Of a text: `lucene`, unless told otherwise, or `simple`, which any text is. */
  readonly parser?: PropertyValue | undefined
}

/** Throws SEARCH_QUERY_INVALID for what is no query, OPTION_INVALID for a parser that there is not. */
export function parseQuery(value: PropertyValue, { parser = 'lucene', ...options }: ParseOptions = {}): Query {
  if (parser !== 'lucene' && parser !== 'simple')
    throw new DatabaseError(
      'OPTION_INVALID',
      `parser is ${valueInWords(parser)}; give 'lucene' or 'simple', or the search as a map`,
      { option: 'parser', value: parser },
    )
  if (typeof value !== 'string') return parseMap(value, options)
  return parser === 'lucene' ? parseLucene(value, options) : parseSimple(value)
}
