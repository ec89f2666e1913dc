/** Binds what changes the schema: indexes and constraints. */
import { readFulltextSettings } from '../../indexes/fulltext/config.js'
import { readVectorSettings } from '../../indexes/vector/vector-config.js'
import { type IndexStep, type PropertyType, propertyTypes } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import { fieldName, partText } from '../../src/core/index-parts.js'
import type { PropertyValue } from '../../src/core/value.js'
import { valueInWords } from '../../src/core/value-in-words.js'
import type {
  CreateEntityIndexStatement,
  CreateIndexStatement,
  DropIndexStatement,
  Expression,
  IndexColumn,
  Name,
  SchemaStatement,
  ShowStatement,
} from '../syntax/ast.js'
import type { Analysis } from './analysis.js'
import type { BoundIndexPart, BoundSchemaCommand } from './bound.js'

export function bindSchema(analysis: Analysis, statement: Exclude<SchemaStatement, ShowStatement>): BoundSchemaCommand {
  switch (statement.kind) {
    case 'createIndex':
      return bindCreate(analysis, statement)
    case 'createTextIndex':
      return bindCreateText(analysis, statement)
    case 'createVectorIndex':
      return bindCreateVector(analysis, statement)
    case 'dropIndex':
      return bindDrop(analysis, statement)
  }
}

function bindCreate(analysis: Analysis, statement: CreateIndexStatement): BoundSchemaCommand {
  const { constraint, name, ifNotExists, on, at } = statement
  const parts = statement.columns.map((column) => partOf(analysis, statement, column))
  const common = {
    name: name?.name ?? [...kindInName(constraint), on.token.name, ...parts.flatMap(stepsInName)].join('_'),
    ifNotExists,
    entity: on.space === 'label' ? ('node' as const) : ('relationship' as const),
    token: on.token.name,
    position: analysis.position(at),
  }
  if (constraint === null || constraint === 'unique' || constraint === 'key') {
    const required = constraint === 'key'
    if (required) refusePaths(analysis, statement, 'IS KEY')
    checkLists(analysis, statement)
    return { kind: 'createIndex', ...common, parts, unique: required || constraint === 'unique', required }
  }
  refusePaths(analysis, statement, constraint === 'exists' ? 'IS NOT NULL' : 'IS ::')
  const [part, ...others] = parts
  if (others.length > 0)
    analysis.fail('SYNTAX_ERROR', at, 'IS NOT NULL and IS :: are about one property; make a constraint for each')
  const types = constraint === 'exists' ? null : constraint.types.map((type) => typeOf(analysis, type))
  return { kind: 'createRule', ...common, property: part!.name, types }
}

function bindCreateText(analysis: Analysis, statement: CreateEntityIndexStatement): BoundSchemaCommand {
  const { name, ifNotExists, on, columns, options, at } = statement
  const tokens = tokensOf(analysis, statement)
  const parts = columns.map((column) => partOf(analysis, statement, column))
  const fields = parts.map(({ name: property, path }) => fieldName(property, path))
  const twice = columns.find((_, i) => fields.indexOf(fields[i]!) !== i)
  // `n.tags` and `n.tags[*]` hold the same strings.
  if (twice !== undefined)
    analysis.fail('COLUMN_DUPLICATE', twice.at, `the field ${fields[columns.indexOf(twice)]} is named twice`)
  return {
    kind: 'createTextIndex',
    name: name?.name ?? ['fulltext', ...tokens, ...parts.flatMap(stepsInName)].join('_'),
    ifNotExists,
    entity: on.space === 'label' ? 'node' : 'relationship',
    tokens,
    parts,
    settings: settingsFrom(analysis, options, (config) => readFulltextSettings(config, fields)),
    position: analysis.position(at),
  }
}

function bindCreateVector(analysis: Analysis, statement: CreateEntityIndexStatement): BoundSchemaCommand {
  const { name, ifNotExists, on, columns, options, at } = statement
  const tokens = tokensOf(analysis, statement)
  const [part, ...others] = columns.map((column) => partOf(analysis, statement, column)) as [BoundIndexPart]
  if (others.length > 0) analysis.fail('SYNTAX_ERROR', columns[1]!.at, 'a vector index is about one property')
  if (part.path.includes(null))
    analysis.fail(
      'UNSUPPORTED',
      columns[0]!.at,
      'an entity has one vector in an index, so its place goes through no list',
    )
  return {
    kind: 'createVectorIndex',
    name: name?.name ?? ['vector', ...tokens, ...stepsInName(part)].join('_'),
    ifNotExists,
    entity: on.space === 'label' ? 'node' : 'relationship',
    tokens,
    part,
    settings: settingsFrom(analysis, options ?? emptyMap(at), readVectorSettings),
    position: analysis.position(at),
  }
}

/** So that what is lacking is told with a place. */
function emptyMap(at: number): Expression {
  return { kind: 'map', at, entries: [] }
}

/** Labels or types, each once. */
function tokensOf(analysis: Analysis, { on }: CreateEntityIndexStatement): readonly string[] {
  const tokens = on.tokens.map((token) => token.name)
  const repeated = on.tokens.find((token, i) => tokens.indexOf(token.name) !== i)
  if (repeated !== undefined) analysis.fail('SYNTAX_ERROR', repeated.at, `${repeated.name} is named twice`)
  return tokens
}

/** Throws OPTION_INVALID at the place of the options. */
function settingsFrom<Settings>(
  analysis: Analysis,
  options: Expression | null,
  read: (config: PropertyValue) => Settings,
): Settings {
  if (options === null) return read(new Map())
  const given = constantOf(analysis, options)
  if (!(given instanceof Map))
    analysis.fail('OPTION_INVALID', options.at, `OPTIONS takes a map, not ${valueInWords(given)}`)
  const other = [...given.keys()].find((name) => name !== 'indexConfig')
  if (other !== undefined)
    analysis.fail('OPTION_INVALID', options.at, `there is no option ${other}; OPTIONS {indexConfig: {...}} is the form`)
  try {
    return read(given.get('indexConfig') ?? new Map())
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw error.placedIn(analysis.text, analysis.position(options.at))
  }
}

/** The value of an expression that is written out. Throws CONSTANT_EXPECTED. */
function constantOf(analysis: Analysis, expression: Expression): PropertyValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'list':
      return expression.items.map((item) => constantOf(analysis, item))
    case 'map':
      return new Map(expression.entries.map(({ key, value }) => [key.name, constantOf(analysis, value)]))
    default:
      return analysis.fail(
        'CONSTANT_EXPECTED',
        expression.at,
        'the options of an index are written out: texts, numbers, lists, maps',
      )
  }
}

/** What a name that nobody gave begins with: several constraints may be about the same properties. */
function kindInName(constraint: CreateIndexStatement['constraint']): readonly string[] {
  if (constraint === null) return ['index']
  if (constraint === 'unique') return ['constraint']
  return ['constraint', typeof constraint === 'string' ? constraint : 'type']
}

/** Other names of types that Cypher knows. */
const typeAliases: { readonly [written: string]: PropertyType } = {
  BOOL: 'BOOLEAN',
  VARCHAR: 'STRING',
  INT: 'INTEGER',
  'SIGNED INTEGER': 'INTEGER',
  'TIME WITHOUT TIME ZONE': 'LOCAL TIME',
  'TIME WITH TIME ZONE': 'ZONED TIME',
  'TIMESTAMP WITHOUT TIME ZONE': 'LOCAL DATETIME',
  'TIMESTAMP WITH TIME ZONE': 'ZONED DATETIME',
}

function typeOf(analysis: Analysis, { name, at }: Name): PropertyType {
  const type = typeAliases[name] ?? propertyTypes.find((each) => each === name)
  if (type !== undefined) return type
  return analysis.fail(
    'SYNTAX_ERROR',
    at,
    `a property cannot be constrained to ${name}; there are ${propertyTypes.join(', ')}`,
  )
}

function partOf(
  analysis: Analysis,
  { on, columns }: Pick<CreateIndexStatement | CreateEntityIndexStatement, 'on' | 'columns'>,
  column: IndexColumn,
): BoundIndexPart {
  const { variable, property, at } = column
  if (variable.name !== on.variable.name) {
    analysis.fail(
      'VARIABLE_UNDEFINED',
      variable.at,
      `the variable ${variable.name} is not defined; FOR defines ${on.variable.name}`,
    )
  }
  const text = columnText(column)
  const first = columns.find((other) => columnText(other) === text)
  if (first !== column) analysis.fail('COLUMN_DUPLICATE', at, `the property ${text} is named twice`)
  if (property.name === '_key')
    analysis.fail('KEY_INVALID', property.at, '_key needs no index, as every key leads to its node')
  return { name: property.name, path: pathOf(column) }
}

function pathOf({ path }: IndexColumn): readonly IndexStep[] {
  return path.map((step) => (step === null ? null : step.name))
}

function columnText(column: IndexColumn): string {
  return partText(column.property.name, pathOf(column))
}

function stepsInName({ name, path }: BoundIndexPart): readonly string[] {
  return [name, ...path.map((step) => step ?? 'all')]
}

function refusePaths(analysis: Analysis, { columns }: CreateIndexStatement, rule: string): void {
  const column = columns.find(({ path }) => path.length > 0)
  if (column === undefined) return
  const message = `${rule} is about whole properties, and ${columnText(column)} is a place within one`
  analysis.fail('UNSUPPORTED', column.at, message, 'IS UNIQUE and CREATE INDEX take places')
}

/** Two lists would give an entry for each pair of their elements. */
function checkLists(analysis: Analysis, { columns, constraint }: CreateIndexStatement): void {
  const [first, second] = columns.filter(({ path }) => path.includes(null))
  if (first !== undefined && constraint !== null)
    analysis.fail(
      'UNSUPPORTED',
      first.at,
      `a constraint cannot be about each element of a list, as ${columnText(first)} is`,
    )
  if (second !== undefined)
    analysis.fail('UNSUPPORTED', second.at, 'one part of an index at most goes through lists', 'make an index for each')
}

function bindDrop(analysis: Analysis, { name, ifExists, constraint, at }: DropIndexStatement): BoundSchemaCommand {
  return { kind: 'dropIndex', name: name.name, ifExists, constraint, position: analysis.position(at) }
}
