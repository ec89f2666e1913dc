/**
 * Makes the key of a text for the plan cache, by lifting its literals out:
 *
 *   text     MATCH (n {name: 'Ann'}) WHERE n.age > 30 RETURN n.age + 1, n.age - 1 AS less LIMIT 3
 *   key      MATCH (n {name: ∎}) WHERE n.age > ∎ RETURN n.age + 1, n.age - ∎ AS less LIMIT 3
 *
 * ∎ is one character that tells the kind of the literal: the plan takes the value as a parameter of known type
 * (`liftedName`), and another one the kind of a list's items, so that texts that differ in such values alone share one plan. A list of nothing but literals is
 * lifted whole, of any length. Not lifted are literals
 *  - of statements that change the schema, and of everything that is no query,
 *  - of the lengths of paths, SKIP and LIMIT, which shape the plan,
 *  - of ORDER BY, which is compared with the items,
 *  - of a RETURN or WITH item without AS, whose text is the name of its column.
 *
 * Two texts of one key may still differ in whether they can be bound, as expressions are compared by their spelling:
 * who compiles a key and fails compiles the exact text, whose answer counts.
 */
import type { ItemKind } from './ast.js'
import { ListReader, type Literal, scalarAt } from './literals.js'
import { isMemberName, literalSigns, opensList } from './source.js'
import { queryLengthMax, scan, Tokens, tokenKinds } from './tokens.js'
import { keywordNumber, keywords, numbersOf } from './words.js'

export interface NormalizedText {
  readonly key: string
  /** In the order of the text; the parameter of each is `liftedName` of its index. */
  readonly literals: readonly Literal[]
}

/** Throws what `scan` throws, and NUMBER_OUT_OF_RANGE. */
export function normalize(text: string, lengthMax = queryLengthMax): NormalizedText {
  scan(text, tokens, lengthMax)
  const literals = isQuery() ? new Lifter(text).lift() : []
  return { key: keyOf(text, literals), literals }
}

/** The text with `?` in place of each number and string. Throws what `scan` throws. */
export function withoutLiterals(text: string): string {
  scan(text, tokens, text.length)
  let bare = ''
  let copied = 0
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i]!
    if (kind !== tokenKinds.integer && kind !== tokenKinds.float && kind !== tokenKinds.string) continue
    bare += `${text.slice(copied, tokens.starts[i])}?`
    copied = tokens.ends[i]!
  }
  return bare + text.slice(copied)
}

/** Behind the sign of a list in keys; no text can hold them outside quotes. */
const itemSigns: Readonly<Record<ItemKind, string>> = {
  integer: '\u0097',
  float: '\u0098',
  string: '\u0099',
  boolean: '\u009a',
}

const tokens = new Tokens()

function keyOf(text: string, literals: readonly Literal[]): string {
  let key = ''
  let copied = 0
  for (const { kind, items, start, end } of literals) {
    key += text.slice(copied, start) + literalSigns[kind] + (items === null ? '' : itemSigns[items])
    copied = end
  }
  return literals.length === 0 ? text : key + text.slice(copied)
}

/** What a keyword means to the lifter. */
const roles = { none: 0, clause: 1, project: 2, count: 3, as: 4 } as const
const roleOf = new Uint8Array(keywords.length)
function give(role: number, words: string): void {
  for (const number of numbersOf(words)) roleOf[number] = role
}
give(roles.clause, 'MATCH CREATE MERGE SET REMOVE DELETE UNWIND CALL FOREACH UNION WHERE')
give(roles.project, 'RETURN WITH')
give(roles.count, 'ORDER SKIP OFFSET LIMIT')
give(roles.as, 'AS')

const create = keywordNumber('CREATE')
const modes = numbersOf('EXPLAIN PROFILE')
const firstWords = numbersOf('MATCH OPTIONAL CREATE MERGE UNWIND WITH RETURN CALL FOREACH')
/** They make an operator of a WITH that follows. */
const operatorWords = numbersOf('STARTS ENDS')

/** Whether the statement is a query: CREATE of a pattern is, `CREATE INDEX` and the like are not. */
function isQuery(): boolean {
  let i = 0
  while (modes.has(tokens.keywordAt(i))) i++
  if (!firstWords.has(tokens.keywordAt(i))) return false
  return tokens.keywordAt(i) !== create || tokens.isSign(i + 1, '(') || tokens.isSign(i + 2, '=')
}

/** What holds within one pair of brackets. */
interface Level {
  /** SKIP, LIMIT or ORDER BY are being read. */
  isCounting: boolean
  /** Of an item of RETURN or WITH: how many literals were lifted before it; -1 outside of items. */
  itemStart: number
  isAliased: boolean
  /** The brackets of a relationship, `-[...]-`. */
  readonly isRelationship: boolean
}

class Lifter {
  private readonly literals: Literal[] = []
  private readonly lists: ListReader
  private level: Level = newLevel(false)
  private readonly outer: Level[] = []

  constructor(private readonly text: string) {
    this.lists = new ListReader(text, tokens)
  }

  lift(): readonly Literal[] {
    for (let i = 0; i < tokens.count; ) i = this.token(i)
    this.endItem()
    return this.literals
  }

  /** Reads the token `i`; gives the one to go on with. */
  private token(i: number): number {
    switch (tokens.kinds[i]) {
      case tokenKinds.word:
        this.word(i)
        return i + 1
      case tokenKinds.sign:
        return this.sign(i)
      case tokenKinds.integer:
      case tokenKinds.float:
      case tokenKinds.string:
        this.add(scalarAt(this.text, tokens, i)!)
        return i + 1
      default:
        return i + 1
    }
  }

  private word(i: number): void {
    const role = roleOf[tokens.codes[i]!]!
    if (role === roles.none || isMemberName(tokens, i)) return
    if (role === roles.as) this.level.isAliased = true
    else this.enterClause(role, i)
  }

  private enterClause(role: number, i: number): void {
    if (role === roles.project && operatorWords.has(tokens.keywordAt(i - 1))) return
    this.endItem()
    this.level.isCounting = role === roles.count
    if (role === roles.project) this.startItem()
  }

  private startItem(): void {
    this.level.itemStart = this.literals.length
    this.level.isAliased = false
  }

  /** Takes back what was lifted from an item without AS. */
  private endItem(): void {
    const { itemStart, isAliased } = this.level
    if (itemStart !== -1 && !isAliased) this.literals.length = itemStart
    this.level.itemStart = -1
  }

  private sign(i: number): number {
    const code = tokens.codes[i]!
    if (code === comma) this.comma()
    else if (code === openSquare) return this.openSquare(i)
    else if (code === openRound || code === openCurly) this.open(false)
    else if (code === closeRound || code === closeSquare || code === closeCurly) this.close()
    return i + 1
  }

  private comma(): void {
    if (this.level.itemStart === -1) return
    this.endItem()
    this.startItem()
  }

  private openSquare(i: number): number {
    const list = opensList(tokens, i) ? this.lists.read(i) : undefined
    if (list === undefined) {
      this.open(tokens.isSign(i - 1, '-'))
      return i + 1
    }
    this.add(list)
    return this.lists.next
  }

  private open(isRelationship: boolean): void {
    this.outer.push(this.level)
    this.level = newLevel(isRelationship, this.level.isCounting)
  }

  private close(): void {
    this.endItem()
    this.level = this.outer.pop() ?? this.level
  }

  private add(literal: Literal): void {
    // 2^63 has a meaning behind a minus alone, which the tree's builder sees to.
    if (this.isLifting() && literal.value !== 2n ** 63n) this.literals.push(literal)
  }

  private isLifting(): boolean {
    return !this.level.isCounting && !this.level.isRelationship
  }
}

function newLevel(isRelationship: boolean, isCounting = false): Level {
  return { isCounting, itemStart: -1, isAliased: false, isRelationship }
}

const [openRound, closeRound, openSquare, closeSquare, openCurly, closeCurly, comma] = [...'()[]{},'].map((sign) =>
  sign.charCodeAt(0),
)
