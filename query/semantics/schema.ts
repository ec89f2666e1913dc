/** Binds what changes the schema: indexes and constraints. */
import { type PropertyType, propertyTypes } from '../../src/core/change.js'
import type {
  CreateIndexStatement,
  DropIndexStatement,
  Name,
  PropertyExpression,
  SchemaStatement,
  ShowStatement,
} from '../syntax/ast.js'
import type { Analysis } from './analysis.js'
import type { BoundSchemaCommand } from './bound.js'

export function bindSchema(analysis: Analysis, statement: Exclude<SchemaStatement, ShowStatement>): BoundSchemaCommand {
  switch (statement.kind) {
    case 'createIndex':
      return bindCreate(analysis, statement)
    case 'dropIndex':
      return bindDrop(analysis, statement)
  }
}

function bindCreate(analysis: Analysis, statement: CreateIndexStatement): BoundSchemaCommand {
  const { constraint, name, ifNotExists, on, at } = statement
  const properties = statement.properties.map((property) => propertyOf(analysis, statement, property))
  const common = {
    name: name?.name ?? [...kindInName(constraint), on.token.name, ...properties].join('_'),
    ifNotExists,
    entity: on.space === 'label' ? ('node' as const) : ('relationship' as const),
    token: on.token.name,
    position: analysis.position(at),
  }
  if (constraint === null || constraint === 'unique' || constraint === 'key') {
    const required = constraint === 'key'
    return { kind: 'createIndex', ...common, properties, unique: required || constraint === 'unique', required }
  }
  const [property, ...others] = properties
  if (others.length > 0)
    analysis.fail('SYNTAX_ERROR', at, 'IS NOT NULL and IS :: are about one property; make a constraint for each')
  const types = constraint === 'exists' ? null : constraint.types.map((type) => typeOf(analysis, type))
  return { kind: 'createRule', ...common, property: property!, types }
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

function propertyOf(
  analysis: Analysis,
  { on, properties }: CreateIndexStatement,
  property: PropertyExpression,
): string {
  const { target, name } = property
  if (target.kind === 'variable' && target.name !== on.variable.name) {
    analysis.fail(
      'VARIABLE_UNDEFINED',
      target.at,
      `the variable ${target.name} is not defined; FOR defines ${on.variable.name}`,
    )
  }
  const first = properties.find((other) => other.name.name === name.name)
  if (first !== property) analysis.fail('COLUMN_DUPLICATE', property.at, `the property ${name.name} is named twice`)
  if (name.name === '_key') analysis.fail('KEY_INVALID', name.at, '_key needs no index, as every key leads to its node')
  return name.name
}

function bindDrop(analysis: Analysis, { name, ifExists, constraint, at }: DropIndexStatement): BoundSchemaCommand {
  return { kind: 'dropIndex', name: name.name, ifExists, constraint, position: analysis.position(at) }
}
