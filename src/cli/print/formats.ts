/** The answer of a query in each form of `--format`. */
import { writeJson } from '../../core/json.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { Float } from '../../index.js'
import { UsageError } from '../command.js'
import { table } from './table.js'
import { valueText } from './value-text.js'

export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

export const formats = ['table', 'json', 'jsonl', 'csv'] as const
export type Format = (typeof formats)[number]

/** `option` is what the format was given for. */
export function mustBeFormat(option: string, name: string): Format {
  const format = formats.find((candidate) => candidate === name)
  if (format === undefined) throw new UsageError(`${option} is '${name}', not one of ${formats.join(', ')}`)
  return format
}

export function print({ columns, rows }: Answer, format: Format, widthMax: number | undefined): string {
  switch (format) {
    case 'table':
      return columns.length === 0 ? '' : table(columns, rows, { widthMax })
    case 'json':
      return rows.length === 0 ? '[]\n' : `[\n${rows.map((row) => `  ${recordJson(columns, row)}`).join(',\n')}\n]\n`
    case 'jsonl':
      return rows.map((row) => `${recordJson(columns, row)}\n`).join('')
    case 'csv':
      return columns.length === 0 ? '' : [columns, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('')
  }
}

function recordJson(columns: readonly string[], row: readonly unknown[]): string {
  return objectJson(columns.map((name, i) => [name, row[i]]))
}

/**
 * JSON without loss: an INTEGER beyond 2^53 keeps its digits, which `JSON.stringify` refuses, and a FLOAT its point. JSON has no NaN and no
 * infinity; those become their names as strings.
 */
export function json(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Float && Number.isFinite(value.value)) return writeJson(value)
  if (value instanceof Float) return `"${value.value}"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`
  if (value instanceof Temporal) return JSON.stringify(value)
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  return objectJson(Object.entries(value))
}

function objectJson(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${json(value)}`).join(',')}}`
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && !(value instanceof Float || value instanceof Temporal)
}

/** RFC 4180; null is an empty field, the empty string a quoted one, lists, maps and entities are JSON. */
function csvField(value: unknown): string {
  if (value === null) return ''
  const text = typeof value === 'string' ? value : isStructure(value) ? json(value) : valueText(value)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
