/** Values as Cypher would write them: `[1, 'a']`, `{name: 'Ann'}`, `(:Person {name: 'Ann'})`. */
import { Temporal } from '../../core/temporal/temporal.js'
import { Float, type Node, type Path, type Relationship } from '../../index.js'
import { isNode, isPath, isRelationship } from './plain.js'

/** The text of a value within a list, a map or an entity: strings are quoted. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Temporal) return value.toString()
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  if (isNode(value)) return nodeText(value)
  if (isRelationship(value)) return relationshipText(value)
  if (isPath(value)) return pathText(value)
  return mapText(value as Record<string, unknown>)
}

/** The text of a whole cell: a string stands as it is, on one line. */
export function cellText(value: unknown): string {
  return typeof value === 'string' ? escapeControls(value) : valueText(value)
}

/** Always with a point or an exponent, which tell a FLOAT from an INTEGER. */
function floatText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

function nodeText({ labels, properties, _key }: Node): string {
  const shown = _key === undefined ? properties : { _key, ...properties }
  return `(${[labels.map((label) => `:${nameText(label)}`).join(''), propertiesText(shown)].filter(Boolean).join(' ')})`
}

function relationshipText({ type, properties }: Relationship): string {
  return `[${[`:${nameText(type)}`, propertiesText(properties)].filter(Boolean).join(' ')}]`
}

function pathText({ nodes, relationships }: Path): string {
  let text = valueText(nodes[0])
  relationships.forEach((relationship, i) => {
    const forward = relationship.startNodeElementId === nodes[i]!.elementId
    const step = relationshipText(relationship)
    text += (forward ? `-${step}->` : `<-${step}-`) + valueText(nodes[i + 1])
  })
  return text
}

function propertiesText(properties: Readonly<Record<string, unknown>>): string {
  return Object.keys(properties).length === 0 ? '' : mapText(properties)
}

function mapText(map: Readonly<Record<string, unknown>>): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${nameText(name)}: ${valueText(value)}`)
    .join(', ')}}`
}

function nameText(name: string): string {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) ? name : `\`${escapeControls(name).replaceAll('`', '``')}\``
}

function quoted(text: string): string {
  return `'${escapeControls(text.replaceAll('\\', '\\\\')).replaceAll("'", "\\'")}'`
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Line breaks, control characters and turns of direction would break a table, and could steer the terminal. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => escapes[character] ?? `\\u${hex4(character.charCodeAt(0))}`,
  )
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0')
}
