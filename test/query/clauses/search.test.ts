/** Full text, as queries use it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { code, openOnDisk } from '../../database/support.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

const fails = (text: string, name: string, parameters = {}) =>
  expect(db.query(text, parameters)).rejects.toThrow(code(name) as Error)

describe('analyzers', () => {
  test('search.analyze gives terms with their places, by a name or by settings', async () => {
    expect(await rows("CALL search.analyze('english', 'The Cafés of Paris')")).toEqual([
      ['cafe', 4, 9, 1],
      ['pari', 13, 18, 3],
    ])
    const settings = { tokenizer: 'edgeNgram', gramMin: 2, gramMax: 3 }
    expect(await rows('CALL search.analyze($settings, $text) YIELD token', { settings, text: 'Skein' })).toEqual([
      ['sk'],
      ['ske'],
    ])
  })

  test('one that is not there is refused with the names of those that are', async () => {
    await fails("CALL search.analyze('klingon', 'text')", 'OPTION_INVALID')
    await fails("CALL search.analyze({stemmer: true}, 'text')", 'OPTION_INVALID')
    await fails("CREATE (n) WITH n CALL search.analyze(n, 'text') YIELD token RETURN token", 'PROPERTY_INVALID')
  })

  test('every analyzer in the list can be used', async () => {
    const listed = await rows('CALL db.index.fulltext.listAvailableAnalyzers()')
    expect(listed.length).toBeGreaterThan(30)
    for (const [name] of listed) await rows("CALL search.analyze($name, 'word') YIELD token", { name })
  })
})

describe('full-text indexes', () => {
  const make = 'CREATE FULLTEXT INDEX docs FOR (n:A|B) ON EACH [n.title, n.meta.tags, n.parts[*].text]'
  const found = async (query: unknown, options: object = {}) =>
    (await rows("CALL search.query('docs', $query, $options) YIELD node RETURN node.id", { query, options })).flat()

  test('strings, lists of strings and places are found, by any of the labels', async () => {
    await db.query(`CREATE (:A {id: 1, title: 'apple'}), (:B {id: 2, meta: {tags: ['pear', 'fig']}}), (:C {id: 3, title: 'apple'}),
      (:A:B {id: 4, parts: [{text: 'plum'}, {text: ['apple', 7]}, {other: 'pear'}, 'pear']}), (:A {id: 5, title: 7})`)
    await db.query(make)
    expect(await found('apple')).toEqual([1, 4])
    expect(await found('pear')).toEqual([2])
    expect(await found('parts.text:apple')).toEqual([4])
    expect(await found('apple plum', { fields: ['title'] })).toEqual([1])
    expect(await found('*:*')).toEqual([1, 2, 4])
    expect(await rows('SHOW INDEXES YIELD type, labelsOrTypes, properties, documents, terms')).toEqual([
      ['FULLTEXT', ['A', 'B'], ['title', 'meta.tags', 'parts[*].text'], 3, 4],
    ])
  })

  test('every kind of write is found at once, by its transaction first', async () => {
    await db.query(make)
    await db.query("CREATE (:A {id: 1, title: 'apple'}), (:C {id: 2, title: 'apple'})")
    const steps: [string, number[]][] = [
      ['MATCH (n {id: 2}) SET n:B', [1, 2]],
      ["MATCH (n {id: 1}) SET n.title = 'pear'", [2]],
      ["MATCH (n {id: 1}) SET n.meta = {tags: ['x']}", [2]],
      ["MATCH (n {id: 1}) SET n.meta.tags[0] = 'apple'", [1, 2]],
      ['MATCH (n {id: 2}) REMOVE n:B', [1]],
      ['MATCH (n {id: 1}) SET n:B REMOVE n:A', [1]],
      ["MATCH (n {id: 1}) SET n.meta.tags += ['apple apple']", [1]],
      ['MATCH (n {id: 1}) REMOVE n.meta.tags[1], n.meta.tags[0]', []],
      ["CREATE (:A {id: 3, parts: [{text: 'apple'}]})", [3]],
      ['MATCH (n {id: 3}) DELETE n', []],
    ]
    const within = "CALL search.query('docs', 'apple') YIELD node RETURN node.id AS id ORDER BY id"
    for (const [text, expected] of steps) {
      await db.transaction(async (tx) => {
        await tx.query(text)
        expect([text, (await tx.query(within)).rows.flat()]).toEqual([text, expected])
      })
      expect([text, (await rows(within)).flat()]).toEqual([text, expected])
    }
  })

  test('what is rolled back was never there, and others do not see what is not committed', async () => {
    await db.query(make)
    await db.query("CREATE (:A {id: 1, title: 'apple'})")
    const stop = new Error('stop')
    const changed = db.transaction(async (tx) => {
      await tx.query("MATCH (n:A) SET n.title = 'pear' CREATE (:A {id: 2, title: 'apple'})")
      expect((await tx.query("RETURN search.count('docs', 'pear'), search.count('docs', 'apple')")).rows).toEqual([
        [1, 1],
      ])
      expect(await found('apple')).toEqual([1])
      throw stop
    })
    await expect(changed).rejects.toBe(stop)
    expect(await found('apple')).toEqual([1])
    expect(await found('pear')).toEqual([])
    expect(await rows('SHOW INDEXES YIELD documents, terms')).toEqual([[1, 1]])
  })

  test('relationships are found by queryRelationships and search.query, and not as nodes', async () => {
    await db.query("CREATE (a)-[:R {id: 1, note: 'apple'}]->(a)-[:S {id: 2, note: 'apple pie'}]->(a)")
    await db.query('CREATE FULLTEXT INDEX docs FOR ()-[r:R|S]-() ON EACH [r.note]')
    expect(
      await rows(
        "CALL db.index.fulltext.queryRelationships('docs', 'apple') YIELD relationship RETURN relationship.id",
      ),
    ).toEqual([[1], [2]])
    expect(
      await rows("CALL search.query('docs', 'pie') YIELD node, relationship AS r RETURN node, r.id, type(r)"),
    ).toEqual([[null, 2, 'S']])
    await fails("CALL db.index.fulltext.queryNodes('docs', 'apple')", 'TYPE_MISMATCH')
    await fails("MATCH (n) RETURN search.matches(n, 'docs', 'apple')", 'TYPE_MISMATCH')
    await db.query('MATCH ()-[r:S]->() DELETE r')
    expect(await rows("RETURN search.count('docs', 'apple')")).toEqual([[1]])
  })

  test('limit, skip and minScore cut the hits; equal scores stand in the order of ids', async () => {
    await db.query(
      "UNWIND range(1, 5) AS i CREATE (:A {id: i, title: CASE i WHEN 4 THEN 'apple apple' ELSE 'apple' END})",
    )
    await db.query(make)
    expect(await found('apple')).toEqual([4, 1, 2, 3, 5])
    expect(await found('apple', { skip: 1, limit: 2 })).toEqual([1, 2])
    const [[best]] = (await rows("CALL search.query('docs', 'apple', {limit: 1}) YIELD score")) as [[number]]
    expect(await found('apple', { minScore: best })).toEqual([4])
    await fails("CALL search.query('docs', 'apple', {limit: -1}) YIELD node RETURN node", 'OPTION_INVALID')
    await fails("CALL search.query('docs', 'apple', {size: 1}) YIELD node RETURN node", 'OPTION_INVALID')
  })

  test('a filter over many rows and over few agree with the procedure', async () => {
    await db.query(
      "UNWIND range(1, 300) AS i CREATE (:A {id: i, title: CASE i % 3 WHEN 0 THEN 'apple' ELSE 'pear' END})",
    )
    await db.query(make)
    const scored = (among: string) =>
      rows(`MATCH (n:A) WHERE ${among} AND search.matches(n, 'docs', 'apple pear~') WITH n, search.score(n, 'docs', 'apple pear~') AS s
        RETURN n.id, s ORDER BY s DESC, n.id`)
    const all = await rows("CALL search.query('docs', 'apple pear~') YIELD node, score RETURN node.id, score")
    expect(all.length).toBe(300)
    expect(await scored('n.id > 0')).toEqual(all)
    expect(await scored('n.id < 10')).toEqual(all.filter(([id]) => (id as number) < 10))
  })

  test('the parts of an explanation give the score', async () => {
    await db.query(
      "CREATE (:A {id: 1, title: 'apple pie', meta: {tags: ['apple', 'apple']}}), (:A {id: 2, title: 'pie'})",
    )
    await db.query(make)
    type Explained = { value: number; parts?: Explained[] }
    const total = ({ value, parts }: Explained): number =>
      parts === undefined ? value : parts.reduce((sum, part) => sum + total(part), 0)
    for (const [score, explain] of await rows("CALL search.query('docs', 'apple pie') YIELD score, explain"))
      expect(total(explain as Explained)).toBe(score)
  })

  test('an index is as it was after closing and opening, and its settings too', async () => {
    const { db: first, environment } = await openOnDisk()
    await first.query("CREATE (:A {id: 1, title: 'die Züge'}), (:A {id: 2, title: 'ein Zug', body: 'Wege'})")
    await first.query(`CREATE FULLTEXT INDEX docs FOR (n:A) ON EACH [n.title, n.body]
      OPTIONS {indexConfig: {language: 'german', k1: 0.9, b: 0, fields: {title: {weight: 2.5, analyzer: {analyzer: 'german', synonyms: [['Zug', 'Bahn']]}}}}}`)
    const asked = async (of: Database) => [
      (await of.query("CALL search.query('docs', 'bahn OR weg') YIELD node, score RETURN node.id, score")).rows,
      (await of.query('SHOW INDEXES YIELD options, documents, terms')).rows,
    ]
    const before = await asked(first)
    expect((before[0] as unknown[]).length).toBe(2)
    await first.close()
    const second = await open('data', { environment })
    expect(await asked(second)).toEqual(before)
    await second.close()
  })

  test('settings that are wrong are refused at their place', async () => {
    const refused = (config: string) => fails(`${make} OPTIONS {indexConfig: {${config}}}`, 'OPTION_INVALID')
    await refused("analyzer: 'klingon'")
    await refused('b: 1.5')
    await refused('fields: {body: {weight: 2}}')
    await refused('fields: {title: {weight: 0}}')
    await refused('`fulltext.eventually_consistent`: true')
    await refused("language: 'german', analyzer: 'english'")
    await fails(`${make} OPTIONS {provider: 'x'}`, 'OPTION_INVALID')
    await fails(`${make} OPTIONS $options`, 'CONSTANT_EXPECTED', { options: {} })
    await fails('CREATE FULLTEXT INDEX docs FOR (n:A) ON EACH [n.tags, n.tags[*]]', 'COLUMN_DUPLICATE')
    await fails('CREATE FULLTEXT INDEX docs FOR (n:A|A) ON EACH [n.tags]', 'SYNTAX_ERROR')
    await db.query(
      `${make} OPTIONS {indexConfig: {\`fulltext.analyzer\`: 'simple', \`fulltext.eventually_consistent\`: false}}`,
    )
  })

  test('db.info lists it beside the others', async () => {
    await db.query("CREATE (:A {id: 1, title: 'apple'}), (:B {id: 2, title: 'pear'})")
    await db.query(make)
    await db.query('CREATE INDEX ids FOR (n:A) ON (n.id)')
    expect(db.info().indexes).toEqual([
      { name: 'ids', on: 'A(id)', unique: false, entries: 1 },
      { name: 'docs', on: 'A|B(title, meta.tags, parts[*].text)', unique: false, entries: 2 },
    ])
  })

  test('names are those of all indexes and constraints', async () => {
    await db.query(make)
    await fails(make, 'INDEX_EXISTS')
    await fails('CREATE INDEX docs FOR (n:A) ON (n.id)', 'INDEX_EXISTS')
    await fails('CREATE CONSTRAINT docs FOR (n:A) REQUIRE n.id IS NOT NULL', 'INDEX_EXISTS')
    await db.query(make.replace('docs', 'docs IF NOT EXISTS'))
    await fails('DROP CONSTRAINT docs', 'INDEX_MISSING')
    await db.query('DROP INDEX docs')
    await db.query('DROP INDEX docs IF EXISTS')
    await fails("CALL search.query('docs', 'apple')", 'INDEX_MISSING')
    expect(await rows('SHOW INDEXES')).toEqual([])
    await db.query(make)
    expect(await rows("RETURN search.count('docs', '*:*')")).toEqual([[0]])
  })
})

describe('SEARCH within MATCH', () => {
  beforeEach(async () => {
    await db.query(`UNWIND range(1, 12) AS i MERGE (a:Author {name: 'a' + toString(i % 3)})
      CREATE (a)-[:WROTE]->(:Doc {id: i, year: 2000 + i, title: ['graph', 'graph tree', 'tree', 'log'][i % 4]})`)
    await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  })

  const plans = {
    'text first': 'MATCH (a:Author)-[:WROTE]->(d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR $q) SCORE AS s',
    'graph first':
      "MATCH (a:Author)-[:WROTE]->(d:Doc) WHERE coalesce(search.matches(d, 'docs', $q), false) WITH *, search.score(d, 'docs', $q) AS s",
    'a bound variable':
      'MATCH (d:Doc) WITH d, d.id AS id MATCH (a)-[:WROTE]->(d) SEARCH d IN (FULLTEXT INDEX docs FOR $q) SCORE AS s',
  }

  test.each(['graph', 'graph OR log', '+tree -graph', 'title:"graph tree"', 'gra*', 'none', '*:*'])(
    'every plan gives the same rows: %s',
    async (q) => {
      const answers = Object.values(plans).map((text) => rows(`${text} RETURN a.name, d.id, s ORDER BY d.id`, { q }))
      const [first, ...others] = await Promise.all(answers)
      for (const other of others) expect(other).toEqual(first)
      expect(first!.map(([, id]) => id)).toEqual(
        (await rows("CALL search.query('docs', $q) YIELD node RETURN node.id AS id ORDER BY id", { q })).flat(),
      )
    },
  )

  test('one text has a plan for each magnitude of what its words find', async () => {
    await db.query(`UNWIND range(1, 2000) AS i MATCH (a:Author {name: 'a' + toString(i % 3)})
      CREATE (a)-[:WROTE]->(:Doc {id: i, title: CASE i % 500 WHEN 0 THEN 'rare' ELSE 'common' END})`)
    const text = "MATCH (a:Author {name: 'a1'})-[:WROTE]->(d) SEARCH d IN (FULLTEXT INDEX docs FOR $q) RETURN d.id"
    const first = async (parameters: object) => {
      const { summary } = await db.query(`EXPLAIN ${text}`, parameters as { q: string })
      let plan = summary.plan!
      while (plan.children.length > 0) plan = plan.children[0]!
      return plan.operator
    }
    expect(await first({ q: 'rare' })).toBe('TextScan')
    expect(await first({ q: 'common' })).toBe('LabelScan')
    expect(await first({ q: ['rare', 'graph'] })).toBe('TextScan')
    // Without a value a usual share of the documents; what cannot be read is refused where it is run.
    expect(await first({})).toBe('TextScan')
    expect(await first({ q: '(' })).toBe('TextScan')
    for (const q of ['rare', 'common', 'graph', 'tree'])
      expect(await rows(text, { q })).toEqual(await rows(`PROFILE ${text}`, { q }))
    await fails(text, 'PARAMETER_MISSING', {})
  })

  test('a score and a test written as functions are one search where their literals are the same, and only there', async () => {
    await db.query("UNWIND range(100, 300) AS i CREATE (:Doc {id: i, title: 'graph tree'})")
    const text = (tested: string, scored: string) =>
      `MATCH (d:Doc) WHERE search.matches(d, 'docs', '${tested}')
       RETURN d.id, search.score(d, 'docs', '${scored}') AS s ORDER BY s DESC LIMIT 3`
    const isByScore = async (statement: string) =>
      JSON.stringify((await db.query(`EXPLAIN ${statement}`)).summary.plan).includes('ByScore')
    expect(await isByScore(text('graph', 'graph'))).toBe(true)
    expect(await isByScore(text('graph', 'tree'))).toBe(false)
    for (const [tested, scored] of [
      ['graph', 'graph'],
      ['graph', 'tree'],
      ['tree', 'tree'],
      ['log', 'graph'],
    ] as const) {
      const all = await rows(text(tested, scored).replace(' LIMIT 3', ''))
      expect(await rows(text(tested, scored))).toEqual(all.slice(0, 3))
    }
  })

  test('hits have the label of their index for as long as it has that one', async () => {
    await db.query("CREATE (:Other {id: 50, title: 'graph'})")
    const text = "MATCH (d) WHERE d.id > 8 AND search.matches(d, 'docs', 'graph') RETURN d.id ORDER BY d.id"
    const statement = db.prepare(text)
    expect(statement.all().rows).toEqual([[9], [12]])
    await db.query('DROP INDEX docs')
    await db.query('CREATE FULLTEXT INDEX docs FOR (d:Other) ON EACH [d.title]')
    expect(statement.all().rows).toEqual([[50]])
    await db.query('DROP INDEX docs')
    await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc|Other) ON EACH [d.title]')
    expect([await rows(text), statement.all().rows]).toEqual([
      [[9], [12], [50]],
      [[9], [12], [50]],
    ])
    await db.transaction(async (tx) => {
      await tx.query('DROP INDEX docs')
      await tx.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
      expect((await tx.query(text)).rows).toEqual([[9], [12]])
      expect(await rows(text)).toEqual([[9], [12], [50]])
    })
    expect(await rows(text)).toEqual([[9], [12]])
  })

  test('a variable that may be anything is what the pattern takes it for', async () => {
    const asked = (pattern: string, index: string) =>
      rows(
        `MATCH (d:Doc)<-[r:WROTE]-() WITH collect(d) AS ds, collect(r) AS rs UNWIND ${index === 'docs' ? 'ds' : 'rs'} AS x
         MATCH ${pattern} SEARCH x IN (FULLTEXT INDEX ${index} FOR 'log' WHERE x.id > 3 LIMIT 2) RETURN x.id ORDER BY x.id`,
      )
    await db.query('MATCH ()-[r:WROTE]->(d:Doc) SET r.id = d.id, r.note = d.title')
    await db.query('CREATE FULLTEXT INDEX notes FOR ()-[r:WROTE]-() ON EACH [r.note]')
    expect(await asked('(x)', 'docs')).toEqual([[7], [11]])
    expect(await asked('()-[x]->()', 'notes')).toEqual([[7], [11]])
  })

  test('LIMIT takes the best of the index, not of the pattern', async () => {
    const search = "SEARCH d IN (FULLTEXT INDEX docs FOR 'graph tree' LIMIT 4) SCORE AS s"
    const best = await rows(
      "CALL search.query('docs', 'graph tree', {limit: 4}) YIELD node, score RETURN node.id, score",
    )
    expect(await rows(`MATCH (d) ${search} RETURN d.id, s ORDER BY s DESC, d.id`)).toEqual(best)
    const ofAuthor = await rows(
      `MATCH (a:Author {name: 'a1'})-[:WROTE]->(d) ${search} RETURN d.id, s ORDER BY s DESC, d.id`,
    )
    const own = (await rows("MATCH (:Author {name: 'a1'})-->(d) RETURN d.id")).flat()
    expect(ofAuthor).toEqual(best.filter(([id]) => own.includes(id)))
    expect(ofAuthor.length).toBeLessThan(best.length)
  })

  test('WHERE within it, and behind it with the score, narrow the rows', async () => {
    const within = 'MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR $q WHERE d.year > 2006) SCORE AS s EXPLAIN AS e'
    expect(
      await rows(`${within} WHERE s > 0 AND d.id < 12 RETURN d.id, e.value = s ORDER BY d.id`, { q: 'tree' }),
    ).toEqual([
      [9, true],
      [10, true],
    ])
  })

  test('OPTIONAL MATCH gives nulls where there is no hit', async () => {
    const text = `MATCH (a:Author) OPTIONAL MATCH (a)-[:WROTE]->(d {id: 3}) SEARCH d IN (FULLTEXT INDEX docs FOR 'log') SCORE AS s
      RETURN a.name, d.id, s IS NULL ORDER BY a.name`
    expect(await rows(text)).toEqual([
      ['a0', 3, false],
      ['a1', null, true],
      ['a2', null, true],
    ])
  })

  test('two searches each have a score; a relationship can be searched for', async () => {
    const two = `MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph') SCORE AS s SEARCH d IN (FULLTEXT INDEX docs FOR 'tree') SCORE AS t
      RETURN d.id, s = search.score(d, 'docs', 'graph'), t = search.score(d, 'docs', 'tree') ORDER BY d.id`
    expect(await rows(two)).toEqual([1, 5, 9].map((id) => [id, true, true]))
    await db.query("MATCH ()-[r:WROTE]->({id: 7}) SET r.note = 'late night'")
    await db.query('CREATE FULLTEXT INDEX notes FOR ()-[r:WROTE]-() ON EACH [r.note]')
    expect(
      await rows("MATCH ()-[r]->(d) SEARCH r IN (FULLTEXT INDEX notes FOR 'night') SCORE AS s RETURN d.id, s > 0"),
    ).toEqual([[7, true]])
  })

  test.each([
    '(a)-[r:SAID]->(b)',
    '(a)<-[r]-(b)',
    '(a)-[r]-(b)',
    '(a)-[r:WROTE|SAID]-(b:Doc)',
    '(a)-[r:WROTE]->(b)',
    '(a)-[r]-(a:Doc)',
    '(a)-[r:SAID]->(b)-[t]->(c)',
  ])('a relationship that words lead to has the rows of one that is walked to: %s', async (pattern) => {
    await db.query(`UNWIND range(1, 400) AS i MATCH (a:Author {name: 'a' + toString(i % 3)}), (d:Doc {id: 1 + i % 12})
      CREATE (a)-[:SAID {note: CASE i % 40 WHEN 0 THEN 'rare' ELSE 'common' END}]->(d)`)
    await db.query("MATCH (d:Doc {id: 2}), (o:Doc {id: 3}) CREATE (d)-[:SAID {note: 'rare'}]->(d)-[:SAID]->(o)")
    await db.query('CREATE FULLTEXT INDEX said FOR ()-[r:SAID]-() ON EACH [r.note]')
    const answer = 'RETURN id(r), id(a), s ORDER BY id(r), id(a)'
    const led = `MATCH ${pattern} SEARCH r IN (FULLTEXT INDEX said FOR 'rare') SCORE AS s`
    const walked = `MATCH ${pattern} WHERE coalesce(search.matches(r, 'said', 'rare'), false)
      WITH *, search.score(r, 'said', 'rare') AS s`
    const plan = (await db.query(`EXPLAIN ${led} ${answer}`)).summary.plan
    expect(JSON.stringify(plan)).toContain('TextScan')
    const expected = await rows(`${walked} ${answer}`)
    expect(await rows(`${led} ${answer}`)).toEqual(expected)
    expect(expected.length > 0).toBe(!pattern.includes(':WROTE]'))
  })

  test('what is found is complete before anything is written, and the score is that of before', async () => {
    const text = `MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'log') SCORE AS s
      SET d.title = 'none' CREATE (:Doc {title: 'log'}) RETURN s > 0`
    expect(await rows(text)).toEqual([[true], [true], [true]])
    expect(await rows("RETURN search.count('docs', 'log'), search.count('docs', 'none')")).toEqual([[3, 3]])
  })

  test('mistakes are told with their place', async () => {
    const search = (inner: string, after = '') =>
      `MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR ${inner})${after} RETURN d`
    await fails(search('1'), 'TYPE_MISMATCH')
    await fails(search("'a' WHERE 1 LIMIT 2"), 'TYPE_MISMATCH')
    await fails(search("'a' WHERE d.id > 1 LIMIT -2"), 'NUMBER_OUT_OF_RANGE')
    await fails(
      "MATCH (n) WITH [n] AS l UNWIND l AS d MATCH () SEARCH d IN (FULLTEXT INDEX docs FOR 'a' WHERE d.id > 1 LIMIT 2) RETURN d",
      'TYPE_MISMATCH',
    )
    await fails(search("'a'", ' SCORE AS d'), 'VARIABLE_REDEFINED')
    await fails(search('$q'), 'SEARCH_QUERY_INVALID', { q: '(' })
    await fails("MATCH (d) SEARCH x IN (FULLTEXT INDEX docs FOR 'a') RETURN d", 'VARIABLE_UNDEFINED')
    await fails("MATCH (d) SEARCH d IN (FULLTEXT INDEX other FOR 'a') RETURN d", 'INDEX_MISSING')
    for (const [inner, name] of [
      ["'('", 'docs'],
      ["'none:a'", 'docs'],
      ["'a'", 'other'],
      ["'a'", 'said'],
    ] as const) {
      await db.query('CREATE FULLTEXT INDEX said IF NOT EXISTS FOR ()-[r:SAID]-() ON EACH [r.note]')
      const text = search(inner).replace('INDEX docs', `INDEX ${name}`)
      const place = { line: 1, column: text.indexOf(name) + 1, offset: text.indexOf(name) }
      await expect(db.query(text)).rejects.toMatchObject({ position: place })
      await expect(db.query(`${text} ORDER BY d LIMIT 3`)).rejects.toMatchObject({ position: place })
    }
    expect(await rows(search('$q'), { q: null })).toEqual([])
  })
})

describe('beside the hits', () => {
  beforeEach(async () => {
    await db.query(
      `CREATE (:Doc {id: 1, year: 2020, tags: ['a', 'b', 'a'], title: 'Graph databases', body: 'They keep graphs of nodes. ' + $long + ' A graph again.'}),
      (:Doc {id: 2, year: 2021, tags: ['b'], title: 'Graph trees'}), (:Doc {id: 3, year: 2021, title: 'Logs'}), (:Doc {id: 4, title: 'More graphs of databases'})`,
      { long: 'Some more words. '.repeat(30) },
    )
    await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.body]')
  })

  test('search.highlight gives pieces of the texts with what was found marked', async () => {
    const shown = async (options: object) =>
      (await rows("MATCH (d {id: 1}) RETURN search.highlight(d, 'docs', 'graph', $options)", { options }))[0]![0]
    expect(await shown({ property: 'title' })).toEqual(['<em>Graph</em> databases'])
    expect(await shown({ property: 'body', fragments: 2, size: 30, pre: '[', post: ']' })).toEqual([
      expect.stringContaining('keep [graphs] of nodes'),
      expect.stringContaining('A [graph] again.'),
    ])
    expect(((await shown({})) as string[]).length).toBe(3)
    await fails("MATCH (d {id: 1}) RETURN search.highlight(d, 'docs', 'graph', {property: 'x'})", 'OPTION_INVALID')
    expect(await rows("RETURN search.highlight(null, 'docs', 'graph')")).toEqual([[null]])
  })

  test('search.facets counts the values of the hits, elements of lists once each', async () => {
    expect(await rows("CALL search.facets('docs', 'graph OR logs', ['year', 'tags', 'none'])")).toEqual([
      ['year', 2021, 2],
      ['year', 2020, 1],
      ['tags', 'b', 2],
      ['tags', 'a', 1],
    ])
  })

  test('search.similar finds what shares the words of a document, without itself', async () => {
    const similar = (options: string) =>
      rows(`MATCH (d {id: 2}) CALL search.similar('docs', d${options}) YIELD node RETURN node.id`)
    expect((await similar('')).flat().sort()).toEqual([1, 4])
    const [first] = (await similar('')) as [[number]]
    expect(await similar(', {limit: 1}')).toEqual([first])
    expect((await similar(', {skip: 1, limit: 5}')).length).toBe(1)
    await fails("CALL search.similar('docs', 7) YIELD node RETURN node", 'TYPE_MISMATCH')
  })

  test('search.suggest completes the last word, and those before it say what comes first', async () => {
    const suggested = (text: string, options: object = {}) =>
      rows("CALL search.suggest('docs', $text, $options)", { text, options })
    expect(await suggested('gra')).toEqual([['graph', 3]])
    expect(await suggested('some w')).toEqual([['some words', 1]])
    expect(await suggested('nodes d', { limit: 1 })).toEqual([['nodes databases', 1]])
    expect(await suggested('l', { fields: ['body'] })).toEqual([])
    expect(await suggested('graph ')).toEqual([])
    await db.query(
      "CREATE FULLTEXT INDEX grams FOR (d:Doc) ON EACH [d.title] OPTIONS {indexConfig: {analyzer: {tokenizer: 'ngram'}}}",
    )
    await fails("CALL search.suggest('grams', 'gr')", 'OPTION_INVALID')
    await fails("CALL search.suggest('docs', 'gr', {fields: ['x']})", 'OPTION_INVALID')
    await fails("CALL search.suggest('other', 'gr')", 'INDEX_MISSING')
  })

  test('whole texts are completed where they are terms, and phrases where quotes are open', async () => {
    await db.query(`CREATE FULLTEXT INDEX titles FOR (d:Doc) ON EACH [d.title, d.body]
      OPTIONS {indexConfig: {fields: {title: {analyzer: 'keyword'}}}}`)
    const suggested = (text: string) => rows("CALL search.suggest('titles', $text)", { text })
    expect(await suggested('Graph ')).toEqual([
      ['Graph databases', 1],
      ['Graph trees', 1],
    ])
    expect(await rows("CALL search.suggest('docs', 'graphs of d')")).toEqual([['graphs of databases', 2]])
    expect(await rows("CALL search.suggest('docs', '\"graphs of d')")).toEqual([['"graphs of databases', 1]])
    expect(await rows("CALL search.spell('titles', 'Graph treez', {fields: ['title']})")).toEqual([
      ['Graph treez', 'Graph trees', 1, 1, 'Graph trees'],
    ])
  })

  test('search.spell gives words that are there for those that are not', async () => {
    expect(await rows("CALL search.spell('docs', 'grahp databse tree')")).toEqual([
      ['grahp', 'graph', 1, 3, 'graph databases tree'],
      ['databse', 'databases', 2, 2, 'graph databases tree'],
    ])
    expect(await rows("CALL search.spell('docs', 'databse', {distance: 1})")).toEqual([])
    await fails("CALL search.spell('docs', 'x', {distance: 3})", 'OPTION_INVALID')
  })

  test('suggestions and corrections are those of the transaction, and of what it keeps', async () => {
    const words = async (tx: Pick<Database, 'query'>) => [
      ...(await tx.query("CALL search.suggest('docs', 'zeb')")).rows,
      ...(await tx.query("CALL search.spell('docs', 'zebar') YIELD suggestion, documents")).rows,
    ]
    const stop = new Error('stop')
    const changed = db.transaction(async (tx) => {
      await tx.query("MATCH (d {id: 3}) SET d.title = 'Zebras' CREATE (:Doc {title: 'a zebra'})")
      expect(await words(tx)).toEqual([
        ['zebra', 2],
        ['zebra', 2],
      ])
      expect(await words(db)).toEqual([])
      await tx.query("MATCH (d {title: 'a zebra'}) DELETE d")
      expect(await words(tx)).toEqual([['Zebras', 1]])
      throw stop
    })
    await expect(changed).rejects.toBe(stop)
    expect(await words(db)).toEqual([])
  })

  test('search.count tells what search.query finds', async () => {
    for (const query of ['graph', 'title:graph', 'body:graph', 'graph -log', 'nothing', 'the']) {
      const found = await rows("CALL search.query('docs', $query) YIELD node RETURN count(*)", { query })
      expect([query, await rows("RETURN search.count('docs', $query)", { query })]).toEqual([query, found])
    }
  })
})
