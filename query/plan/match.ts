/**
 * Solves a pattern graph: chooses where to start and in which order to walk.
 *
 * Left-deep and greedy. From every possible first step the solver goes on with the step that leaves the fewest rows,
 * until each node and relationship is bound, and of the finished plans it keeps the one with the least work. Trying
 * every start matters most: `(a:Person)-[:LIVES_IN]->(:City {name: 'Oslo'})` is a scan from one end and a seek from
 * the other. An exhaustive search over orders would cost more than it finds in patterns of the usual size.
 *
 * Filters stand as early as their slots are known. Wherever the walk has come to, what is left may be found by itself
 * and joined, which is done where it costs less: parts without a connection, or branches that meet in a node.
 *
 * The search is bounded. A join that is looked for doubles the ways on, so only so many are along one way; and of a
 * pattern with more parts than `partsSearchedMax` only the best start is tried, without joins, and each further step is
 * chosen among the parts written first, so that a path of hundreds of hops takes a fraction of a second.
 */
import type { Catalog } from '../../src/transaction/catalog.js'
import type { Direction } from '../../src/transaction/transaction.js'
import type { BoundExpression, Slot, SlotInfo } from '../semantics/bound.js'
import { type AccessPath, accessPaths, type IntersectionChoice, relationshipAccess } from './access.js'
import type { BestHits } from './best-hits.js'
import type { Estimates } from './cost.js'
import { slotsRead } from './expressions.js'
import { differences, meetingOf, type Rest, restsOf } from './join.js'
import type { Pattern, PatternNode, PatternRelationship, ShortestRule } from './logical.js'
import { operatorsOf, type PhysicalPlan } from './physical.js'
import { isLimited, labelsOfHits, nameOfSearch, searchOf, searchTested } from './searches.js'
import { mustBeSearchable } from './size.js'

const unit: PhysicalPlan = { kind: 'unit', rows: 1 }

/** Starts that are tried to the end; in larger patterns these are the ones that look cheapest at first. */
const startsTriedMax = 8
/** Of those, the ones on whose ways joins are looked for: of two parts either may be the one to gather. */
const startsJoinedMax = 2
/** Steps along one way at which joins are looked for. */
const looksMax = 5
/** Nodes and relationships of a pattern that is searched as a whole. */
export const partsSearchedMax = 32
/** Of a larger one, the relationships, and the nodes, among which the next step is chosen. */
const windowParts = 8

export interface MatchQuestion {
  readonly input: PhysicalPlan
  readonly pattern: Pattern
  readonly predicates: readonly BoundExpression[]
  readonly slots: readonly SlotInfo[]
  readonly catalog: Catalog
  readonly estimates: Estimates
  readonly joins: JoinChoice
  /** How many rows the pattern is found for, one after the other. */
  readonly repeats: number
  readonly searches: SearchChoice | LedByScore
  readonly intersections: IntersectionChoice
  /** Whether rows may be gathered on the way: not where they come one by one, for another row or until a LIMIT. */
  readonly mayGather: boolean
}

/** Whether a search of full text leads to a pattern, or is made among its nodes, or is asked about each. */
export type SearchChoice = 'where cheaper' | 'lead' | 'gather' | 'ask'

/** A search leads, best hits first, for a Top of which a row takes so many hits. */
export interface LedByScore {
  readonly best: BestHits
  readonly hitsPerRow: number
}

export interface PlannedMatch {
  readonly plan: PhysicalPlan
  /** Rows looked at, or what takes as long. */
  readonly work: number
}

/** Where parts of a pattern are found by themselves and joined. */
export type JoinChoice = 'never' | 'where cheaper' | 'wherever possible'

/** Walks of less work are not worth looking for another way. */
const workMin = 10_000
/** Work of a gathered row, and of one that looks for others, as multiples of that of a step of a walk. */
const workPerBuild = 20
const workPerProbe = 10

/** A pattern solved in part. Each step makes a new one. */
interface Partial {
  readonly plan: PhysicalPlan
  readonly known: ReadonlySet<Slot>
  readonly relationships: readonly PatternRelationship[]
  readonly predicates: readonly BoundExpression[]
  readonly paths: Pattern['paths']
  /** Rows looked at so far, those that were dropped again included. */
  readonly work: number
}

/** Nodes that a step has found. */
interface Reached {
  readonly nodes: readonly Slot[]
  /** Labels that they are known to have. */
  readonly covered?: readonly string[]
  /** They were found by what lets expect all labels. */
  readonly likelyLabeled?: boolean
  /** The relationship that led to them. */
  readonly through?: PatternRelationship
}

/** Throws QUERY_TOO_LONG. */
export function planMatch(question: MatchQuestion): PlannedMatch {
  mustBeSearchable(Math.max(question.pattern.nodes.length, question.pattern.relationships.length))
  return new MatchPlanner(question).best()
}

class MatchPlanner {
  private readonly nodes: ReadonlyMap<Slot, PatternNode>
  private readonly isLarge: boolean

  constructor(
    private readonly question: MatchQuestion,
    /** Rests that have been solved, by their slots. */
    private readonly apart = new Map<string, Partial>(),
  ) {
    const { nodes, relationships } = question.pattern
    this.nodes = new Map(nodes.map((node) => [node.slot, node]))
    this.isLarge = nodes.length + relationships.length > partsSearchedMax
  }

  best(): Partial {
    const start = this.begin()
    const { searches } = this.question
    if (typeof searches === 'object') return this.finish(this.scoreStep(start, searches), this.isLarge ? 0 : looksMax)
    const firsts = this.firstSteps(start).sort((left, right) => left.work - right.work)
    if (firsts.length === 0) return start
    if (this.isLarge) return this.walk(firsts[0]!)
    // Joins are looked for on the ways of the best walks alone: on all of them the search would take as long as it saves.
    const walks = firsts.slice(0, startsTriedMax).map((first) => ({ first, work: this.walk(first).work }))
    const best = walks.sort((left, right) => left.work - right.work).slice(0, startsJoinedMax)
    const finished = best.map(({ first }) => this.finish(first, looksMax))
    return this.orJoined(
      start,
      cheapest(finished, ({ work }) => work),
      looksMax,
    )
  }

  private firstSteps(start: Partial): Partial[] {
    const steps = this.steps(start, false)
    const led = steps.filter(({ plan }) => operatorsOf(plan).some(({ kind }) => kind === 'textScan'))
    return this.question.searches === 'lead' && led.length > 0 ? led : steps
  }

  private scoreStep(start: Partial, { best, hitsPerRow }: LedByScore): Partial {
    const { slot, index, query, options, wanted, equalsCount, predicate } = best
    const { catalog, estimates } = this.question
    const rows = estimates.hits(best)
    const search = { entity: 'node', slot, index, query, options, wanted, equalsCount, hitsPerRow } as const
    const predicates = start.predicates.filter((each) => each !== predicate)
    return this.settle(
      { ...start, predicates },
      { kind: 'textScanByScore', input: start.plan, ...search, rows },
      { nodes: [slot], covered: labelsOfHits(best, catalog) },
    )
  }

  /** What holds before the first step: the input's slots are known, and its nodes must have the pattern's labels. */
  private begin(): Partial {
    const { input, pattern, predicates } = this.question
    const bound = pattern.nodes.filter((node) => node.bound)
    const local = new Set([...pattern.nodes, ...pattern.relationships].filter((part) => !part.bound).map((p) => p.slot))
    const outer = [...slotsRead(...predicates)].filter((slot) => !local.has(slot) && !isPath(pattern, slot))
    const partial: Partial = {
      plan: bound.reduce((plan, node) => this.asNode(plan, node.slot), input),
      known: new Set([...outer, ...pattern.relationships.filter((r) => r.bound).map((r) => r.slot)]),
      relationships: pattern.relationships,
      predicates,
      paths: pattern.paths,
      work: input.rows,
    }
    return this.settle(partial, partial.plan, { nodes: bound.map((node) => node.slot) })
  }

  private asNode(input: PhysicalPlan, slot: Slot): PhysicalPlan {
    const { type, nullable } = this.question.slots[slot]!
    return type === 'node' && !nullable ? input : { kind: 'asNode', input, slot, rows: input.rows }
  }

  /** `looks`: how many more steps may look for joins. */
  private finish(partial: Partial, looks: number): Partial {
    if (looks === 0) return this.walk(partial)
    const next = this.steps(partial)
    if (next.length === 0) return partial
    return this.orJoined(partial, this.finish(cheapest(next, costOfStep), looks - 1), looks - 1)
  }

  /** As `finish`, without joins. */
  private walk(partial: Partial): Partial {
    for (let next = this.steps(partial); next.length > 0; next = this.steps(partial))
      partial = cheapest(next, costOfStep)
    return partial
  }

  /** The cheaper of two ways on: that of a walk, or to find a part of what is left by itself. */
  private orJoined(partial: Partial, walked: Partial, looks: number): Partial {
    const { joins, repeats, input } = this.question
    const isForced = joins === 'wherever possible'
    const isAlone = partial.known.size === 0 && input.kind === 'unit' && repeats === 1
    if (joins === 'never' || isAlone) return walked
    if (!isForced && (walked.work - partial.work) * repeats < workMin) return walked
    const joined = restsOf(this.question.pattern, partial).flatMap((rest) => this.joinStep(partial, rest))
    if (joined.length === 0) return walked
    const best = cheapest(joined, ({ work }) => work)
    // What is left adds to its work.
    if (!isForced && best.work >= walked.work) return walked
    const finished = this.finish(best, looks)
    return isForced || finished.work < walked.work ? finished : walked
  }

  private joinStep(partial: Partial, rest: Rest): Partial[] {
    const { estimates, repeats } = this.question
    const differing = differences(rest.relationships.flatMap((one) => this.pairsOf(partial, one)))
    if (differing === undefined) return []
    const { within, values, equalities } = meetingOf(rest, partial)
    const build = this.solvedApart(rest, within)
    const perRow = rest.meeting.reduce(
      (rows, slot) => rows / estimates.nodesHaving(this.labelsOf(slot, partial)),
      build.plan.rows * estimates.share(equalities),
    )
    const { rows } = partial.plan
    const joined = { input: partial.plan, build: build.plan, rows: rows * perRow }
    const plan: PhysicalPlan =
      rest.meeting.length + values.length === 0
        ? { kind: 'cartesianProduct', ...joined }
        : { kind: 'hashJoin', ...joined, nodes: rest.meeting, values }
    const work = partial.work + (build.work + build.plan.rows * workPerBuild) / repeats + rows * workPerProbe
    const left = {
      ...partial,
      known: new Set([...partial.known, ...rest.slots]),
      relationships: partial.relationships.filter((relationship) => !rest.relationships.includes(relationship)),
      predicates: [
        ...partial.predicates.filter((each) => !within.includes(each) && !equalities.includes(each)),
        ...differing,
      ],
      work,
    }
    return [this.settle(left, plan, { nodes: [] })]
  }

  /** Many ways lead to the same rest. */
  private solvedApart(rest: Rest, predicates: readonly BoundExpression[]): Partial {
    const name = [...rest.slots].sort().join()
    const known = this.apart.get(name)
    if (known !== undefined) return known
    const { nodes, relationships } = rest
    const pattern = { nodes, relationships, paths: [] }
    const searches = typeof this.question.searches === 'object' ? 'where cheaper' : this.question.searches
    const question = { ...this.question, input: unit, pattern, predicates, repeats: 1, searches, mayGather: false }
    const solved = new MatchPlanner(question, this.apart).best()
    this.apart.set(name, solved)
    return solved
  }

  /** Everything that can be done next, or what is near where that is to be `narrow`, each as what it leads to. */
  private steps(partial: Partial, narrow = this.isLarge): Partial[] {
    const unknown = this.question.pattern.nodes.filter((node) => !partial.known.has(node.slot))
    const [relationships, nodes] = narrow
      ? [nearest(partial), unknown.slice(0, windowParts)]
      : [partial.relationships, unknown]
    return [
      ...relationships.flatMap((relationship) => this.relationshipStep(partial, relationship)),
      ...nodes.flatMap((node) => this.accessStep(partial, node)),
    ]
  }

  private accessStep(partial: Partial, node: PatternNode): Partial[] {
    const { catalog, estimates, searches, intersections } = this.question
    const { predicates, known } = partial
    const walks = partial.relationships.filter((each) => leadsTo(each, node.slot, partial))
    const mayLead = mayLeadIn(searches)
    return accessPaths({ node, predicates, known, mayLead, intersections }, catalog, estimates).flatMap((access) => {
      // One at the most costs nothing, and then a walk to it has a goal.
      const { candidates } = access
      if (candidates > 1 && walks.some((walk) => this.isBetterWalked(walk, node, candidates, partial))) return []
      return [this.accessed(partial, node, access)]
    })
  }

  private accessed(partial: Partial, node: PatternNode, access: AccessPath): Partial {
    const { plan, work } = partial
    const found = access.over(plan, plan.rows * access.candidates)
    const left = { ...withoutCovered(partial, access), work: work + (access.workFor?.(plan.rows) ?? 0) }
    const { labels: covered, likelyLabeled = false } = access
    return this.settle(left, found, { nodes: [node.slot], covered, likelyLabeled })
  }

  /**
   * Whether to walk to a node costs no more than to look at each candidate for a way to it. Trails are always walked:
   * looking for nodes first would walk the same ones for every pair of ends, and keep those that end well.
   */
  private isBetterWalked(walk: PatternRelationship, node: PatternNode, candidates: number, partial: Partial): boolean {
    if (walk.length !== null) return true
    const { estimates } = this.question
    const { types, direction } = walk
    const start = walk.to === node.slot ? walk.from : walk.to
    const forth = walk.to === node.slot ? direction : opposite(direction)
    const degree = estimates.degree(types, forth, this.labelsOf(start, partial))
    return candidates * Math.min(degree, estimates.degree(types, opposite(forth), node.labels)) >= degree
  }

  private relationshipStep(partial: Partial, relationship: PatternRelationship): Partial[] {
    const { known } = partial
    const { from, to } = relationship
    if (relationship.bound) return [this.endsStep(partial, relationship)]
    if (relationship.shortest !== null) return this.shortestStep(partial, relationship, relationship.shortest)
    if (known.has(from) && known.has(to)) return [this.intoStep(partial, relationship)]
    if (known.has(from)) return [this.expandStep(partial, relationship, false)]
    if (known.has(to)) return [this.expandStep(partial, relationship, true)]
    return this.relationshipSeek(partial, relationship)
  }

  /** Begins with the relationship, where an index finds it. */
  private relationshipSeek(partial: Partial, relationship: PatternRelationship): Partial[] {
    const { catalog, estimates, searches } = this.question
    if (relationship.length !== null) return []
    const { plan: input, work, predicates, known } = partial
    const question = { predicates, known, mayLead: mayLeadIn(searches) }
    return relationshipAccess(relationship, question, catalog, estimates).map((access) => {
      const plan = access.over(input, input.rows * access.candidates)
      const taken = work + plan.rows + (access.workFor?.(input.rows) ?? 0)
      return this.endsStep({ ...withoutCovered(partial, access), plan, work: taken }, relationship)
    })
  }

  private endsStep(partial: Partial, relationship: PatternRelationship): Partial {
    const { slot, from, to, direction, types } = relationship
    const known = [...new Set([from, to])].filter((end) => partial.known.has(end))
    const differentFrom = this.differentFrom(partial, relationship)
    const hop = { input: partial.plan, from, to, relationship: slot, direction, types, differentFrom, known }
    return this.walked(partial, relationship, { kind: 'relationshipEnds', ...hop, rows: partial.plan.rows })
  }

  private expandStep(partial: Partial, relationship: PatternRelationship, reversed: boolean): Partial {
    const { estimates } = this.question
    const hop = this.hop(partial, relationship, reversed)
    const degree = estimates.degree(hop.types, hop.direction, this.labelsOf(hop.from, partial))
    const { length, properties } = relationship
    if (length === null)
      return this.walked(partial, relationship, { kind: 'expand', ...hop, rows: partial.plan.rows * degree })
    const rows = partial.plan.rows * estimates.trails(degree, length)
    const trails = { ...length, properties, into: false, reversed }
    return this.walked(partial, relationship, { kind: 'expandTrails', ...hop, ...trails, rows })
  }

  private intoStep(partial: Partial, relationship: PatternRelationship): Partial {
    const { estimates } = this.question
    const hop = this.hop(partial, relationship, false)
    const { from, to, types, direction } = hop
    const rows = partial.plan.rows
    const degree = estimates.degree(types, direction, this.labelsOf(from, partial))
    const { length, properties } = relationship
    const goals = this.labelsOf(to, partial)
    const isGoal = estimates.neighborShare(types, direction, goals) / estimates.nodesHaving(goals)
    if (length === null) {
      const work = rows * Math.min(degree, estimates.degree(types, opposite(direction), goals))
      return this.walked(partial, relationship, { kind: 'expandInto', ...hop, rows: rows * degree * isGoal }, work)
    }
    const work = rows * estimates.trails(degree, length)
    const trails = { ...length, properties, into: true, reversed: false }
    return this.walked(partial, relationship, { kind: 'expandTrails', ...hop, ...trails, rows: work * isGoal }, work)
  }

  /** A search from both ends, so both must be known, and all that it asks of the parts. */
  private shortestStep(partial: Partial, relationship: PatternRelationship, { all, parts }: ShortestRule): Partial[] {
    const { estimates } = this.question
    const { slot, from, to, direction, types, length, properties } = relationship
    const own = new Set<Slot>([slot, ...parts.map((part) => part.slot)])
    const read = slotsRead(...properties.map(({ value }) => value), ...parts.map(({ where }) => where))
    if (![from, to, ...read].every((each) => own.has(each) || partial.known.has(each))) return []
    const { rows } = partial.plan
    const work = rows * Math.sqrt(estimates.nodeCount())
    const hop = { input: partial.plan, from, to, relationship: slot, direction, types, differentFrom: [] }
    return [
      this.walked(
        partial,
        relationship,
        { kind: 'shortestPath', ...hop, ...length!, properties, all, parts, rows },
        work,
      ),
    ]
  }

  private hop(partial: Partial, relationship: PatternRelationship, reversed: boolean) {
    const { slot, from, to, direction, types } = relationship
    return {
      input: partial.plan,
      from: reversed ? to : from,
      to: reversed ? from : to,
      relationship: slot,
      direction: reversed ? opposite(direction) : direction,
      types,
      differentFrom: this.differentFrom(partial, relationship),
    }
  }

  /** The relationships bound already that could be the same one: of the same MATCH, and sharing a type. */
  private differentFrom(partial: Partial, relationship: PatternRelationship): Slot[] {
    return this.pairsOf(partial, relationship).map(([, other]) => other.slot)
  }

  private pairsOf(partial: Partial, relationship: PatternRelationship) {
    const open = new Set(partial.relationships)
    return this.question.pattern.relationships
      .filter((other) => other !== relationship && !open.has(other))
      .filter((other) => other.group === relationship.group && shareType(other.types, relationship.types))
      .map((other) => [relationship, other] as const)
  }

  /** `work`: what it takes beyond giving its rows. */
  private walked(partial: Partial, relationship: PatternRelationship, plan: PhysicalPlan, work = 0): Partial {
    const { slot, from, to } = relationship
    const rest = partial.relationships.filter((other) => other !== relationship)
    const ends = [from, to].filter((end) => !partial.known.has(end))
    const known = new Set([...partial.known, slot])
    const reached = { nodes: [...new Set(ends)], through: relationship }
    return this.settle({ ...partial, known, relationships: rest, work: partial.work + work }, plan, reached)
  }

  /** Adds what follows from the nodes being known now: their labels, predicates whose slots are known, named paths. */
  private settle(partial: Partial, plan: PhysicalPlan, reached: Reached): Partial {
    const { nodes } = reached
    const work = partial.work + plan.rows
    for (const slot of nodes) plan = this.filterLabels(plan, slot, reached)
    const known = new Set([...partial.known, ...nodes])
    const paths: Pattern['paths'][number][] = []
    for (const path of partial.paths) {
      const complete = [path.start, ...path.relationships].every((slot) => known.has(slot))
      if (!complete || partial.relationships.some(({ slot }) => path.relationships.includes(slot))) {
        paths.push(path)
        continue
      }
      plan = { kind: 'buildPath', input: plan, path, rows: plan.rows }
      known.add(path.slot)
    }
    const ready = partial.predicates.filter((predicate) => isKnown(predicate, known))
    const predicates = partial.predicates.filter((predicate) => !ready.includes(predicate))
    return this.tested({ ...partial, plan, known, predicates, paths, work }, ready)
  }

  /** Adds tests. Those that ask an index come last, as they cost most; or all rows are asked at once. */
  private tested(partial: Partial, predicates: readonly BoundExpression[]): Partial {
    const { estimates } = this.question
    const plain = predicates.filter((predicate) => searchTested(predicate) === undefined)
    const gathered = predicates.filter((predicate) => this.isGathered(predicate, partial, plain))
    const asked = predicates.filter((predicate) => !plain.includes(predicate) && !gathered.includes(predicate))
    let plan = this.filter(partial.plan, [...plain, ...asked])
    const left = this.rowsLeft(partial, plain)
    let work = partial.work + estimates.filterWork(plain, partial.plan.rows) + estimates.filterWork(asked, left)
    for (const predicate of gathered) {
      const { entity, index, query, options } = searchOf(predicate)!
      const { slot } = entity as Extract<BoundExpression, { kind: 'slot' }>
      work += estimates.gatheredWork({ index, query, options }, plan.rows)
      const rows = plan.rows * estimates.share([predicate])
      plan = {
        kind: 'keepHits',
        input: plan,
        entity: 'node',
        slot,
        index,
        query,
        options,
        wanted: null,
        others: false,
        rows,
      }
    }
    return { ...partial, plan, work }
  }

  /** Whether it costs less to gather the rows and to search among their nodes than to ask about each. */
  private isGathered(predicate: BoundExpression, partial: Partial, plain: readonly BoundExpression[]): boolean {
    const { mayGather, estimates, searches } = this.question
    const search = searchOf(predicate)
    if (!mayGather || search?.entity.kind !== 'slot' || !this.nodes.has(search.entity.slot)) return false
    if (nameOfSearch(search) === undefined || isLimited(search)) return false
    if (searches === 'gather' || searches === 'ask') return searches === 'gather'
    const rows = this.rowsLeft(partial, plain)
    return estimates.gatheredWork(search, rows) < estimates.filterWork([predicate], rows)
  }

  private rowsLeft({ plan }: Partial, predicates: readonly BoundExpression[]): number {
    return plan.rows * this.question.estimates.share(predicates)
  }

  private filterLabels(input: PhysicalPlan, slot: Slot, reached: Reached): PhysicalPlan {
    const { covered = [], likelyLabeled = false, through } = reached
    const labels = this.nodes.get(slot)!.labels.filter((label) => !covered.includes(label))
    if (labels.length === 0) return input
    const share = likelyLabeled ? 1 : this.shareHaving(labels, slot, through)
    return { kind: 'filterLabels', input, slot, labels, rows: input.rows * share }
  }

  private shareHaving(labels: readonly string[], slot: Slot, through: PatternRelationship | undefined): number {
    const { estimates } = this.question
    if (through === undefined) return estimates.labelShare(labels)
    const { to, types, direction } = through
    return estimates.neighborShare(types, slot === to ? direction : opposite(direction), labels)
  }

  /** The labels that a known node is sure to have: those of the pattern, and those that a walked relationship implies. */
  private labelsOf(slot: Slot, { relationships }: Partial): readonly string[] {
    const open = new Set(relationships)
    const walked = this.question.pattern.relationships.filter((relationship) => !open.has(relationship))
    const implied = walked.flatMap((relationship) => this.labelsFrom(relationship, slot))
    return [...new Set([...this.nodes.get(slot)!.labels, ...implied])]
  }

  private labelsFrom({ from, to, types, direction, length }: PatternRelationship, slot: Slot): readonly string[] {
    if (length !== null || direction === 'both' || (slot !== from && slot !== to)) return []
    const isStart = (slot === from) === (direction === 'outgoing')
    return this.question.estimates.impliedLabels(types, isStart ? 'start' : 'end')
  }

  private filter(input: PhysicalPlan, predicates: readonly BoundExpression[]): PhysicalPlan {
    if (predicates.length === 0) return input
    return { kind: 'filter', input, predicates, rows: input.rows * this.question.estimates.share(predicates) }
  }
}

function mayLeadIn(searches: MatchQuestion['searches']): boolean {
  return searches !== 'gather' && searches !== 'ask'
}

/** The first relationships that lead on from what is known; where none does, the first of all. */
function nearest({ relationships, known }: Partial): readonly PatternRelationship[] {
  const leading = relationships.filter(({ bound, from, to }) => bound || known.has(from) || known.has(to))
  return (leading.length > 0 ? leading : relationships).slice(0, windowParts)
}

function costOfStep({ plan, work }: Partial): number {
  return plan.rows + work / 1e6
}

function withoutCovered(partial: Partial, access: AccessPath): Partial {
  return { ...partial, predicates: partial.predicates.filter((predicate) => !access.predicates.includes(predicate)) }
}

function isKnown(predicate: BoundExpression, known: ReadonlySet<Slot>): boolean {
  return [...slotsRead(predicate)].every((slot) => known.has(slot))
}

/** Whether the relationship is a way from what is known to the node. */
function leadsTo({ bound, shortest, from, to }: PatternRelationship, node: Slot, { known }: Partial): boolean {
  if (bound || shortest !== null) return false
  return (to === node && known.has(from)) || (from === node && known.has(to))
}

function isPath(pattern: Pattern, slot: Slot): boolean {
  return pattern.paths.some((path) => path.slot === slot)
}

function shareType(left: readonly string[], right: readonly string[]): boolean {
  return left.length === 0 || right.length === 0 || left.some((type) => right.includes(type))
}

export function opposite(direction: Direction): Direction {
  if (direction === 'both') return 'both'
  return direction === 'outgoing' ? 'incoming' : 'outgoing'
}

function cheapest<T>(choices: readonly T[], cost: (choice: T) => number): T {
  return choices.reduce((best, choice) => (cost(choice) < cost(best) ? choice : best))
}
