import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DatabaseError, type ErrorCode, errorCodes } from '../../src/core/errors.js'
import { neo4jErrors } from '../../src/core/neo4j-errors.js'
import { version } from '../../src/core/version.js'

const codes = Object.keys(errorCodes) as ErrorCode[]

test('every error has a code of Neo4j and a GQLSTATUS', () => {
  expect(Object.keys(neo4jErrors).sort()).toEqual([...codes].sort())
  for (const code of codes) expect(new DatabaseError(code, '').gqlStatus, code).toMatch(/^[0-9A-Z]{5}$/)
})

test('the class of the code follows the category, so that drivers try again what is worth it', () => {
  const classes = { client: 'ClientError', transient: 'TransientError', database: 'DatabaseError' }
  for (const code of codes)
    expect(new DatabaseError(code, '').neo4jCode, code).toContain(`Neo.${classes[errorCodes[code]]}.`)
})

test('the version is that of the package', () => {
  const { version: published } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(version).toBe(published)
})
