/** What the searches of one statement have done, index by index: its summary says so, and PROFILE of each operator. */
import type { SearchRecord, SearchWork } from './transaction.js'

/** What one search has done. */
interface Done {
  readonly postingsRead?: number
  readonly candidates: number
  readonly hits: number
  /** The operator that may have missed a hit. */
  readonly approximatedBy?: SearchRecord['operator']
}

export class SearchRecords {
  private readonly byIndex = new Map<string, IndexRecord>()

  /** That of an index, for whoever searches it. */
  of(index: string, kind: SearchRecord['kind']): IndexRecord {
    const known = this.byIndex.get(index)
    if (known?.kind === kind) return known
    const record = new IndexRecord(index, kind)
    this.byIndex.set(index, record)
    return record
  }

  /** Of the indexes that were searched. */
  list(): readonly SearchRecord[] {
    return [...this.byIndex.values()].filter(({ searched }) => searched).map((record) => record.told())
  }

  work(): SearchWork {
    let postingsRead = 0
    let candidates = 0
    for (const record of this.byIndex.values()) {
      postingsRead += record.postingsRead
      candidates += record.candidates
    }
    return { postingsRead, candidates }
  }
}

/** Counts only: a filter may ask about each of its rows. */
export class IndexRecord {
  searched = false
  postingsRead = 0
  candidates = 0
  private hits = 0
  private operator: SearchRecord['operator'] = null

  constructor(
    private readonly index: string,
    readonly kind: SearchRecord['kind'],
  ) {}

  note({ postingsRead = 0, candidates, hits, approximatedBy = null }: Done): void {
    this.searched = true
    this.postingsRead += postingsRead
    this.candidates += candidates
    this.hits += hits
    this.operator ??= approximatedBy
  }

  told(): SearchRecord {
    const { index, kind, operator, postingsRead, candidates, hits } = this
    return { index, kind, complete: operator === null, operator, postingsRead, candidates, hits }
  }
}
