const surrogateMin = 0xd800

/** By code point. UTF-16 units agree but for surrogates, which stand for what is greater than any other unit. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return left < surrogateMin || right < surrogateMin ? left - right : rank(left) - rank(right)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= surrogateMin && unit < 0xe000 ? unit + 0x10000 : unit
}
