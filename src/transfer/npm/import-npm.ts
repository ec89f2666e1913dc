/**
 * Import of an npm project as a graph.
 *
 *   (:Package:Project) -[:DEPENDS_ON {range, kind, dev, optional}]-> (:Package) -[:DEPENDS_ON]-> (:Package)
 *   (:Package) -[:LICENSED_UNDER {expression, operator}]-> (:License)      (:Package) -[:HAS_KEYWORD]-> (:Keyword)
 *   (:Person) -[:AUTHORED {role}]-> (:Package)                             (:Person) -[:MAINTAINS]-> (:Package)
 *
 * A package carries its package.json and the beginning of its README, and over them what the lock file says of it. What the database holds already, by
 * key, is taken as it is, and between two such nodes no relationship is added: so two projects share their packages,
 * and the same project imported twice is there once.
 */

import type { PropertyEntry } from '../../core/change.js'
import { DatabaseError } from '../../core/errors.js'
import type { NodeId } from '../../core/ids.js'
import { Float, type PropertyValue } from '../../core/value.js'
import type { ImportTarget, ImportWriter } from '../import-target.js'
import { readLicenses } from './licenses.js'
import { type Person, personKey, readPeople } from './people.js'
import { type Package, type Project, readProject } from './project.js'

export interface NpmCounts {
  readonly packages: number
  readonly dependencies: number
  /** Nodes and relationships that were added: fewer where the database held some. */
  readonly nodes: number
  readonly relationships: number
  /** Packages that the lock file names for other platforms or choices. */
  readonly notInstalled: number
  readonly unresolved: readonly string[]
}

/** Imports the project in `directory` as one batch and finishes `target`. Throws FILE_NOT_FOUND and FILE_INVALID. */
export async function importNpm(target: ImportTarget, directory: string): Promise<NpmCounts> {
  const project = readProject(directory)
  let added = { nodes: 0, relationships: 0 }
  await target.batch((writer) => {
    added = addProject(new GraphWriter(writer), project)
  })
  await target.finish()
  return {
    packages: project.packages.length,
    dependencies: project.dependencies.length,
    ...added,
    notInstalled: project.packages.filter(({ installed }) => !installed).length,
    unresolved: project.unresolved,
  }
}

function addProject(graph: GraphWriter, project: Project) {
  const nodes = new Map<Package, NodeId>()
  for (const item of project.packages) {
    const labels = item.isProject ? ['Package', 'Project'] : ['Package']
    nodes.set(item, graph.node(labels, item.key, packageProperties(item)))
  }
  for (const { from, to, range, kind, dev, optional } of project.dependencies)
    graph.relationship('DEPENDS_ON', nodes.get(from)!, nodes.get(to)!, { range, kind, dev, optional })
  for (const item of project.packages) {
    addPeople(graph, item, nodes.get(item)!)
    addLicenses(graph, item, nodes.get(item)!)
    addKeywords(graph, item, nodes.get(item)!)
  }
  return { nodes: graph.nodesAdded, relationships: graph.relationshipsAdded }
}

function packageProperties({ manifest, readme, lock, name, version, paths, installed, dev, optional }: Package) {
  // Some package.json hold a README of their own; the file is the one that people write.
  const texts = readme === undefined ? {} : { readme }
  return { ...manifest, ...texts, ...lock, name, version, paths, installed, dev, optional }
}

function addPeople(graph: GraphWriter, { manifest }: Package, node: NodeId): void {
  const authors = readPeople(manifest.author).map((person) => ({ person, role: 'author' }))
  const contributors = readPeople(manifest.contributors).map((person) => ({ person, role: 'contributor' }))
  for (const { person, role } of firstOfEach([...authors, ...contributors], ({ person }) => personKey(person)))
    graph.relationship('AUTHORED', personNode(graph, person), node, { role })
  for (const person of firstOfEach(readPeople(manifest.maintainers), personKey))
    graph.relationship('MAINTAINS', personNode(graph, person), node, {})
}

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>()
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item)
  return [...byKey.values()]
}

function personNode(graph: GraphWriter, person: Person): NodeId {
  return graph.node(['Person'], personKey(person), { ...person })
}

/** A package that is not installed has its licence from the lock file. */
function addLicenses(graph: GraphWriter, { manifest, lock }: Package, node: NodeId): void {
  const licensing = readLicenses(manifest.license ?? lock.license, manifest.licenses)
  for (const { id, operator } of licensing?.uses ?? []) {
    const license = graph.node(['License'], `license:${id}`, { name: id })
    graph.relationship('LICENSED_UNDER', node, license, { expression: licensing!.expression, operator })
  }
}

function addKeywords(graph: GraphWriter, { manifest }: Package, node: NodeId): void {
  const words = [manifest.keywords].flat().filter((word) => typeof word === 'string' && word.trim() !== '')
  for (const word of new Set(words as string[])) {
    const keyword = graph.node(['Keyword'], `keyword:${word}`, { name: word })
    graph.relationship('HAS_KEYWORD', node, keyword, {})
  }
}

/** Adds nodes once a key, and relationships unless both of their nodes were there before. */
class GraphWriter {
  nodesAdded = 0
  relationshipsAdded = 0
  readonly #writer: ImportWriter
  readonly #added = new Map<string, NodeId>()
  readonly #addedIds = new Set<NodeId>()

  constructor(writer: ImportWriter) {
    this.#writer = writer
  }

  node(labels: readonly string[], key: string, properties: Record<string, unknown>): NodeId {
    const known = this.#added.get(key) ?? this.#writer.nodeByKey(key)
    if (known !== 0) return known
    const node = this.#writer.addNode({
      labels: labels.map((name) => this.#writer.labelId(name)),
      key,
      properties: this.#entries(properties),
    })
    this.#added.set(key, node)
    this.#addedIds.add(node)
    this.nodesAdded++
    return node
  }

  relationship(type: string, start: NodeId, end: NodeId, properties: Record<string, unknown>): void {
    if (!this.#addedIds.has(start) && !this.#addedIds.has(end)) return
    this.#writer.addRelationship({
      type: this.#writer.typeId(type),
      start,
      end,
      properties: this.#entries(properties),
    })
    this.relationshipsAdded++
  }

  #entries(properties: Record<string, unknown>): PropertyEntry[] {
    return Object.entries(defined(properties)).map(([name, value]) => [
      this.#writer.propertyId(name),
      toProperty(value),
    ])
  }
}

/** Without fields that are absent or null, and without `_key`, which is not a property. */
function defined(properties: Record<string, unknown>): Record<string, unknown> {
  const isKept = ([name, value]: [string, unknown]) => value !== undefined && value !== null && name !== '_key'
  return Object.fromEntries(Object.entries(properties).filter(isKept))
}

/** JSON as a property: objects become maps, and numbers INTEGER where they are whole and exact. */
function toProperty(value: unknown): PropertyValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isSafeInteger(value) ? value : new Float(value)
  }
  if (value === null) return null
  if (Array.isArray(value)) return value.map(toProperty)
  if (typeof value !== 'object') throw new DatabaseError('PROPERTY_INVALID', `a ${typeof value} is no property value`)
  return new Map(Object.entries(value).map(([name, member]) => [name, toProperty(member)]))
}
