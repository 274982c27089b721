/** What the chart's fonts have: the European alphabets and Vietnamese, with digits and common punctuation. */
const KNOWN =
  /[\u0020-\u007e\u00a0-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u203a\u20ac\u2116]/u
const LETTER = /\p{L}/u
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** What can be drawn of a label: symbols and emoji are left out; empty when a word in another script would be lost. */
export function legible(label: string): string {
  const characters = [
    ...label
      .normalize('NFC')
      .replaceAll(/\p{Mn}/gu, '')
      .replaceAll(INVISIBLE, ' '),
  ]
  if (characters.some(character => LETTER.test(character) && !KNOWN.test(character))) return ''
  return characters
    .filter(character => KNOWN.test(character))
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
