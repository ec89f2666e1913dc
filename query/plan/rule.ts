/**
 * What a rule is: a rewriting of a plan into one that gives the same rows at less cost. A rule sees one operator with
 * everything below it and gives the replacement, or undefined where it has nothing to say. Rules are tried at every
 * operator, from the top down, again and again until none of them changes anything. A plan that runs for each row of
 * another, or apart from it, is rewritten as a chain of its own.
 */
import type { LabelId, TypeId } from '../../src/core/ids.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { Slot, SlotInfo } from '../semantics/bound.js'
import type { LogicalPlan } from './logical.js'
import type { PhysicalPlan } from './physical.js'

export interface Rule<Plan> {
  readonly name: string
  rewrite(plan: Plan, context: PlanContext): Plan | undefined
}

export type LogicalRule = Rule<LogicalPlan>
export type PhysicalRule = Rule<PhysicalPlan>

/** That all relationships of the type have the label at this end. */
export interface Assumption {
  readonly type: TypeId
  readonly label: LabelId
  readonly end: 'start' | 'end'
}

/** What rules may ask while one query is planned. */
export class PlanContext {
  /** Names of the rules that changed the plan, in the order in which they first did. */
  readonly fired: string[] = []
  /** What the plan relies on: a run must see it hold, else the query is planned again. */
  readonly assumptions: Assumption[] = []
  readonly slots: SlotInfo[]

  constructor(
    slots: readonly SlotInfo[],
    readonly catalog: Catalog,
    /** Whether the query writes: then the data may change while it runs. */
    readonly writes: boolean,
  ) {
    this.slots = [...slots]
  }

  /** A slot of the planner's own, for an integer that is never null. */
  addCountSlot(name: string): Slot {
    this.slots.push({ name, type: 'integer', nullable: false, anonymous: true })
    return (this.slots.length - 1) as Slot
  }

  note(rule: string): void {
    if (!this.fired.includes(rule)) this.fired.push(rule)
  }
}

/** Applies `rules` to the whole chain until nothing changes. */
export function rewriteAll<Plan extends { readonly kind: string }>(
  plan: Plan,
  rules: readonly Rule<Plan>[],
  context: PlanContext,
): Plan {
  for (const rule of rules) {
    const rewritten = rule.rewrite(plan, context)
    if (rewritten === undefined) continue
    context.note(rule.name)
    return rewriteAll(rewritten, rules, context)
  }
  const changed = rewriteParts(plan, rules, context)
  // An operator below changed, so this one may have something to say now.
  return changed === undefined ? plan : rewriteAll(changed, rules, context)
}

function rewriteParts<Plan extends { readonly kind: string }>(
  plan: Plan,
  rules: readonly Rule<Plan>[],
  context: PlanContext,
): Plan | undefined {
  const parts = plan as Plan & {
    readonly input?: Plan
    readonly inner?: Plan
    readonly other?: Plan
    readonly build?: Plan
  }
  const names = (['input', 'inner', 'other', 'build'] as const).filter((name) => parts[name] !== undefined)
  const rewritten = names.map((name) => [name, rewriteAll(parts[name]!, rules, context)] as const)
  if (rewritten.every(([name, part]) => part === parts[name])) return undefined
  return { ...plan, ...Object.fromEntries(rewritten) }
}
