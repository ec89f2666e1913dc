/** What `skein` and `skein/client` have in common. */
export { DatabaseError, type ErrorCode, errorCodes } from '../core/errors.js'
export { LocalDate } from '../core/temporal/date.js'
export { LocalDateTime, type Moment, type Zone, ZonedDateTime } from '../core/temporal/datetime.js'
export { Duration, type DurationParts } from '../core/temporal/duration.js'
export { Temporal, type TemporalType } from '../core/temporal/temporal.js'
export { LocalTime, ZonedTime } from '../core/temporal/time.js'
export { Float } from '../core/value.js'
export type { Continued, Matched, Merged, Projected, Readable, Returned, Written } from './builder.js'
export type { CompiledStatement } from './draft.js'
export type { Expr, Operand, Ref } from './expression.js'
export {
  avg,
  coalesce,
  collect,
  count,
  countOf,
  distinct,
  elementId,
  exists,
  fn,
  labels,
  length,
  matches,
  max,
  min,
  size,
  sum,
  type,
} from './functions.js'
export type { KeyDocument, SetOptions } from './json.js'
export type { KeyExpiry, KeyInfo, KeyListOptions, Keys } from './keys.js'
export { allShortestPaths, fulltext, node, path, rel, shortestPath, vector } from './pattern.js'
export type { Queryable } from './queryable.js'
export {
  float,
  type Limits,
  type Node,
  type Parameters,
  type Path,
  type QueryOptions,
  type QueryResult,
  type Relationship,
  type SearchRecord,
  type Summary,
  type TypedMap,
  type TypedResult,
  type TypedValue,
} from './result.js'
export type { AnySchema, Schema } from './schema.js'
export type {
  Correction,
  Explanation,
  Facet,
  HighlightOptions,
  Hit,
  HitOptions,
  HybridSearch,
  PageOptions,
  ReadingOptions,
  Search,
  SearchMap,
  SearchOptions,
  SearchQuery,
  SearchResult,
  SimilarOptions,
  Spelling,
  SpellOptions,
  Suggestion,
  WordOptions,
} from './search.js'
