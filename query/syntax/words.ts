/**
 * The words of the grammar, found in a text without regard to case and without making strings: a hash of the
 * word with its case bits cleared, then one comparison.
 */
const words = [
  'ALL AND AS ASC ASCENDING ASSERT BY CALL CASE COLLECT CONSTRAINT CONSTRAINTS CONTAINS COUNT CREATE DELETE DESC DESCENDING',
  'DETACH DISTINCT DROP ELSE END ENDS EXISTS EXPLAIN FALSE FOR FOREACH IF IN INDEX INDEXES IS KEY LIMIT MATCH MERGE',
  'NODE NOT NULL OF OFFSET ON OPTIONAL OR ORDER PROFILE RANGE RELATIONSHIP REMOVE REQUIRE RETURN ROWS SET SHOW SKIP',
  'STARTS THEN TRANSACTIONS TRUE TYPED UNION UNIQUE UNWIND WHEN WHERE WITH XOR YIELD SHORTESTPATH ALLSHORTESTPATHS',
  'PROCEDURE PROCEDURES FUNCTION FUNCTIONS KEYS FULLTEXT VECTOR EACH OPTIONS SEARCH SCORE',
]
  .join(' ')
  .split(' ')

/** A word of the grammar by its number; 0 is every other word. */
export const keywords: readonly string[] = ['', ...words]

export function keywordNumber(word: string): number {
  return keywords.indexOf(word)
}

/** The numbers of keywords that are given with blanks between them. */
export function numbersOf(words: string): ReadonlySet<number> {
  return new Set(words.split(' ').map(keywordNumber))
}

const caseBits = 0xdf
const slotCount = 1024
const slots = new Uint8Array(slotCount)
for (let number = 1; number < keywords.length; number++) {
  let slot = hash(keywords[number]!, 0, keywords[number]!.length)
  while (slots[slot] !== 0) slot = (slot + 1) % slotCount
  slots[slot] = number
}

/** Length, two letters and the last: few words of the language share all four. */
function hash(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) & caseBits
  const second = text.charCodeAt(start + 1) & caseBits
  const last = text.charCodeAt(end - 1) & caseBits
  return (first * 31 + second * 7 + last * 17 + (end - start)) % slotCount
}

/** The number of the keyword that stands in `text` from `start` to `end`, in any case; 0 for any other word. */
export function findKeyword(text: string, start: number, end: number): number {
  for (let slot = hash(text, start, end); slots[slot] !== 0; slot = (slot + 1) % slotCount) {
    if (isKeyword(keywords[slots[slot]!]!, text, start, end)) return slots[slot]!
  }
  return 0
}

function isKeyword(keyword: string, text: string, start: number, end: number): boolean {
  if (keyword.length !== end - start) return false
  for (let i = 0; i < keyword.length; i++) {
    if ((text.charCodeAt(start + i) & caseBits) !== keyword.charCodeAt(i)) return false
  }
  return true
}
