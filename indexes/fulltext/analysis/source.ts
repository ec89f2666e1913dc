/**
 * A text and its UTF-16 units in an array. Reading a unit of an array takes a sixth of the time of `charCodeAt`, which asks each
 * time how the string is stored (bench/analysis.ts), and every unit is read some three times on its way to a term.
 */
export interface Source {
  readonly text: string
  readonly units: Uint16Array
}

/** Longer texts have arrays of their own, so that one of them does not hold memory for ever. */
const sharedUnits = 1 << 18

const shared = new ArrayBuffer(sharedUnits * 2)
const sharedBytes = Buffer.from(shared)
let isLent = false

/** Calls `use` with the source, which must not be kept. One within another, as from a visitor, has its own array. */
export function withSource<Result>(text: string, use: (source: Source) => Result): Result {
  if (isLent || text.length > sharedUnits) return use({ text, units: unitsOf(text) })
  isLent = true
  try {
    sharedBytes.write(text, 'utf16le')
    return use({ text, units: new Uint16Array(shared, 0, text.length) })
  } finally {
    isLent = false
  }
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  Buffer.from(units.buffer).write(text, 'utf16le')
  return units
}
