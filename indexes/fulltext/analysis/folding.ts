/**
 * One spelling of letters that many type as if they were the same: `Café` and `cafe`, `ﬁn` and `fin`, `１` and `1`.
 *
 * Compatibility decomposition (NFKD) splits signs off their letters, and those that people leave out go: the accents of Latin,
 * Greek and Cyrillic, the vowel points of Hebrew and Arabic, and what only chooses a look. Signs of other scripts stay, as the
 * vowels of Hindi and Thai and the voiced marks of Japanese are such signs, without which words become others.
 */
const ascii = /^\p{ASCII}*$/u
const signsLeftOut =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]|\p{Variation_Selector}/gu

/** Letters that are no others with a sign, so that decomposition leaves them. */
const letters: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', þ: 'th', Þ: 'TH', ð: 'd', Ð: 'D' },
  ...{ đ: 'd', Đ: 'D', ł: 'l', Ł: 'L', ħ: 'h', Ħ: 'H', ŧ: 't', Ŧ: 'T', ŋ: 'ng', Ŋ: 'NG', ı: 'i', ĸ: 'k', ƒ: 'f' },
}
const undecomposed = new RegExp(`[${Object.keys(letters).join('')}]`, 'g')

export function fold(word: string): string {
  if (ascii.test(word)) return word
  const plain = word.normalize('NFKD').replaceAll(signsLeftOut, '').normalize('NFC')
  return plain.replaceAll(undecomposed, (letter) => letters[letter]!)
}
