/**
 * Procedures about vectors, as Neo4j has them.
 *
 *   CALL db.index.vector.queryNodes('emb', 10, $vector) YIELD node, score
 */
import type { EntityKind } from '../../src/core/change.js'
import { Float } from '../../src/core/value.js'
import { given, mustBeBoolean, mustBeCount, readOptions } from '../execute/runtime/options.js'
import { mustCover } from '../execute/runtime/search.js'
import { mustBeNumbers } from '../functions/vectors.js'
import { reading } from './builtin.js'
import type { Procedure } from './procedure.js'
import { entityOf } from './search.js'

export const vectorProcedures: readonly Procedure[] = [
  nearest('queryNodes', 'node'),
  nearest('queryRelationships', 'relationship'),
]

/** How many candidates the graph is asked for at least: `ef`. */
const searchOptions = { exact: mustBeBoolean, ef: mustBeCount }

function nearest(verb: string, entity: EntityKind): Procedure {
  const name = `db.index.vector.${verb}`
  return reading(
    `${name}(indexName :: STRING, numberOfNearestNeighbours :: INTEGER, query :: ANY, options = null :: MAP?)
      :: (${entity} :: ${entity.toUpperCase()}, score :: FLOAT)`,
    `The ${entity}s whose vectors are the nearest, nearest first. Options: exact, ef.`,
    ({ transaction }, [index, count, query, options]) => {
      const view = transaction.vectorIndex(index as string)
      mustCover(view, entity)
      const limit = mustBeCount(count!, `numberOfNearestNeighbours of ${name}`)
      const asked = { limit, ...given(readOptions(name, options, searchOptions)) }
      const { ids, scores } = view.search(mustBeNumbers(name, query!), asked)
      return Array.from(ids, (id, i) => [entityOf(entity, id), new Float(scores[i]!)])
    },
  )
}
