/**
 * How many places of a terminal a text takes: most characters one, those of East Asian scripts and emoji two, marks
 * that combine with the character before none. Source: Unicode Standard Annex 11; terminals differ on rare characters.
 */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const plain = /^[\x20-\x7e]*$/
const halfWidth = /^[\uff61-\uffdc\uffe8-\uffee]/
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])|\ufe0f/u

export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** Fills up with spaces behind the text, or before it. */
export function padded(text: string, width: number, side: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? text + fill : fill + text
}

/** Cuts a text that is wider than `widthMax` and says so with `…`. */
export function shortened(text: string, widthMax: number): string {
  if (widthOf(text) <= widthMax) return text
  let width = 1
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment)
    if (width > widthMax) break
    kept += segment
  }
  return `${kept}…`
}

function graphemeWidth(grapheme: string): number {
  if (/^\p{Mark}*$/u.test(grapheme)) return 0
  return wide.test(grapheme) && !halfWidth.test(grapheme) ? 2 : 1
}
