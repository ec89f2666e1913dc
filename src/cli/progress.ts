/** A line that shows how far an import is, written over itself. Only a terminal shows it. */
import type { ImportProgress } from '../transfer/csv/import-csv.js'
import { grouped, type Output } from './command.js'
import { shortened } from './print/width.js'

const barWidth = 24
const drawEveryMs = 100

export class ProgressBar {
  readonly #output: Output
  #drawnAt = -Infinity

  constructor(output: Output) {
    this.#output = output
  }

  update({ file, bytesDone, bytesTotal, counts }: ImportProgress): void {
    const now = performance.now()
    if (this.#output.columns === undefined || now - this.#drawnAt < drawEveryMs) return
    this.#drawnAt = now
    const done = bytesTotal === 0 ? 1 : Math.min(1, bytesDone / bytesTotal)
    const bar = '█'.repeat(Math.round(done * barWidth)).padEnd(barWidth, '░')
    const rows = grouped(counts.nodes + counts.relationships)
    const line = `${bar} ${Math.floor(done * 100)} %  ${rows} rows  ${file}`
    this.#output.write(`\r\u001b[2K${shortened(line, this.#output.columns - 1)}`)
  }

  /** Takes the line away, so that what is written next stands alone. */
  clear(): void {
    if (this.#output.columns === undefined || this.#drawnAt === -Infinity) return
    this.#drawnAt = -Infinity
    this.#output.write('\r\u001b[2K')
  }
}
