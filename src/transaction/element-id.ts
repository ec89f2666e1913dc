import type { EntityKind } from '../core/change.js'
import type { Stores } from '../stores/stores.js'

/** Stable for an entity's life, and never that of another: an id that is used again has a higher generation. */
export function elementIdOf(stores: Stores, entity: EntityKind, id: number): string {
  const ids = entity === 'node' ? stores.nodes.ids : stores.graph.ids
  return `${entity === 'node' ? 'n' : 'r'}:${id}:${ids.generationOf(id)}`
}

/** The id of the entity; undefined where it is gone, or there has never been one. */
export function findByElementId(stores: Stores, entity: EntityKind, elementId: string): number | undefined {
  const id = Number(elementId.split(':')[1])
  const isId = Number.isInteger(id) && id > 0 && stores.exists(entity, id as never)
  return isId && elementIdOf(stores, entity, id) === elementId ? id : undefined
}
