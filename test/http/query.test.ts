/** One statement a request: Neo4j's Query API v2. */
import { describe, expect, test } from 'vitest'
import { served } from './support/served.js'

const typed = 'application/vnd.neo4j.query'

describe('POST /db/skein/query/v2', () => {
  test('answers 202 with fields and rows', async () => {
    const { query } = await served()
    const { status, headers, body } = await query({ statement: 'UNWIND [1, 2] AS n RETURN n, n * 10 AS ten' })
    expect(status).toBe(202)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body.data).toEqual({
      fields: ['n', 'ten'],
      values: [
        [1, 10],
        [2, 20],
      ],
    })
  })

  test('a write takes effect, and counts what it did when asked to', async () => {
    const { query } = await served()
    const created = await query({
      statement: "CREATE (:Person {name: 'Ann'})-[:KNOWS]->(:Person)",
      includeCounters: true,
    })
    expect(created.body.data).toEqual({ fields: [], values: [] })
    expect(created.body.counters).toEqual({
      containsUpdates: true,
      nodesCreated: 2,
      nodesDeleted: 0,
      relationshipsCreated: 1,
      relationshipsDeleted: 0,
      propertiesSet: 1,
      labelsAdded: 2,
      labelsRemoved: 0,
      indexesAdded: 0,
      indexesRemoved: 0,
      constraintsAdded: 0,
      constraintsRemoved: 0,
      keysChanged: 0,
      containsSystemUpdates: false,
      systemUpdates: 0,
    })
    const read = await query({ statement: 'MATCH (p:Person) RETURN count(*)', includeCounters: true })
    expect(read.body).toMatchObject({ data: { values: [[2]] }, counters: { containsUpdates: false } })
  })

  test('counters are left out unless asked for', async () => {
    const { query } = await served()
    expect((await query({ statement: 'RETURN 1' })).body).not.toHaveProperty('counters')
  })

  test('parameters that are null, or fields that are, count as left out', async () => {
    const { query } = await served()
    const { body } = await query({ statement: 'RETURN 1 AS one', parameters: null, bookmarks: null, accessMode: null })
    expect(body.data.values).toEqual([[1]])
  })

  test('a bookmark of an earlier answer is taken', async () => {
    const { query } = await served()
    const { body } = await query({ statement: 'CREATE (:A)' })
    expect((await query({ statement: 'RETURN 1', bookmarks: body.bookmarks })).status).toBe(202)
  })
})

describe('plain JSON', () => {
  test('an integral FLOAT has its point and an INTEGER all its digits, both ways', async () => {
    const { query } = await served()
    const { text } = await query(
      '{"statement": "RETURN $f AS f, $f / 2 AS half, $i AS i, $l AS l", "parameters": {"f": 1.0, "i": 9223372036854775807, "l": [-0.0, 1e3, 3]}}',
    )
    expect(text).toContain('"values":[[1.0,0.5,9223372036854775807,[-0.0,1000.0,3]]]')
  })

  test('NaN and the infinities, which JSON lacks, are strings', async () => {
    const { query } = await served()
    expect((await query({ statement: 'RETURN 0.0 / 0.0 AS a, -1.0 / 0.0 AS b' })).body.data.values).toEqual([
      ['NaN', '-Infinity'],
    ])
  })

  test('nodes, relationships and paths are objects of Neo4j, a node with its key', async () => {
    const { query } = await served()
    await query({ statement: "CREATE (:A {_key: 'a', x: 1.0})-[:R {since: 2020}]->(:B)" })
    const { text, body } = await query({ statement: 'MATCH p = (a:A)-[r]->(b) RETURN a, r, p, {node: b} AS m' })
    const [a, r, p, m] = body.data.values[0]
    expect(a).toEqual({ elementId: a.elementId, _key: 'a', labels: ['A'], properties: { x: 1 } })
    expect(text).toContain('"properties":{"x":1.0}')
    expect(r).toEqual({
      elementId: r.elementId,
      startNodeElementId: a.elementId,
      endNodeElementId: m.node.elementId,
      type: 'R',
      properties: { since: 2020 },
    })
    expect(p).toEqual([a, r, m.node])
    expect(m.node).toEqual({ elementId: m.node.elementId, labels: ['B'], properties: {} })
  })

  test('a member named __proto__ is one like any other', async () => {
    const { query } = await served()
    const body =
      '{"statement": "RETURN $m AS m, $__proto__ AS p", "parameters": {"m": {"__proto__": 1}, "__proto__": 2}}'
    expect((await query(body)).text).toContain('"values":[[{"__proto__":1},2]]')
  })
})

describe('typed JSON', () => {
  const accept = { accept: typed }

  test('every value says its type', async () => {
    const { query } = await served()
    const statement = "RETURN 1 AS i, 1.0 AS f, 'a' AS s, true AS b, null AS n, [1] AS l, {k: 0.0/0.0} AS m"
    const { headers, body } = await query({ statement }, accept)
    expect(headers.get('content-type')).toBe(typed)
    expect(body.data.fields).toEqual(['i', 'f', 's', 'b', 'n', 'l', 'm'])
    expect(body.data.values).toEqual([
      [
        { $type: 'Integer', _value: '1' },
        { $type: 'Float', _value: '1.0' },
        { $type: 'String', _value: 'a' },
        { $type: 'Boolean', _value: true },
        { $type: 'Null', _value: null },
        { $type: 'List', _value: [{ $type: 'Integer', _value: '1' }] },
        { $type: 'Map', _value: { k: { $type: 'Float', _value: 'NaN' } } },
      ],
    ])
  })

  test('entities keep the types of their properties', async () => {
    const { query } = await served()
    await query({ statement: "CREATE (:A {_key: 'a', x: 1.0})-[:R {n: 1}]->(:B)" })
    const { body } = await query({ statement: 'MATCH p = (a:A)-[r]->(b) RETURN a, r, b, p' }, accept)
    const [a, r, b, p] = body.data.values[0]
    expect(a).toEqual({
      $type: 'Node',
      _value: {
        _element_id: a._value._element_id,
        _key: 'a',
        _labels: ['A'],
        _properties: { x: { $type: 'Float', _value: '1.0' } },
      },
    })
    expect(r).toEqual({
      $type: 'Relationship',
      _value: {
        _element_id: r._value._element_id,
        _start_node_element_id: a._value._element_id,
        _end_node_element_id: b._value._element_id,
        _type: 'R',
        _properties: { n: { $type: 'Integer', _value: '1' } },
      },
    })
    expect(p).toEqual({ $type: 'Path', _value: [a, r, b] })
  })

  test('parameters are read in the same form', async () => {
    const { query } = await served()
    const parameters = {
      i: { $type: 'Integer', _value: '9223372036854775807' },
      f: { $type: 'Float', _value: '1.0' },
      l: { $type: 'List', _value: [{ $type: 'Map', _value: { b: { $type: 'Base64', _value: 'AQI=' } } }] },
    }
    const { body } = await query(
      { statement: 'RETURN $i AS i, $f AS f, $l AS l', parameters },
      { 'content-type': typed, accept: `${typed}.v1.0` },
    )
    expect(body.data.values).toEqual([[parameters.i, parameters.f, parameters.l]])
  })
})

describe('Accept', () => {
  test.each([
    [undefined, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    [`text/html, ${typed};q=0.9, application/json;q=0.5`, typed],
    [`${typed};q=0.1, application/json`, 'application/json; charset=utf-8'],
  ])('%s gives %s', async (accept, contentType) => {
    const { query } = await served()
    const { headers } = await query({ statement: 'RETURN 1' }, accept === undefined ? {} : { accept })
    expect(headers.get('content-type')).toBe(contentType)
  })
})

describe('plans', () => {
  test('EXPLAIN gives a queryPlan and no rows', async () => {
    const { query } = await served()
    const { body } = await query({ statement: 'EXPLAIN MATCH (p:Person) RETURN p.name AS name' })
    expect(body.data).toEqual({ fields: ['name'], values: [] })
    const operators = []
    for (let plan = body.queryPlan; plan !== undefined; plan = plan.children[0]) operators.push(plan.operatorType)
    expect(operators[0]).toBe('Produce@skein')
    expect(operators.at(-1)).toBe('LabelScan@skein')
    expect(body.queryPlan.arguments).toMatchObject({ Details: 'name', Id: 0 })
  })

  test('PROFILE gives rows and a profiledQueryPlan that has counted them', async () => {
    const { query } = await served()
    await query({ statement: 'UNWIND range(1, 7) AS n CREATE (:N {n: n})' })
    const { body } = await query({ statement: 'PROFILE MATCH (n:N) RETURN n.n' })
    expect(body.data.values).toHaveLength(7)
    let leaf = body.profiledQueryPlan
    while (leaf.children.length > 0) leaf = leaf.children[0]
    expect(leaf).toMatchObject({ operatorType: 'LabelScan@skein', records: 7, hasPageCacheStats: false })
    expect(leaf.time).toBeGreaterThan(0)
  })
})
