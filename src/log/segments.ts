/**
 * The files of a log in its directory:
 *
 *   log-17, log-18     segments, by number; a gap between two of them is damage
 *   log-spare-3        of full size, to become the next segment; holds zeros or what it held as a segment
 *   log-draft-4        on its way to be a spare; removed when found at opening
 *
 * A segment begins in an order that makes it either there with its header or not begun:
 * a spare is renamed to its name, the directory flushed, the header written. Files have their full size and hold written
 * bytes before that, since a durable write that also has to extend the file or its map of blocks takes twice as
 * long.
 */
import { Buffer } from 'node:buffer'
import type { Environment, File, FileSystem } from '../core/environment.js'
import { decodeHeader, encodeHeader, headerBytes, type SegmentHeader } from './record.js'

const sparesMax = 2
const zeros = new Uint8Array(1024 * 1024)

export interface SegmentFile {
  readonly number: number
  readonly path: string
  readonly bytes: number
  /** undefined where the segment was not begun. */
  readonly header: SegmentHeader | undefined
}

/** The segments in a directory by ascending number. */
export function listSegments(files: FileSystem, directory: string): SegmentFile[] {
  const numbers = files.list(directory).flatMap((name) => (/^log-\d+$/.test(name) ? [Number(name.slice(4))] : []))
  return numbers.sort((a, b) => a - b).map((number) => describeSegment(files, segmentPath(directory, number), number))
}

function describeSegment(files: FileSystem, path: string, number: number): SegmentFile {
  const file = files.open(path, 'read')
  try {
    const head = Buffer.alloc(headerBytes)
    const header = file.read(head, 0) === headerBytes ? decodeHeader(head) : undefined
    // A spare that was renamed but not begun still has the header of its earlier life.
    return { number, path, bytes: file.size(), header: header?.number === number ? header : undefined }
  } finally {
    file.close()
  }
}

function segmentPath(directory: string, number: number): string {
  return `${directory}/log-${number}`
}

/** Makes the files of segments and takes them back. */
export class SegmentFiles {
  readonly #files: FileSystem
  readonly #directory: string
  readonly segmentBytes: number
  readonly #spares: string[] = []
  #nextSpare = 1
  #preparing = false
  #closed = false

  constructor(environment: Pick<Environment, 'files'>, directory: string, segmentBytes: number) {
    this.#files = environment.files
    this.#directory = directory
    this.segmentBytes = segmentBytes
    for (const name of this.#files.list(directory)) this.#adopt(name)
  }

  #adopt(name: string): void {
    const path = `${this.#directory}/${name}`
    if (name.startsWith('log-draft-')) this.#files.remove(path)
    if (!name.startsWith('log-spare-')) return
    this.#nextSpare = Math.max(this.#nextSpare, Number(name.slice('log-spare-'.length)) + 1)
    if (this.#sizeOf(path) === this.segmentBytes) this.#spares.push(path)
    else this.#files.remove(path)
  }

  #sizeOf(path: string): number {
    const file = this.#files.open(path, 'read')
    try {
      return file.size()
    } finally {
      file.close()
    }
  }

  /** Begins a segment; what is then written to the file given is durable. Can be tried again after a throw. */
  begin(header: SegmentHeader): File {
    const path = segmentPath(this.#directory, header.number)
    if (!this.#files.exists(path)) this.#files.rename(this.#spares.pop() ?? this.#makeSpare(), path)
    this.#files.flushDirectory(this.#directory)
    const file = this.#files.open(path, 'write', { durable: true })
    try {
      file.write(encodeHeader(header), 0)
      return file
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** Opens a segment that was begun earlier. */
  reopen(number: number): File {
    return this.#files.open(segmentPath(this.#directory, number), 'write', { durable: true })
  }

  /** Takes back a segment that nobody will read again. Can be tried again after a throw. */
  recycle(number: number): void {
    const path = segmentPath(this.#directory, number)
    if (!this.#files.exists(path)) return
    if (this.#spares.length >= sparesMax || this.#sizeOf(path) !== this.segmentBytes) {
      this.#files.remove(path)
      return
    }
    const spare = this.#newSparePath()
    this.#files.rename(path, spare)
    this.#spares.push(spare)
  }

  /** Makes sure in the background that the next segment need not be written first. */
  prepare(): void {
    if (this.#preparing || this.#spares.length > 0) return
    this.#preparing = true
    this.#makeSpareInBackground()
      // A full disk is reported by the flush that needs the file, not by this attempt to be early.
      .catch(() => undefined)
      .finally(() => {
        this.#preparing = false
      })
  }

  close(): void {
    this.#closed = true
  }

  #newSparePath(): string {
    return `${this.#directory}/log-spare-${this.#nextSpare++}`
  }

  #makeSpare(): string {
    const spare = this.#newSparePath()
    const draft = draftOf(spare)
    const file = this.#files.open(draft, 'create')
    try {
      for (const [from, to] of this.#slices()) file.write(zeros.subarray(0, to - from), from)
      file.flush()
    } catch (error) {
      this.#tryRemove(draft)
      throw error
    } finally {
      file.close()
    }
    this.#files.rename(draft, spare)
    return spare
  }

  async #makeSpareInBackground(): Promise<void> {
    const spare = this.#newSparePath()
    const draft = draftOf(spare)
    const file = this.#files.open(draft, 'create')
    try {
      for (const [from, to] of this.#slices()) await file.writeAsync(zeros.subarray(0, to - from), from)
      await file.flushAsync()
    } catch (error) {
      this.#tryRemove(draft)
      throw error
    } finally {
      file.close()
    }
    // Once closed the directory may belong to another process, which removes drafts.
    if (this.#closed) return
    this.#files.rename(draft, spare)
    this.#spares.push(spare)
  }

  *#slices(): Generator<[from: number, to: number]> {
    for (let from = 0; from < this.segmentBytes; from += zeros.length) {
      yield [from, Math.min(this.segmentBytes, from + zeros.length)]
    }
  }

  /** Gives back the room of a file that could not be finished; if even that fails, the next opening removes it. */
  #tryRemove(path: string): void {
    try {
      this.#files.remove(path)
    } catch {}
  }
}

function draftOf(spare: string): string {
  return spare.replace('log-spare-', 'log-draft-')
}
