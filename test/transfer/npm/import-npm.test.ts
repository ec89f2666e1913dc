import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Float } from '../../../src/core/value.js'
import { importNpm } from '../../../src/transfer/npm/import-npm.js'
import { MemoryTarget } from '../support/memory-target.js'

let directory: string
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-npm-'))))
afterEach(() => rmSync(directory, { recursive: true }))

function write(path: string, json: object) {
  mkdirSync(join(directory, path, '..'), { recursive: true })
  writeFileSync(join(directory, path), JSON.stringify(json))
}

/** A project whose places are given with their lock entries; `manifests` are the places with a package.json. */
async function load(packages: Record<string, object>, manifests: Record<string, object>, target = new MemoryTarget()) {
  write('package-lock.json', { lockfileVersion: 3, packages })
  for (const [path, manifest] of Object.entries(manifests)) write(join(path, 'package.json'), manifest)
  const counts = await importNpm(target, directory)
  const dependencies = target.relationships.filter(({ type }) => type === 'DEPENDS_ON')
  const asked = dependencies.map(({ start, end, properties }) => [start, end, properties])
  const node = (key: string) => target.nodes.find((candidate) => candidate.key === key)!
  return { target, counts, asked, node }
}

describe('packages', () => {
  test('the README is a property of each package that has one, as far as its first 64 KiB', async () => {
    const places = ['', 'node_modules/a', 'node_modules/b', 'node_modules/c', 'node_modules/d']
    const named = places.map((place) => [place, { name: place || 'app', version: '1.0.0' }])
    const readmes: [string, string][] = [
      ['readme.markdown', '# App\n\nWhat it is for.'],
      ['node_modules/a/README', 'second'],
      ['node_modules/a/README.txt', 'third'],
      ['node_modules/a/ReadMe.md', 'first'],
      ['node_modules/b/README.md', `${'x'.repeat(65_535)}é and more`],
      ['node_modules/c/README.md', ' \n'],
      ['node_modules/d/README.md.bak', 'other'],
    ]
    for (const [path, text] of readmes) {
      mkdirSync(join(directory, path, '..'), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
    mkdirSync(join(directory, 'node_modules/d/README.md'))
    const { target } = await load(Object.fromEntries(named), {
      ...Object.fromEntries(named),
      'node_modules/d': { name: 'd', version: '1.0.0', readme: 'of package.json' },
    })
    expect(target.nodes.map(({ properties }) => properties.readme)).toEqual([
      '# App\n\nWhat it is for.',
      'first',
      'x'.repeat(65_535),
      undefined,
      'of package.json',
    ])
  })

  test('the project is a package too, and each carries its package.json, nested values included', async () => {
    const manifest = {
      name: 'tool',
      version: '1.2.3',
      engines: { node: '>=20' },
      files: ['a', 'b'],
      weight: 1.5,
      none: null,
    }
    const { target } = await load(
      { '': { name: 'app', version: '0.1.0' }, 'node_modules/tool': { version: '1.2.3', integrity: 'sha512-x' } },
      { '': { name: 'app', version: '0.1.0' }, 'node_modules/tool': { ...manifest, integrity: 'made up' } },
    )
    expect(target.nodes).toEqual([
      {
        labels: ['Package', 'Project'],
        key: 'npm:app@0.1.0',
        properties: { name: 'app', version: '0.1.0', paths: [''], installed: true, dev: false, optional: false },
      },
      {
        labels: ['Package'],
        key: 'npm:tool@1.2.3',
        properties: {
          name: 'tool',
          version: '1.2.3',
          engines: new Map([['node', '>=20']]),
          files: ['a', 'b'],
          weight: new Float(1.5),
          integrity: 'sha512-x',
          paths: ['node_modules/tool'],
          installed: true,
          dev: false,
          optional: false,
        },
      },
    ])
  })

  test('one version at several places is one node; it is dev only where all of them are', async () => {
    const { node, counts } = await load(
      {
        '': { name: 'app' },
        'node_modules/a': { version: '1.0.0', dev: true },
        'node_modules/b': { version: '1.0.0' },
        'node_modules/b/node_modules/a': { version: '1.0.0', optional: true },
      },
      {},
    )
    expect(counts.packages).toBe(3)
    expect(node('npm:a@1.0.0').properties).toMatchObject({
      paths: ['node_modules/a', 'node_modules/b/node_modules/a'],
      dev: false,
      optional: false,
      installed: false,
    })
  })

  test('an alias goes by the name of the package behind it', async () => {
    const { asked } = await load(
      {
        '': { name: 'app', dependencies: { 'old-a': 'npm:a@^1' } },
        'node_modules/old-a': { name: 'a', version: '1.0.0' },
      },
      {},
    )
    expect(asked).toMatchObject([['npm:app', 'npm:a@1.0.0', { range: 'npm:a@^1' }]])
  })
})

describe('dependencies', () => {
  test('they lead to the version that Node would load, with range, kind and flags', async () => {
    const { asked, counts } = await load(
      {
        '': { name: 'app', dependencies: { a: '^1' }, devDependencies: { d: '~2' } },
        'node_modules/a': { version: '1.0.0', dependencies: { b: '^2' }, optionalDependencies: { o: '*' } },
        'node_modules/a/node_modules/b': { version: '2.0.0' },
        'node_modules/b': { version: '1.0.0', dev: true },
        'node_modules/o': { version: '3.0.0', optional: true },
        'node_modules/d': { version: '2.0.0', dev: true, peerDependencies: { b: '1' } },
      },
      {},
    )
    expect(asked).toEqual([
      ['npm:app', 'npm:a@1.0.0', { range: '^1', kind: 'dependencies', dev: false, optional: false }],
      ['npm:app', 'npm:d@2.0.0', { range: '~2', kind: 'devDependencies', dev: true, optional: false }],
      ['npm:a@1.0.0', 'npm:o@3.0.0', { range: '*', kind: 'optionalDependencies', dev: false, optional: true }],
      ['npm:a@1.0.0', 'npm:b@2.0.0', { range: '^2', kind: 'dependencies', dev: false, optional: false }],
      ['npm:d@2.0.0', 'npm:b@1.0.0', { range: '1', kind: 'peerDependencies', dev: true, optional: false }],
    ])
    expect(counts.unresolved).toEqual([])
  })

  test('one that must be there and is not in the lock file is told; an optional or peer one is not', async () => {
    const { counts } = await load(
      {
        '': { name: 'app', version: '1.0.0', dependencies: { a: '^1' }, optionalDependencies: { o: '*' } },
        'node_modules/p': { version: '1.0.0', peerDependencies: { q: '*' } },
      },
      {},
    )
    expect(counts.unresolved).toEqual(['npm:app@1.0.0 asks for a ^1'])
  })

  test('a workspace is a package, reached through its link', async () => {
    const { asked } = await load(
      {
        '': { name: 'root', dependencies: { app: '*' } },
        'packages/app': { version: '1.0.0', devDependencies: { t: '1' } },
        'node_modules/app': { link: true, resolved: 'packages/app' },
        'node_modules/t': { version: '1.0.0', dev: true },
      },
      { 'packages/app': { name: 'app' } },
    )
    expect(asked).toMatchObject([
      ['npm:root', 'npm:app@1.0.0', {}],
      ['npm:app@1.0.0', 'npm:t@1.0.0', { dev: true }],
    ])
  })
})

describe('people, licences and keywords', () => {
  test('each is one node, however many packages name it', async () => {
    const ann = 'Ann <ann@example.org>'
    const { target } = await load(
      { '': { name: 'app' }, 'node_modules/a': { version: '1.0.0' } },
      {
        '': { name: 'app', author: ann, maintainers: [ann], license: 'MIT OR ISC', keywords: ['graph', 'graph', 7] },
        'node_modules/a': { contributors: [ann, 'Bob', ann], license: 'MIT', keywords: 'graph' },
      },
    )
    const about = target.relationships.map(({ type, start, end, properties }) => [start, type, end, properties])
    const both = { expression: 'MIT OR ISC', operator: 'OR' }
    expect(about).toEqual([
      ['person:ann@example.org', 'AUTHORED', 'npm:app', { role: 'author' }],
      ['person:ann@example.org', 'MAINTAINS', 'npm:app', {}],
      ['npm:app', 'LICENSED_UNDER', 'license:MIT', both],
      ['npm:app', 'LICENSED_UNDER', 'license:ISC', both],
      ['npm:app', 'HAS_KEYWORD', 'keyword:graph', {}],
      ['person:ann@example.org', 'AUTHORED', 'npm:a@1.0.0', { role: 'contributor' }],
      ['person:Bob', 'AUTHORED', 'npm:a@1.0.0', { role: 'contributor' }],
      ['npm:a@1.0.0', 'LICENSED_UNDER', 'license:MIT', { expression: 'MIT' }],
      ['npm:a@1.0.0', 'HAS_KEYWORD', 'keyword:graph', {}],
    ])
  })

  test('a package that is not installed has its licence from the lock file', async () => {
    const { target } = await load({ '': { name: 'app' }, 'node_modules/a': { version: '1.0.0', license: 'ISC' } }, {})
    expect(target.relationships).toMatchObject([{ start: 'npm:a@1.0.0', type: 'LICENSED_UNDER', end: 'license:ISC' }])
  })
})

describe('what is there already', () => {
  const app = {
    '': { name: 'app', version: '1.0.0', dependencies: { a: '^1' } },
    'node_modules/a': { version: '1.0.0' },
  }

  test('a project that is imported again is there once', async () => {
    const { target } = await load(app, {})
    const { counts } = await load(app, {}, target)
    expect(counts).toMatchObject({ nodes: 0, relationships: 0 })
    expect([target.nodes.length, target.relationships.length]).toEqual([2, 1])
  })

  test('two projects share the packages they have in common', async () => {
    const { target } = await load(app, {})
    const other = { ...app, '': { name: 'other', dependencies: { a: '^1' } } }
    const { asked } = await load(other, {}, target)
    expect(asked.map(([start, end]) => `${start} ${end}`)).toEqual([
      'npm:app@1.0.0 npm:a@1.0.0',
      'npm:other npm:a@1.0.0',
    ])
  })
})

describe('files that cannot be read', () => {
  test('a directory without a lock file, or with one of an old or broken form, is told', async () => {
    await expect(importNpm(new MemoryTarget(), directory)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    write('package-lock.json', { lockfileVersion: 1, dependencies: {} })
    await expect(importNpm(new MemoryTarget(), directory)).rejects.toMatchObject({ code: 'FILE_INVALID' })
    writeFileSync(join(directory, 'package-lock.json'), '{')
    await expect(importNpm(new MemoryTarget(), directory)).rejects.toThrow('package-lock.json is not JSON')
  })
})
