import { createHash } from 'node:crypto'

/**
 * Whom Discord counts logins for: the bot's id, which its token begins with in base64. For a token of another form,
 * such as a local one, a name that does not give the token away.
 */
export function applicationOf(token: string): string {
  const [id = ''] = token.split('.')
  const decoded = Buffer.from(id, 'base64').toString()
  return /^\d{17,20}$/.test(decoded)
    ? decoded
    : `token-${createHash('sha256').update(token).digest('hex').slice(0, 16)}`
}
