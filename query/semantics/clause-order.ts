/** Which clauses may follow which, which may be last, and which write. */
import type { Clause } from '../syntax/ast.js'
import type { Analysis } from './analysis.js'

export const clauseNames: Readonly<Record<Clause['kind'], string>> = {
  match: 'MATCH',
  unwind: 'UNWIND',
  create: 'CREATE',
  merge: 'MERGE',
  set: 'SET',
  remove: 'REMOVE',
  delete: 'DELETE',
  with: 'WITH',
  return: 'RETURN',
  call: 'CALL',
  subquery: 'CALL { }',
  foreach: 'FOREACH',
}

type Role = 'reads' | 'writes' | 'calls' | 'projects' | 'ends'

const roles: Readonly<Record<Clause['kind'], Role>> = {
  match: 'reads',
  unwind: 'reads',
  create: 'writes',
  merge: 'writes',
  set: 'writes',
  remove: 'writes',
  delete: 'writes',
  foreach: 'writes',
  with: 'projects',
  return: 'ends',
  call: 'calls',
  subquery: 'calls',
}

/** Throws CLAUSE_ORDER where a clause cannot follow the one before it. */
export function checkOrder(analysis: Analysis, clauses: readonly Clause[]): void {
  for (const [i, clause] of clauses.entries()) {
    const before = clauses[i - 1]
    if (before === undefined) continue
    const [name, nameBefore] = [clauseNames[clause.kind], clauseNames[before.kind]]
    if (roles[before.kind] === 'ends') {
      analysis.fail('CLAUSE_ORDER', clause.at, `nothing can follow RETURN, and here is ${name}`)
    }
    if (roles[before.kind] === 'writes' && roles[clause.kind] === 'reads') {
      analysis.fail('CLAUSE_ORDER', clause.at, `a WITH must stand between ${nameBefore} and ${name}`)
    }
  }
}

/** Throws CLAUSE_ORDER where a query cannot end with the clause, as nothing would come of it. */
export function checkLast(analysis: Analysis, last: Clause): void {
  const role = roles[last.kind]
  const givesRows = last.kind === 'subquery' && last.query.parts[0]!.at(-1)!.kind === 'return'
  if (role !== 'reads' && role !== 'projects' && !givesRows) return
  analysis.fail('CLAUSE_ORDER', last.at, `a query cannot end with ${clauseNames[last.kind]}`, 'end with RETURN')
}

export function isWritingClause({ kind }: Clause): boolean {
  return roles[kind] === 'writes'
}
