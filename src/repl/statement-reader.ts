/**
 * Cuts what is typed into statements, which end with a semicolon and may span lines, and commands, which are one line
 * that starts with a colon. A semicolon within quotes or a comment ends nothing.
 *
 *   MATCH (n)                    the statement is open
 *   RETURN n; RETURN ';'; :x     two statements, and a colon that is no command, as it does not start the line
 */

export interface Input {
  readonly kind: 'statement' | 'command'
  /** As typed, without the semicolon. */
  readonly text: string
  /** On one line, as it would be typed again: white space is one blank, comments are left out. */
  readonly flat: string
}

type Inside = 'code' | 'line comment' | 'block comment' | "'" | '"' | '`'

export class StatementReader {
  private text = ''
  private flat = ''
  private inside: Inside = 'code'

  /** Whether a statement has begun that has not ended. */
  get isOpen(): boolean {
    return this.flat.trim() !== ''
  }

  /** What has been typed of the statement that is open. */
  get openText(): string {
    return this.text
  }

  /** Takes a line, without its line break; gives what it completes. */
  push(line: string): Input[] {
    if (!this.isOpen && this.inside === 'code' && line.trimStart().startsWith(':')) return [command(line)]
    const inputs: Input[] = []
    const all = `${line}\n`
    for (let at = 0; at < all.length; ) at = this.take(all, at, inputs)
    return inputs
  }

  /** A command whose argument is a statement: `prefix` stands before it. */
  pushPrefixed(prefix: string, line: string): Input[] {
    this.add(`${prefix} `, `${prefix} `)
    return this.push(line)
  }

  /** Ends the input: what is open counts as a whole statement. */
  end(): Input[] {
    const inputs = this.isOpen ? [this.statement()] : []
    this.clear()
    return inputs
  }

  /** Forgets the statement that is open. */
  clear(): void {
    this.text = this.flat = ''
    this.inside = 'code'
  }

  /** Takes what starts at `at`; gives where it ends. */
  private take(line: string, at: number, inputs: Input[]): number {
    const sign = line[at]!
    const pair = line.slice(at, at + 2)
    switch (this.inside) {
      case 'code':
        return this.takeCode(line, at, inputs)
      case 'line comment':
        if (sign === '\n') this.inside = 'code'
        this.text += sign
        return at + 1
      case 'block comment':
        if (pair === '*/') this.inside = 'code'
        this.text += pair === '*/' ? pair : sign
        return at + (pair === '*/' ? 2 : 1)
      default:
        return this.takeQuoted(sign, pair, at)
    }
  }

  private takeCode(line: string, at: number, inputs: Input[]): number {
    const sign = line[at]!
    const pair = line.slice(at, at + 2)
    if (sign === ';') {
      inputs.push(...this.end())
      return at + 1
    }
    if (pair === '//' || pair === '/*') {
      this.inside = pair === '//' ? 'line comment' : 'block comment'
      this.addSpace(pair)
      return at + 2
    }
    if (sign === "'" || sign === '"' || sign === '`') this.inside = sign
    if (/\s/.test(sign)) this.addSpace(sign)
    else this.add(sign, sign)
    return at + 1
  }

  /** Within strings a backslash takes the next sign with it; a line break has an escape. */
  private takeQuoted(sign: string, pair: string, at: number): number {
    if (sign === '\\' && this.inside !== '`') {
      this.add(pair, pair)
      return at + 2
    }
    if (sign === this.inside) this.inside = 'code'
    this.add(sign, sign === '\n' && this.inside !== '`' ? '\\n' : sign)
    return at + 1
  }

  private add(text: string, flat: string): void {
    this.text += text
    this.flat += flat
  }

  /** What counts as white space: one blank, whatever it is. */
  private addSpace(text: string): void {
    this.add(text, this.flat.endsWith(' ') ? '' : ' ')
  }

  private statement(): Input {
    return { kind: 'statement', text: this.text.trim(), flat: `${this.flat.trim()};` }
  }
}

function command(line: string): Input {
  const text = line.trim().replace(/\s*;$/, '')
  return { kind: 'command', text, flat: text }
}
