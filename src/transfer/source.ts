/** A file as an import reads it: in chunks, unpacked when its name ends in .gz, counting the bytes of the disk. */
import { createReadStream, type ReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DatabaseError } from '../core/errors.js'

const chunkBytes = 1024 * 1024

export interface Chunk {
  readonly bytes: Buffer
  readonly isLast: boolean
}

export class Source {
  /** For messages: the name without its directories. */
  readonly name: string
  readonly byteCount: number
  readonly #path: string
  #file: ReadStream | undefined

  /** Throws FILE_NOT_FOUND where no file is. */
  constructor(path: string) {
    this.#path = path
    this.name = basename(path)
    this.byteCount = fileSize(path)
  }

  /** Bytes read from the disk so far, which for a packed file are fewer than those given. */
  get bytesRead(): number {
    return this.#file?.bytesRead ?? 0
  }

  /** A chunk is given once it is known whether another follows. */
  async *chunks(): AsyncGenerator<Chunk> {
    let bytes: Buffer | undefined
    for await (const next of this.read()) {
      if (bytes !== undefined) yield { bytes, isLast: false }
      bytes = next
    }
    if (bytes !== undefined) yield { bytes, isLast: true }
  }

  private async *read(): AsyncGenerator<Buffer> {
    const file = createReadStream(this.#path, { highWaterMark: chunkBytes })
    this.#file = file
    try {
      yield* this.#path.endsWith('.gz') ? unpacked(file) : file
    } catch (cause) {
      throw new DatabaseError('FILE_INVALID', `${this.#path} cannot be read: ${(cause as Error).message}`, { cause })
    } finally {
      file.destroy()
    }
  }
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: chunkBytes })
  file.on('error', (error) => gunzip.destroy(error))
  return file.pipe(gunzip)
}

function fileSize(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile()) return stats.size
  const found = stats === undefined ? `there is no file ${path}` : `${path} is a directory or device, not a file`
  throw new DatabaseError('FILE_NOT_FOUND', found, { path })
}
