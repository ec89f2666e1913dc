/**
 * From text to a compiled query, by the shortest way that is known:
 *
 *   the same text before?            -> its plan and its literals
 *   the same but for literals?       -> the plan of the normalised text, with these literals as parameters
 *   else                             -> parse, analyse, plan, compile
 *
 * A plan that was made under another version of the catalog is made again, as better ones may be possible; so is one
 * that assumed something of the data which no longer holds.
 */
import { CompiledQuery } from '../../query/engine.js'
import { Library } from '../../query/procedures/procedure.js'
import { analyze } from '../../query/semantics/analyze.js'
import type { BoundSchemaCommand } from '../../query/semantics/bound.js'
import { liftedName } from '../../query/syntax/build.js'
import { normalize } from '../../query/syntax/lexer.js'
import { parse } from '../../query/syntax/parse.js'
import { DatabaseError } from '../core/errors.js'
import type { Value } from '../core/value.js'
import type { Catalog } from '../transaction/catalog.js'

export type Plan =
  | {
      readonly kind: 'query'
      readonly query: CompiledQuery
      /** That was compiled; others that differ in their literals share the plan. */
      readonly text: string
    }
  | { readonly kind: 'schema'; readonly command: BoundSchemaCommand }

/** A text's plan with the values of its own literals. */
export interface PreparedText {
  readonly text: string
  readonly plan: Plan
  readonly lifted: ReadonlyMap<string, Value>
}

/** Texts, and normalised texts, that are remembered. */
const entriesMax = 1000
/** Longer texts are rarely seen twice, and remembering them costs memory. */
const textRememberedMax = 16 * 1024

export class PlanCache {
  private readonly byText = new Map<string, PreparedText>()
  private readonly byKey = new Map<string, Plan>()
  readonly statistics = { exactHits: 0, normalizedHits: 0, misses: 0 }

  constructor(
    private readonly queryLengthMax?: number,
    private readonly library = new Library(),
  ) {}

  /** Throws what parsing and analysis throw, marked as seen before anything ran. */
  get(text: string, catalog: Catalog): PreparedText {
    try {
      return this.find(text, catalog)
    } catch (error) {
      if (error instanceof DatabaseError) error.phase = 'compile time'
      throw error
    }
  }

  private find(text: string, catalog: Catalog): PreparedText {
    const known = this.byText.get(text)
    if (known !== undefined && isCurrent(known.plan, catalog)) {
      this.statistics.exactHits++
      return known
    }
    const prepared = this.prepare(text, catalog)
    if (text.length <= textRememberedMax) remember(this.byText, text, prepared)
    return prepared
  }

  clear(): void {
    this.byText.clear()
    this.byKey.clear()
  }

  private prepare(text: string, catalog: Catalog): PreparedText {
    const { key, literals } = normalize(text, this.queryLengthMax)
    const known = this.byKey.get(key)
    const lifted = new Map(literals.map(({ value }, i) => [liftedName(i), value as Value]))
    if (known !== undefined && isCurrent(known, catalog)) {
      this.statistics.normalizedHits++
      return { text, plan: known, lifted }
    }
    this.statistics.misses++
    try {
      const plan = this.compile(text, catalog, literals)
      if (key.length <= textRememberedMax) remember(this.byKey, key, plan)
      return { text, plan, lifted }
    } catch (error) {
      // Expressions are compared by their spelling, which lifting changes: the exact text decides.
      if (literals.length === 0 || !(error instanceof DatabaseError)) throw error
      return { text, plan: this.compile(text, catalog, []), lifted: new Map() }
    }
  }

  private compile(text: string, catalog: Catalog, lifted: ReturnType<typeof normalize>['literals']): Plan {
    const options = this.queryLengthMax === undefined ? { lifted } : { lifted, lengthMax: this.queryLengthMax }
    const bound = analyze(parse(text, options), { text, library: this.library })
    return bound.kind === 'query'
      ? { kind: 'query', text, query: new CompiledQuery(bound, catalog) }
      : { kind: 'schema', command: bound }
  }
}

function isCurrent(plan: Plan, catalog: Catalog): boolean {
  return plan.kind === 'schema' || (plan.query.catalogVersion === catalog.version && plan.query.holds(catalog))
}

function remember<Entry>(entries: Map<string, Entry>, name: string, entry: Entry): void {
  // The oldest goes: a Map keeps the order of insertion.
  if (entries.size >= entriesMax) entries.delete(entries.keys().next().value!)
  entries.set(name, entry)
}
