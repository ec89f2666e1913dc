/** The procedures that every database has. */
import type { Value } from '../../src/core/value.js'
import type { Library, Procedure, ProcedureContext } from './procedure.js'
import { parseProcedureSignature, signatureText } from './signature.js'

type Rows = (context: ProcedureContext, values: readonly Value[]) => Iterable<readonly Value[]>

/** A procedure of the engine's own that reads. */
export function reading(signature: string, description: string, run: Rows): Procedure {
  return { ...ownProcedure(signature, description, run), mode: 'read' }
}

/** One that writes. */
export function writing(signature: string, description: string, run: Rows): Procedure {
  return { ...ownProcedure(signature, description, run), mode: 'write' }
}

function ownProcedure(signature: string, description: string, run: Rows): Omit<Procedure, 'mode'> {
  const { name, parameters, results } = parseProcedureSignature(signature)
  return { name, parameters, columns: results, description, isAsync: false, actsOutside: false, run }
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

export function signatureOf({ name, parameters, columns }: Procedure): string {
  return signatureText(name, parameters, columns)
}
