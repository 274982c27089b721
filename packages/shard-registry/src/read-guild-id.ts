export type GuildIdReading = { guildId: bigint } | { problem: string }

const LINK = /^(?:https?:\/\/)?(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com\/channels\/([^/?#\s]+)/i
const SNOWFLAKE = /^\d{1,20}$/
const FIRST_REAL = 10n ** 15n
const LAST = 2n ** 63n - 1n

const problem = (text: string): GuildIdReading => ({ problem: text })

/**
 * Reads what people paste: a guild's id, or a link to one of its channels or messages.
 * Answers the exact 64-bit id, or a sentence that says what is wrong.
 */
export function readGuildId(text: string): GuildIdReading {
  const given = text
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .trim()
  if (given === '') return problem('Enter a server ID, or paste a link to one of its messages.')
  const link = LINK.exec(given)
  if (link?.[1] === '@me') return problem('This link leads to a direct message, which belongs to no server.')
  if (/discord\.gg\/|discord(app)?\.com\/invite\//i.test(given))
    return problem('An invite does not tell the server ID. Paste a link to one of its messages instead.')
  if (!link && /[/.]/.test(given) && /[a-z]/i.test(given))
    return problem('This is not a link to a Discord channel or message.')
  const digits = link?.[1] ?? given
  if (/^<?(@|#|:|a:)/.test(digits))
    return problem('This is a mention, not a server ID. A server ID has digits only.')
  if (/^-/.test(digits)) return problem('A server ID is not negative.')
  if (!SNOWFLAKE.test(digits)) {
    return /^\d{21,}$/.test(digits)
      ? problem(`A server ID has 17 to 19 digits, this has ${digits.length}.`)
      : problem('A server ID has digits only, such as 1161574221348863930.')
  }
  const guildId = BigInt(digits)
  if (guildId > LAST) return problem('This number is too large for a server ID.')
  if (guildId < FIRST_REAL) return problem(`A server ID has 17 to 19 digits, this has ${digits.length}.`)
  return { guildId }
}
