/**
 * Writes a normalised path: the one form for each place, with single quotes and without an escape that is not needed.
 * `$['a'][0]` for the steps `a`, 0. Source: RFC 9535, 2.7.
 */
import type { Step } from './tree.js'

export function normalizedPath(steps: readonly Step[]): string {
  return '$' + steps.map((step) => (typeof step === 'number' ? `[${step}]` : `['${escaped(step)}']`)).join('')
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '\\': '\\\\',
}

function escaped(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  return name.replace(/[\x00-\x1f'\\]/g, (sign) => shortEscapes[sign] ?? `\\u${hex(sign)}`)
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).padStart(4, '0')
}
