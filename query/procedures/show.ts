/** The procedures that the SHOW commands are made of. */
import type {
  EntityKind,
  IndexDefinition,
  IndexPart,
  TextIndexDefinition,
  VectorIndexDefinition,
} from '../../src/core/change.js'
import { fieldName, partText, wholeProperty } from '../../src/core/index-parts.js'
import { Float, type PropertyValue, type Value } from '../../src/core/value.js'
import type { Catalog, IndexState, TextIndexState, VectorIndexState } from '../../src/transaction/catalog.js'
import type { KeyAccess } from '../../src/transaction/transaction.js'
import { momentOf } from '../execute/runtime/keys.js'
import { functionDescriptions } from '../functions/descriptions.js'
import type { CypherFunction } from '../functions/function.js'
import { functionFamilies } from '../functions/registry.js'
import { aggregateNames } from '../semantics/aggregates.js'
import { typeText } from '../semantics/types.js'
import type { ShowStatement } from '../syntax/ast.js'
import { reading, signatureOf } from './builtin.js'
import type { Library, Procedure } from './procedure.js'
import type { Declared } from './signature.js'

const indexColumns = `id :: INTEGER, name :: STRING, state :: STRING, populationPercent :: FLOAT, type :: STRING,
  entityType :: STRING, labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>, owningConstraint :: STRING?, options :: MAP,
  documents :: INTEGER?, terms :: INTEGER?, bytes :: INTEGER?`

const constraintColumns = `id :: INTEGER, name :: STRING, type :: STRING, entityType :: STRING,
  labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>, ownedIndex :: STRING?, propertyType :: STRING?`

/** What a SHOW command calls; its columns are those of Neo4j. */
export interface Shown {
  readonly procedure: Procedure
  /** The columns that it gives without YIELD: the first ones. */
  readonly usualCount: number
}

export function showProcedure(library: Library, what: ShowStatement['what']): Shown {
  switch (what) {
    case 'indexes':
      return { procedure: showIndexes, usualCount: 9 }
    case 'constraints':
      return whole(showConstraints)
    case 'procedures':
      return { procedure: showProcedures(library), usualCount: 4 }
    case 'functions':
      return { procedure: showFunctions(library), usualCount: 3 }
    case 'keys':
      return whole(showKeys)
  }
}

function whole(procedure: Procedure): Shown {
  return { procedure, usualCount: procedure.columns.length }
}

function showProcedures(library: Library): Procedure {
  return reading(
    `show.procedures() :: (name :: STRING, description :: STRING, mode :: STRING, worksOnSystem :: BOOLEAN,
      signature :: STRING, argumentDescription :: LIST<MAP>, returnDescription :: LIST<MAP>)`,
    'The procedures that can be called.',
    () =>
      library.allProcedures().map((each) => {
        const { name, description, mode, parameters, columns } = each
        const described = [parameters.map(describeDeclared), columns.map(describeDeclared)]
        return [name, description, mode.toUpperCase(), false, signatureOf(each), ...described]
      }),
  )
}

function describeDeclared({ name, type, nullable }: Declared): Value {
  return new Map([
    ['name', name],
    ['type', type.text + (nullable ? '?' : '')],
  ])
}

function showFunctions(library: Library): Procedure {
  return reading(
    `show.functions() :: (name :: STRING, category :: STRING, description :: STRING, signature :: STRING?,
      isBuiltIn :: BOOLEAN, aggregating :: BOOLEAN)`,
    'The functions that expressions may call.',
    () => {
      const own = library
        .userFunctions()
        .map(({ name, description, signature }) => [name, '', description, signature, false, false])
      const aggregating = aggregateNames.map((name) => {
        const { parameters, text } = functionDescriptions[name]!
        return [name, 'Aggregating', text, `${name}(${parameters.join(', ')})`, true, true]
      })
      const others = functionFamilies.flatMap(({ category, functions }) =>
        functions.map((each) => [
          each.name,
          category,
          functionDescriptions[each.name]!.text,
          callOf(each),
          true,
          false,
        ]),
      )
      return [...own, ...aggregating, ...others].sort(([one], [other]) => (one! < other! ? -1 : 1))
    },
  )
}

/** `substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING`. */
function callOf({ name, parameters, optionalCount, variadic, result }: CypherFunction): string {
  const { parameters: names } = functionDescriptions[name]!
  const declared = parameters.map((types, i) => {
    const isOptional = i >= parameters.length - optionalCount
    return `${names[i]}${isOptional ? '?' : ''}${variadic ? ' ...' : ''} :: ${types.map(typeText).join(' | ')}`
  })
  const given = parameters.map(([type, ...others]) => (others.length === 0 ? type! : 'any'))
  return `${name}(${declared.join(', ')}) :: ${typeText(result(given))}`
}

const showIndexes = reading(`show.indexes() :: (${indexColumns})`, 'The indexes.', ({ transaction: { catalog } }) =>
  [
    ...catalog.indexStates().map((state) => rangeIndex(state, catalog)),
    ...catalog.textIndexStates().map((state) => textIndex(state, catalog)),
    ...catalog.vectorIndexStates().map((state) => vectorIndex(state, catalog)),
  ]
    .sort(([left], [right]) => (left! < right! ? -1 : 1))
    .map((row, i) => [i + 1, ...row]),
)

/** A row from the name on. */
function rangeIndex(state: IndexState, catalog: Catalog): Value[] {
  const { definition } = state
  const owner = definition.unique ? definition.name : null
  return [...stateShown(state), 'RANGE', ...covered(definition, catalog), owner, new Map(), null, null, null]
}

function textIndex(state: TextIndexState, catalog: Catalog): Value[] {
  const { definition, documents, terms, bytes } = state
  const options = new Map([['indexConfig', configOf(definition, catalog)]])
  return [...stateShown(state), 'FULLTEXT', ...covered(definition, catalog), null, options, documents, terms, bytes]
}

function vectorIndex(state: VectorIndexState, catalog: Catalog): Value[] {
  const { definition, vectors, bytes } = state
  const options = new Map([['indexConfig', vectorConfigOf(definition)]])
  return [...stateShown(state), 'VECTOR', ...covered(definition, catalog), null, options, vectors, null, bytes]
}

function stateShown({ definition: { name }, whole, filled }: IndexState<{ readonly name: string }>): Value[] {
  return [name, whole ? 'ONLINE' : 'POPULATING', new Float(whole ? 100 : filled * 100)]
}

/** As CREATE FULLTEXT INDEX takes it. */
function configOf({ parts, k1, b }: TextIndexDefinition, catalog: Catalog): Value {
  const fields = parts.map(({ property, path, analyzer, weight }): [string, PropertyValue] => [
    fieldName(catalog.propertyName(property), path),
    new Map<string, PropertyValue>([
      ['analyzer', analyzer],
      ['weight', new Float(weight)],
    ]),
  ])
  return new Map<string, Value>([
    ['fields', new Map(fields)],
    ['k1', new Float(k1)],
    ['b', new Float(b)],
  ])
}

/** As CREATE VECTOR INDEX takes it, by the names that programs made for Neo4j look for. */
function vectorConfigOf({ dimensions, similarity, m, efConstruction }: VectorIndexDefinition): Value {
  return new Map<string, Value>([
    ['vector.dimensions', dimensions],
    ['vector.similarity_function', similarity],
    ['vector.hnsw.m', m],
    ['vector.hnsw.ef_construction', efConstruction],
    ['vector.quantization.enabled', false],
  ])
}

const showKeys = reading(
  'show.keys() :: (key :: STRING, kind :: STRING, valueType :: STRING?, expiresAt :: DATETIME?)',
  'The keys of every kind.',
  ({ transaction: { keys } }) => keyRows(keys),
)

/** One at a time, as there may be millions. */
function* keyRows(keys: KeyAccess): Generator<Value[]> {
  for (const { key, kind, valueType, expiresAtMs } of keys.entries())
    yield [key, kind, valueType, momentOf(expiresAtMs)]
}

const showConstraints = reading(
  `show.constraints() :: (${constraintColumns})`,
  'The constraints.',
  ({ transaction: { catalog } }) =>
    [...catalog.indexStates().flatMap((state) => constraintOf(state, catalog)), ...rulesShown(catalog)]
      .sort(([left], [right]) => (left! < right! ? -1 : 1))
      .map((row, i) => [i + 1, ...row]),
)

/** A row of SHOW CONSTRAINTS from the name on; none for an index that is no constraint, or not yet. */
function constraintOf({ definition, whole }: IndexState, catalog: Catalog): Value[][] {
  if (!definition.unique || !whole) return []
  const { name, entity, required } = definition
  const kind = required ? `${entity.toUpperCase()}_KEY` : entity === 'node' ? 'UNIQUENESS' : 'RELATIONSHIP_UNIQUENESS'
  return [[name, kind, ...covered(definition, catalog), name, null]]
}

function rulesShown(catalog: Catalog): Value[][] {
  return catalog.rules().map((rule) => {
    const kind = `${rule.entity.toUpperCase()}_PROPERTY_${rule.types === null ? 'EXISTENCE' : 'TYPE'}`
    const type = rule.types === null ? null : rule.types.join(' | ')
    return [rule.name, kind, ...covered({ ...rule, parts: [wholeProperty(rule.property)] }, catalog), null, type]
  })
}

interface Covering {
  readonly entity: EntityKind
  readonly parts: readonly IndexPart[]
}

/** Kind of entity, labels or types, and properties. */
function covered(
  covering: Covering & (Pick<IndexDefinition, 'token'> | Pick<TextIndexDefinition | VectorIndexDefinition, 'tokens'>),
  catalog: Catalog,
): Value[] {
  const { entity, parts } = covering
  const tokens = 'tokens' in covering ? covering.tokens : [covering.token]
  return [
    entity.toUpperCase(),
    tokens.map((token) => (entity === 'node' ? catalog.labelName(token as never) : catalog.typeName(token as never))),
    parts.map(({ property, path }) => partText(catalog.propertyName(property), path)),
  ]
}
