/**
 * Procedures about full text.
 *
 *   CALL search.query('docs', 'graph -sql', {parser: 'simple', limit: 10}) YIELD node, score
 *   CALL db.index.fulltext.queryNodes('docs', 'title:graph*') YIELD node, score
 *
 * Hits come best first, equal ones by ascending id.
 */
import { analyzerOf, listAnalyzers } from '../../indexes/fulltext/analysis/named.js'
import { boolean, field, type Query, term } from '../../indexes/fulltext/query/ast.js'
import type { EntityKind } from '../../src/core/change.js'
import type { NodeId, RelationshipId } from '../../src/core/ids.js'
import { Float, NodeRef, type PropertyValue, RelationshipRef, type Value } from '../../src/core/value.js'
import type { FieldTexts, Row, TextIndexView, Transaction } from '../../src/transaction/transaction.js'
import {
  given,
  mustBeCount,
  mustBeDistance,
  mustBeScore,
  mustBeTexts,
  readOptions,
} from '../execute/runtime/options.js'
import { explained, hitOptions, mustCover, queryFrom, textsOf, viewOf, wordsAsked } from '../execute/runtime/search.js'
import { mustBeStorable } from '../execute/runtime/storable.js'
import { compare, groupKey } from '../functions/values.js'
import { reading, writing } from './builtin.js'
import type { Procedure } from './procedure.js'

const pageOptions = { skip: mustBeCount, limit: mustBeCount }
const queryOptions = { ...hitOptions, ...pageOptions }

const wordOptions = { limit: mustBeCount, fields: mustBeTexts }
const suggestionsUsual = 10
/** For each word. */
const correctionsUsual = 5

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
  reading(
    `search.facets(index :: STRING, query :: ANY, properties :: LIST<STRING>, options = null :: MAP?)
      :: (property :: STRING, value :: ANY, count :: INTEGER)`,
    'How many hits have each value of some properties, commonest first; of a list each element counts.',
    ({ transaction }, [index, query, properties, options]) => {
      const view = transaction.textIndex(index as string)
      const { minScore, ...reading } = readOptions('search.facets', options, hitOptions)
      const asked = queryFrom(query!, reading)
      const hits = minScore === undefined ? view.matches(asked) : view.search(asked, { minScore }).ids
      return (properties as string[]).flatMap((name) => facetRows(transaction, view, hits, name))
    },
  ),
  reading(
    `search.similar(index :: STRING, entity :: ANY, options = null :: MAP?)
      :: (node :: NODE?, score :: FLOAT, explain :: MAP, relationship :: RELATIONSHIP?)`,
    'What shares the rarest words of a node or relationship, best first, without itself. Options: skip, limit, minScore.',
    ({ transaction }, [index, entity, options]) => {
      const view = viewOf(transaction, 'search.similar', { entity: entity!, index: index! })
      const page = readOptions('search.similar', options, { ...pageOptions, minScore: mustBeScore })
      return similarRows(
        view,
        { id: (entity as NodeRef).id, texts: textsOf(transaction, view, (entity as NodeRef).id) },
        page,
      )
    },
  ),
  reading(
    `search.suggest(index :: STRING, text :: STRING, options = null :: MAP?)
      :: (suggestion :: STRING, documents :: INTEGER)`,
    'What the last word of a text may become, as it is typed; first what most entities hold. Options: limit, fields.',
    ({ transaction }, [index, text, options]) => {
      const { limit = suggestionsUsual, fields } = readOptions('search.suggest', options, wordOptions)
      const view = transaction.textIndex(index as string)
      return view
        .suggest(text as string, wordsAsked(transaction, view, { limit, fields }))
        .map(({ suggestion, documents }) => [suggestion, documents])
    },
  ),
  reading(
    `search.spell(index :: STRING, text :: STRING, options = null :: MAP?)
      :: (word :: STRING, suggestion :: STRING, distance :: INTEGER, documents :: INTEGER, corrected :: STRING)`,
    'Words that an index lacks or hardly has, what may be meant, and the text corrected. Options: limit, fields, distance.',
    ({ transaction }, [index, text, options]) => {
      const read = readOptions('search.spell', options, { ...wordOptions, distance: mustBeDistance })
      const { limit = correctionsUsual, fields, distance } = read
      const view = transaction.textIndex(index as string)
      const asked = { ...wordsAsked(transaction, view, { limit, fields }), distance }
      const { corrections, corrected } = view.spell(text as string, asked)
      return corrections.map((each) => [each.word, each.suggestion, each.distance, each.documents, corrected])
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
  writing(
    'search.setSynonyms(index :: STRING, groups :: LIST<ANY>) :: VOID',
    'Gives the fields of a full-text index other groups of synonyms, [] for none. Nothing is indexed anew.',
    ({ transaction }, [index, groups]) => {
      transaction.setSynonyms(index as string, mustBeStorable(groups!, 'search.setSynonyms'))
      return []
    },
  ),
  reading(
    'db.index.fulltext.listAvailableAnalyzers() :: (analyzer :: STRING, description :: STRING, stopwords :: LIST<STRING>)',
    'The analyzers that have a name.',
    () => listAnalyzers().map(({ name, description, stopWords }) => [name, description, [...stopWords]]),
  ),
]

/** The analyzer is that of the words of the query. */
const neo4jOptions = {
  ...pageOptions,
  analyzer: (value: Value, option: string) => analyzerOf(mustBeStorable(value, option)),
}

function neo4jQuery(verb: string, entity: EntityKind): Procedure {
  const name = `db.index.fulltext.${verb}`
  return reading(
    `${name}(indexName :: STRING, queryString :: STRING, options = null :: MAP?)
      :: (${entity} :: ${entity.toUpperCase()}, score :: FLOAT)`,
    `The ${entity}s that a full-text index finds, best first. Options: skip, limit, analyzer.`,
    ({ transaction }, [index, query, options]) => {
      const view = transaction.textIndex(index as string)
      mustCover(view, entity)
      const { ids, scores } = view.search(queryFrom(query!), given(readOptions(name, options, neo4jOptions)))
      return Array.from(ids, (id, i) => [entityOf(entity, id), new Float(scores[i]!)])
    },
  )
}

export function entityOf(entity: EntityKind, id: number): NodeRef | RelationshipRef {
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

// ---- facets ---------------------------------------------------------------------------------------------------------

function facetRows(
  transaction: Transaction,
  { definition }: TextIndexView,
  hits: Iterable<number>,
  name: string,
): Row[] {
  const property = transaction.catalog.findProperty(name)
  if (property === undefined) return []
  const counts = new Map<unknown, { value: PropertyValue; count: number }>()
  for (const id of hits)
    for (const value of distinctValues(transaction.propertyOf(definition.entity, id as NodeId, property))) {
      const key = groupKey(value)
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { value, count: 1 })
      else known.count++
    }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count || compare(a.value, b.value))
    .map(({ value, count }) => [name, value, count])
}

/** The elements of a list, each once; any other value alone; of null none. */
function distinctValues(value: PropertyValue): readonly PropertyValue[] {
  if (value === null) return []
  if (!Array.isArray(value)) return [value]
  return [...new Map((value as readonly PropertyValue[]).map((item) => [groupKey(item), item])).values()]
}

// ---- what is similar ------------------------------------------------------------------------------------------------

/** Words of an entity that others are asked for: the ones that tell most about it. */
const similarWords = 24

interface Original {
  readonly id: number
  readonly texts: readonly FieldTexts[]
}

function similarRows(view: TextIndexView, { id, texts }: Original, page: Page): Row[] {
  const { skip = 0, limit = Number.POSITIVE_INFINITY, minScore } = page
  const query = boolean({ should: tellingWords(view, texts).map((word) => field(word.field, term(word.text))) })
  // The original is among the best, and is none of them.
  const { ids, scores } = view.search(query, given({ limit: skip + limit + 1, minScore }))
  const rows = Array.from(ids, (hit, i) => ({ hit, row: new HitRow(view, query, hit, scores[i]!) as unknown as Row }))
  return rows
    .filter(({ hit }) => hit !== id)
    .slice(skip, skip + limit)
    .map(({ row }) => row)
}

/** By how often the entity holds them, and how few others do; each as the text has it, as a term is no word. */
function tellingWords(view: TextIndexView, fields: readonly FieldTexts[]): { field: string; text: string }[] {
  const words = new Map<string, { field: string; text: string; count: number; holders: number }>()
  for (const { name, analyzer, texts } of fields)
    for (const text of texts)
      for (const { term: found, start, end } of analyzer.analyze(text)) {
        const key = JSON.stringify([name, found])
        const known = words.get(key)
        if (known !== undefined) known.count++
        else
          words.set(key, {
            field: name,
            text: text.slice(start, end),
            count: 1,
            holders: view.documentFrequency(found),
          })
      }
  const weight = ({ count, holders }: { count: number; holders: number }) =>
    count * Math.log(1 + view.documents / Math.max(1, holders))
  return [...words.values()].sort((a, b) => weight(b) - weight(a)).slice(0, similarWords)
}
