/** What one analysis gathers: the slots it has given out, the parameters it has met, and how it reports a mistake. */
import { DatabaseError, type ErrorCode, type Position } from '../../src/core/errors.js'
import type { OpenCypherName } from '../../src/core/opencypher-errors.js'
import { Library } from '../procedures/procedure.js'
import type { Name } from '../syntax/ast.js'
import { nearest } from '../syntax/spelling.js'
import type { Slot, SlotInfo } from './bound.js'

export class Analysis {
  readonly slots: SlotInfo[] = []
  readonly parameters = new Set<string>()
  private readonly lineStarts: number[] = [0]

  constructor(
    readonly text: string,
    readonly library: Library = new Library(),
  ) {
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.lineStarts.push(i + 1)
  }

  newSlot(info: Omit<SlotInfo, 'anonymous'> & { readonly anonymous?: boolean }): Slot {
    return (this.slots.push({ anonymous: false, ...info }) - 1) as Slot
  }

  /** The slot may be null after all, where it is read from now on. */
  makeNullable(slot: Slot): void {
    this.slots[slot] = { ...this.info(slot), nullable: true }
  }

  info(slot: Slot): SlotInfo {
    return this.slots[slot]!
  }

  /** As `positionAt` of errors.ts, by a binary search, since every expression has a position. */
  position(offset: number): Position {
    let low = 0
    let high = this.lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { offset, line: low + 1, column: offset - this.lineStarts[low]! + 1 }
  }

  /** `openCypher` where its name of the mistake is finer than the code's. */
  fail(code: ErrorCode, at: number, message: string, hint?: string, openCypher?: OpenCypherName): never {
    throw new DatabaseError(code, message, { query: this.text, position: this.position(at), hint, openCypher })
  }

  unsupported(at: number, what: string): never {
    this.fail('UNSUPPORTED', at, `${what} cannot be run yet`)
  }
}

/** Names that can be seen, with their slots. A scope within another sees that one's names too. */
export class Scope {
  private readonly names = new Map<string, Slot>()

  constructor(
    readonly outer: Scope | null = null,
    /** What could be seen before a WITH, and cannot any more. */
    private readonly before: Scope | null = null,
  ) {}

  declare(name: string, slot: Slot): void {
    this.names.set(name, slot)
  }

  find(name: string): Slot | undefined {
    return this.names.get(name) ?? this.outer?.find(name)
  }

  /** The names declared in this very scope, with their slots. */
  own(): Iterable<readonly [string, Slot]> {
    return this.names
  }

  /** Whether a WITH before has left the name behind. */
  hasLeftBehind(name: string): boolean {
    return (this.before?.sees(name) ?? false) || (this.outer?.hasLeftBehind(name) ?? false)
  }

  private sees(name: string): boolean {
    return this.find(name) !== undefined || this.hasLeftBehind(name)
  }

  /** All names that can be seen, each once. */
  visible(): string[] {
    return [...new Set([...this.names.keys(), ...(this.outer?.visible() ?? [])])]
  }
}

export function undefinedVariable(analysis: Analysis, scope: Scope, { name, at }: Name): never {
  const similar = nearest(name, scope.visible())
  const left = scope.hasLeftBehind(name) ? `a WITH, DISTINCT or aggregate before leaves ${name} out` : undefined
  const hint = left ?? (similar === undefined ? undefined : `did you mean ${similar}?`)
  return analysis.fail('VARIABLE_UNDEFINED', at, `the variable ${name} is not defined`, hint)
}
