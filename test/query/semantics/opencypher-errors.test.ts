/** Mistakes by openCypher's names: its kit tells them apart more finely than our codes do. */
import { expect, test } from 'vitest'
import { type DatabaseError, open } from '../../../src/index.js'

const db = await open(':memory:', { nestedProperties: false })
db.procedure('my.square(x :: INTEGER) :: (y :: INTEGER)', (x: number) => [{ y: x * x }])

async function nameOf(text: string, parameters = {}): Promise<string> {
  const { type, phase, detail } = await db.query(text, parameters).then(
    () => ({ type: 'nothing', phase: '', detail: '' }),
    (error: DatabaseError) => error.openCypher,
  )
  return `${type} at ${phase}: ${detail}`
}

test.each([
  // Patterns
  ['MATCH (r) MATCH ()-[r]-() RETURN r', 'VariableTypeConflict'],
  ['MATCH (r)-[r]-() RETURN r', 'VariableTypeConflict'],
  ['WITH 1 AS n MATCH (n) RETURN n', 'VariableTypeConflict'],
  ['MATCH ()-[r]-()-[r]-() RETURN r', 'RelationshipUniquenessViolation'],
  ['MATCH p = ()-[p]-() RETURN p', 'VariableAlreadyBound'],
  ['MATCH (a) CREATE (a)', 'VariableAlreadyBound'],
  ['MATCH ()-[:T*-2]-() RETURN 1', 'InvalidRelationshipPattern'],
  ['MATCH ()-[r]->() CREATE ()-[r]->()', 'VariableAlreadyBound'],
  ['MATCH ()-[:T..2]-() RETURN 1', 'InvalidRelationshipPattern'],
  ['MATCH ()-[r 1..]-() RETURN r', 'InvalidRelationshipPattern'],
  ['CREATE ()-->()', 'NoSingleRelationshipType'],
  ['CREATE ()-[:A|B]->()', 'NoSingleRelationshipType'],
  ['MERGE ()-[r]->()', 'NoSingleRelationshipType'],
  ['CREATE ()-[:A]-()', 'RequiresDirectedRelationship'],
  ['CREATE ()<-[:A]->()', 'RequiresDirectedRelationship'],
  ['CREATE ()-[:A*2]->()', 'CreatingVarLength'],
  ['MERGE ()-[:A*2]->()', 'CreatingVarLength'],
  ['MATCH (n $map) RETURN n', 'InvalidParameterUse'],
  ['MERGE (n $map)', 'InvalidParameterUse'],
  ['MATCH (n) RETURN (n)-->()', 'UnexpectedSyntax'],
  ['MATCH (n) WITH (n)-->() AS x RETURN x', 'UnexpectedSyntax'],
  ['MATCH (n) SET n.x = (n)-->()', 'UnexpectedSyntax'],
  ['MATCH (n) SET n.x = head((n)-->())', 'UnexpectedSyntax'],
  ['MATCH (n) RETURN count(*) + ((n)-->())', 'UnexpectedSyntax'],
  // Aggregation
  ['MATCH (n) RETURN count(count(*))', 'NestedAggregation'],
  ['RETURN count(rand())', 'NonConstantExpression'],
  ['MATCH (n) WHERE count(n) > 1 RETURN n', 'InvalidAggregation'],
  ['MATCH (a), (b) RETURN a.x + b.x, a.x + b.x + count(*)', 'AmbiguousAggregationExpression'],
  ['MATCH (a), (b) RETURN a.x + count(b)', 'AmbiguousAggregationExpression'],
  ['MATCH (a), (b) RETURN a.x + b.x, count(*) AS c ORDER BY a.x + b.x + count(*)', 'AmbiguousAggregationExpression'],
  ['MATCH (a) RETURN count(a.x) AS c ORDER BY a.x + count(a.x)', 'UndefinedVariable'],
  ['MATCH (a) RETURN a.x ORDER BY count(a.y)', 'InvalidAggregation'],
  // Clauses
  ['MATCH () RETURN *', 'NoVariablesInScope'],
  ['MATCH (n) RETURN n SKIP -1', 'NegativeIntegerArgument'],
  ['MATCH (n) RETURN n LIMIT 1.5', 'InvalidArgumentType'],
  ['MATCH (n) RETURN n LIMIT null', 'InvalidArgumentType'],
  ['MATCH (n) RETURN n LIMIT n.x', 'NonConstantExpression'],
  ['RETURN any(x IN [1])', 'UnexpectedSyntax'],
  ['MATCH (n) WITH n.x RETURN 1', 'NoExpressionAlias'],
  ['RETURN 1 AS a, 2 AS a', 'ColumnNameConflict'],
  ['RETURN 1 AS a UNION RETURN 2 AS b', 'DifferentColumnsInUnion'],
  ['MATCH ()-[r:T]-() DELETE r:T', 'InvalidDelete'],
  ['MATCH (n) DELETE 1 + 1', 'InvalidArgumentType'],
  ['MATCH (n) CALL my.square YIELD y RETURN y', 'InvalidArgumentPassingMode'],
  ['MATCH (n) CALL my.square(1) YIELD * RETURN y', 'UnexpectedSyntax'],
  ['MATCH (n) CALL my.square(1) RETURN y', 'UndefinedVariable'],
  ['CALL my.square(1, 2)', 'InvalidNumberOfArguments'],
  ["CALL my.square('a')", 'InvalidArgumentType'],
  // Expressions
  ['RETURN any(x IN [true, null] WHERE x % 2 = 0)', 'InvalidArgumentType'],
  ["WITH ['a'] AS list RETURN [x IN list | x % 2]", 'InvalidArgumentType'],
  ['MATCH p = ()-->() RETURN [n IN nodes(p) | n + 1]', 'InvalidArgumentType'],
  ['MATCH p = ()-->() RETURN p.x', 'InvalidArgumentType'],
  ['RETURN 9223372036854775808', 'IntegerOverflow'],
  ['RETURN 1.34E999', 'FloatingPointOverflow'],
  ['RETURN 12h4', 'InvalidNumberLiteral'],
  ['RETURN 0x', 'InvalidNumberLiteral'],
  ['RETURN 0x12#5E6f7', 'UnexpectedSyntax'],
  ['RETURN {1b: 2}', 'UnexpectedSyntax'],
  ["RETURN '\\uH'", 'InvalidUnicodeLiteral'],
  ["RETURN '\\U1f600'", 'InvalidUnicodeLiteral'],
  ['RETURN 42 \u2014 41', 'InvalidUnicodeCharacter'],
  ['RETURN foo(1)', 'UnknownFunction'],
])('%s is a SyntaxError while compiling: %s', async (text, detail) => {
  expect(await nameOf(text)).toBe(`SyntaxError at compile time: ${detail}`)
})

test.each([
  ['WITH 1 AS n RETURN n.x', {}, 'TypeError at compile time: InvalidArgumentType'],
  ["RETURN [1]['a']", {}, 'TypeError at compile time: InvalidArgumentType'],
  ['RETURN $list[$i]', { list: [1], i: 'a' }, 'TypeError at runtime: ListElementAccessByNonInteger'],
  ['RETURN {a: 1}[1.5]', {}, 'TypeError at compile time: InvalidArgumentType'],
  ['RETURN $map[$i]', { map: {}, i: 1 }, 'TypeError at runtime: MapElementAccessByNonString'],
  ['RETURN $x[0]', { x: 1 }, 'TypeError at runtime: InvalidArgumentType'],
  ['RETURN toFloat($x)', { x: true }, 'TypeError at runtime: InvalidArgumentValue'],
  ['RETURN labels($x)', { x: true }, 'TypeError at runtime: InvalidArgumentValue'],
  ['RETURN range(1, 2, 0)', {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ['RETURN 1 SKIP $x', { x: -1 }, 'SyntaxError at runtime: NegativeIntegerArgument'],
  ['RETURN 1 LIMIT $x', { x: 1.5 }, 'SyntaxError at runtime: InvalidArgumentType'],
  ['RETURN -(-9223372036854775808)', {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ['RETURN - -9223372036854775808', {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ["RETURN datetime('+999999999-12-31').epochMillis", {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ['UNWIND [9223372036854775807, 1] AS x RETURN sum(x)', {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ['MERGE (n {x: null})', {}, 'SemanticError at runtime: MergeReadOwnWrites'],
  ['CREATE (a)-[:T]->(b) DELETE a', {}, 'ConstraintVerificationFailed at runtime: DeleteConnectedNode'],
  ['CREATE (n) DELETE n RETURN n.x', {}, 'EntityNotFound at runtime: DeletedEntityAccess'],
  ['CREATE (n {x: [{}]})', {}, 'TypeError at runtime: InvalidPropertyType'],
  ['RETURN percentileCont(1, 2)', {}, 'ArgumentError at runtime: NumberOutOfRange'],
  ['CALL my.missing()', {}, 'ProcedureError at compile time: ProcedureNotFound'],
  ['CALL my.square', {}, 'ParameterMissing at compile time: MissingParameter'],
])('%s given %j is a %s', async (text, parameters, name) => {
  expect(await nameOf(text, parameters)).toBe(name)
})

test('exists takes a pattern, as the predicate it is', async () => {
  await db.query('CREATE (:Lone), (:Start)-[:T]->(:End)')
  const { rows } = await db.query('MATCH (n) WHERE exists((n)-->()) RETURN labels(n)')
  expect(rows).toEqual([[['Start']]])
})

test('a path along a list of relationships is the one that has them, in their order', async () => {
  await db.query('CREATE (:A)-[:U {i: 1}]->(:B)-[:U {i: 2}]->(:C)-[:U {i: 3}]->(:D)')
  const ends = async (list: string) =>
    (
      await db.query(
        `MATCH ()-[r:U {i: 1}]->()-[s:U]->() WITH ${list} AS list MATCH (a)-[list*]->(b) RETURN labels(a), labels(b)`,
      )
    ).rows
  expect(await ends('[r, s]')).toEqual([[['A'], ['C']]])
  expect(await ends('[s, r]')).toEqual([])
})

test('a plan for a list of one kind does not serve a list of another', async () => {
  const text = (list: string) => `RETURN [x IN ${list} | x % 2] AS odd`
  expect((await db.query(text('[1, 2]'))).rows).toEqual([[[1, 0]]])
  expect(await nameOf(text("['a', 'b']"))).toBe('SyntaxError at compile time: InvalidArgumentType')
  expect(await nameOf(text("[1, 'b']"))).toBe('TypeError at runtime: InvalidArgumentType')
  expect((await db.query(text('[3, null]'))).rows).toEqual([[[1, null]]])
})
