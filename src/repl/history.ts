/** Statements of earlier sessions: the newest last, one a line, in a file that others cannot read. */
import { readFileSync, writeFileSync } from 'node:fs'

const entriesMax = 1000

export class History {
  private entries: string[] = []

  /** Without a path nothing is kept. */
  constructor(private path: string | undefined) {
    if (path !== undefined) this.entries = linesOf(path)
  }

  /** The oldest first. */
  get all(): readonly string[] {
    return this.entries
  }

  /** An entry that is there already moves to the end. */
  add(entry: string): void {
    if (entry.includes('\n')) return
    this.entries = [...this.entries.filter((each) => each !== entry), entry].slice(-entriesMax)
    this.save()
  }

  clear(): void {
    this.entries = []
    this.save()
  }

  /** A history that cannot be written lasts as long as the session. */
  private save(): void {
    if (this.path === undefined) return
    try {
      writeFileSync(this.path, this.entries.map((entry) => `${entry}\n`).join(''), { mode: 0o600 })
    } catch {
      this.path = undefined
    }
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-entriesMax)
  } catch {
    return []
  }
}
