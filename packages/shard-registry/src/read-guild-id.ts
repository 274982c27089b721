/** What is wrong, for those who say it in other words than these. */
export type GuildIdProblem =
  | 'empty'
  | 'direct-message'
  | 'invite'
  | 'other-link'
  | 'mention'
  | 'negative'
  | 'length'
  | 'no-number'
  | 'too-large'

export type GuildIdReading =
  | { guildId: bigint }
  | { problem: string; kind: GuildIdProblem /** How many the given number has. */; digits: number }

const LINK = /^(?:https?:\/\/)?(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com\/channels\/([^/?#\s]+)/i
const SNOWFLAKE = /^\d{1,20}$/
const FIRST_REAL = 10n ** 15n
const LAST = 2n ** 63n - 1n

const problem = (kind: GuildIdProblem, text: string, digits = 0): GuildIdReading => ({
  problem: text,
  kind,
  digits,
})

/**
 * Reads what people paste: a guild's id, or a link to one of its channels or messages.
 * Answers the exact 64-bit id, or a sentence that says what is wrong.
 */
export function readGuildId(text: string): GuildIdReading {
  const given = text
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .trim()
  if (given === '') return problem('empty', 'Enter a server ID, or paste a link to one of its messages.')
  const link = LINK.exec(given)
  if (link?.[1] === '@me')
    return problem('direct-message', 'This link leads to a direct message, which belongs to no server.')
  if (/discord\.gg\/|discord(app)?\.com\/invite\//i.test(given))
    return problem(
      'invite',
      'An invite does not tell the server ID. Paste a link to one of its messages instead.',
    )
  if (!link && /[/.]/.test(given) && /[a-z]/i.test(given))
    return problem('other-link', 'This is not a link to a Discord channel or message.')
  const digits = link?.[1] ?? given
  if (/^<?(@|#|:|a:)/.test(digits))
    return problem('mention', 'This is a mention, not a server ID. A server ID has digits only.')
  if (/^-/.test(digits)) return problem('negative', 'A server ID is not negative.')
  if (!SNOWFLAKE.test(digits)) {
    return /^\d{21,}$/.test(digits)
      ? problem('length', `A server ID has 17 to 19 digits, this has ${digits.length}.`, digits.length)
      : problem('no-number', 'A server ID has digits only, such as 1161574221348863930.')
  }
  const guildId = BigInt(digits)
  if (guildId > LAST) return problem('too-large', 'This number is too large for a server ID.')
  if (guildId < FIRST_REAL)
    return problem('length', `A server ID has 17 to 19 digits, this has ${digits.length}.`, digits.length)
  return { guildId }
}
