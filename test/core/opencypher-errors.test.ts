import { expect, test } from 'vitest'
import { DatabaseError, type ErrorCode, errorCodes } from '../../src/core/errors.js'
import { openCypherErrors } from '../../src/core/opencypher-errors.js'
import { open } from '../../src/index.js'

/** The kit's names of types (RUNNER-SPEC's list), and its wildcard for what it does not know. */
const types = [
  ...['SyntaxError', 'SemanticError', 'ParameterMissing', 'ConstraintVerificationFailed', 'ConstraintValidationFailed'],
  ...['EntityNotFound', 'TypeError', 'ArgumentError', 'ArithmeticError', 'ProcedureError', 'Error'],
]

test('every error has a type and a detail of openCypher in both phases', () => {
  const codes = Object.keys(errorCodes) as ErrorCode[]
  expect(Object.keys(openCypherErrors)).toEqual(codes)
  for (const code of codes) {
    const error = new DatabaseError(code, '')
    for (const phase of ['runtime', 'compile time'] as const) {
      error.phase = phase
      expect(types, code).toContain(error.openCypher.type)
      expect(error.openCypher.detail, code).toMatch(/^[A-Z][A-Za-z]+$/)
    }
  }
})

test('an error says whether it was seen before anything ran', async () => {
  const db = await open(':memory:', { nestedProperties: false })
  const errorOf = (text: string) =>
    db.query(text).then(
      () => undefined,
      (error: DatabaseError) => error.openCypher,
    )
  expect(await errorOf('RETURN n')).toEqual({ type: 'SyntaxError', phase: 'compile time', detail: 'UndefinedVariable' })
  expect(await errorOf('RETURN $x')).toEqual({
    type: 'ParameterMissing',
    phase: 'compile time',
    detail: 'MissingParameter',
  })
  expect(await errorOf('CREATE ({map: {a: 1}})')).toEqual({
    type: 'TypeError',
    phase: 'runtime',
    detail: 'InvalidPropertyType',
  })
  await db.close()
})

test('without nested properties, lists of scalars are still properties', async () => {
  const db = await open(':memory:', { nestedProperties: false })
  await db.query('CREATE ({list: [1, "a"], empty: []})')
  await expect(db.query('CREATE ({list: [[1]]})')).rejects.toMatchObject({ code: 'PROPERTY_INVALID' })
  await expect(db.query('MATCH (n) SET n += {list: [{a: 1}]}')).rejects.toMatchObject({ code: 'PROPERTY_INVALID' })
  expect((await db.query('MATCH (n) RETURN n.list')).rows).toEqual([[[1, 'a']]])
  await db.close()
})
