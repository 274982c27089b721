const SNOWFLAKE = /^\d{15,20}$/
const MAJOR = new Set(['channels', 'guilds', 'webhooks'])

const segmentsOf = (path: string): string[] => path.split('/').filter(segment => segment !== '')

/** The path below the version, such as `/channels/123/messages`. */
export const pathOf = (url: string): string => new URL(url).pathname.replace(/^.*?\/v\d+(?=\/)/, '')

/** The channel, guild or webhook that a path is about: each has limits of its own. */
export function majorOf(path: string): string | undefined {
  const [first = '', id] = segmentsOf(path)
  return MAJOR.has(first) ? id : undefined
}

/** What shares a limit: `POST /channels/123/messages`, `PATCH /channels/123/messages/:id`. */
export function routeOf(method: string, path: string): string {
  const segments = segmentsOf(path)
  const hasMajor = majorOf(path) !== undefined
  const named: string[] = []
  for (const [at, segment] of segments.entries()) {
    const isMajor = hasMajor && at === 1
    named.push(!isMajor && SNOWFLAKE.test(segment) ? ':id' : segment)
    if (segment !== 'reactions') continue
    named.push(':reaction')
    break
  }
  return `${method.toUpperCase()} /${named.join('/')}`
}

/**
 * What answers an interaction, by its token, is not counted in the bot's 50 a second (docs, "Global Rate Limit"):
 * `/interactions/:id/:token/callback` and `/webhooks/:application/:token`.
 */
export function isExempt(path: string): boolean {
  const [first, , token, last] = segmentsOf(path)
  return (first === 'interactions' && last === 'callback') || (first === 'webhooks' && token !== undefined)
}
