/** The rules, in the order in which they are tried, with the reason for each place. */
import type { IntersectionChoice } from './access.js'
import type { JoinChoice, SearchChoice } from './match.js'
import type { TopChoice } from './plan.js'
import type { LogicalRule, PhysicalRule } from './rule.js'
import { countByDegree } from './rules/count-by-degree.js'
import { countFromStore } from './rules/count-from-store.js'
import { dedupeHops } from './rules/dedupe-hops.js'
import { dropImpliedLabels } from './rules/drop-implied-labels.js'
import { equalScoresById } from './rules/equal-scores-by-id.js'
import { filterBelowAggregate } from './rules/filter-below-aggregate.js'
import { filterBelowProject } from './rules/filter-below-project.js'
import { filterIntoMatch } from './rules/filter-into-match.js'
import { keysByColumn } from './rules/keys-by-column.js'
import { labelsIntoPattern } from './rules/labels-into-pattern.js'
import { labelsOfIndexes } from './rules/labels-of-indexes.js'
import { listBeforeMatch } from './rules/list-before-match.js'
import { matchBelowRenames } from './rules/match-below-renames.js'
import { mergeMatches } from './rules/merge-matches.js'
import { mergeProjects } from './rules/merge-projects.js'
import { projectAfterTop } from './rules/project-after-top.js'
import { topRows } from './rules/top-rows.js'
import { walkBreadthFirst } from './rules/walk-breadth-first.js'

export const logicalRules: readonly LogicalRule[] = [
  // Filters sink first, so that the pattern they end in has them before it grows.
  filterBelowProject,
  filterBelowAggregate,
  // Leaves the filter next to the match.
  listBeforeMatch,
  filterIntoMatch,
  // Renames part two patterns that would be one.
  matchBelowRenames,
  mergeMatches,
  mergeProjects,
  // Needs the predicates in the pattern.
  labelsIntoPattern,
  labelsOfIndexes,
  topRows,
  // Before the projections that name the score go elsewhere.
  equalScoresById,
  // Only a top that exists can be moved under a projection.
  projectAfterTop,
]

export const physicalRules: readonly PhysicalRule[] = [
  // A label's test between a count and the expand would keep the next two from firing.
  dropImpliedLabels,
  // Reads a count that `countByDegree` has made of the only expand.
  countFromStore,
  countByDegree,
  // Reads whether duplicates make a difference, which the distinct operators that dedupeHops adds would hide.
  walkBreadthFirst,
  dedupeHops,
  // Of no concern to the others, which look at patterns and counts.
  keysByColumn,
]

/** What a query is planned by: all rules, but for tests that leave some out or put a wrong one in. */
export interface Rules {
  readonly logical: readonly LogicalRule[]
  readonly physical: readonly PhysicalRule[]
  readonly joins?: JoinChoice
  readonly searches?: SearchChoice
  readonly tops?: TopChoice
  readonly intersections?: IntersectionChoice
}

export const allRules: Rules = { logical: logicalRules, physical: physicalRules, joins: 'where cheaper' }
