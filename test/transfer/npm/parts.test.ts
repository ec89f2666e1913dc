import { describe, expect, test } from 'vitest'
import { readLicenses } from '../../../src/transfer/npm/licenses.js'
import { LockFile } from '../../../src/transfer/npm/lock-file.js'
import { personKey, readPeople } from '../../../src/transfer/npm/people.js'

describe('licences of a package', () => {
  const uses = (license: unknown, licenses?: unknown) =>
    readLicenses(license, licenses)?.uses.map(({ id, operator }) => (operator === null ? id : `${id}/${operator}`))

  test('a single licence stands alone', () => {
    expect(readLicenses('MIT', undefined)).toEqual({ expression: 'MIT', uses: [{ id: 'MIT', operator: null }] })
  })

  test('an expression gives each licence with the operator nearest around it', () => {
    expect(uses('(MIT OR Apache-2.0)')).toEqual(['MIT/OR', 'Apache-2.0/OR'])
    expect(uses('(MIT OR Apache-2.0) AND CC-BY-4.0')).toEqual(['MIT/OR', 'Apache-2.0/OR', 'CC-BY-4.0/AND'])
    expect(uses('MIT OR BSD-2-Clause AND ISC')).toEqual(['MIT/OR', 'BSD-2-Clause/AND', 'ISC/AND'])
    expect(uses('mit or isc')).toEqual(['mit/OR', 'isc/OR'])
  })

  test('an exception belongs to its licence, and a plus sign to its version', () => {
    expect(uses('GPL-2.0-only WITH Classpath-exception-2.0')).toEqual(['GPL-2.0-only WITH Classpath-exception-2.0'])
    expect(uses('LGPL-2.1+')).toEqual(['LGPL-2.1+'])
  })

  test('text that is no expression is one licence of that name', () => {
    expect(uses('SEE LICENSE IN LICENSE.md')).toEqual(['SEE LICENSE IN LICENSE.md'])
    expect(uses('(MIT')).toEqual(['(MIT'])
    expect(uses('MIT OR')).toEqual(['MIT OR'])
    expect(uses('Apache-2.0 WITH')).toEqual(['Apache-2.0 WITH'])
  })

  test('older forms are read: objects, and lists to choose from', () => {
    expect(uses({ type: 'MIT', url: 'https://example.org' })).toEqual(['MIT'])
    expect(uses(undefined, [{ type: 'MIT' }, { type: 'GPL-2.0' }])).toEqual(['MIT/OR', 'GPL-2.0/OR'])
  })

  test('a package that names none has none', () => {
    expect(readLicenses(undefined, undefined)).toBeNull()
    expect(readLicenses('', [])).toBeNull()
  })
})

describe('people of a package', () => {
  test('a person is read from an object or from a line of text', () => {
    const ann = { name: 'Ann', email: 'Ann@example.org', url: 'https://ann.example' }
    expect(readPeople(ann)).toEqual([ann])
    expect(readPeople('Ann <Ann@example.org> (https://ann.example)')).toEqual([ann])
    expect(readPeople(['Ann', { name: 'Bob' }]).map(({ name }) => name)).toEqual(['Ann', 'Bob'])
  })

  test('who has no name is shown by the address, and who has nothing is nobody', () => {
    expect(readPeople('<a@example.org>')).toEqual([{ name: 'a@example.org', email: 'a@example.org', url: null }])
    expect(readPeople([{}, '', null, 7])).toEqual([])
  })

  test('the address tells who it is, whatever the spelling of the name', () => {
    const keys = readPeople(['A. Nn <Ann@example.org>', 'Ann <ann@Example.org>', 'Ann']).map(personKey)
    expect(keys).toEqual(['person:ann@example.org', 'person:ann@example.org', 'person:Ann'])
  })
})

describe('resolution in a lock file', () => {
  const lock = new LockFile({
    '': {},
    'node_modules/a': {},
    'node_modules/b': {},
    'node_modules/a/node_modules/b': {},
    'node_modules/@scope/c': {},
    'node_modules/@scope/c/node_modules/d': {},
    'packages/app': {},
    'node_modules/app': { link: true, resolved: 'packages/app' },
    'packages/app/node_modules/b': {},
    'node_modules/lost': { link: true, resolved: 'packages/lost' },
  })

  test('the nearest node_modules wins', () => {
    expect(lock.resolve('', 'b')).toBe('node_modules/b')
    expect(lock.resolve('node_modules/a', 'b')).toBe('node_modules/a/node_modules/b')
    expect(lock.resolve('node_modules/a/node_modules/b', 'a')).toBe('node_modules/a')
    expect(lock.resolve('node_modules/a/node_modules/b', 'b')).toBe('node_modules/a/node_modules/b')
    expect(lock.resolve('node_modules/@scope/c', 'b')).toBe('node_modules/b')
    expect(lock.resolve('node_modules/@scope/c/node_modules/d', '@scope/c')).toBe('node_modules/@scope/c')
    expect(lock.resolve('packages/app', 'b')).toBe('packages/app/node_modules/b')
    expect(lock.resolve('packages/app', 'a')).toBe('node_modules/a')
  })

  test('a link leads to its workspace', () => {
    expect(lock.resolve('node_modules/a', 'app')).toBe('packages/app')
  })

  test('what is nowhere above is not found', () => {
    expect(lock.resolve('node_modules/b', 'd')).toBeUndefined()
    expect(lock.resolve('', 'lost')).toBeUndefined()
  })
})
