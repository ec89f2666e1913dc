/**
 * What the searches of one statement have done, index by index: its summary says so, and PROFILE of each operator.
 */
import type { SearchRecord, SearchWork } from './transaction.js'

/** What one search has done. */
interface Done {
  readonly postingsRead?: number
  readonly candidates: number
  readonly hits: number
  /** The operator that may have missed a hit. */
  readonly approximatedBy?: SearchRecord['operator']
}

export class SearchRecords implements SearchWork {
  postingsRead = 0
  candidates = 0
  private readonly byIndex = new Map<string, SearchRecord>()

  note(index: string, kind: SearchRecord['kind'], done: Done): void {
    const { postingsRead = 0, candidates, hits, approximatedBy = null } = done
    this.postingsRead += postingsRead
    this.candidates += candidates
    const before = this.byIndex.get(index)
    const operator = before?.operator ?? approximatedBy
    this.byIndex.set(index, {
      index,
      kind,
      complete: operator === null,
      operator,
      postingsRead: (before?.postingsRead ?? 0) + postingsRead,
      candidates: (before?.candidates ?? 0) + candidates,
      hits: (before?.hits ?? 0) + hits,
    })
  }

  /** In the order in which the indexes were asked first. */
  list(): readonly SearchRecord[] {
    return [...this.byIndex.values()]
  }
}
