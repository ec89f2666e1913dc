/** Everything that generated source may call, by the name it has there. */
import { NodeRef, PathValue, RelationshipRef } from '../../../src/core/value.js'
import { nullInt32 } from '../../../src/transaction/transaction.js'
import * as operators from '../../functions/operators.js'
import { rangeOf } from '../../functions/range.js'
import {
  equals,
  greaterOrEqual,
  greaterThan,
  groupKey,
  groupKeyOf,
  lessOrEqual,
  lessThan,
  not,
  notEquals,
  xor,
} from '../../functions/values.js'
import * as access from './access.js'
import { Average, Collect, Maximum, Minimum, resultsOf, Sum } from './accumulators.js'
import { AwaitedRows, rowsOfCall } from './calls.js'
import * as constants from './constants.js'
import { createParts } from './creation.js'
import { graphFunctions, hasLabels, itemOf, nodeHasLabels, propertyOf } from './entities.js'
import { JoinTable, joinKey, joinKeyOf } from './join-table.js'
import { jsonFunctions } from './json.js'
import { keyFunctions } from './keys.js'
import { allOf, anyOf, comprehend, itemsOf, membersOf, noneOf, reduce, singleOf, truth } from './lists.js'
import { giveMarkerBack, takeMarker } from './marker.js'
import { bytesOf, bytesOfKey } from './memory.js'
import { giveNeighborsBack, takeNeighbors } from './neighbors.js'
import { livePlaceAt, placeAt } from './place-reads.js'
import { changePlace } from './place-writes.js'
import { DistinctCells, PropertyColumns } from './property-columns.js'
import { ReachWalk } from './reach.js'
import { DistinctRows, IdSet, joinedBuffers, orNulls, rowCount, rowOrder, SortedRows } from './rows.js'
import {
  bestFirst,
  bestRows,
  nearestRows,
  nodesSearched,
  SearchQuestion,
  scanNearest,
  scanTexts,
  searchFunctions,
} from './search.js'
import { ShortestSearch } from './shortest.js'
import { ContinuousPercentile, DiscretePercentile, PopulationDeviation, SampleDeviation } from './spread.js'
import { TopRows } from './top.js'
import { TrailWalk } from './trails.js'
import { WordGroups } from './word-groups.js'
import {
  addLabels,
  Doomed,
  endFrom,
  foundOrNew,
  keyFrom,
  mergeValue,
  Renewed,
  removeLabels,
  setProperties,
  setProperty,
  Tokens,
} from './writes.js'

export const helpers = {
  ...access,
  ...constants,
  ...operators,
  addLabels,
  allOf,
  anyOf,
  Average,
  AwaitedRows,
  bestRows,
  nearestRows,
  bestFirst,
  nodesSearched,
  Collect,
  ContinuousPercentile,
  DiscretePercentile,
  PopulationDeviation,
  SampleDeviation,
  bytesOf,
  bytesOfKey,
  changePlace,
  comprehend,
  createParts,
  DistinctCells,
  DistinctRows,
  Doomed,
  endFrom,
  equals,
  foundOrNew,
  giveMarkerBack,
  giveNeighborsBack,
  graphFunctions: { ...graphFunctions, json: jsonFunctions, key: keyFunctions, search: searchFunctions },
  greaterOrEqual,
  greaterThan,
  groupKey,
  groupKeyOf,
  hasLabels,
  IdSet,
  itemOf,
  joinedBuffers,
  orNulls,
  itemsOf,
  JoinTable,
  joinKey,
  joinKeyOf,
  keyFrom,
  lessOrEqual,
  lessThan,
  livePlaceAt,
  Maximum,
  membersOf,
  mergeValue,
  Minimum,
  nodeHasLabels,
  NodeRef,
  noneOf,
  not,
  notEquals,
  nullInt32,
  PathValue,
  PropertyColumns,
  placeAt,
  propertyOf,
  rangeOf,
  reduce,
  Renewed,
  removeLabels,
  ReachWalk,
  RelationshipRef,
  resultsOf,
  rowCount,
  rowOrder,
  rowsOfCall,
  scanNearest,
  scanTexts,
  setProperties,
  setProperty,
  ShortestSearch,
  singleOf,
  SortedRows,
  Sum,
  takeMarker,
  takeNeighbors,
  Tokens,
  SearchQuestion,
  TopRows,
  TrailWalk,
  WordGroups,
  truth,
  xor,
}

export type HelperName = keyof typeof helpers
