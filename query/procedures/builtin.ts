/** The procedures that every database has, and the ones that the SHOW commands are made of. */
import type { IndexDefinition } from '../../src/core/change.js'
import { Float, type Value } from '../../src/core/value.js'
import type { Catalog, IndexState } from '../../src/transaction/catalog.js'
import type { Library, Procedure, ProcedureContext } from './procedure.js'
import { parseProcedureSignature, signatureText } from './signature.js'

type Rows = (context: ProcedureContext) => Iterable<readonly Value[]>

function reading(signature: string, description: string, run: Rows): Procedure {
  const { name, parameters, results } = parseProcedureSignature(signature)
  return { name, parameters, columns: results, mode: 'read', description, isAsync: false, run }
}

/** Names in use, one a row, in the order of the alphabet. */
function names<Id>(ids: readonly Id[], isUsed: (id: Id) => boolean, nameOf: (id: Id) => string): Value[][] {
  return ids
    .filter(isUsed)
    .map(nameOf)
    .sort()
    .map((name) => [name])
}

export const builtinProcedures: readonly Procedure[] = [
  reading('db.labels() :: (label :: STRING)', 'The labels that nodes have.', ({ transaction: { catalog } }) =>
    names(
      catalog.labels(),
      (id) => catalog.labelCount(id) > 0,
      (id) => catalog.labelName(id),
    ),
  ),
  reading(
    'db.relationshipTypes() :: (relationshipType :: STRING)',
    'The types that relationships have.',
    ({ transaction: { catalog } }) =>
      names(
        catalog.types(),
        (id) => catalog.typeCount(id) > 0,
        (id) => catalog.typeName(id),
      ),
  ),
  reading(
    'db.propertyKeys() :: (propertyKey :: STRING)',
    'The names that properties have, or have had.',
    ({ transaction: { catalog } }) =>
      names(
        catalog.properties(),
        () => true,
        (id) => catalog.propertyName(id),
      ),
  ),
]

/** Procedures that list what a library holds. */
export function listingProcedures(library: Library): readonly Procedure[] {
  return [
    reading(
      'dbms.procedures() :: (name :: STRING, signature :: STRING, description :: STRING, mode :: STRING)',
      'The procedures that can be called.',
      () =>
        library
          .allProcedures()
          .map((each) => [each.name, signatureOf(each), each.description, each.mode.toUpperCase()]),
    ),
    reading(
      'dbms.functions() :: (name :: STRING, signature :: STRING, description :: STRING)',
      'The functions of this database besides those of the language.',
      () => library.userFunctions().map(({ name, signature, description }) => [name, signature, description]),
    ),
  ]
}

function signatureOf({ name, parameters, columns }: Procedure): string {
  return signatureText(name, parameters, columns)
}

const indexColumns = `id :: INTEGER, name :: STRING, state :: STRING, populationPercent :: FLOAT, type :: STRING,
  entityType :: STRING, labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>, owningConstraint :: STRING?`

const constraintColumns = `id :: INTEGER, name :: STRING, type :: STRING, entityType :: STRING,
  labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>, ownedIndex :: STRING?`

/** What SHOW INDEXES and SHOW CONSTRAINTS call; their columns are those of Neo4j. */
export const showProcedures: Readonly<Record<'indexes' | 'constraints', Procedure>> = {
  indexes: reading(`show.indexes() :: (${indexColumns})`, 'The indexes.', ({ transaction: { catalog } }) =>
    sorted(catalog.indexStates()).map(({ definition, whole, filled }, i) => [
      i + 1,
      definition.name,
      whole ? 'ONLINE' : 'POPULATING',
      new Float(whole ? 100 : filled * 100),
      'RANGE',
      ...covered(definition, catalog),
      definition.unique ? definition.name : null,
    ]),
  ),
  constraints: reading(
    `show.constraints() :: (${constraintColumns})`,
    'The constraints.',
    ({ transaction: { catalog } }) =>
      sorted(catalog.indexStates())
        .filter(({ definition, whole }) => definition.unique && whole)
        .map(({ definition: index }, i) => [
          i + 1,
          index.name,
          index.entity === 'node' ? 'UNIQUENESS' : 'RELATIONSHIP_UNIQUENESS',
          ...covered(index, catalog),
          index.name,
        ]),
  ),
}

function sorted(indexes: readonly IndexState[]): readonly IndexState[] {
  return [...indexes].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1))
}

/** Kind of entity, label or type, and properties. */
function covered({ entity, token, properties }: IndexDefinition, catalog: Catalog): Value[] {
  const name = entity === 'node' ? catalog.labelName(token as never) : catalog.typeName(token as never)
  return [entity.toUpperCase(), [name], properties.map((id) => catalog.propertyName(id))]
}
