/** Binds what changes the schema: indexes and constraints. */
import type {
  CreateIndexStatement,
  DropIndexStatement,
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
  if (constraint === 'exists') analysis.unsupported(at, 'a constraint IS NOT NULL')
  if (constraint === 'key') analysis.unsupported(at, 'a constraint IS KEY')
  const properties = statement.properties.map((property) => propertyOf(analysis, statement, property))
  const unique = constraint === 'unique'
  return {
    kind: 'createIndex',
    name: name?.name ?? [unique ? 'constraint' : 'index', on.token.name, ...properties].join('_'),
    ifNotExists,
    entity: on.space === 'label' ? 'node' : 'relationship',
    token: on.token.name,
    properties,
    unique,
    position: analysis.position(at),
  }
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
  return { kind: 'dropIndex', name: name.name, ifExists, unique: constraint, position: analysis.position(at) }
}
