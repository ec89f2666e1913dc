/**
 * A checkpoint: the whole database at one sequence, in one file, and the manifest that says which file counts.
 *
 *   file `checkpoint-<number>`, all numbers little-endian
 *     head      | "SKEINPGS" | format u32 | page count u32 | sequence f64 | version f64 | sets' length u32 |
 *               | chunk count u32 | crc of what stands before u32 |                       one page, zeros to its end
 *     pages     page 1, page 2, ...                                                       page 1 is the root page
 *     sets      bitmaps, see stores/sets.ts
 *     checksums crc u32 of each chunk of 256 pages, then of the sets, then of the checksums
 *     graphs    of vector indexes: | number of the index u32 | crc u32 | length f64 | bytes |, as many as there are; a file
 *               may end before or within them, as a graph is only a guide (indexes/vector/graph.ts)
 *
 *   file `manifest`
 *     | "SKEINMAN" | format u32 | sequence f64 | number f64 | crc u32 |
 *
 * Pages are numbered anew in the order in which a walk over the roots meets them, so the file holds no free page, and
 * is read straight into the heap. Page numbers stand in the root page, directory pages and page tables; those are
 * translated on the way out, all other pages go out as they are.
 *
 * Order makes it safe: the file is written and flushed, `manifest.new` is written and flushed, renamed over `manifest`,
 * and the directory flushed; only then are the older checkpoint and its log given up. A crash anywhere leaves a
 * manifest that names a whole checkpoint.
 */
import { crc32 } from 'node:zlib'
import type { Environment, File, FileSystem } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import { Heap, type HeapOptions, pageBytes, pageWords } from '../pages/heap.js'
import { PageSpace } from '../pages/page-space.js'
import { Sets } from '../stores/sets.js'
import { Stores } from '../stores/stores.js'
import { storageError } from './storage-error.js'

export const formatVersion = 1
const pagesMagic = 'SKEINPGS'
const manifestMagic = 'SKEINMAN'
const chunkPages = 256
const manifestName = 'manifest'

/** Which checkpoint counts. Files have numbers of their own, as two checkpoints may be of one sequence. */
export interface Manifest {
  readonly sequence: number
  readonly number: number
}

function checkpointName(number: number): string {
  return `checkpoint-${number}`
}

/** Faults that tests switch on to see that they are found. */
export interface CheckpointFaults {
  renameBeforeFlush?: boolean
}

/**
 * Writes a checkpoint of a snapshot, giving the event loop back between chunks of 1 MiB, and makes it the one that
 * counts. Older checkpoint files are removed. Throws STORAGE_FULL or STORAGE_FAILED; the older one counts then.
 */
export async function writeCheckpoint(
  environment: Environment,
  directory: string,
  snapshot: Stores,
  { sequence, faults = {} }: { sequence: number; faults?: CheckpointFaults },
): Promise<void> {
  const { files } = environment
  const number = (readManifest(files, directory)?.number ?? 0) + 1
  const path = `${directory}/${checkpointName(number)}`
  try {
    // Left behind by a crash or a full disk.
    if (files.exists(path)) files.remove(path)
    const file = files.open(path, 'create')
    try {
      await writeFile(file, snapshot, sequence)
      if (!faults.renameBeforeFlush) await file.flushAsync()
    } finally {
      file.close()
    }
    files.flushDirectory(directory)
    writeManifest(files, directory, { sequence, number })
    removeOthers(files, directory, number)
  } catch (error) {
    throw storageError(error)
  }
}

/** The checkpoint that counts, undefined in a directory without one. */
export function readManifest(files: FileSystem, directory: string): Manifest | undefined {
  const path = `${directory}/${manifestName}`
  if (!files.exists(path)) return undefined
  const bytes = readAll(files, path)
  const view = viewOf(bytes)
  if (bytes.length < manifestBytes || textAt(bytes, 0) !== manifestMagic) throw corrupt(path, 'it is not a manifest')
  checkFormat(path, view.getUint32(8, true))
  if (view.getUint32(28, true) !== crc32(bytes.subarray(0, 28))) throw corrupt(path, 'its checksum does not match')
  return { sequence: view.getFloat64(12, true), number: view.getFloat64(20, true) }
}

/** Reads a checkpoint into an empty heap. Throws DATABASE_CORRUPT where it is damaged. */
export function readCheckpoint(files: FileSystem, directory: string, number: number, options: HeapOptions): Stores {
  const path = `${directory}/${checkpointName(number)}`
  if (!files.exists(path)) throw corrupt(path, 'the manifest names it, but it is missing')
  const file = files.open(path, 'read')
  try {
    const head = readHead(file, path)
    const heap = new Heap({ ...options, version: head.version })
    const sets = readContent(file, path, head, heap)
    const stores = Stores.open(PageSpace.current(heap, rootNumber), sets)
    readGraphs(file, stores, endOf(head))
    return stores
  } finally {
    file.close()
  }
}

// ---- writing --------------------------------------------------------------------------------------------------------

/** The root page is the first that a walk meets. */
const rootNumber = 1
const headBytes = 44
const manifestBytes = 32
const graphHeadBytes = 16

/** What a page holds decides which of its words are page numbers. */
const content = { data: 0, table: 1, directory: 2, root: 3 } as const

interface Numbering {
  /** Old numbers in the order of the new ones, from 1. */
  readonly pages: number[]
  readonly contents: number[]
  /** By old number. */
  readonly numberOf: Int32Array
}

async function writeFile(file: File, snapshot: Stores, sequence: number): Promise<void> {
  const numbering = numberPages(snapshot.space)
  const sets = snapshot.sets.save(snapshot.version!)
  const pageCount = numbering.pages.length
  const chunkCount = Math.ceil(pageCount / chunkPages)
  const checksums = new DataView(new ArrayBuffer((chunkCount + 2) * 4))
  let position: number = pageBytes
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const bytes = chunkBytes(snapshot.heap, numbering, chunk * chunkPages)
    checksums.setUint32(chunk * 4, crc32(bytes), true)
    await file.writeAsync(bytes, position)
    position += bytes.length
  }
  await file.writeAsync(sets, position)
  checksums.setUint32(chunkCount * 4, crc32(sets), true)
  const listed = new Uint8Array(checksums.buffer, 0, (chunkCount + 1) * 4)
  checksums.setUint32((chunkCount + 1) * 4, crc32(listed), true)
  await file.writeAsync(new Uint8Array(checksums.buffer), position + sets.length)
  await writeGraphs(file, snapshot, position + sets.length + checksums.byteLength)
  const version = snapshot.version!
  await file.writeAsync(headOf({ pageCount, sequence, version, setsLength: sets.length, chunkCount }), 0)
}

async function writeGraphs(file: File, snapshot: Stores, from: number): Promise<void> {
  let position = from
  for (const { number, index } of snapshot.vectorIndexes()) {
    const bytes = index.dump()
    if (bytes === null) continue
    const head = new DataView(new ArrayBuffer(graphHeadBytes))
    head.setUint32(0, number, true)
    head.setUint32(4, crc32(bytes), true)
    head.setFloat64(8, bytes.length, true)
    await file.writeAsync(new Uint8Array(head.buffer), position)
    await file.writeAsync(bytes, position + graphHeadBytes)
    position += graphHeadBytes + bytes.length
  }
}

interface Head {
  readonly pageCount: number
  readonly sequence: number
  readonly version: number
  readonly setsLength: number
  readonly chunkCount: number
}

function headOf(head: Head): Uint8Array {
  const bytes = new Uint8Array(pageBytes)
  const view = viewOf(bytes)
  bytes.set(Buffer.from(pagesMagic))
  view.setUint32(8, formatVersion, true)
  view.setUint32(12, head.pageCount, true)
  view.setFloat64(16, head.sequence, true)
  view.setFloat64(24, head.version, true)
  view.setUint32(32, head.setsLength, true)
  view.setUint32(36, head.chunkCount, true)
  view.setUint32(40, crc32(bytes.subarray(0, 40)), true)
  return bytes
}

function numberPages(space: PageSpace): Numbering {
  const numbering: Numbering = { pages: [], contents: [], numberOf: new Int32Array(space.heap.pagesEnd) }
  const number = (page: number, what: number): void => {
    numbering.pages.push(page)
    numbering.contents.push(what)
    numbering.numberOf[page] = numbering.pages.length
  }
  number(space.rootPageNumber, content.root)
  space.forEachDirectory((page) => number(page, content.directory))
  space.forEachTable((table) => table.walk((page, height) => number(page, height > 0 ? content.table : content.data)))
  return numbering
}

function chunkBytes(heap: Heap, { pages, contents, numberOf }: Numbering, from: number): Uint8Array {
  const to = Math.min(from + chunkPages, pages.length)
  const words = new Int32Array((to - from) * pageWords)
  for (let i = from; i < to; i++) {
    const page = pages[i]!
    const start = heap.offset(page)
    const target = words.subarray((i - from) * pageWords, (i - from + 1) * pageWords)
    target.set(heap.wordsOf(page).subarray(start, start + pageWords))
    const what = contents[i]!
    // A directory holds pairs of page and height; a table may hold words of its structure, which are negative.
    const step = what === content.directory ? 2 : 1
    if (what !== content.data)
      for (let word = 0; word < pageWords; word += step) if (target[word]! > 0) target[word] = numberOf[target[word]!]!
  }
  return new Uint8Array(words.buffer)
}

function writeManifest(files: FileSystem, directory: string, { sequence, number }: Manifest): void {
  const bytes = new Uint8Array(manifestBytes)
  const view = viewOf(bytes)
  bytes.set(Buffer.from(manifestMagic))
  view.setUint32(8, formatVersion, true)
  view.setFloat64(12, sequence, true)
  view.setFloat64(20, number, true)
  view.setUint32(28, crc32(bytes.subarray(0, 28)), true)
  const path = `${directory}/${manifestName}`
  const fresh = `${path}.new`
  if (files.exists(fresh)) files.remove(fresh)
  const file = files.open(fresh, 'create')
  try {
    file.write(bytes, 0)
    file.flush()
  } finally {
    file.close()
  }
  files.rename(fresh, path)
  files.flushDirectory(directory)
}

function removeOthers(files: FileSystem, directory: string, number: number): void {
  for (const name of files.list(directory))
    if (name.startsWith('checkpoint-') && name !== checkpointName(number)) files.remove(`${directory}/${name}`)
}

// ---- reading --------------------------------------------------------------------------------------------------------

function readHead(file: File, path: string): Head {
  const bytes = new Uint8Array(headBytes)
  if (file.read(bytes, 0) < headBytes || textAt(bytes, 0) !== pagesMagic) throw corrupt(path, 'it is not a checkpoint')
  const view = viewOf(bytes)
  checkFormat(path, view.getUint32(8, true))
  if (view.getUint32(40, true) !== crc32(bytes.subarray(0, 40))) throw corrupt(path, 'the checksum of its head differs')
  return {
    pageCount: view.getUint32(12, true),
    sequence: view.getFloat64(16, true),
    version: view.getFloat64(24, true),
    setsLength: view.getUint32(32, true),
    chunkCount: view.getUint32(36, true),
  }
}

function readContent(file: File, path: string, head: Head, heap: Heap): Sets {
  const { pageCount, chunkCount, setsLength } = head
  const setsAt = pageBytes * (pageCount + 1)
  const checksums = readExactly(file, path, setsAt + setsLength, (chunkCount + 2) * 4)
  const view = viewOf(checksums)
  const listed = checksums.subarray(0, (chunkCount + 1) * 4)
  if (view.getUint32(listed.length, true) !== crc32(listed)) throw corrupt(path, 'its list of checksums is damaged')
  heap.reserve(pageCount)
  for (let chunk = 0; chunk < chunkCount; chunk++)
    readChunk(file, path, heap, { first: chunk * chunkPages + 1, pageCount, checksum: view.getUint32(chunk * 4, true) })
  const sets = readExactly(file, path, setsAt, setsLength)
  if (view.getUint32(chunkCount * 4, true) !== crc32(sets)) throw corrupt(path, 'the checksum of its sets differs')
  return Sets.load(heap, sets)
}

/** Where the graphs begin. */
function endOf({ pageCount, setsLength, chunkCount }: Head): number {
  return pageBytes * (pageCount + 1) + setsLength + (chunkCount + 2) * 4
}

/** What is missing or damaged is built anew by whoever has time for it: searches do without. */
function readGraphs(file: File, stores: Stores, from: number): void {
  const end = file.size()
  for (let position = from; position + graphHeadBytes <= end; ) {
    const head = new Uint8Array(graphHeadBytes)
    file.read(head, position)
    const [number, checksum] = [viewOf(head).getUint32(0, true), viewOf(head).getUint32(4, true)]
    const length = viewOf(head).getFloat64(8, true)
    if (!(length <= end - position - graphHeadBytes)) return
    const bytes = new Uint8Array(length)
    file.read(bytes, position + graphHeadBytes)
    if (crc32(bytes) !== checksum) return
    stores
      .vectorIndexes()
      .find((open) => open.number === number)
      ?.index.load(bytes)
    position += graphHeadBytes + length
  }
}

function readChunk(
  file: File,
  path: string,
  heap: Heap,
  { first, pageCount, checksum }: { first: number; pageCount: number; checksum: number },
): void {
  const end = Math.min(first + chunkPages, pageCount + 1)
  let crc = 0
  // A chunk may lie across two slabs.
  for (let page = first; page < end; ) {
    const slabEnd = ((page >>> heap.slabShift) + 1) << heap.slabShift
    const until = Math.min(end, slabEnd)
    const start = heap.offset(page) * 4
    const target = heap.bytes[page >>> heap.slabShift]!.subarray(start, start + (until - page) * pageBytes)
    if (file.read(target, page * pageBytes) < target.length) throw corrupt(path, 'it ends too early')
    crc = crc32(target, crc)
    page = until
  }
  if (crc !== checksum) throw corrupt(path, `the checksum of pages ${first} to ${end - 1} differs`)
}

function readExactly(file: File, path: string, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  if (file.read(bytes, position) < length) throw corrupt(path, 'it ends too early')
  return bytes
}

function readAll(files: FileSystem, path: string): Uint8Array {
  const file = files.open(path, 'read')
  try {
    return readExactly(file, path, 0, file.size())
  } finally {
    file.close()
  }
}

function checkFormat(path: string, format: number): void {
  if (format !== formatVersion)
    throw new DatabaseError(
      'DATABASE_VERSION',
      `'${path}' has format ${format}, this Skein reads format ${formatVersion}; open it with the version that wrote it and export it`,
      { path, format },
    )
}

function corrupt(path: string, why: string): DatabaseError {
  return new DatabaseError('DATABASE_CORRUPT', `'${path}' cannot be used: ${why}; restore a backup`, { path })
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function textAt(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, 8).toString('latin1')
}
