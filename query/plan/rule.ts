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
  return new Rewriting(rules, context).rewrite(plan)
}

class Rewriting<Plan extends { readonly kind: string }> {
  /**
   * Plans to which no rule has anything to say, nor to a part of them: without them each change would have all that is
   * below it looked through again, and long chains take the square of their length.
   */
  readonly #settled = new WeakSet<Plan>()

  constructor(
    private readonly rules: readonly Rule<Plan>[],
    private readonly context: PlanContext,
  ) {}

  rewrite(plan: Plan): Plan {
    for (;;) {
      if (this.#settled.has(plan)) return plan
      // Where an operator below changed, this one may have something to say now.
      const changed = this.applyOne(plan) ?? this.rewriteParts(plan)
      if (changed === undefined) break
      plan = changed
    }
    this.#settled.add(plan)
    return plan
  }

  private applyOne(plan: Plan): Plan | undefined {
    for (const rule of this.rules) {
      const rewritten = rule.rewrite(plan, this.context)
      if (rewritten === undefined) continue
      this.context.note(rule.name)
      return rewritten
    }
    return undefined
  }

  private rewriteParts(plan: Plan): Plan | undefined {
    let changed: Plan | undefined
    for (const name of ['input', 'inner', 'other', 'build'] as const) {
      const part = (plan as Parts<Plan>)[name]
      if (part === undefined) continue
      const rewritten = this.rewrite(part)
      if (rewritten !== part) changed = { ...(changed ?? plan), [name]: rewritten }
    }
    return changed
  }
}

interface Parts<Plan> {
  readonly input?: Plan
  readonly inner?: Plan
  readonly other?: Plan
  readonly build?: Plan
}
