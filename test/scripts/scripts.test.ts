import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { logicalRules, physicalRules } from '../../query/plan/rules.js'
import { Engine } from '../support/engine.js'
import { parseScript, playScript } from './script.js'

const directory = import.meta.dirname
const files = readdirSync(directory).filter((name) => name.endsWith('.txt'))
const updates = process.env.SKEIN_UPDATE_SCRIPTS !== undefined

describe('scripts print what they printed before', () => {
  test.each(files)('%s', (name) => {
    const path = join(directory, name)
    const written = readFileSync(path, 'utf8')
    const played = playScript(parseScript(written), Engine.overStore())
    expect(played.complaints).toEqual([])
    if (updates) writeFileSync(path, played.text)
    else expect(played.text).toBe(written)
  })
})

test('every rule has a plan in which it must fire, and one in which it must not', () => {
  const tags = files.flatMap((name) =>
    parseScript(readFileSync(join(directory, name), 'utf8')).flatMap((step) => step.tags),
  )
  for (const { name } of [...logicalRules, ...physicalRules])
    for (const kind of ['fires', 'never']) expect(tags).toContainEqual({ kind, rule: name })
})

test('a script that names a rule which does not fire is refused', () => {
  const script = '[fires countByDegree]> EXPLAIN MATCH (n) RETURN n\n---\n'
  expect(playScript(parseScript(script), Engine.overStore()).complaints).toHaveLength(1)
})
