/** How a constant can be compared with the words of a column: column-tests.ts tells the story. */
import { Float, type Value } from '../../../src/core/value.js'
import { encodings, nullInt32, type Transaction } from '../../../src/transaction/transaction.js'

/** No extent has this encoding, so every value is compared the general way. */
const generally = -1

/** The encoding in whose words an equal value would lie. */
export function encodingOfEqual(value: Value): number {
  switch (typeof value) {
    case 'number':
      return isWord(value) ? encodings.int32 : generally
    case 'string':
      return encodings.string
    case 'boolean':
      return encodings.boolean
  }
  return value instanceof Float && isWord(value.value) ? encodings.int32 : generally
}

/** The word of an equal value; one that no value has where none is stored. */
export function wordOfEqual(transaction: Transaction, value: Value): number {
  switch (typeof value) {
    case 'number':
      return value
    case 'string':
      return transaction.stringCode(value) || generally
    case 'boolean':
      return value ? 2 : 1
  }
  return value instanceof Float ? value.value : generally
}

/** The encoding in whose words order can be compared: that of integers, with a number above their null. */
export function encodingOfOrder(value: Value): number {
  return numberOfOrder(value) > nullInt32 ? encodings.int32 : generally
}

export function numberOfOrder(value: Value): number {
  if (typeof value === 'number') return value
  return value instanceof Float ? value.value : Number.NaN
}

function isWord(value: number): boolean {
  return (value | 0) === value && value !== nullInt32
}
