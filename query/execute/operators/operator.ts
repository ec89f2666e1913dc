/** What the source of an operator is made from: the pipeline, what is read above, and the operators above as a whole. */
import type { Slot } from '../../semantics/bound.js'
import type { Pipeline } from '../pipeline.js'

export interface Emission {
  readonly pipeline: Pipeline
  /** Slots that something above reads. */
  readonly needed: ReadonlySet<Slot>
  /** Writes the source of what happens to each row. */
  readonly consume: () => void
}
