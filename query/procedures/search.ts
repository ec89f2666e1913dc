/**
 * Procedures about full text.
 *
 *   CALL search.query('docs', 'graph -sql', {parser: 'simple', limit: 10}) YIELD node, score
 *   CALL db.index.fulltext.queryNodes('docs', 'title:graph*') YIELD node, score
 *
 * Hits come best first, equal ones by ascending id.
 */
import { analyzerOf, listAnalyzers } from '../../indexes/fulltext/analysis/named.js'
import type { Query } from '../../indexes/fulltext/query/ast.js'
import type { EntityKind } from '../../src/core/change.js'
import type { NodeId, RelationshipId } from '../../src/core/ids.js'
import { Float, NodeRef, RelationshipRef, type Value } from '../../src/core/value.js'
import type { Row, TextIndexView } from '../../src/transaction/transaction.js'
import {
  explained,
  mustBeCount,
  mustBeScore,
  mustCover,
  queryFrom,
  readingOptions,
  readOptions,
} from '../execute/runtime/search.js'
import { mustBeStorable } from '../execute/runtime/storable.js'
import { reading } from './builtin.js'
import type { Procedure } from './procedure.js'

const pageOptions = { skip: mustBeCount, limit: mustBeCount }
const queryOptions = { ...readingOptions, ...pageOptions, minScore: mustBeScore }

export const searchProcedures: readonly Procedure[] = [
  reading(
    `search.query(index :: STRING, query :: ANY, options = null :: MAP?)
      :: (node :: NODE?, score :: FLOAT, explain :: MAP, relationship :: RELATIONSHIP?)`,
    'What a full-text index finds, best first. Options: parser, fields, allowLeadingWildcard, skip, limit, minScore.',
    ({ transaction }, [index, query, options]) => {
      const { parser, fields, allowLeadingWildcard, ...page } = readOptions('search.query', options, queryOptions)
      const view = transaction.textIndex(index as string)
      return hitRows(view, queryFrom(query!, { parser, fields, allowLeadingWildcard }), page)
    },
  ),
  neo4jQuery('queryNodes', 'node'),
  neo4jQuery('queryRelationships', 'relationship'),
  reading(
    'db.index.fulltext.awaitEventuallyConsistentIndexRefresh() :: VOID',
    'Waits for nothing: an index is never behind its data.',
    () => [],
  ),
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

function neo4jQuery(verb: string, entity: EntityKind): Procedure {
  const name = `db.index.fulltext.${verb}`
  return reading(
    `${name}(indexName :: STRING, queryString :: STRING, options = null :: MAP?)
      :: (${entity} :: ${entity.toUpperCase()}, score :: FLOAT)`,
    `The ${entity}s that a full-text index finds, best first. Options: skip, limit.`,
    ({ transaction }, [index, query, options]) => {
      const view = transaction.textIndex(index as string)
      mustCover(view, entity)
      const { ids, scores } = view.search(queryFrom(query!), given(readOptions(name, options, pageOptions)))
      return Array.from(ids, (id, i) => [entityOf(entity, id), new Float(scores[i]!)])
    },
  )
}

function entityOf(entity: EntityKind, id: number): NodeRef | RelationshipRef {
  return entity === 'node' ? new NodeRef(id as NodeId) : new RelationshipRef(id as RelationshipId)
}

interface Page {
  readonly skip?: number | undefined
  readonly limit?: number | undefined
  readonly minScore?: number | undefined
}

function hitRows(view: TextIndexView, query: Query, page: Page): Row[] {
  const { ids, scores } = view.search(query, given(page))
  return Array.from(ids, (id, i) => new HitRow(view, query, id, scores[i]!) as unknown as Row)
}

/** A row whose explanation is made where somebody takes it: it costs more than the hit. */
class HitRow {
  readonly 0: Value
  readonly 1: Value
  readonly 3: Value

  constructor(
    private readonly view: TextIndexView,
    private readonly query: Query,
    private readonly id: number,
    score: number,
  ) {
    const { entity } = view.definition
    this[0] = entity === 'node' ? entityOf(entity, id) : null
    this[1] = new Float(score)
    this[3] = entity === 'node' ? null : entityOf(entity, id)
  }

  get 2(): Value {
    return explained(this.view.explain(this.query, this.id))
  }
}

type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/** Without what is left out. */
function given<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>
}
