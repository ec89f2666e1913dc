/**
 * Where in a query an error of its run lies, at no cost to the runs that go well.
 *
 * In generated source each call that can refuse a value is followed by a comment with a number, here ‹1› and ‹2›:
 *
 *   const v4 = divide‹2›(v1, multiply‹1›(v2, v3))
 *
 * The stack of an error tells line and column of the calls that were under way. The innermost one in our source leads to
 * the comment, and its number to the position. Where none is found, as in a stack cut short, an error has no position.
 */
import type { Position } from '../../src/core/errors.js'

/** What `new Function` puts before its body. */
const linesBefore = 2

/** No two sources have the same name, so that frames of a query within a query are told apart. */
let sourceCount = 0

export class Places {
  private readonly positions: Position[] = []
  private readonly name = `skein-query-${sourceCount++}`

  /** The comment that follows the name of a function which is called there. */
  mark(position: Position): string {
    return `/*@${this.positions.push(position) - 1}*/`
  }

  /** The last line of the source. */
  get nameLine(): string {
    return `//# sourceURL=${this.name}`
  }

  /** Where an error comes from that was thrown in a run of `source`. */
  find({ stack }: Error, source: string): Position | undefined {
    const frame = new RegExp(`\\b${this.name}:(\\d+):(\\d+)`).exec(stack ?? '')
    if (frame === null) return undefined
    const line = source.split('\n')[Number(frame[1]) - 1 - linesBefore]
    const number = /^[\w.]*\/\*@(\d+)\*\//.exec(line?.slice(Number(frame[2]) - 1) ?? '')?.[1]
    return number === undefined ? undefined : this.positions[Number(number)]
  }
}
