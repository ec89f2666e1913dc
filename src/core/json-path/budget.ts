import { DatabaseError } from '../errors.js'

/** Some four seconds; enough for `$..name` in a document of ten million values, which takes two steps for each. */
const stepsMax = 20_000_000

/**
 * How much work is left for one evaluation: each value, selector and condition that is looked at
 * costs a step, each character of a text that is compared another, and one that a regular expression reads one for each of
 * its states. `$..[?$..[?$..*]]` takes the cube of a document's size, so that without an
 * end it would keep the thread for hours.
 */
export class Budget {
  private left: number

  constructor(private readonly max = stepsMax) {
    this.left = max
  }

  /** Throws LIMIT_EXCEEDED when no steps are left. */
  spend(steps: number): void {
    this.left -= steps
    if (this.left >= 0) return
    throw new DatabaseError(
      'LIMIT_EXCEEDED',
      `the path takes more than ${this.max} steps; begin with names instead of '..', and nest fewer filters that look at all of the document`,
      { limit: this.max },
    )
  }
}
