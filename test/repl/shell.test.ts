import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commands } from '../../src/repl/commands.js'
import { runScript } from '../../src/repl/script.js'
import { type TestShell, testShell } from './support.js'

let directory: string
let running: TestShell
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'skein-shell-'))
  running = await testShell()
})
afterEach(async () => {
  await running.db.close()
  rmSync(directory, { recursive: true })
})

/** Feeds a text; gives what was written. */
async function typed(text: string): Promise<string> {
  await runScript(running.shell, Readable.from([text]))
  return running.written()
}

describe('a script', () => {
  test('runs statement after statement, the last one without a semicolon too', async () => {
    expect(await typed("CREATE (:Person {name: 'Ann'});\nMATCH (p:Person)\n  RETURN p.name; RETURN 1.0")).toBe(
      '["Ann"]\n[{"value":1}]\n',
    )
  })

  test('ends at the first failure', async () => {
    await expect(typed('RETURN 1; RETURN x; RETURN 2;')).rejects.toMatchObject({ code: 'VARIABLE_UNDEFINED' })
    expect(running.written()).toBe('[1]\n')
  })

  test('ends at :exit', async () => {
    expect(await typed('RETURN 1;\n:exit\nRETURN 2;')).toBe('[1]\n')
  })

  test('a quote that is left open is told', async () => {
    await expect(typed("RETURN 'a;\n")).rejects.toMatchObject({ code: 'SYNTAX_ERROR' })
  })
})

describe('transactions', () => {
  test(':rollback takes back what was written since :begin, :commit keeps it', async () => {
    expect(
      await typed(
        ':begin\nCREATE (:A);\nMATCH (n) RETURN count(*);\n:rollback\nMATCH (n) RETURN count(*);\n' +
          ':begin\nCREATE (:A);\n:commit\nMATCH (n) RETURN count(*);',
      ),
    ).toBe('[1]\n[0]\n[1]\n')
  })

  test('a statement that fails takes back itself, not the transaction', async () => {
    await typed(':begin\nCREATE (:A);')
    await expect(typed('MATCH (n) RETURN 1 / 0;')).rejects.toMatchObject({ code: 'ARITHMETIC' })
    expect(await typed('MATCH (n) RETURN count(*);\n:commit\nMATCH (n) RETURN count(*);')).toBe('[1]\n[1]\n')
  })

  test('what is open when the shell closes is taken back', async () => {
    await typed(':begin\nCREATE (:A);')
    await running.shell.close()
    expect((await running.db.query('MATCH (n) RETURN count(*)')).rows).toEqual([[0]])
  })

  test('wrong turns are told', async () => {
    await expect(typed(':commit')).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    await expect(typed(':begin\n:begin')).rejects.toMatchObject({ code: 'TRANSACTION_NESTED' })
  })
})

describe('parameters', () => {
  test('are set by an expression, which may read others, or by a map', async () => {
    expect(await typed(':param a => 1 + 2\n:param {b: $a * 2, c: "x"}\nRETURN $a, $b, $c;')).toBe('[3,6,"x"]\n')
  })

  test('keep INTEGER, FLOAT and 64 bits apart', async () => {
    expect(await typed(':param f => 3.0\n:param i => 9223372036854775807\nRETURN $f / 2, $i - 1;')).toBe(
      '[{"value":1.5},"9223372036854775806n"]\n',
    )
  })

  test('may have any name in back quotes', async () => {
    expect(await typed(':param `a b` => 1\nRETURN $`a b`;')).toBe('[1]\n')
  })

  test('are listed and cleared', async () => {
    expect(await typed(':params\n:param a => 1\n:param b => 2\n:param clear a\n:params\n:param clear\n:param')).toBe(
      'no parameters\n["name","value"]\n["b",2]\nno parameters\n',
    )
  })

  test('a form that is not known is told', async () => {
    await expect(typed(':param a 1')).rejects.toMatchObject({ message: expect.stringContaining(':param age => 31') })
  })
})

describe('commands', () => {
  test(':explain and :profile take a statement, over several lines too', async () => {
    await typed('CREATE ();')
    expect(await typed(':profile MATCH (n)\n RETURN count(*);\n:explain MATCH (n) RETURN n;')).toBe('[1]\n')
    await expect(typed(':explain')).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test(':format changes the form of answers', async () => {
    expect(await typed(":format loud\n:format\nRETURN 'a';")).toBe('loud\n["A"]\n')
    await expect(typed(':format xml')).rejects.toMatchObject({ message: ':format needs one of json, loud' })
  })

  test(':schema counts by label and type, and lists indexes', async () => {
    await typed('CREATE (:`two words`)-[:KNOWS]->(:Person);\nCREATE INDEX by_name FOR (p:Person) ON (p.name);')
    const text = await typed(':schema')
    for (const line of [
      ['nodes', 2],
      ['  two words', 1],
      ['  Person', 1],
      ['relationships', 1],
      ['  KNOWS', 1],
    ])
      expect(text).toContain(`${JSON.stringify(line)}\n`)
    expect(text).toContain('by_name')
    expect(await typed(':indexes')).toContain('by_name')
  })

  test(':indexes says when there are none', async () => {
    expect(await typed(':indexes')).toBe('no indexes\nno constraints\n')
  })

  test(':indexes lists constraints that no index keeps', async () => {
    await typed('CREATE CONSTRAINT has_name FOR (p:Person) REQUIRE p.name IS NOT NULL;')
    expect(await typed(':indexes')).toMatch(/no indexes\n[\s\S]*has_name/)
  })

  test(':source runs a file, up to the first failure, and not itself', async () => {
    const path = join(directory, 'a.cypher')
    writeFileSync(path, '// first\nRETURN 1;\r\nRETURN 2')
    expect(await typed(`:source ${path}`)).toBe('[1]\n[2]\n')
    writeFileSync(path, `RETURN 1;\n:source ${path}`)
    await expect(typed(`:source ${path}`)).rejects.toMatchObject({ message: expect.stringContaining('reads itself') })
    await expect(typed(':source nowhere')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(typed(':source')).rejects.toMatchObject({ message: ':source needs a file' })
  })

  test(':help tells of every command, or of one', async () => {
    const text = await typed(':help')
    for (const name of commands.keys()) expect(text).toContain(`\n  ${name}`)
    expect(await typed(':help format')).toBe(
      ':format [format]\n  says in which form answers are written, or tells it\n',
    )
  })

  test('one that is not known is told, with the one that was probably meant', async () => {
    await expect(typed(':fromat')).rejects.toMatchObject({ hint: 'did you mean :format?' })
    await expect(typed(':xyzzy')).rejects.toMatchObject({ hint: ':help tells all commands' })
  })
})
