/**
 * Compares everything a database keeps twice with a recomputation from the data: sets, counts, ids in use, adjacency
 * lists, indexes of all kinds, constraints, keys, times of expiry, holders of strings. What it finds is a bug or damage, never a user's mistake.
 */
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import type { EntityKind } from '../core/change.js'
import type { KeyId, LabelId, NodeId, PropertyId, RelationshipId, StringCode, TypeId, ValueId } from '../core/ids.js'
import type { PropertyValue } from '../core/value.js'
import { Cursor } from '../stores/graph/cursor.js'
import { ColumnReader, encodings } from '../stores/json/column.js'
import { TreeRef, type TreeValue } from '../stores/json/tree-ref.js'
import { extentIds, extentShift, type IdSpace } from '../stores/keyspace/id-space.js'
import type { OpenTextIndex, Stores } from '../stores/stores.js'
import { isNaNValue, isOfType } from './checks.js'

/** Sentences about what does not fit; none in a sound database. Reads everything: seconds for millions of entities. */
export function verify(stores: Stores): string[] {
  const problems: string[] = []
  const found = { nodes: nodesOf(stores), plainValues: valuesOf(stores), relationships: relationshipsOf(stores) }
  checkSets(stores, found, problems)
  checkIds(stores, found, problems)
  checkLists(stores, found, problems)
  checkIndexes(stores, found, problems)
  checkTextIndexes(stores, found, problems)
  checkVectorIndexes(stores, found, problems)
  checkConstraints(stores, found, problems)
  checkKeys(stores, found, problems)
  checkExpiries(stores, found, problems)
  checkTrees(stores, found, problems)
  checkStrings(stores, found, problems)
  return problems
}

interface Found {
  readonly nodes: readonly NodeId[]
  readonly plainValues: readonly ValueId[]
  readonly relationships: readonly RelationshipId[]
}

function nodesOf(stores: Stores): NodeId[] {
  const ids: NodeId[] = []
  for (let id = 1; id < stores.nodes.ids.extentCount * extentIds; id++)
    if (stores.exists('node', id)) ids.push(id as NodeId)
  return ids
}

function valuesOf(stores: Stores): ValueId[] {
  const ids: ValueId[] = []
  for (let id = 1; id < stores.keyspace.ids.extentCount * extentIds; id++)
    if (stores.plainValues.exists(id)) ids.push(id as ValueId)
  return ids
}

function relationshipsOf(stores: Stores): RelationshipId[] {
  const ids: RelationshipId[] = []
  for (let id = 1; id < stores.graph.ids.extentCount * extentIds; id++)
    if (stores.exists('relationship', id)) ids.push(id as RelationshipId)
  return ids
}

function checkSets(stores: Stores, { nodes, plainValues, relationships }: Found, problems: string[]): void {
  const { catalog, sets, version } = stores
  const same = (
    what: string,
    set: { current(): Iterable<number>; at(version: number): Iterable<number> },
    ids: number[],
  ) => {
    const kept = [...(version === undefined ? set.current() : set.at(version))]
    if (kept.join() !== ids.join()) problems.push(`the set of ${what} holds ${kept.length} ids, the data ${ids.length}`)
  }
  const count = (what: string, kept: number, real: number) => {
    if (kept !== real) problems.push(`${kept} ${what} are counted, there are ${real}`)
  }
  same('all nodes', sets.nodes, [...nodes])
  count('nodes', stores.nodeCount, nodes.length)
  count('plain values', stores.plainValueCount, plainValues.length)
  count('relationships', stores.relationshipCount, relationships.length)
  for (let label = 1; label <= catalog.count('label'); label++) {
    const own = nodes.filter((id) => stores.nodes.labelsOf(id).includes(label as LabelId))
    same(`:${catalog.name('label', label)}`, sets.label(label as LabelId), own)
    count(`:${catalog.name('label', label)}`, stores.labelCount(label as LabelId), own.length)
  }
  for (let type = 1; type <= catalog.count('type'); type++) {
    const own = relationships.filter((id) => stores.graph.typeOf(id) === type)
    same(`[:${catalog.name('type', type)}]`, sets.type(type as TypeId), own)
    count(`[:${catalog.name('type', type)}]`, stores.typeCount(type as TypeId), own.length)
    for (let label = 1; label <= catalog.count('label'); label++)
      for (const end of ['start', 'end'] as const) {
        const real = own.filter((id) => {
          const node = end === 'start' ? stores.graph.startOf(id) : stores.graph.endOf(id)
          return stores.nodes.labelsOf(node as NodeId).includes(label as LabelId)
        })
        const kept = stores.endLabelCount(type as TypeId, label as LabelId, end)
        count(`[:${catalog.name('type', type)}] that ${end} at :${catalog.name('label', label)}`, kept, real.length)
      }
  }
}

/** Extents of ids are opened again by how many of their ids are in use. */
function checkIds(stores: Stores, { nodes, plainValues, relationships }: Found, problems: string[]): void {
  const check = (what: string, ids: IdSpace, used: readonly number[]) => {
    const real = new Map<number, number>()
    for (const id of used) real.set(id >>> extentShift, (real.get(id >>> extentShift) ?? 0) + 1)
    for (let extent = 0; extent < ids.extentCount; extent++) {
      const [kept, found] = [ids.usedIn(extent), real.get(extent) ?? 0]
      if (kept !== found) problems.push(`extent ${extent} of ${what} counts ${kept} ids in use, there are ${found}`)
    }
  }
  check('nodes and plain values', stores.keyspace.ids, [...nodes, ...plainValues])
  check('relationships', stores.graph.ids, relationships)
}

/** What counts and names in the blocks above say of a list or map must be true of what lies below. */
function checkTrees(stores: Stores, { nodes, plainValues, relationships }: Found, problems: string[]): void {
  const check = (where: string, tree: TreeValue | undefined): void => {
    if (!(tree instanceof TreeRef)) return
    const children = tree.kind === 'array' ? [...tree.elements()] : Array.from(tree.members(), ([, value]) => value)
    const isFound =
      tree.kind === 'array'
        ? children.every((_, i) => tree.element(i) !== undefined)
        : [...tree.members()].every(([name]) => tree.member(name) !== undefined)
    if (children.length !== tree.size || !isFound)
      problems.push(`${where} counts ${tree.size} values, there are ${children.length}, and not all are found`)
    for (const child of children) check(where, child)
  }
  for (const id of plainValues) check(`the plain value ${id}`, stores.plainValues.treeOf(id))
  for (let property = 1; property <= stores.catalog.count('property'); property++) {
    const name = stores.catalog.name('property', property)
    for (const [entity, ids] of [
      ['node', nodes],
      ['relationship', relationships],
    ] as const)
      for (const id of ids)
        check(`the property '${name}' of ${entity} ${id}`, stores.column(entity, property as PropertyId).treeOf(id))
  }
}

/** Each list must hold the relationships that end there, in order, and nothing else. */
function checkLists(stores: Stores, { nodes, relationships }: Found, problems: string[]): void {
  const expected = new Map<string, string[]>()
  const expect = (type: TypeId, incoming: boolean, node: NodeId, pair: string) => {
    const name = `${type}/${incoming}/${node}`
    const list = expected.get(name)
    if (list === undefined) expected.set(name, [pair])
    else list.push(pair)
  }
  for (const id of relationships) {
    const { graph } = stores
    const start = graph.startOf(id) as NodeId
    const end = graph.endOf(id) as NodeId
    if (!stores.exists('node', start) || !stores.exists('node', end))
      problems.push(`relationship ${id} ends at a node that does not exist`)
    expect(graph.typeOf(id), false, start, `${end}:${id}`)
    expect(graph.typeOf(id), true, end, `${start}:${id}`)
  }
  for (let type = 1; type <= stores.catalog.count('type'); type++)
    for (const incoming of [false, true])
      for (const node of nodes) {
        const kept = listOf(stores, type as TypeId, incoming, node).join()
        const real = (expected.get(`${type}/${incoming}/${node}`) ?? []).join()
        if (kept !== real)
          problems.push(
            `the ${incoming ? 'incoming' : 'outgoing'} list of node ${node} holds ${kept}, the data ${real}`,
          )
      }
}

function listOf(stores: Stores, type: TypeId, incoming: boolean, node: NodeId): string[] {
  const cursor = new Cursor(stores.graph, [{ type, incoming }], 1)
  const pairs: string[] = []
  for (let more = cursor.open(node); more; more = cursor.next())
    for (let i = cursor.start; i < cursor.end; i += 2) pairs.push(`${cursor.words[i]}:${cursor.words[i + 1]}`)
  return pairs
}

function checkIndexes(stores: Stores, { nodes, relationships }: Found, problems: string[]): void {
  for (const open of stores.indexes()) {
    const { definition, index, number } = open
    const filledTo = stores.catalog.filledTo(number)
    const entities: readonly number[] = definition.entity === 'node' ? nodes : relationships
    const real: string[] = []
    for (const id of entities)
      if (id <= filledTo && stores.covers(definition, id))
        for (const values of stores.indexEntries(open, id)) real.push(`${index.keyOf(values)}#${id}`)
    const kept = [...index.entries()].map(({ id, bytes }) => `${Buffer.from(bytes).toString('latin1')}#${id}`)
    const distinct = new Set(real.map((entry) => entry.slice(0, entry.lastIndexOf('#')))).size
    if (kept.sort().join() !== real.sort().join())
      problems.push(`the index '${definition.name}' holds ${kept.length} entries, the data ${real.length}, or others`)
    if (index.size !== real.length) problems.push(`the index '${definition.name}' counts ${index.size} entries`)
    if (index.distinct !== distinct)
      problems.push(`the index '${definition.name}' counts ${index.distinct} values, there are ${distinct}`)
  }
}

/** Documents, and of each term how many hold it, in all and in each field, and what it scores at most. */
function checkTextIndexes(stores: Stores, { nodes, relationships }: Found, problems: string[]): void {
  for (const open of stores.textIndexes()) {
    const { definition, index, number } = open
    const name = `the full-text index '${definition.name}'`
    const filledTo = stores.catalog.filledTo(number)
    const holders = new TermHolders(open)
    for (const id of definition.entity === 'node' ? nodes : relationships) {
      const isHeld = id <= filledTo && stores.covers(definition, id)
      const texts = isHeld ? stores.textsOf(open, id) : undefined
      if (index.has(id) !== (texts !== undefined))
        problems.push(`${name} ${index.has(id) ? 'holds' : 'lacks'} ${definition.entity} ${id}`)
      if (texts !== undefined) holders.add(texts)
    }
    if (index.documents !== holders.documents)
      problems.push(`${name} counts ${index.documents} documents, there are ${holders.documents}`)
    if (index.terms !== holders.inAny.size)
      problems.push(`${name} counts ${index.terms} terms, there are ${holders.inAny.size}`)
    for (const field of [undefined, ...holders.inField.keys()])
      for (const [term, real] of holders.of(field)) {
        const kept = index.documentFrequency(term, field)
        if (kept !== real) problems.push(`${name} counts ${kept} holders of '${term}', there are ${real}`)
      }
    for (const { term, field, first } of index.wrongBounds())
      problems.push(
        `${name} misjudges what '${term}' in '${field}' scores, in its block from ${definition.entity} ${first} on`,
      )
  }
}

/** A plain count of who holds which term. */
class TermHolders {
  documents = 0
  readonly inAny = new Map<string, number>()
  readonly inField: readonly Map<string, number>[]

  constructor(private readonly open: OpenTextIndex) {
    this.inField = open.definition.parts.map(() => new Map())
  }

  of(field: number | undefined): ReadonlyMap<string, number> {
    return field === undefined ? this.inAny : this.inField[field]!
  }

  add(fields: readonly (readonly string[])[]): void {
    this.documents++
    const terms = fields.map((texts, field) => this.termsOf(texts, field))
    terms.forEach((ofField, field) => {
      count(this.inField[field]!, ofField)
    })
    count(this.inAny, new Set(terms.flatMap((ofField) => [...ofField])))
  }

  private termsOf(texts: readonly string[], field: number): Set<string> {
    const analyzer = analyzerOf(this.open.definition.parts[field]!.analyzer)
    return new Set(texts.flatMap((text) => analyzer.analyze(text).map(({ term }) => term)))
  }
}

function count(counts: Map<string, number>, terms: ReadonlySet<string>): void {
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
}

/** Each entity's vector, and how many there are. */
function checkVectorIndexes(stores: Stores, { nodes, relationships }: Found, problems: string[]): void {
  for (const open of stores.vectorIndexes()) {
    const { definition, index, number } = open
    const name = `the vector index '${definition.name}'`
    const filledTo = stores.catalog.filledTo(number)
    let count = 0
    for (const id of definition.entity === 'node' ? nodes : relationships) {
      const isHeld = id <= filledTo && stores.covers(definition, id)
      const vector = isHeld ? stores.vectorOf(open, id) : undefined
      if (vector !== undefined) count++
      if (String(index.vectorOf(id)) !== String(vector?.map(Math.fround)))
        problems.push(`${name} holds another vector of ${definition.entity} ${id} than it has, or one of the two none`)
    }
    if (index.size !== count) problems.push(`${name} counts ${index.size} vectors, there are ${count}`)
  }
}

/** What constraints promise, asked of the data. */
function checkConstraints(stores: Stores, { nodes, relationships }: Found, problems: string[]): void {
  const idsOf = (entity: EntityKind): readonly number[] => (entity === 'node' ? nodes : relationships)
  for (const { name, entity, token, properties } of stores.requirements())
    for (const id of idsOf(entity))
      if (
        stores.covers({ entity, token }, id) &&
        properties.some((property) => stores.column(entity, property).get(id) === null)
      )
        problems.push(`${entity} ${id} lacks what the constraint '${name}' requires`)
  for (const { definition } of stores.rules())
    for (const id of idsOf(definition.entity)) {
      const value = stores.column(definition.entity, definition.property).get(id)
      if (definition.types === null || value === null || !stores.covers(definition, id)) continue
      if (!definition.types.some((type) => isOfType(value, type)))
        problems.push(`${definition.entity} ${id} has a value that the constraint '${definition.name}' forbids`)
    }
  for (const open of stores.indexes()) {
    const { definition, index } = open
    if (!definition.unique || !stores.isWhole(open)) continue
    for (const id of index.repeated())
      if (!stores.indexEntries(open, id)[0]?.some(isNaNValue))
        problems.push(
          `${definition.entity} ${id} has values that are unique by '${definition.name}', and so has another`,
        )
  }
}

function checkKeys(stores: Stores, { nodes, plainValues }: Found, problems: string[]): void {
  for (const id of [...nodes, ...plainValues] as KeyId[]) {
    const kind = stores.keyspace.kindOf(id)
    const key = stores.keyspace.keyOf(id)
    if (key !== null && stores.keyspace.find(key) !== id)
      problems.push(`the key '${key}' does not lead to ${kind} ${id}`)
    if (key === null && kind !== 'node') problems.push(`${kind} ${id} has no key`)
  }
  for (const id of plainValues) if (stores.plainValues.get(id) === null) problems.push(`value ${id} is none`)
}

/** What is in the order of expiry must be there, with the same time, and nothing else may have one. */
function checkExpiries(stores: Stores, { nodes, plainValues }: Found, problems: string[]): void {
  const real: string[] = []
  for (const id of [...nodes, ...plainValues] as KeyId[]) {
    const atMs = stores.expiries.of(id)
    if (atMs !== null) real.push(`${atMs}#${id}`)
  }
  const kept = Array.from(stores.expiries.entries(), ({ id, atMs }) => `${atMs}#${id}`)
  if (kept.sort().join() !== real.sort().join())
    problems.push(`${kept.length} keys are in the order of expiry, ${real.length} have a time, or others`)
  if (stores.expiries.size !== real.length)
    problems.push(`${stores.expiries.size} keys are counted that expire, there are ${real.length}`)
}

/** Each string must have as many holders as there are places that name its code. */
function checkStrings(stores: Stores, { nodes, plainValues, relationships }: Found, problems: string[]): void {
  const { catalog, strings } = stores
  const holders = new Map<string, number>()
  const hold = (text: string | null) => {
    if (text !== null) holders.set(text, (holders.get(text) ?? 0) + 1)
  }
  const holdAll = (value: PropertyValue) => {
    if (typeof value === 'string') hold(value)
    else if (value instanceof Map) for (const [name, member] of value) [name, member].forEach(holdAll)
    else if (Array.isArray(value)) value.forEach(holdAll)
  }
  for (const tokens of ['label', 'type', 'property'] as const)
    for (let id = 1; id <= catalog.count(tokens); id++) hold(catalog.name(tokens, id))
  for (const id of [...nodes, ...plainValues] as KeyId[]) hold(stores.keyspace.keyOf(id))
  for (const id of plainValues) {
    holdAll(stores.plainValues.get(id))
  }
  const count = (entity: EntityKind, ids: readonly number[]) => {
    for (let property = 1; property <= catalog.count('property'); property++) {
      const column = stores.column(entity, property as PropertyId)
      const reader = new ColumnReader(column)
      for (const id of ids) {
        const encoding = reader.encodingAt(id)
        if (encoding !== encodings.string && encoding !== encodings.mixed) continue
        const value = column.get(id)
        holdAll(value)
      }
    }
  }
  count('node', nodes)
  count('relationship', relationships)
  if (strings.size !== holders.size)
    problems.push(`the dictionary holds ${strings.size} strings, the data ${holders.size}`)
  for (const [text, real] of holders) {
    const code = strings.find(text)
    const kept = code === 0 ? 0 : strings.holders(code as StringCode)
    if (kept !== real) problems.push(`the string '${text}' counts ${kept} holders, there are ${real}`)
  }
}
