/** Rows between two pipelines: the source that stores them column by column, and the source that reads them again. */
import type { Slot } from '../../semantics/bound.js'
import { generalValue } from '../expressions.js'
import type { Pipeline, Representation, Variable } from '../pipeline.js'
import type { Emission } from './operator.js'

export interface BufferColumn {
  readonly slot: Slot
  readonly as: Exclude<Representation, 'trail'>
}

/** What a pipeline leaves for the next one, under its number. */
export interface BufferShape {
  readonly number: number
  readonly columns: readonly BufferColumn[]
  /** Whether the rows have an order of their own beside the one in which they lie. */
  readonly ordered: boolean
}

/**
 * The columns for slots that have values here, but for those that all rows share. A trail is stored as its list, since
 * the walk goes on.
 */
export function columnsFor(slots: ReadonlySet<Slot>, pipeline: Pipeline): readonly BufferColumn[] {
  const own = [...slots].filter((slot) => !pipeline.shared.has(slot))
  return own.map((slot) => {
    const { as } = pipeline.get(slot)
    return { slot, as: as === 'trail' ? 'value' : as }
  })
}

/** Source of the value to store in a column. */
export function storedValue({ slot, as }: BufferColumn, pipeline: Pipeline): string {
  const variable = pipeline.get(slot)
  return as === 'value' ? generalValue(variable, pipeline) : variable.text
}

/** Bytes of a place in an array. */
export const placeBytes = 8

/** Source of about how many bytes the columns of the present row take. */
export function bytesOfRow(columns: readonly BufferColumn[], pipeline: Pipeline): string {
  const boxed = columns.filter(({ as }) => as === 'value').map(({ slot }) => bytesIn(pipeline.get(slot), pipeline))
  return [String(placeBytes * (columns.length + 1)), ...boxed].join(' + ')
}

/** Source of the bytes of a value in the general form. */
export function bytesIn(variable: Variable, pipeline: Pipeline): string {
  if (variable.as === 'value') return `${pipeline.helper('bytesOf')}(${variable.text})`
  if (variable.as === 'trail') return `${pipeline.helper('bytesOf')}(${generalValue(variable, pipeline)})`
  return String(referenceBytes)
}

/** Bytes of an id as a reference. */
const referenceBytes = 24

/** Stores each row that comes, all of them in the order in which they come. */
export class RowSink {
  private columns: readonly BufferColumn[] = []
  private readonly names: string[] = []
  private readonly size: string

  constructor(
    private readonly pipeline: Pipeline,
    private readonly slots: ReadonlySet<Slot>,
    /** How each is kept; as its variable holds it, when not given. */
    private readonly representationOf?: (slot: Slot) => BufferColumn['as'],
  ) {
    this.size = pipeline.state('size', '0')
  }

  /** Writes the source that stores the present row. */
  store(): void {
    const { pipeline } = this
    const columns = columnsFor(this.slots, pipeline)
    this.columns = columns.map(({ slot, as }) => ({ slot, as: this.representationOf?.(slot) ?? as }))
    pipeline.line(`${this.size}++`)
    for (const column of this.columns) {
      const name = pipeline.state('rows', '[]')
      this.names.push(name)
      pipeline.line(`${name}.push(${storedValue(column, pipeline)})`)
    }
    pipeline.line(`x.take(${bytesOfRow(this.columns, pipeline)})`)
  }

  /** Source of a buffer with the rows. */
  get buffer(): string {
    return `{ size: ${this.size}, columns: [${this.names.join(', ')}], order: null }`
  }

  /** The columns of the rows, once one has been stored. */
  get shape(): readonly BufferColumn[] {
    return this.columns
  }

  /** Leaves the rows in a buffer, behind those that another sink of the same slots has left. */
  finish(before: BufferShape | null = null): BufferShape {
    const { pipeline } = this
    const number = before?.number ?? pipeline.query.addBuffer()
    const joined = () => `${pipeline.helper('joinedBuffers')}(x.buffers[${number}], ${this.buffer})`
    const whole = before === null ? this.buffer : joined()
    pipeline.finally(`x.buffers[${number}] = ${whole}`)
    return { number, columns: this.columns, ordered: false }
  }
}

/** Reads the rows of a buffer. */
export function emitBuffer(shape: BufferShape, emission: Emission): void {
  const { pipeline, consume } = emission
  const buffer = pipeline.state('buffer', `x.buffers[${shape.number}]`)
  const i = pipeline.name('i')
  const header = shape.ordered
    ? `for (const ${i} of ${buffer}.order)`
    : `for (let ${i} = 0; ${i} < ${buffer}.size; ${i}++)`
  pipeline.loop(header, () => {
    pipeline.charge('1')
    bindColumns(shape, { buffer, i }, emission)
    consume()
  })
}

/** Binds what is needed of row `i` of a buffer. */
export function bindColumns(
  { columns }: BufferShape,
  { buffer, i }: { readonly buffer: string; readonly i: string },
  { pipeline, needed }: Emission,
): void {
  columns.forEach(({ slot, as }, number) => {
    if (needed.has(slot)) pipeline.bind(slot, as, `${pipeline.state('rows', `${buffer}.columns[${number}]`)}[${i}]`)
  })
}
