/**
 * The keyspace: which key belongs to which id, and of what kind each id is. All kinds share one space of ids, so a key
 * leads to its id by one lookup, whatever it is the key of.
 *
 *   kinds   id -> 0 nothing lives here; above 0 a node, and the set of its labels; below 0 another kind
 *   keys    id -> code of its key, code -> id: with the dictionary's hash this is the index of all keys
 *
 * A node may have a key; anything else has one.
 */
import type { KeyKind } from '../../core/change.js'
import type { KeyId, StringCode } from '../../core/ids.js'
import { pageShift } from '../../pages/heap.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedWords } from '../../pages/paged-words.js'
import { labelSetsMax } from '../catalog/catalog-store.js'
import { slots } from '../slots.js'
import type { Dictionary } from '../strings/dictionary.js'
import { extentShift, IdSpace } from './id-space.js'

/** The words of kinds other than nodes. */
export const kindWords = { value: -1 } as const

/** Extents belong to one kind or label set; owners above those of label sets are the other kinds. */
export const kindOwners = { value: labelSetsMax + 1 } as const

export class Keyspace {
  readonly ids: IdSpace
  readonly kinds: PagedWords
  private readonly keyOfId: PagedWords
  private readonly idOfKey: PagedWords

  constructor(
    space: PageSpace,
    private readonly strings: Dictionary,
    heldBySnapshot: (extent: number, freed: number) => boolean,
  ) {
    this.kinds = new PagedWords(space.table(slots.kinds))
    this.keyOfId = new PagedWords(space.table(slots.keyOfId))
    this.idOfKey = new PagedWords(space.table(slots.idOfKey))
    this.ids = new IdSpace(space, slots.nodeExtents, { inUse: (id) => this.kinds.get(id) !== 0, heldBySnapshot })
  }

  /** The id of the key, of any kind; 0 where there is none. */
  find(key: string): KeyId | 0 {
    const code = this.strings.find(key)
    return code === 0 ? 0 : (this.idOfKey.get(code) as KeyId)
  }

  /** Of an id that has a key, or lives: a bulk load gives nodes their keys first. */
  kindOf(id: KeyId): KeyKind {
    return this.kinds.get(id) === kindWords.value ? 'value' : 'node'
  }

  /** Whether any of an extent's ids may have a key: its page of them exists. */
  mayHaveKeysIn(extent: number): boolean {
    return this.keyOfId.table.page((extent << extentShift) >>> pageShift) !== 0
  }

  keyOf(id: KeyId): string | null {
    const code = this.keyOfId.get(id) as StringCode
    return code === 0 ? null : this.strings.text(code)
  }

  /** Gives an id its key, in place of the one that it has. */
  setKey(id: KeyId, key: string): void {
    const code = this.strings.hold(key)
    this.clearKey(id)
    this.keyOfId.set(id, code)
    this.idOfKey.set(code, id)
  }

  clearKey(id: KeyId): void {
    const code = this.keyOfId.get(id) as StringCode
    if (code === 0) return
    this.keyOfId.set(id, 0)
    this.idOfKey.set(code, 0)
    this.strings.release(code)
  }
}
