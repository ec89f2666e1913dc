/**
 * Rows as a table whose columns are aligned:
 *
 *   name │ age
 *   ─────┼────
 *   Ann  │  31
 */

import { Float } from '../../index.js'
import { cellText } from './value-text.js'
import { padded, shortened, widthOf } from './width.js'

export interface TableOptions {
  /** Places of the widest line; the widest columns are cut until it fits. Unbounded unless given. */
  readonly widthMax?: number | undefined
  /** Whether a cell that holds a list shows one element a line. */
  readonly stacksLists?: boolean
}

/** No column is cut below this. */
const columnWidthMin = 8
const separatorWidth = 3

/** The lines of the table, each with its line break. Numbers stand to the right. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  { widthMax = Infinity, stacksLists = false }: TableOptions = {},
): string {
  const lines = stacksLists ? rows.flatMap(stacked) : rows
  const cells = lines.map((line) => line.map(cellText))
  const natural = columns.map((name, i) => cells.reduce((max, line) => Math.max(max, widthOf(line[i]!)), widthOf(name)))
  const widths = fitted(natural, widthMax)
  const joined = (texts: readonly string[], values: readonly unknown[]) =>
    texts
      .map((text, i) => padded(shortened(text, widths[i]!), widths[i]!, isNumber(values[i]) ? 'right' : 'left'))
      .join(' │ ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─')
  return [joined(columns.map(cellText), []), rule, ...cells.map((line, i) => joined(line, lines[i]!))]
    .map((text) => `${text}\n`)
    .join('')
}

/** As many lines as the longest list of the row has elements. */
function stacked(row: readonly unknown[]): unknown[][] {
  const columns = row.map((value) => (Array.isArray(value) ? value : [value]))
  const height = Math.max(...columns.map((column) => column.length))
  return Array.from({ length: height }, (_, i) => columns.map((column) => (i < column.length ? column[i] : '')))
}

/** Columns at most as wide as lets the line fit; all that are wider become equally wide. */
function fitted(natural: readonly number[], widthMax: number): number[] {
  const room = widthMax - separatorWidth * (natural.length - 1)
  const cut = (cap: number) => natural.map((width) => Math.min(width, cap))
  const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0)
  let cap = Math.min(Math.max(...natural), room)
  while (cap > columnWidthMin && sum(cut(cap)) > room) cap--
  return cut(Math.max(cap, columnWidthMin))
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}
