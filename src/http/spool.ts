/**
 * Bodies of any length. A long one waits in a file until it has come, so that a client that sends slowly holds up nobody: the
 * writer's place is taken when there is nothing more to wait for.
 */
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseError } from '../core/errors.js'

/** A body that is longer goes to a file. */
const keptBytesMax = 1024 * 1024

export class Spool {
  private kept: Buffer[] = []
  private size = 0
  private directory: string | undefined
  private file: FileHandle | undefined

  private constructor(private readonly bytesMax: number) {}

  /** Takes a body whole. Throws REQUEST_TOO_LARGE, STORAGE_FAILED. */
  static async of(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Spool> {
    const spool = new Spool(bytesMax)
    try {
      for await (const piece of body) await spool.add(piece)
      return spool
    } catch (error) {
      await spool.end()
      throw error
    }
  }

  /** The body, until the signal comes. */
  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (this.file === undefined) yield* this.kept
    else yield* createReadStream(this.path, { signal, highWaterMark: keptBytesMax })
  }

  /** Gives back what the body has taken. */
  async end(): Promise<void> {
    await this.file?.close()
    if (this.directory !== undefined) await rm(this.directory, { recursive: true, force: true })
  }

  private get path(): string {
    return join(this.directory!, 'body')
  }

  private async add(piece: Buffer): Promise<void> {
    this.size += piece.length
    if (this.size > this.bytesMax) throw tooLarge(this.bytesMax)
    if (this.file === undefined && this.size <= keptBytesMax) {
      this.kept.push(piece)
      return
    }
    try {
      await this.write(piece)
    } catch (cause) {
      throw new DatabaseError('STORAGE_FAILED', `the body cannot wait in ${tmpdir()}: ${(cause as Error).message}`, {
        cause,
      })
    }
  }

  private async write(piece: Buffer): Promise<void> {
    if (this.file === undefined) {
      this.directory = await mkdtemp(join(tmpdir(), 'skein-body-'))
      this.file = await open(this.path, 'w')
      for (const each of this.kept) await this.file.writeFile(each)
      this.kept = []
    }
    await this.file.writeFile(piece)
  }
}

/** A body in memory. Throws REQUEST_TOO_LARGE. */
export async function gathered(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > bytesMax) throw tooLarge(bytesMax)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function tooLarge(bytesMax: number): DatabaseError {
  return new DatabaseError(
    'REQUEST_TOO_LARGE',
    `the body has more than ${bytesMax} bytes, which this server takes at most; send the data in several requests`,
    { bytesMax },
  )
}
