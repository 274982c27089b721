/** What nobody sees: control characters, bidirectional marks, zero-width characters. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}]/gu
const MARKDOWN = /[\\*_~`|<>#@[\]]/g
const LIST = /^(\s*\d*)([.+-])/gm

/**
 * The text as it is, whatever Discord would make of it: no mention, no hidden link, no formatting, no list
 * (https://discord.com/developers/docs/reference#message-formatting).
 */
export const escapeForDiscord = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNSEEN, '')
    .replace(MARKDOWN, '\\$&')
    .replace(LIST, '$1\\$2')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** At most that many characters of what is escaped, and no half of one. */
export function cutTo(escaped: string, most: number): string {
  if (escaped.length <= most) return escaped
  const cut = escaped.slice(0, Math.max(0, most - 1))
  const whole = /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
  const escapes = /\\*$/.exec(whole)?.[0].length ?? 0
  return `${escapes % 2 === 1 ? whole.slice(0, -1) : whole}…`
}
