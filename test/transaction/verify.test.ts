/** `verify` is what other tests trust: each kind of damage that it is to find is done here. */
import { describe, expect, test } from 'vitest'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import { Heap } from '../../src/pages/heap.js'
import { PagedRecords } from '../../src/pages/paged-words.js'
import { slots } from '../../src/stores/slots.js'
import { Stores } from '../../src/stores/stores.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { verify } from '../../src/transaction/verify.js'

const [label, type] = [1 as LabelId, 1 as TypeId]
const [name, age, taste] = [1 as PropertyId, 2 as PropertyId, 3 as PropertyId]

/** Ann knows Bob, who has a key; both are :Person, indexed by name and age. */
function example(): { stores: Stores; ann: NodeId; bob: NodeId; knows: RelationshipId } {
  const stores = Stores.create(new Heap({ slabShift: 7 }))
  const tx = new StoreTransaction(stores, { record: () => undefined })
  tx.labelId('Person')
  tx.typeId('KNOWS')
  tx.propertyId('name')
  tx.propertyId('age')
  tx.createIndex({
    name: 'people',
    entity: 'node',
    token: label,
    parts: [name, age].map(wholeProperty),
    unique: true,
    required: false,
  })
  tx.createVectorIndex({
    name: 'tastes',
    entity: 'node',
    tokens: [label],
    parts: [wholeProperty(tx.propertyId('taste'))],
    dimensions: 2,
    similarity: 'cosine',
    m: 4,
    efConstruction: 8,
  })
  const person = (text: string, key: string | null) =>
    tx.createNode({
      labels: [label],
      key,
      properties: [
        [name, text],
        [age, 30],
        [taste, [text.length, 1]],
      ],
    })
  const [ann, bob] = [person('Ann', null), person('Bob', 'bob')]
  const knows = tx.createRelationship({ type, start: ann, end: bob, properties: [[name, 'since']] })
  return { stores, ann, bob, knows }
}

type Example = ReturnType<typeof example>

const vectorsOf = ({ stores }: Example) => stores.findVectorIndex('tastes')!.index

const damages: Record<string, { do: (example: Example) => void; found: RegExp }> = {
  'a vector index lacks a vector': {
    do: (example) => vectorsOf(example).remove(example.ann),
    found: /the vector index 'tastes' counts 1 vectors, there are 2/,
  },
  'a vector index holds an earlier vector': {
    do: (example) => {
      vectorsOf(example).remove(example.bob)
      vectorsOf(example).add(example.bob, [1, 7])
    },
    found: /the vector index 'tastes' holds another vector of node \d+ than it has/,
  },
  'a vector index holds one of a node without': {
    do: (example) => vectorsOf(example).add(77, [1, 7]),
    found: /the vector index 'tastes' counts 3 vectors, there are 2/,
  },
  'a set has one node too many': {
    do: ({ stores }) => stores.sets.nodes.add(77),
    found: /the set of all nodes holds 3 ids, the data 2/,
  },
  'a set of a label lacks a node': {
    do: ({ stores, ann }) => stores.sets.label(label).remove(ann),
    found: /the set of :Person holds 1 ids, the data 2/,
  },
  'a set of a type lacks a relationship': {
    do: ({ stores, knows }) => stores.sets.type(type).remove(knows),
    found: /the set of \[:KNOWS\] holds 0 ids, the data 1/,
  },
  'nodes are counted wrongly': { do: ({ stores }) => stores.countNode(1), found: /3 nodes are counted, there are 2/ },
  'nodes of a label are counted wrongly': {
    do: ({ stores }) => stores.countLabel(label, -1),
    found: /1 :Person are counted, there are 2/,
  },
  'relationships are counted wrongly': {
    do: ({ stores }) => stores.countRelationship(type, 1),
    found: /2 relationships are counted, there are 1/,
  },
  'ends by label are counted wrongly': {
    do: ({ stores }) => stores.countEndLabels(type, [label], 'end', 1),
    found: /2 \[:KNOWS\] that end at :Person are counted, there are 1/,
  },
  'a list has lost a relationship': {
    do: ({ stores, ann }) => stores.graph.headers(type, false).set(ann, { ref: 0, count: 0 }),
    found: /the outgoing list of node \d+ holds , the data \d+:\d+/,
  },
  'a list leads to another node': {
    do: ({ stores, bob, knows }) => {
      const list = stores.graph.headers(type, true).get(bob)
      stores.graph.lists.remove(list, knows)
      stores.graph.lists.insert(list, bob, knows)
      stores.graph.headers(type, true).set(bob, list)
    },
    found: /the incoming list of node \d+ holds/,
  },
  'a relationship ends at nothing': {
    do: ({ stores, knows, ann }) => stores.graph.setEnds(knows, ann, 999 as NodeId),
    found: /relationship \d+ ends at a node that does not exist/,
  },
  'an index lacks an entry': {
    do: ({ stores, ann }) => stores.findIndex('people')!.index.remove(ann, ['Ann', 30]),
    found: /the index 'people' holds 1 entries, the data 2/,
  },
  'an index has another value': {
    do: ({ stores, ann }) => {
      const { index } = stores.findIndex('people')!
      index.remove(ann, ['Ann', 30])
      index.add(ann, ['Anna', 30])
    },
    found: /the index 'people' holds 2 entries, the data 2, or others/,
  },
  'a key leads elsewhere': {
    do: ({ stores, ann }) => stores.nodes.create(ann, [label], 'bob'),
    found: /the key 'bob' does not lead to node \d+/,
  },
  'plain values are counted wrongly': {
    do: ({ stores }) => stores.countPlainValue(1),
    found: /1 plain values are counted, there are 0/,
  },
  'a key is not in the order of expiry': {
    do: ({ stores, ann }) => new PagedRecords(stores.space.table(slots.expiryTimes), 1).set(ann, 0, 1_000),
    found: /0 keys are in the order of expiry, 1 have a time, or others/,
  },
  'what is gone is in the order of expiry': {
    do: ({ stores }) => stores.expiries.set(99 as NodeId, 1_000),
    found: /1 keys are in the order of expiry, 0 have a time, or others/,
  },
  'ids in use are counted wrongly': {
    do: ({ stores, ann }) => stores.nodes.ids.free(ann),
    found: /extent \d+ of nodes and plain values counts 1 ids in use, there are 2/,
  },
  'a string has a holder too many': {
    do: ({ stores }) => void stores.strings.hold('Ann'),
    found: /the string 'Ann' counts 2 holders, there are 1/,
  },
  'a string is held by nobody': {
    do: ({ stores }) => void stores.strings.hold('left behind'),
    found: /the dictionary holds 10 strings, the data 9/,
  },
}

describe('verification', () => {
  test('finds nothing in a sound database, nor in a snapshot of one that is written to', () => {
    const { stores, ann } = example()
    stores.commit()
    const snapshot = stores.snapshot()
    new StoreTransaction(stores, { record: () => undefined }).deleteNode(ann, { detach: true })
    expect(verify(stores)).toEqual([])
    expect(verify(snapshot)).toEqual([])
  })

  test.each(Object.keys(damages))('finds that %s', (name) => {
    const made = example()
    expect(verify(made.stores)).toEqual([])
    damages[name]!.do(made)
    expect(verify(made.stores).join('\n')).toMatch(damages[name]!.found)
  })
})
