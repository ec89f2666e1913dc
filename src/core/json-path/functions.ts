/**
 * The functions of filters and their types (RFC 9535, 2.4). A value is one of JSON or Nothing; nodes are what a query has
 * found; a truth is no value, so `match(...) == true` is refused. A singular query stands for the value that it finds.
 */
export type PathType = 'value' | 'nodes' | 'truth'

export interface JsonPathFunction {
  readonly name: 'length' | 'count' | 'value' | 'match' | 'search'
  readonly parameters: readonly PathType[]
  readonly result: PathType
}

export const jsonPathFunctions: readonly JsonPathFunction[] = [
  // Code points of a string, elements of an array, members of an object; Nothing of anything else.
  { name: 'length', parameters: ['value'], result: 'value' },
  { name: 'count', parameters: ['nodes'], result: 'value' },
  // The value where the query finds exactly one, else Nothing.
  { name: 'value', parameters: ['nodes'], result: 'value' },
  // Whether the whole string, or a part of it, matches an I-Regexp: regexp.ts.
  { name: 'match', parameters: ['value', 'value'], result: 'truth' },
  { name: 'search', parameters: ['value', 'value'], result: 'truth' },
]
