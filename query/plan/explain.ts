/**
 * Plans for people: what EXPLAIN and PROFILE show.
 *
 *   Produce b.name                               3 rows
 *   └─ Project b.name
 *      └─ Expand (a)-[:KNOWS]->(b)
 *         └─ LabelScan a:Person
 */

import type { IndexPart } from '../../src/core/change.js'
import { partText } from '../../src/core/index-parts.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundAggregate, BoundExpression, BoundPath, BoundSetItem, Slot } from '../semantics/bound.js'
import type { ProjectItem, SortKey } from './logical.js'
import {
  type Call,
  type Degree,
  type Expand,
  type ExpandInto,
  type ExpandReach,
  type ExpandTrails,
  type IndexRange,
  inputsOf,
  type Merge,
  operatorsOf,
  type PhysicalPlan,
  type RelationshipEnds,
  type ShortestPath,
  type TextScan,
  type WritingCall,
} from './physical.js'
import type { QueryPlan } from './plan.js'
import { printEntries, printExpression, printName, type SlotNames, slotNames } from './print.js'

/** One operator with those below it. Rows are those that it gives to the one above. */
export interface PlanDescription {
  readonly operator: string
  readonly details: string
  readonly estimatedRows: number
  /** Of PROFILE only. */
  readonly rows?: number
  /** Milliseconds in this operator alone. Of PROFILE only. */
  readonly timeMs?: number
  /** All that this operator has gathered, by estimate. Of PROFILE only. */
  readonly memoryBytes?: number
  /** Entries of full-text indexes that this operator has read, where it searched. Of PROFILE only. */
  readonly postingsRead?: number
  /** Entities whose score it had worked out, where it searched. Of PROFILE only. */
  readonly candidates?: number
  readonly children: readonly PlanDescription[]
}

/** What PROFILE has counted, by the number of the operator from the root down. */
export interface Measured {
  readonly rows: readonly number[]
  readonly milliseconds: readonly number[]
  readonly bytes: readonly number[]
  readonly postingsRead: readonly number[]
  readonly candidates: readonly number[]
}

export function describePlan(plan: QueryPlan, catalog: Catalog, measured: Measured | null): PlanDescription {
  return new Describer(plan, catalog, measured).describe(plan.root)
}

/** The names of slots; what an aggregation gives is named by its text, since its slots have no names. */
function namesOf(plan: QueryPlan): SlotNames {
  const given = slotNames(plan.slots)
  const texts = new Map<Slot, string>()
  const names: SlotNames = (slot) => texts.get(slot) ?? given(slot)
  for (const operator of operatorsOf(plan.root).toReversed()) {
    if (operator.kind !== 'aggregate') continue
    for (const { slot, value } of operator.groupBy) texts.set(slot, printExpression(value, names))
    for (const { slot, text } of operator.aggregates) texts.set(slot, text)
  }
  return names
}

/** The tree as text, one line an operator. */
export function renderPlan(description: PlanDescription): string {
  return render(description, '', '').join('\n')
}

function render(plan: PlanDescription, first: string, rest: string): string[] {
  const { operator, details, children } = plan
  const measured = measuredText(plan)
  const line = `${first}${operator}${details === '' ? '' : ` ${details}`}${measured}`
  const rendered = children.map((child, i) =>
    i === children.length - 1 ? render(child, `${rest}└─ `, `${rest}   `) : render(child, `${rest}├─ `, `${rest}│  `),
  )
  return [line, ...rendered.flat()]
}

function measuredText({
  rows,
  timeMs = 0,
  memoryBytes = 0,
  postingsRead = 0,
  candidates = 0,
}: PlanDescription): string {
  if (rows === undefined) return ''
  const memory = memoryBytes === 0 ? '' : `, ${Math.ceil(memoryBytes / 1024)} KiB`
  const postings = postingsRead === 0 ? '' : `, ${postingsRead} postings`
  const scored = candidates === 0 ? '' : `, ${candidates} candidates`
  return `  (${rows} rows, ${timeMs.toFixed(2)} ms${memory}${postings}${scored})`
}

/** An operator that says something: the answer's own adds nothing to what is below it. */
export function renderOperator(plan: PlanDescription): string {
  const [below] = plan.children
  if ((plan.operator === 'Produce' || plan.operator === 'Project') && below !== undefined) return renderOperator(below)
  return plan.details === '' ? plan.operator : `${plan.operator} ${plan.details}`
}

class Describer {
  private readonly names: SlotNames
  private readonly operators: readonly PhysicalPlan[]

  constructor(
    plan: QueryPlan,
    private readonly catalog: Catalog,
    private readonly measured: Measured | null,
  ) {
    this.names = namesOf(plan)
    this.operators = operatorsOf(plan.root)
  }

  describe(plan: PhysicalPlan): PlanDescription {
    const { measured } = this
    const number = this.operators.indexOf(plan)
    return {
      operator: plan.kind[0]!.toUpperCase() + plan.kind.slice(1),
      details: this.detailsOf(plan),
      estimatedRows: Math.round(plan.rows * 10) / 10,
      ...(measured === null ? {} : measuredOf(measured, number)),
      // The one row of a beginning says nothing.
      children: inputsOf(plan)
        .filter(({ kind }) => kind !== 'unit')
        .map((input) => this.describe(input)),
    }
  }

  private detailsOf(plan: PhysicalPlan): string {
    const { names } = this
    switch (plan.kind) {
      case 'unit':
      case 'eager':
      case 'optional':
      case 'semiJoin':
      case 'antiJoin':
      case 'cartesianProduct':
      case 'union':
        return ''
      case 'hashJoin': {
        const equalities = plan.values.map(({ probe, build }) => `${this.text(probe)} = ${this.text(build)}`)
        return [...plan.nodes.map(names), ...equalities].join(' AND ')
      }
      case 'apply': {
        const collected = plan.collected === null ? '' : ` ${names(plan.collected)}`
        return `${plan.result}${collected} AS ${names(plan.slot)}`
      }
      case 'allNodesScan':
      case 'asNode':
        return names(plan.slot)
      case 'labelScan':
        return `${names(plan.slot)}${labelsText([plan.label])}`
      case 'keySeek':
        return `${names(plan.slot)}._key ${plan.each ? 'IN' : '='} ${this.text(plan.key)}`
      case 'indexSeek': {
        const equalities = plan.index.parts.map(
          (part, i) =>
            `${names(plan.slot)}.${this.partText(part)} ${plan.each ? 'IN' : '='} ${this.text(plan.values[i]!)}`,
        )
        return `${plan.index.name}: ${equalities.join(' AND ')}`
      }
      case 'textScan':
      case 'vectorScan':
        return this.searchText(plan)
      case 'intersection':
        return plan.sets.map((set) => this.detailsOf(set)).join(' AND ')
      case 'textScanByScore':
      case 'keepHits': {
        const { wanted } = plan
        const first = wanted === null ? '' : ` FIRST ${wanted.map((count) => this.text(count)).join(' + ')}`
        const others = 'others' in plan && plan.others ? ' AND WITHOUT VECTOR' : ''
        return this.searchText(plan) + first + others
      }
      case 'memberScan':
        return `${names(plan.slot)} IN ${this.text(plan.list)}`
      case 'indexRange':
        return this.rangeText(plan)
      case 'expand':
      case 'expandInto':
      case 'expandTrails':
      case 'expandReach':
      case 'relationshipEnds':
        return this.hopText(plan)
      case 'degree':
        return `${names(plan.multiplicity)} of ${this.degreeText(plan)}`
      case 'storeCount':
        return plan.names.length === 0 ? plan.counted : `${plan.counted} ${labelsText(plan.names)}`
      case 'shortestPath':
        return this.shortestText(plan)
      case 'filterLabels':
        return `${names(plan.slot)}${labelsText(plan.labels)}`
      case 'filter':
        return plan.predicates.map((predicate) => this.text(predicate)).join(' AND ')
      case 'buildPath':
        return names(plan.path.slot)
      case 'unwind':
      case 'propertyKeys':
        return `${this.text(plan.list)} AS ${names(plan.slot)}`
      case 'project':
        return this.itemsText(plan.items)
      case 'distinct':
      case 'produce':
        return plan.slots.map(names).join(', ')
      case 'skip':
      case 'limit':
        return this.text(plan.count)
      case 'aggregate':
        return [...plan.groupBy.map((item) => this.itemText(item)), ...plan.aggregates.map(aggregateText)].join(', ')
      case 'sort':
        return this.keysText(plan.keys)
      case 'top': {
        const skip = plan.skip === null ? '' : ` SKIP ${this.text(plan.skip)}`
        return `${this.keysText(plan.keys)}${skip} LIMIT ${this.text(plan.limit)}`
      }
      case 'create':
        return plan.paths.map((path) => this.pathText(path)).join(', ')
      case 'callQuery':
      case 'writingQuery':
        return plan.slots.map(names).join(', ')
      case 'call':
      case 'writingCall':
        return this.callText(plan)
      case 'merge':
        return this.mergeText(plan)
      case 'set':
        return plan.items.map((item) => this.setText(item)).join(', ')
      case 'delete':
        return `${plan.detach ? 'detach ' : ''}${plan.targets.map((target) => this.text(target)).join(', ')}`
    }
  }

  private text(expression: BoundExpression): string {
    return printExpression(expression, this.names)
  }

  private searchText({ slot, index, query, options }: Omit<TextScan, 'kind'>): string {
    const asked = [index, query, ...(options === null ? [] : [options])]
    return `${this.names(slot)} ${asked.map((part) => this.text(part)).join(', ')}`
  }

  private partText({ property, path }: IndexPart): string {
    return partText(printName(this.catalog.propertyName(property)), path)
  }

  private rangeText({ slot, index, min, max }: IndexRange): string {
    const property = `${this.names(slot)}.${this.partText(index.parts[0]!)}`
    const ends = [
      ...(min === null ? [] : [`${property} ${min.inclusive ? '>=' : '>'} ${this.text(min.value)}`]),
      ...(max === null ? [] : [`${property} ${max.inclusive ? '<=' : '<'} ${this.text(max.value)}`]),
    ]
    return `${index.name}: ${ends.join(' AND ')}`
  }

  private hopText(plan: Expand | ExpandInto | ExpandTrails | ExpandReach | ShortestPath | RelationshipEnds): string {
    const isTrails = 'min' in plan
    const length = isTrails ? `*${plan.min}..${plan.max ?? ''}` : ''
    const properties = isTrails && plan.properties.length > 0 ? ` ${printEntries(plan.properties, this.names)}` : ''
    const relationship = `${this.names(plan.relationship)}${typesText(plan.types)}${length}${properties}`
    return `(${this.names(plan.from)})${arrow(plan.direction, `[${relationship}]`)}(${this.names(plan.to)})`
  }

  private shortestText(plan: ShortestPath): string {
    const parts = plan.parts.map(({ of, slot, where, negated }) => {
      const list = `${this.names(slot)} IN ${of} WHERE ${this.text(where)}`
      return ` WHERE ${negated ? 'none' : 'all'}(${list})`
    })
    return `${plan.all ? 'all ' : ''}${this.hopText(plan)}${parts.join(' AND')}`
  }

  private degreeText(plan: Degree): string {
    return `(${this.names(plan.from)})${arrow(plan.direction, `[${typesText(plan.types)}]`)}()`
  }

  /** What keeps its name is passed on, not projected. */
  private itemsText(items: readonly ProjectItem[]): string {
    const isPassedOn = ({ slot, value }: ProjectItem) => value.kind === 'slot' && this.text(value) === this.names(slot)
    const changed = items.filter((item) => !isPassedOn(item))
    return (changed.length > 0 ? changed : items).map((item) => this.itemText(item)).join(', ')
  }

  private itemText({ slot, value }: ProjectItem): string {
    const text = this.text(value)
    const name = this.names(slot)
    return text === name ? text : `${text} AS ${name}`
  }

  private keysText(keys: readonly SortKey[]): string {
    return keys.map(({ value, descending }) => `${this.text(value)}${descending ? ' DESC' : ''}`).join(', ')
  }

  private setText(item: BoundSetItem): string {
    const target = this.text(item.target)
    switch (item.kind) {
      case 'property':
        return `${target}.${printName(item.name)} = ${this.text(item.value)}`
      case 'place': {
        const place = target + item.steps.map((step) => this.stepText(step)).join('')
        if (item.change === 'remove') return `remove ${place}`
        return `${place} ${item.change === 'add' ? '+=' : '='} ${this.text(item.value)}`
      }
      case 'properties':
        return `${target} ${item.replace ? '=' : '+='} ${this.text(item.value)}`
      case 'labels':
        return `${target}${labelsText(item.labels)}`
      case 'removeLabels':
        return `remove ${target}${labelsText(item.labels)}`
    }
  }

  private stepText(step: BoundExpression): string {
    const isName = step.kind === 'literal' && typeof step.value === 'string'
    return isName ? `.${printName(step.value)}` : `[${this.text(step)}]`
  }

  private callText({ procedure, arguments: values, columns }: Call | WritingCall): string {
    const yields = columns.map(({ index, slot }) => {
      const [column, name] = [procedure.columns[index]!.name, this.names(slot)]
      return column === name ? name : `${column} AS ${name}`
    })
    const call = `${procedure.name}(${values.map((value) => this.text(value)).join(', ')})`
    return yields.length === 0 ? call : `${call} YIELD ${yields.join(', ')}`
  }

  private mergeText({ path, onCreate, onMatch }: Merge): string {
    const action = (when: string, items: readonly BoundSetItem[]) =>
      items.length === 0 ? '' : ` ON ${when} ${items.map((item) => this.setText(item)).join(', ')}`
    return this.pathText(path) + action('CREATE', onCreate) + action('MATCH', onMatch)
  }

  private pathText({ nodes, steps }: BoundPath): string {
    const node = (slot: Slot, labels: readonly string[]) => `(${this.names(slot)}${labelsText(labels)})`
    const first = node(nodes[0]!.slot, nodes[0]!.labels)
    const rest = steps.map((step, i) => {
      const next = nodes[i + 1]!
      return `${arrow(step.direction, `[${this.names(step.slot)}${typesText(step.types)}]`)}${node(next.slot, next.labels)}`
    })
    return first + rest.join('')
  }
}

function measuredOf({ rows, milliseconds, bytes, postingsRead, candidates }: Measured, operator: number) {
  const searched = postingsRead[operator]! + candidates[operator]! > 0
  return {
    rows: rows[operator]!,
    timeMs: milliseconds[operator]!,
    memoryBytes: Math.round(bytes[operator]!),
    ...(searched ? { postingsRead: postingsRead[operator]!, candidates: candidates[operator]! } : {}),
  }
}

function aggregateText({ text }: BoundAggregate): string {
  return text
}

function labelsText(labels: readonly string[]): string {
  return labels.map((label) => `:${printName(label)}`).join('')
}

function typesText(types: readonly string[]): string {
  return types.length === 0 ? '' : `:${types.map(printName).join('|')}`
}

function arrow(direction: Degree['direction'], relationship: string): string {
  switch (direction) {
    case 'outgoing':
      return `-${relationship}->`
    case 'incoming':
      return `<-${relationship}-`
    case 'both':
      return `-${relationship}-`
  }
}
