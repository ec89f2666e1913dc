/**
 * What a database holds, for the types of the builder. It is known to the compiler alone and checks nothing at run
 * time; without it every label has every property.
 *
 *   interface Social {
 *     nodes: { Person: { name: string; age?: number }; City: { name: string } }
 *     relationships: { KNOWS: { since: number } }
 *   }
 *   const db = await open<Social>('./data')
 *
 * An optional property may be missing, and is null then.
 */
export interface Schema {
  readonly nodes: object
  readonly relationships: object
}

export interface AnySchema {
  readonly nodes: { readonly [label: string]: AnyProperties }
  readonly relationships: { readonly [type: string]: AnyProperties }
}

// biome-ignore lint/suspicious/noExplicitAny: what is not declared may be anything, and may be used as anything.
export type AnyProperties = { readonly [name: string]: any }

type Names<Entities> = keyof Entities & string
export type LabelOf<S extends Schema> = Names<S['nodes']>
export type TypeOf<S extends Schema> = Names<S['relationships']>

/** Properties of a node with all of the labels, which are a union; of one without labels nothing is known. */
export type NodeProperties<S extends Schema, Label> = PropertiesOf<S['nodes'], Label>
/** Properties of a relationship with one of the types. */
export type RelationshipProperties<S extends Schema, Type> = [Type] extends [never]
  ? AnyProperties
  : Type extends keyof S['relationships']
    ? S['relationships'][Type]
    : AnyProperties

export interface KeyProperty {
  /** The key of a node, if it has one. */
  readonly _key?: string
}

type PropertiesOf<Entities, Name> = [Name] extends [never]
  ? AnyProperties
  : Intersection<Name extends keyof Entities ? Entities[Name] : AnyProperties>

/** `A | B` as `A & B`. */
export type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer Whole,
) => void
  ? Whole
  : never
