/**
 * Proximity graphs (HNSW, Malkov and Yashunin 2018) by USearch: they lead to vectors near to another without looking at most.
 *
 * A graph is native memory outside of pages, knows nothing of versions, and is never taken back. It may be so because it
 * only proposes: what it finds is an ordinal and a stamp, and counts when the pages of the version that reads have that
 * stamp at that ordinal; scores come from the pages, too. So a graph that lags, or holds vectors that are gone, costs time
 * and no truth.
 *
 * **Coverage.** Vectors get into the graph in the order of their stamps, read from a pinned version that nobody can take
 * back. Each such version leaves a mark: from it on, all that is alive with a stamp up to the mark is in the graph. A reader
 * takes the last mark that is not after its own version, and looks at newer vectors itself.
 *
 *   marks   version 7: up to 100   version 12: up to 180     a reader at 9: the graph for 1 to 100, and all after 100 itself
 *
 * Readers older than the first mark have none, and do without the graph.
 *
 * **Removal.** Vectors that are gone stay until they are half of the graph; then another is built beside it and takes its
 * place when it has caught up.
 */
import { strict as assert } from 'node:assert'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Index } from 'usearch'
import { similarities, type VectorConfig } from '../../src/core/change.js'
import type { Heap } from '../../src/pages/heap.js'

// Loaded by the first graph: a database without vectors does without the binary. Its module for `import` looks for that along
// the stack of calls, and not everywhere finds it.
let usearch: typeof import('usearch') | undefined

interface Mark {
  readonly version: number
  readonly stamp: number
}

/** Ordinals and the low words of stamps, in turn: nearest first. */
export type Proposals = Uint32Array

const keyWords = new Uint32Array(2)
const key = new BigUint64Array(keyWords.buffer)

export class Graph {
  private ownNative: Index | undefined
  /** Vectors in it, those that are gone included. */
  count = 0
  private marks: Mark[] = []
  /** The last vector that came in. */
  last = { ordinal: -1, stamp: 0 }

  constructor(private readonly config: VectorConfig) {}

  /** Made with the first vector. Throws what the library throws where there is no binary for this system. */
  private get native(): Index {
    return (this.ownNative ??= newNative(this.config))
  }

  /** The stamp up to which the graph has all that is alive at the version; 0 where it is of no use. */
  coverageAt(version: number): number {
    return this.marks.findLast((mark) => mark.version <= version)?.stamp ?? 0
  }

  /** The `count` nearest vectors as far as the graph leads to them; fewer when it has fewer. */
  find(query: Float32Array, count: number): Proposals {
    const { keys } = this.native.search(query, count, 1)
    return new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2)
  }

  /** Takes in a vector, `vector` as `isNormalized` wants it. Stamps ascend. */
  add(ordinal: number, stamp: number, vector: Float32Array): void {
    keyWords[0] = ordinal
    keyWords[1] = stamp % 2 ** 32
    // From a checkpoint come vectors beyond its mark, too. Where commits after it were lost, others have their stamps now.
    if (this.native.contains(key[0]!)) this.native.remove(key)
    else this.count++
    this.native.add(key, vector, 1)
    this.last = { ordinal, stamp }
  }

  /** Notes that all that is alive at a version with a stamp up to this is in the graph. */
  cover(version: number, stamp: number, heap: Heap): void {
    assert(
      (this.marks.at(-1)?.version ?? 0) <= version,
      'a graph goes on from the version that it had reached, or a later one',
    )
    const marks = this.marks.filter((mark) => mark.version < version)
    const kept = marks.filter((mark, i) =>
      heap.isPinnedWithin(mark.version, i + 1 < marks.length ? marks[i + 1]!.version : version),
    )
    this.marks = [...kept, { version, stamp }]
  }

  /** Native memory, about: the library does not tell. */
  get bytes(): number {
    const { m, dimensions } = this.config
    return this.count * (dimensions * numberBytes(this.config) + m * linkBytes + nodeBytes)
  }

  /**
   * The graph as bytes for `load`, for readers from `version` on; null when it is of no use to them, or when the directory
   * for temporary files cannot take it: no checkpoint should fail for something that can be built anew.
   */
  dump(version: number): Uint8Array | null {
    const coverage = this.coverageAt(version)
    if (coverage === 0) return null
    const dumped = withFile((path) => {
      this.native.save(path)
      const bytes = new Uint8Array(headBytes + statSync(path).size)
      new Float64Array(bytes.buffer, 0, headNumbers).set([...shapeOf(this.config), coverage, this.count])
      readFile(path, bytes.subarray(headBytes))
      return bytes
    })
    return dumped ?? null
  }

  /**
   * The graph that `dump` gave. Undefined when it is one of another index or of newer vectors than `lastStamp`, as it
   * may be after a restore, or when it cannot pass through the directory for temporary files: it can be built anew. The
   * bytes must be whole, of which a checkpoint's checksum makes sure.
   */
  static load(config: VectorConfig, bytes: Uint8Array, lastStamp: number): Graph | undefined {
    if (bytes.length < headBytes) return undefined
    const head = new Float64Array(bytes.slice(0, headBytes).buffer)
    const shape = shapeOf(config)
    const [stamp, count] = head.subarray(shape.length) as unknown as [number, number]
    if (stamp > lastStamp || shape.some((number, i) => number !== head[i])) return undefined
    const graph = new Graph(config)
    const isLoaded = withFile((path) => {
      writeFile(path, bytes.subarray(headBytes))
      graph.native.load(path)
      return true
    })
    if (!isLoaded) return undefined
    graph.count = count
    graph.marks = [{ version: 0, stamp }]
    graph.last = { ordinal: -1, stamp }
    return graph
  }
}

/** Whether vectors go to the graph divided by their length, after which the dot product is the cosine. */
export function isNormalized({ similarity }: VectorConfig): boolean {
  return similarity === 'cosine'
}

function newNative(config: VectorConfig): Index {
  usearch ??= createRequire(import.meta.url)('usearch') as typeof import('usearch')
  const { MetricKind, ScalarKind } = usearch
  return new usearch.Index({
    dimensions: config.dimensions,
    metric: config.similarity === 'euclidean' ? MetricKind.L2sq : MetricKind.IP,
    quantization: numberBytes(config) === 2 ? ScalarKind.F16 : ScalarKind.F32,
    // With one neighbour each there is no graph.
    connectivity: Math.max(2, config.m),
    expansion_add: config.efConstruction,
    // A search says itself how much it wants.
    expansion_search: 1,
    multi: false,
  })
}

/** Numbers of vectors of length 1 lose nothing that matters in 16 bits; others may be beyond them. */
function numberBytes(config: VectorConfig): number {
  return isNormalized(config) ? 2 : 4
}

/** Bytes for each of `m`, in files of graphs: two links on the lowest layer, of four bytes each. */
const linkBytes = 8
const nodeBytes = 20

// ---- bytes ----------------------------------------------------------------------------------------------------------

const format = 1

/** What must be the same for a graph to be of use. */
function shapeOf({ dimensions, similarity, m, efConstruction }: VectorConfig): number[] {
  return [format, dimensions, similarities.indexOf(similarity), m, efConstruction]
}

const headNumbers = 7
const headBytes = headNumbers * 8

/** USearch writes to files and reads from them, and knows no other way. Undefined where the system refuses one. */
function withFile<T>(use: (path: string) => T): T | undefined {
  let directory: string | undefined
  try {
    directory = mkdtempSync(join(tmpdir(), 'skein-graph-'))
    return use(join(directory, 'graph'))
  } catch {
    return undefined
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  }
}

/** One call takes 2 GiB at most. */
const ioBytesMax = 2 ** 30

function readFile(path: string, target: Uint8Array): void {
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < target.length; )
      at += readSync(file, target, at, Math.min(ioBytesMax, target.length - at), at)
  } finally {
    closeSync(file)
  }
}

function writeFile(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(ioBytesMax, bytes.length - at), at)
  } finally {
    closeSync(file)
  }
}
