/**
 * Reads the notation in which the kit writes values:
 *
 *   1  1.5  'it\'s'  true  null  [1, 2]  {a: 1}  (:Label {p: 1})  [:TYPE {p: 1}]  <(:A)-[:T]->(:B)<-[:S]-()>
 *
 * There is none for temporal values, which the kit writes as the STRING of their text.
 */
import type { TckEntries, TckNode, TckRelationship, TckStep, TckValue } from './value.js'

/** Throws an Error that names the text when it is no value. */
export function readValue(text: string): TckValue {
  const reader = new NotationReader(text)
  const value = reader.value()
  reader.end()
  return value
}

const numberText = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|-?Inf/iy
const word = /[A-Za-z0-9_$]+/y
const words: Readonly<Record<string, TckValue>> = {
  null: { kind: 'null' },
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
  NaN: { kind: 'float', value: Number.NaN },
  Inf: { kind: 'float', value: Number.POSITIVE_INFINITY },
  '-Inf': { kind: 'float', value: Number.NEGATIVE_INFINITY },
}

class NotationReader {
  private place = 0

  constructor(private readonly text: string) {}

  value(): TckValue {
    this.blanks()
    switch (this.text[this.place]) {
      case "'":
        return { kind: 'string', value: this.string() }
      case '[':
        return this.isNext('[:') ? this.relationship() : this.list()
      case '{':
        return { kind: 'map', entries: this.entries() }
      case '(':
        return this.node()
      case '<':
        return this.path()
      default:
        return this.numberOrWord()
    }
  }

  end(): void {
    this.blanks()
    if (this.place < this.text.length) this.fail('nothing can follow')
  }

  private string(): string {
    this.take("'")
    let value = ''
    for (;;) {
      const next = this.text[this.place++]
      if (next === undefined) this.fail('the string does not end')
      if (next === "'") return value
      value += next === '\\' && /['\\]/.test(this.text[this.place] ?? '') ? this.text[this.place++] : next
    }
  }

  private list(): TckValue {
    return { kind: 'list', items: this.separated('[', ']', () => this.value()) }
  }

  private entries(): TckEntries {
    return new Map(
      this.separated('{', '}', () => {
        const name = this.match(word) ?? this.fail('a key is missing')
        this.take(':')
        return [name, this.value()] as const
      }),
    )
  }

  private node(): TckNode {
    this.take('(')
    const labels = []
    while (this.tryTake(':')) labels.push(this.name())
    const properties = this.properties()
    this.take(')')
    return { kind: 'node', labels, properties }
  }

  private relationship(): TckRelationship {
    this.take('[')
    this.take(':')
    const type = this.name()
    const properties = this.properties()
    this.take(']')
    return { kind: 'relationship', type, properties }
  }

  private path(): TckValue {
    this.take('<')
    const start = this.node()
    const steps: TckStep[] = []
    while (!this.tryTake('>')) {
      const forward = !this.tryTake('<')
      this.take('-')
      const relationship = this.relationship()
      this.take('-')
      if (forward) this.take('>')
      steps.push({ relationship, forward, node: this.node() })
    }
    return { kind: 'path', start, steps }
  }

  private properties(): TckEntries {
    this.blanks()
    return this.isNext('{') ? this.entries() : new Map()
  }

  private numberOrWord(): TckValue {
    const found = this.match(numberText) ?? this.match(word) ?? ''
    if (found in words) return words[found]!
    if (/^-?\d+$/.test(found)) return { kind: 'integer', value: BigInt(found) }
    if (!/^-?[\d.]/.test(found)) this.fail('a value is missing')
    return { kind: 'float', value: Number(found) }
  }

  private name(): string {
    return this.match(/[^\s:{}()[\]]+/y) ?? this.fail('a name is missing')
  }

  private separated<Item>(open: string, close: string, item: () => Item): Item[] {
    const items: Item[] = []
    this.take(open)
    if (this.tryTake(close)) return items
    do items.push(item())
    while (this.tryTake(','))
    this.take(close)
    return items
  }

  private match(pattern: RegExp): string | undefined {
    this.blanks()
    pattern.lastIndex = this.place
    const found = pattern.exec(this.text)?.[0]
    this.place += found?.length ?? 0
    return found
  }

  private take(token: string): void {
    if (!this.tryTake(token)) this.fail(`${token} is missing`)
  }

  private tryTake(token: string): boolean {
    this.blanks()
    if (!this.isNext(token)) return false
    this.place += token.length
    return true
  }

  private isNext(token: string): boolean {
    return this.text.startsWith(token, this.place)
  }

  private blanks(): void {
    while (/\s/.test(this.text[this.place] ?? '')) this.place++
  }

  private fail(why: string): never {
    throw new Error(`${this.text} is no value: ${why} at ${this.place}`)
  }
}
