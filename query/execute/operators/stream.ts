/** Operators that treat each row as it comes. */

import { rangeFunction } from '../../functions/lists.js'
import type {
  BuildPath,
  Distinct,
  Filter,
  FilterLabels,
  Limit,
  Produce,
  Project,
  Skip,
  Unwind,
} from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { checkedHelper, generalValue, isTrue, valueSource } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import type { Emission } from './operator.js'
import { nodeId } from './scan.js'
import { rowCount } from './sort.js'

export function emitFilter({ predicates }: Filter, { pipeline, consume }: Emission): void {
  const tests = predicates.map((predicate) => isTrue(predicate, pipeline))
  pipeline.block(`if (${tests.join(' && ')})`, consume)
}

/**
 * A byte for each label set says whether it has the labels, so a node costs one look at its set. Outside of loops that
 * does not pay, and where rows are written meanwhile new sets of labels may come: there the node is asked.
 */
export function emitFilterLabels({ slot, labels }: FilterLabels, { pipeline, consume }: Emission) {
  if (!pipeline.hasViews || !pipeline.isInLoop) {
    const test = `${pipeline.helper('nodeHasLabels')}(tx, ${nodeId(slot, pipeline)}, ${pipeline.constant(labels)})`
    return pipeline.block(`if (${test})`, consume)
  }
  const sets = pipeline.once('sets', 'tx.labelSets()')
  const having = pipeline.once('having', `${pipeline.helper('labelSetsHaving')}(tx, ${pipeline.constant(labels)})`)
  pipeline.block(`if (${having}[${sets}.at(${nodeId(slot, pipeline)})] === 1)`, consume)
}

/** Renames cost nothing: the new slot is the old variable. What nothing reads is not computed. */
export function emitProject({ items }: Project, { pipeline, needed, consume }: Emission): void {
  const bindings = items
    .filter((item) => needed.has(item.slot))
    .map(({ slot, value }) =>
      value.kind === 'slot'
        ? { slot, variable: pipeline.get(value.slot) }
        : { slot, variable: undefined, code: valueSource(value, pipeline) },
    )
  for (const { slot, variable, code } of bindings) {
    if (variable !== undefined) pipeline.variables.set(slot, variable)
    else pipeline.bind(slot, 'value', code)
  }
  consume()
}

export function emitBuildPath({ path }: BuildPath, { pipeline, needed, consume }: Emission) {
  if (!needed.has(path.slot)) return consume()
  const view = pipeline.once('rels', 'tx.relationships()')
  const parts = path.relationships.map((slot) => {
    const { text, as } = pipeline.get(slot)
    return as === 'trail' ? `...${text}.ids()` : text
  })
  const start = nodeId(path.start, pipeline)
  pipeline.bind(path.slot, 'value', `${pipeline.helper('pathOf')}(${view}, ${start}, [${parts.join(', ')}])`)
  consume()
}

/** Ids are marked; anything else is remembered by a key that equivalent values share. */
export function emitDistinct({ slots }: Distinct, { pipeline, consume }: Emission) {
  const variables = slots.map((slot) => pipeline.get(slot))
  const only = variables.length === 1 ? variables[0]! : undefined
  if (only !== undefined && (only.as === 'node' || only.as === 'relationship')) {
    return pipeline.block(`if (${takeMarker(pipeline)}.add(${only.text}))`, consume)
  }
  const seen = pipeline.state('seen', `new ${pipeline.helper('DistinctRows')}()`)
  const key = pipeline.name('key')
  pipeline.line(`const ${key} = ${keyOf(slots, pipeline)}`)
  pipeline.block(`if (${seen}.add(${key}))`, () => {
    pipeline.line(`x.take(${pipeline.helper('bytesOfKey')}(${key}))`)
    consume()
  })
}

/** A marker for the time of the pipeline. */
export function takeMarker(pipeline: Pipeline): string {
  const marker = pipeline.state('seen', `${pipeline.helper('takeMarker')}()`)
  pipeline.finally(`${pipeline.helper('giveMarkerBack')}(${marker})`)
  return marker
}

/** Source of a key that is the same for rows with equivalent values in the slots. */
export function keyOf(slots: readonly Slot[], pipeline: Pipeline): string {
  const values = slots.map((slot) => generalValue(pipeline.get(slot), pipeline))
  return values.length === 1
    ? `${pipeline.helper('groupKey')}(${values[0]})`
    : `${pipeline.helper('groupKeyOf')}([${values.join(', ')}])`
}

export function emitUnwind({ list, slot }: Pick<Unwind, 'list' | 'slot'>, { pipeline, consume }: Emission): void {
  if (list.kind === 'call' && list.called === rangeFunction) {
    emitRange(list, slot, { pipeline, consume })
    return
  }
  const item = pipeline.name('item')
  pipeline.loop(
    `for (const ${item} of ${checkedHelper('itemsOf', list, pipeline)}(${valueSource(list, pipeline)}))`,
    () => {
      pipeline.charge('1')
      pipeline.bind(slot, 'value', item)
      consume()
    },
  )
}

/** Counts, so that no list is made of a range. */
function emitRange(
  range: Extract<Unwind['list'], { kind: 'call' }>,
  slot: Slot,
  { pipeline, consume }: Pick<Emission, 'pipeline' | 'consume'>,
): void {
  const [items, i] = [pipeline.name('range'), pipeline.name('i')]
  const ends = range.arguments.map((argument) => valueSource(argument, pipeline)).join(', ')
  pipeline.line(`const ${items} = ${checkedHelper('rangeOf', range, pipeline)}(${ends})`)
  pipeline.loop(`for (let ${i} = 0; ${i} < ${items}.length; ${i}++)`, () => {
    pipeline.charge('1')
    pipeline.bind(slot, 'value', `${items}.at(${i})`)
    consume()
  })
}

export function emitSkip({ count }: Skip, { pipeline, consume }: Emission): void {
  const left = pipeline.state('skip', rowCount(count, 'SKIP', pipeline))
  pipeline.line(`if (${left} > 0) ${left}--`)
  pipeline.block('else', consume)
}

/** Nothing that follows the last row is worth doing, so the whole pipeline stops. */
export function emitLimit({ count }: Limit, { pipeline, consume }: Emission): void {
  const left = pipeline.state('limit', rowCount(count, 'LIMIT', pipeline))
  pipeline.block(`if (${left} > 0)`, () => {
    pipeline.line(`${left}--`)
    consume()
  })
  pipeline.block(`if (${left} === 0)`, () => pipeline.stop())
}

export function emitProduce({ slots, distinct }: Produce, { pipeline, consume }: Emission) {
  const give = () => {
    if (slots.length > 0) giveRow(slots, pipeline)
    consume()
  }
  if (!distinct) return give()
  pipeline.block(`if (x.giveOnce(${keyOf(slots, pipeline)}))`, give)
}

function giveRow(slots: readonly Slot[], pipeline: Pipeline): void {
  const values = slots.map((slot) => generalValue(pipeline.get(slot), pipeline))
  pipeline.line(`x.give([${values.join(', ')}])`)
}
