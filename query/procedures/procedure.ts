/** What a procedure is, and where the procedures and functions of one database are found. */
import type { Value } from '../../src/core/value.js'
import type { Transaction } from '../../src/transaction/transaction.js'
import type { CypherFunction, FunctionEnvironment } from '../functions/function.js'
import { findFunction, functionNames } from '../functions/registry.js'
import type { StaticType } from '../semantics/bound.js'
import { builtinProcedures, listingProcedures } from './builtin.js'
import { hybridProcedure } from './hybrid.js'
import { jsonProcedures } from './json.js'
import { keyProcedures } from './keys.js'
import { searchProcedures } from './search.js'
import type { Declared } from './signature.js'
import { vectorProcedures } from './vector.js'

/** Rows of a procedure: one value for each of its columns. */
export type ProcedureRows = Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>

export interface Procedure {
  /** With dots, as it is called in any case. */
  readonly name: string
  readonly parameters: readonly Declared[]
  /** None: it is called for what it does, and each row goes on as it is. */
  readonly columns: readonly Declared[]
  /** One that writes runs in the writer's place, and for all rows before any clause goes on. */
  readonly mode: 'read' | 'write'
  readonly description: string
  /** Whether its rows have to be awaited; then only a run in slices can call it. */
  readonly isAsync: boolean
  /** Whether it may have an effect outside of the database, so that it is not to be run for a trial. */
  readonly actsOutside: boolean
  /** Gets a value for each parameter, of its type. */
  readonly run: (context: ProcedureContext, values: readonly Value[]) => ProcedureRows
}

export interface ProcedureContext {
  readonly transaction: Transaction
  /** Clock and coins of the statement. */
  readonly environment: FunctionEnvironment
}

/** A function that a database has besides those of the language. */
export interface UserFunction extends CypherFunction {
  readonly signature: string
  readonly description: string
}

/** The procedures and functions that queries of one database may call. */
export class Library {
  private readonly procedures = new Map<string, Procedure>()
  private readonly functions = new Map<string, UserFunction>()

  constructor() {
    const families = [
      builtinProcedures,
      jsonProcedures,
      keyProcedures,
      searchProcedures,
      vectorProcedures,
      [hybridProcedure],
      listingProcedures(this),
    ]
    for (const procedure of families.flat()) this.addProcedure(procedure)
  }

  addProcedure(procedure: Procedure): void {
    this.procedures.set(procedure.name.toLowerCase(), procedure)
  }

  addFunction(added: UserFunction): void {
    this.functions.set(added.name.toLowerCase(), added)
  }

  findProcedure(name: string): Procedure | undefined {
    return this.procedures.get(name.toLowerCase())
  }

  findFunction(name: string): CypherFunction | undefined {
    return findFunction(name) ?? this.functions.get(name.toLowerCase())
  }

  procedureNames(): readonly string[] {
    return this.allProcedures().map(({ name }) => name)
  }

  functionNames(): readonly string[] {
    return [...functionNames(), ...this.userFunctions().map(({ name }) => name)]
  }

  /** By name. */
  allProcedures(): readonly Procedure[] {
    return [...this.procedures.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  userFunctions(): readonly UserFunction[] {
    return [...this.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** What is known of a value of a declared type before running. */
export function staticTypeOf({ type, nullable }: Declared): { readonly type: StaticType; readonly nullable: boolean } {
  return { type: type.static, nullable }
}
