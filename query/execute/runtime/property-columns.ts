/** Properties as columns, for what goes through all properties of many entities. */
import type { EntityKind } from '../../../src/core/change.js'
import type { PropertyId } from '../../../src/core/ids.js'
import type { PropertyValue } from '../../../src/core/value.js'
import {
  type ColumnView,
  type Encoding,
  encodings,
  extentShift,
  nullCode,
  nullInt32,
  type Transaction,
  TreeRef,
  type TreeValue,
} from '../../../src/transaction/transaction.js'
import { groupKey } from '../../functions/values.js'
import { bytesOfKey } from './memory.js'
import { DistinctRows } from './rows.js'

/** The columns of all properties. Those with no value for any of the 1,024 entities around one are passed over at once. */
export class PropertyColumns {
  private readonly all: readonly PropertyColumn[]
  private readonly byExtent = new Map<number, readonly PropertyColumn[]>()
  private extent = -1
  private here: readonly PropertyColumn[] = []

  constructor(transaction: Transaction, kind: EntityKind) {
    this.all = transaction.catalog.properties().map((property) => new PropertyColumn(transaction, kind, property))
  }

  /** In the order in which `keys` gives their names. */
  near(id: number): readonly PropertyColumn[] {
    const extent = id >>> extentShift
    if (extent !== this.extent) {
      this.extent = extent
      this.here = this.byExtent.get(extent) ?? this.find(extent, id)
    }
    return this.here
  }

  private find(extent: number, id: number): readonly PropertyColumn[] {
    const found = this.all.filter((column) => column.encodingAt(id) !== encodings.none)
    this.byExtent.set(extent, found)
    return found
  }
}

export class PropertyColumn {
  readonly name: string
  private readonly view: ColumnView

  constructor(
    transaction: Transaction,
    kind: EntityKind,
    readonly property: PropertyId,
  ) {
    this.name = transaction.catalog.propertyName(property)
    this.view = transaction.column(kind, property)
  }

  /** Whether there is a value, which is not read where its word tells. */
  has(id: number): boolean {
    const { view } = this
    switch (view.encodingAt(id)) {
      case encodings.none:
        return false
      case encodings.int32:
        return view.wordAt(id) !== nullInt32
      case encodings.string:
      case encodings.boolean:
        return view.wordAt(id) !== nullCode
      default:
        return (view.treeAt(id) ?? null) !== null
    }
  }

  encodingAt(id: number): Encoding {
    return this.view.encodingAt(id)
  }

  wordAt(id: number): number {
    return this.view.wordAt(id)
  }

  valueAt(id: number): PropertyValue {
    return this.view.valueAt(id)
  }

  treeAt(id: number): TreeValue | undefined {
    return this.view.treeAt(id)
  }
}

/** Values of columns, told apart by equivalence: strings by their codes, which are equal for equal texts. */
export class DistinctCells {
  // Made when there is one to keep: there may be millions of groups, each with cells of its own.
  private codes: DistinctRows | undefined
  private others: DistinctRows | undefined

  constructor(private readonly transaction: Transaction) {}

  /** Adds the value at `id`. Gives how many bytes are kept of it, 0 for null and for one that was there already. */
  add(column: Pick<ColumnView, 'encodingAt' | 'wordAt' | 'treeAt'>, id: number): number {
    if (column.encodingAt(id) === encodings.string) return this.addCode(column.wordAt(id))
    const value = column.treeAt(id) ?? null
    if (value === null) return 0
    const code = typeof value === 'string' ? this.transaction.stringCode(value) : nullCode
    if (code !== nullCode) return this.addCode(code)
    this.others ??= new DistinctRows()
    const key = value instanceof TreeRef ? value.key() : groupKey(value)
    return this.others.add(key) ? bytesOfKey(key) : 0
  }

  private addCode(code: number): number {
    if (code === nullCode) return 0
    this.codes ??= new DistinctRows()
    return this.codes.add(code) ? bytesOfKey(code) : 0
  }
}
