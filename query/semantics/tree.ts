/** Questions about a syntax tree that no rule of a single node answers. */
import type { CallExpression, Expression, SetItem } from '../syntax/ast.js'

/** Equal for expressions that are spelled alike but for white space, whatever their place in the text. */
export function fingerprint(expression: Expression): string {
  return JSON.stringify(expression, (name, value) => {
    if (name === 'at' || name === 'text') return undefined
    if (typeof value === 'bigint') return { integer: String(value) }
    return value instanceof Map ? { map: [...value] } : value
  })
}

/** The first call within `expression`, in its order, for which `test` holds. Queries within it are not entered. */
export function findCall(expression: Expression, test: (call: CallExpression) => boolean): CallExpression | undefined {
  if (expression.kind === 'subquery') return undefined
  if (expression.kind === 'call' && test(expression)) return expression
  return findInParts(expression, (part) => findCall(part, test))
}

/** Whether the expression is itself a query. */
export function asksQuery({ kind }: Expression | SetItem): boolean {
  return kind === 'subquery' || kind === 'pattern' || kind === 'patternComprehension'
}

/** The first query within `part`, or itself. */
export function findQuery(part: Expression | SetItem): Expression | undefined {
  return isQuery(part) ? part : findInParts(part, findQuery)
}

function isQuery(part: Expression | SetItem): part is Expression {
  return asksQuery(part)
}

function findInParts<T>(whole: object, find: (part: Expression) => T | undefined): T | undefined {
  for (const part of Object.values(whole)) {
    if (typeof part !== 'object' || part === null) continue
    const found = 'kind' in part ? find(part as Expression) : findInParts(part, find)
    if (found !== undefined) return found
  }
  return undefined
}
