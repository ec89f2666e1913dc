/**
 * Puts a document that comes as bytes into a database while it comes: neither its text nor its values are ever in memory as a
 * whole. All of it is one transaction.
 *
 *   {"name": "a", "items": [{"sku": 1}, {"sku": 2}, {"sk          a batch is full here
 *
 *   CALL json.set($key, '$', {name: 'a', items: [{sku: 1}, {sku: 2}, {}]})
 *   CALL json.set($key, "$['items'][2]['sku']", 3)                            the rest of what was cut
 *   CALL json.append($key, "$['items']", [{sku: 4}, ...])                     and so on
 *
 * What is not closed when a batch is full is stored as far as it has come, and filled from then on.
 */
import { DatabaseError } from '../core/errors.js'
import { type JsonEvents, JsonParser, type JsonValue } from '../core/json-parser.js'
import { normalizedPath } from '../core/json-path/normalized.js'
import type { Step } from '../core/json-path/tree.js'
import type { PropertyValue } from '../core/value.js'
import { ownStatement } from './own-statement.js'
import type { Parameters } from './result.js'

/** The transaction that a document is put in. */
export interface LoadTransaction {
  query(text: string, parameters: Parameters): Promise<unknown>
  commit(): Promise<void>
  rollback(): void | Promise<void>
}

export interface LoadOptions {
  readonly key: string
  /** Where the value goes, as a JSONPath of names and indexes. Default: it is the document. */
  readonly path?: string
  /** Called when there is something to be stored, once: a body that is short is read before anybody has to wait. */
  readonly begin: () => Promise<LoadTransaction>
}

/** So much text is stored at once. */
const batchBytes = 1024 * 1024

/**
 * Puts what `source` gives under the key, or at a path below it. When the promise resolves, it is safe; when it rejects,
 * nothing has happened. Throws JSON_INVALID, NUMBER_OUT_OF_RANGE, and what json.set does.
 */
export async function loadJson(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { key, path = '$', begin }: LoadOptions,
): Promise<void> {
  const filler = new Filler(path)
  const parser = new JsonParser(filler)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let transaction: LoadTransaction | undefined
  const store = async () => {
    for (const { text, parameters } of filler.takeWrites()) {
      transaction ??= await begin()
      await ownStatement(transaction, text, { key, ...parameters })
    }
  }
  try {
    let batch = 0
    for await (const bytes of source) {
      parser.feed(decoded(() => decoder.decode(bytes, { stream: true })))
      batch += bytes.length
      if (batch >= batchBytes) {
        filler.cut()
        batch = 0
      }
      await store()
    }
    parser.feed(decoded(() => decoder.decode()))
    parser.end()
    filler.cut()
    await store()
    await transaction!.commit()
  } catch (error) {
    await transaction?.rollback()
    throw error
  }
}

function decoded(decode: () => string): string {
  try {
    return decode()
  } catch (cause) {
    throw new DatabaseError('JSON_INVALID', 'this is not JSON: the text is not UTF-8', { cause })
  }
}

// ---- from events to statements --------------------------------------------------------------------------------------

interface Write {
  readonly text: string
  readonly parameters: Parameters
}

/** An object or a list that is not closed yet. */
interface Frame {
  readonly path: readonly Step[]
  /** What has come since the last batch. */
  fresh: PropertyValue[] | Map<string, PropertyValue>
  isStored: boolean
  /** Elements of a list that are stored. */
  storedCount: number
  /** Of the member whose value comes next. */
  name: string
}

class Filler implements JsonEvents {
  private readonly frames: Frame[] = []
  private root: PropertyValue | undefined
  private writes: Write[] = []

  constructor(private readonly rootPath: string) {}

  beginObject(): void {
    this.begin(new Map())
  }

  beginArray(): void {
    this.begin([])
  }

  name(name: string): void {
    this.frames.at(-1)!.name = name
  }

  value(value: JsonValue): void {
    this.add(value)
  }

  end(): void {
    const frame = this.frames.pop()!
    if (frame.isStored) this.storeFresh(frame)
  }

  /** Everything that has come by now is to be stored. */
  cut(): void {
    const deepest = this.frames.findLastIndex(({ isStored }) => isStored)
    if (deepest !== -1) this.storeFresh(this.frames[deepest]!)
    else if (this.root !== undefined) this.storeRoot(this.root)
    // What is below came with it.
    for (const frame of this.frames.slice(deepest + 1)) {
      frame.isStored = true
      forget(frame)
    }
  }

  /** In the order in which they are to be done. */
  takeWrites(): readonly Write[] {
    const { writes } = this
    this.writes = []
    return writes
  }

  private begin(container: Frame['fresh']): void {
    const parent = this.frames.at(-1)
    const path = parent === undefined ? [] : [...parent.path, nextStep(parent)]
    this.add(container)
    this.frames.push({ path, fresh: container, isStored: false, storedCount: 0, name: '' })
  }

  private add(value: PropertyValue): void {
    const frame = this.frames.at(-1)
    if (frame === undefined) this.root = value
    else if (Array.isArray(frame.fresh)) frame.fresh.push(value)
    else frame.fresh.set(frame.name, value)
  }

  private storeRoot(value: PropertyValue): void {
    this.write('CALL json.set($key, $path, $value) YIELD value RETURN count(*)', { path: this.rootPath, value })
    this.root = undefined
  }

  private storeFresh(frame: Frame): void {
    const { fresh, path } = frame
    if (Array.isArray(fresh)) {
      if (fresh.length > 0)
        this.write('CALL json.append($key, $path, $values) YIELD value RETURN count(*)', {
          path: this.pathTo(path),
          values: fresh,
        })
    } else if (fresh.size > 0) {
      const members = Array.from(fresh, ([name, value]) => ({ path: this.pathTo([...path, name]), value }))
      this.write(
        'UNWIND $members AS member CALL json.set($key, member.path, member.value) YIELD value RETURN count(*)',
        { members },
      )
    }
    forget(frame)
  }

  private pathTo(path: readonly Step[]): string {
    return this.rootPath + normalizedPath(path).slice(1)
  }

  private write(text: string, parameters: Parameters): void {
    this.writes.push({ text, parameters })
  }
}

function nextStep({ fresh, name, storedCount }: Frame): Step {
  return Array.isArray(fresh) ? storedCount + fresh.length : name
}

/** What has come is on its way to the store. */
function forget(frame: Frame): void {
  if (Array.isArray(frame.fresh)) {
    frame.storedCount += frame.fresh.length
    frame.fresh = []
  } else frame.fresh = new Map()
}
