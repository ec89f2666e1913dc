/** Shortest paths between two known nodes. */
import type { PartPredicate } from '../../plan/logical.js'
import { opposite } from '../../plan/match.js'
import type { ShortestPath } from '../../plan/physical.js'
import { isFalse, isTrue, propertyEquals } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import { adjacency } from './expand.js'
import type { Emission } from './operator.js'
import { nodeId } from './scan.js'

/** The search goes on until it is over, giving the event loop back between its parts; then its paths are read. */
export function emitShortestPath(plan: ShortestPath, { pipeline, consume }: Emission): void {
  const forth = adjacency(plan.types, plan.direction, pipeline)
  const back = adjacency(plan.types, opposite(plan.direction), pipeline)
  const search = pipeline.name('search')
  // Made for each row, as what it asks of the parts may read the row.
  pipeline.line(
    `const ${search} = new ${pipeline.helper('ShortestSearch')}(${forth}, ${back}, ${options(plan, pipeline)})`,
  )
  const path = pipeline.name('path')
  pipeline.line(`${search}.open(${nodeId(plan.from, pipeline)}, ${nodeId(plan.to, pipeline)})`)
  pipeline.block(`while (${search}.advance())`, () => {
    pipeline.charge('4096')
    pipeline.pause()
  })
  pipeline.loop(`for (const ${path} of ${search}.paths())`, () => {
    pipeline.charge('16')
    pipeline.variables.set(plan.relationship, { text: path, as: 'trail' })
    consume()
  })
}

function options(plan: ShortestPath, pipeline: Pipeline): string {
  const { min, max, all, parts } = plan
  const equalities = plan.properties.map((entry) =>
    withPart(plan.relationship, 'relationship', pipeline, () =>
      isTrue(propertyEquals(plan.relationship, entry), pipeline),
    ),
  )
  const tests = (of: PartPredicate['of']) =>
    parts.filter((part) => part.of === of).map((part) => partTest(part, pipeline))
  const relationships = predicate([...equalities, ...tests('relationships')])
  const shape = `min: ${min}, max: ${max ?? 'Infinity'}, all: ${all}`
  return `{ ${shape}, acceptsRelationship: ${relationships}, acceptsNode: ${predicate(tests('nodes'))} }`
}

function partTest({ of, slot, where, negated }: PartPredicate, pipeline: Pipeline): string {
  const as = of === 'nodes' ? 'node' : 'relationship'
  return withPart(slot, as, pipeline, () => (negated ? isFalse(where, pipeline) : isTrue(where, pipeline)))
}

/** Compiles what is asked of one relationship or node, which is the argument of a function. */
function withPart(
  slot: ShortestPath['relationship'],
  as: 'node' | 'relationship',
  pipeline: Pipeline,
  compile: () => string,
): string {
  pipeline.variables.set(slot, { text: 'part', as })
  const test = pipeline.withinFunction(compile)
  pipeline.variables.delete(slot)
  return test
}

/** Source of a function; 'null' when nothing is asked. */
function predicate(tests: readonly string[]): string {
  return tests.length === 0 ? 'null' : `(part) => ${tests.join(' && ')}`
}
