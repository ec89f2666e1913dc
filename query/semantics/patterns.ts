/** Binds patterns: gives slots to their variables, then binds what their braces and WHEREs say. */
import type {
  CreateClause,
  Expression,
  LabelTest,
  Name,
  NodePattern,
  PathPattern,
  RelationshipPattern,
} from '../syntax/ast.js'
import { type Analysis, Scope } from './analysis.js'
import type {
  BoundClause,
  BoundEntry,
  BoundExpression,
  BoundMergeValue,
  BoundNode,
  BoundPath,
  BoundSetItem,
  BoundStep,
  Slot,
  StaticType,
} from './bound.js'
import { bindExpression, bindLabelTests, plainSurroundings, slotExpression } from './expressions.js'
import { mentions } from './mentions.js'
import { findQuery } from './tree.js'
import { canBe, typeInWords } from './types.js'

export interface BoundPatterns {
  readonly paths: readonly BoundPath[]
  /** The conditions that stood within nodes and relationships. */
  readonly conditions: readonly BoundExpression[]
}

const keyProperty = '_key'

/**
 * Binds the paths of a MATCH and adds their variables to `scope`. All variables are given their slots before any
 * property is bound: `MATCH (a {x: b.x})-->(b)` may read what stands further on.
 */
export function bindMatchPaths(
  analysis: Analysis,
  paths: readonly PathPattern[],
  { scope, optional }: { readonly scope: Scope; readonly optional: boolean },
): BoundPatterns {
  return new MatchBinder(analysis, scope, optional).bind(paths)
}

/**
 * Binds a CREATE and adds its variables to `scope`, in the order in which they come into being.
 *
 * `CREATE (n $map)` becomes `CREATE (n) SET n += $map`, so it gives two clauses.
 */
export function bindCreate(analysis: Analysis, { paths }: CreateClause, scope: Scope): BoundClause[] {
  const binder = new CreateBinder(analysis, scope)
  const create: BoundClause = { kind: 'create', paths: paths.map((path) => binder.bind(path)) }
  return binder.assignments.length === 0 ? [create] : [create, { kind: 'set', items: binder.assignments }]
}

export interface BoundMergePattern {
  readonly path: BoundPath
  readonly values: readonly BoundMergeValue[]
}

/** Binds the path of a MERGE and adds its variables to `scope`. */
export function bindMergePath(analysis: Analysis, path: PathPattern, scope: Scope): BoundMergePattern {
  return new MergeBinder(analysis, scope).bindMerge(path)
}

interface Occurrence {
  readonly slot: Slot
  readonly bound: boolean
}

/** What both clauses share: how a pattern's parts look once their variables have slots. */
abstract class PatternBinder {
  constructor(
    protected readonly analysis: Analysis,
    protected readonly scope: Scope,
    /** Whether what it declares may be null. */
    private readonly optional = false,
  ) {}

  protected abstract readonly clause: string

  protected declare(name: Name | null, type: StaticType): Occurrence {
    const [text, nullable] = [name?.name ?? '', this.optional]
    const items = type === 'list' ? 'relationship' : undefined
    const slot = this.analysis.newSlot({ name: text, type, items, nullable, anonymous: name === null })
    if (name !== null) this.scope.declare(name.name, slot)
    return { slot, bound: false }
  }

  /** A node but for its slot. */
  protected node({ labels, properties, at }: NodePattern): Omit<BoundNode, keyof Occurrence> {
    const entries = this.entries(properties)
    return {
      labels: unique(labels.filter(isName)),
      key: entries.find(({ name }) => name === keyProperty)?.value ?? null,
      properties: entries.filter(({ name }) => name !== keyProperty),
      position: this.analysis.position(at),
    }
  }

  /** A step but for its slot. */
  protected step(pattern: RelationshipPattern): Omit<BoundStep, keyof Occurrence> {
    const query = pattern.length === null || pattern.properties === null ? undefined : findQuery(pattern.properties)
    if (query !== undefined) this.analysis.unsupported(query.at, 'a query in the properties of a path of any length')
    return {
      direction: pattern.direction,
      types: pattern.types.every(isName) ? unique(pattern.types) : [],
      properties: this.entries(pattern.properties),
      length: pattern.length === null ? null : { min: pattern.length.min ?? 1, max: pattern.length.max },
      shortest: null,
      position: this.analysis.position(pattern.at),
    }
  }

  protected expression(expression: Expression): BoundExpression {
    return bindExpression(this.analysis, expression, plainSurroundings(this.analysis, this.scope, this.clause))
  }

  protected entries(properties: Expression | null): BoundEntry[] {
    if (properties === null) return []
    if (properties.kind !== 'map') return this.entriesOfParameter(properties)
    return properties.entries.map(({ key, value }) => ({ name: key.name, value: this.expression(value) }))
  }

  protected abstract entriesOfParameter(parameter: Expression): BoundEntry[]

  protected redefined({ name, at }: Name, why: string, detail?: string): never {
    const hint = 'give one of the two another name'
    return this.analysis.fail('VARIABLE_REDEFINED', at, `${name} ${why}`, hint, detail === undefined ? {} : { detail })
  }

  protected conflict(variable: Name, found: StaticType, wanted: StaticType): never {
    const why = `is ${typeInWords([found])} already and cannot be ${typeInWords([wanted])}`
    return this.redefined(variable, why, 'VariableTypeConflict')
  }
}

class MatchBinder extends PatternBinder {
  protected readonly clause = 'MATCH'
  private readonly ownSlots = new Set<Slot>()
  private readonly conditions: Expression[] = []
  /** What labels and types must be where that is more than names. */
  private readonly tests: BoundExpression[] = []

  bind(paths: readonly PathPattern[]): BoundPatterns {
    const declared = paths.map((path) => this.declarePath(path))
    return {
      paths: paths.map((path, i) => this.path(path, declared[i]!)),
      conditions: [...this.tests, ...this.conditions.map((condition) => this.expression(condition))],
    }
  }

  private declarePath(path: PathPattern) {
    if (path.shortest !== null) this.checkShortest(path)
    const [first, ...nodes] = path.nodes.map((node) => () => this.nodeOccurrence(node))
    const occurrences = { nodes: [first!()], steps: [] as Occurrence[] }
    nodes.forEach((node, i) => {
      occurrences.steps.push(this.stepOccurrence(path.relationships[i]!))
      occurrences.nodes.push(node())
    })
    return { ...occurrences, pathSlot: this.pathSlot(path.variable) }
  }

  private path(path: PathPattern, declared: ReturnType<MatchBinder['declarePath']>): BoundPath {
    return {
      nodes: path.nodes.map((node, i) => ({ ...declared.nodes[i]!, ...this.node(node) })),
      steps: path.relationships.map((relationship, i) => ({
        ...declared.steps[i]!,
        ...this.step(relationship),
        shortest: path.shortest,
      })),
      pathSlot: declared.pathSlot,
    }
  }

  private checkShortest({ relationships, at }: PathPattern): void {
    const [only, ...others] = relationships
    if (only === undefined || others.length > 0 || only.length === null) {
      this.analysis.fail('PATTERN_INVALID', at, 'a shortest path is one relationship of any length: (a)-[*]->(b)')
    }
    const { variable, length } = only
    if ((length.min ?? 1) > 1) {
      this.analysis.fail('PATTERN_INVALID', only.at, 'a shortest path begins to count at 0 or 1, as in *1..5')
    }
    if (variable !== null && this.scope.find(variable.name) !== undefined) {
      this.redefined(variable, 'is defined already; a shortest path finds its relationships itself')
    }
  }

  private nodeOccurrence(pattern: NodePattern): Occurrence {
    if (pattern.where !== null) this.conditions.push(pattern.where)
    const occurrence = this.known(pattern.variable, 'node') ?? this.declareOwn(pattern.variable, 'node')
    const tests = pattern.labels.filter((test) => !isName(test))
    if (tests.length > 0) this.test(tests, occurrence, pattern.at)
    return occurrence
  }

  private stepOccurrence(pattern: RelationshipPattern): Occurrence {
    const type: StaticType = pattern.length === null ? 'relationship' : 'list'
    if (pattern.where !== null && pattern.length !== null)
      this.analysis.unsupported(pattern.at, 'WHERE in a path of any length')
    if (pattern.where !== null) this.conditions.push(pattern.where)
    const known = this.known(pattern.variable, type)
    if (known?.bound === false)
      this.redefined(
        pattern.variable!,
        'is a relationship of this MATCH already, and no relationship is matched twice',
        'RelationshipUniquenessViolation',
      )
    const occurrence =
      known !== undefined && type === 'list'
        ? this.sameList(pattern, known)
        : (known ?? this.declareOwn(pattern.variable, type))
    if (!pattern.types.every(isName)) this.testType(pattern, occurrence)
    return occurrence
  }

  /** `(a)-[known*]->(b)`: a trail whose relationships are those of the list, in its order. */
  private sameList({ at }: RelationshipPattern, known: Occurrence): Occurrence {
    const occurrence = this.declareOwn(null, 'list')
    const [left, right] = [occurrence, known].map(({ slot }) => slotExpression(this.analysis, slot, at))
    const position = this.analysis.position(at)
    this.tests.push({ kind: 'binary', operator: '=', left: left!, right: right!, type: 'boolean', position })
    return occurrence
  }

  private testType({ types, length, at }: RelationshipPattern, occurrence: Occurrence): void {
    if (length !== null) this.analysis.unsupported(at, 'a type that is more than names, in a path of any length')
    this.test(types.length === 1 ? types : [{ kind: 'or', at, operands: types }], occurrence, at)
  }

  private test(tests: readonly LabelTest[], { slot }: Occurrence, at: number): void {
    this.tests.push(bindLabelTests(this.analysis, tests, slotExpression(this.analysis, slot, at)))
  }

  private pathSlot(variable: Name | null): Slot | null {
    if (variable === null) return null
    if (this.scope.find(variable.name) !== undefined)
      this.redefined(variable, 'is defined already; a path needs a name of its own')
    return this.declareOwn(variable, 'path').slot
  }

  private declareOwn(variable: Name | null, type: StaticType): Occurrence {
    const occurrence = this.declare(variable, type)
    this.ownSlots.add(occurrence.slot)
    return occurrence
  }

  /** The slot of a variable that is defined already, here or by an earlier clause. */
  private known(variable: Name | null, type: StaticType): Occurrence | undefined {
    const slot = variable === null ? undefined : this.scope.find(variable.name)
    if (slot === undefined) return undefined
    const found = this.analysis.info(slot).type
    if (!canBe(found, [type])) this.conflict(variable!, found, type)
    return { slot, bound: !this.ownSlots.has(slot) }
  }

  protected entriesOfParameter(parameter: Expression): never {
    return propertiesMustBeKnown(this.analysis, parameter, this.clause)
  }
}

class CreateBinder extends PatternBinder {
  protected readonly clause: string = 'CREATE'
  readonly assignments: BoundSetItem[] = []
  private readonly created = new Set<Slot>()

  protected override declare(name: Name | null, type: StaticType): Occurrence {
    const occurrence = super.declare(name, type)
    this.created.add(occurrence.slot)
    return occurrence
  }

  /** Queries are asked before anything is created, so they cannot read it. */
  protected override expression(expression: Expression): BoundExpression {
    const bound = super.expression(expression)
    const query = findQuery(expression)
    if (query === undefined || !mentions(bound, this.created)) return bound
    const message = `a query in ${this.clause} cannot read what the same ${this.clause} makes`
    return this.analysis.fail('VARIABLE_UNDEFINED', query.at, message, 'make it in a clause before')
  }

  bind(path: PathPattern): BoundPath {
    if (path.shortest !== null) this.refuse(path.at, 'a shortest path cannot be created')
    const isAlone = path.relationships.length === 0
    const nodes = [this.createdNode(path.nodes[0]!, isAlone)]
    const steps = path.relationships.map((relationship, i) => {
      const step = this.createdStep(relationship)
      nodes.push(this.createdNode(path.nodes[i + 1]!, false))
      return step
    })
    return { nodes, steps, pathSlot: this.pathSlot(path.variable) }
  }

  private pathSlot(variable: Name | null): Slot | null {
    if (variable === null) return null
    this.refuseKnown(variable)
    return this.declare(variable, 'path').slot
  }

  private createdNode(pattern: NodePattern, isAlone: boolean): BoundNode {
    if (pattern.where !== null) this.refuse(pattern.where.at, `${this.clause} takes no WHERE`)
    if (!pattern.labels.every(isName)) this.refuse(pattern.at, `${this.clause} gives a node labels by their names`)
    const known = this.known(pattern, isAlone)
    if (known !== undefined) return { ...known, ...this.node(pattern) }
    // Its own properties cannot read a node that does not exist before they are known.
    const node = this.node(pattern)
    const declared = this.declare(pattern.variable, 'node')
    this.assign(pattern, declared.slot)
    return { ...declared, ...node }
  }

  private known({ variable, labels, properties }: NodePattern, isAlone: boolean): Occurrence | undefined {
    const slot = variable === null ? undefined : this.scope.find(variable.name)
    if (slot === undefined) return undefined
    if (isAlone || labels.length > 0 || properties !== null) this.refuseKnown(variable!)
    const { type } = this.analysis.info(slot)
    if (!canBe(type, ['node'])) this.conflict(variable!, type, 'node')
    return { slot, bound: true }
  }

  private createdStep(pattern: RelationshipPattern): BoundStep {
    if (pattern.where !== null) this.refuse(pattern.where.at, `${this.clause} takes no WHERE`)
    if (pattern.variable !== null) this.refuseKnown(pattern.variable)
    if (pattern.length !== null)
      this.refuse(pattern.at, 'a relationship is created one at a time; leave out the *', 'CreatingVarLength')
    if (pattern.types.length !== 1 || !pattern.types.every(isName))
      this.refuse(pattern.at, 'a relationship is created with exactly one type', 'NoSingleRelationshipType')
    this.checkDirection(pattern)
    const step = this.step(pattern)
    const declared = this.declare(pattern.variable, 'relationship')
    this.assign(pattern, declared.slot)
    return { ...declared, ...step }
  }

  protected checkDirection({ direction, at }: RelationshipPattern): void {
    if (direction === 'both')
      this.refuse(at, 'a relationship is created with one direction: --> or <--', 'RequiresDirectedRelationship')
  }

  /** What one parameter for all properties holds is known only when it runs, so it is set after the creation. */
  private assign({ properties }: NodePattern | RelationshipPattern, slot: Slot): void {
    if (properties === null || properties.kind === 'map') return
    const target = slotExpression(this.analysis, slot, properties.at)
    const value = this.expression(properties)
    this.assignments.push({ kind: 'properties', target, value, replace: false, position: value.position })
  }

  private refuseKnown(variable: Name): void {
    if (this.scope.find(variable.name) !== undefined)
      this.redefined(variable, 'is defined already, so it cannot be created')
  }

  private refuse(at: number, message: string, detail = 'UnexpectedSyntax'): never {
    return this.analysis.fail('PATTERN_INVALID', at, message, undefined, { detail })
  }

  protected entriesOfParameter(_parameter: Expression): BoundEntry[] {
    return []
  }
}

/** A relationship without a direction is found either way, and created from left to right. */
class MergeBinder extends CreateBinder {
  protected override readonly clause = 'MERGE'
  private readonly values: BoundMergeValue[] = []
  private readonly slotsBefore = this.analysis.slots.length

  constructor(
    analysis: Analysis,
    private readonly before: Scope,
  ) {
    super(analysis, new Scope(before))
  }

  bindMerge(pattern: PathPattern): BoundMergePattern {
    const path = this.bind(pattern)
    for (const [name, slot] of this.scope.own()) this.before.declare(name, slot)
    // A node may stand in the path twice; the second time it is known, and yet not bound by an earlier clause.
    const nodes = path.nodes.map((node) => ({ ...node, bound: node.slot < this.slotsBefore }))
    return { path: { ...path, nodes }, values: this.values }
  }

  protected override checkDirection(): void {}

  /** Nothing of the path is there before it is found as a whole, so no property reads another's. */
  protected override expression(expression: Expression): BoundExpression {
    return bindExpression(this.analysis, expression, plainSurroundings(this.analysis, this.before, this.clause))
  }

  protected override entries(properties: Expression | null): BoundEntry[] {
    return super.entries(properties).map((entry) => {
      const { type, position } = entry.value
      const slot = this.analysis.newSlot({ name: '', type, nullable: false, anonymous: true })
      this.values.push({ ...entry, slot })
      return { name: entry.name, value: { kind: 'slot', slot, type, position } }
    })
  }

  protected override entriesOfParameter(parameter: Expression): never {
    return propertiesMustBeKnown(this.analysis, parameter, this.clause)
  }
}

/** Throws: what is to be found by its properties names them. */
function propertiesMustBeKnown(analysis: Analysis, parameter: Expression, clause: string): never {
  return analysis.fail(
    'SYNTAX_ERROR',
    parameter.at,
    `${clause} cannot take its properties from one parameter, as the plan must know their names`,
    'write {name: $map.name}',
    { detail: 'InvalidParameterUse' },
  )
}

function isName(test: LabelTest): test is Name {
  return !('kind' in test)
}

function unique(names: readonly Name[]): string[] {
  return [...new Set(names.map(({ name }) => name))]
}
