const SNOWFLAKE = /^\d{15,20}$/
const MAJOR = new Set(['channels', 'guilds', 'webhooks'])

const segmentsOf = (pathname: string): string[] => {
  const segments = pathname.split('/').filter(segment => segment !== '')
  const version = segments.findIndex(segment => /^v\d+$/.test(segment))
  // `/api/v10`, wherever it is mounted.
  return segments[version - 1] === 'api' || version === 0 ? segments.slice(version + 1) : segments
}

/** The channel, guild or webhook that a path is about: those have limits of their own. */
export function majorOf(pathname: string): string | undefined {
  const [first = '', id] = segmentsOf(pathname)
  return MAJOR.has(first) ? id : undefined
}

/** What shares a limit: `POST /channels/123/messages`, `PATCH /channels/123/messages/:id`. */
export function routeOf(method: string, pathname: string): string {
  const segments = segmentsOf(pathname)
  const isMajor = MAJOR.has(segments[0] ?? '')
  const path: string[] = []
  for (const [at, segment] of segments.entries()) {
    const isKept = isMajor && at === 1
    path.push(!isKept && SNOWFLAKE.test(segment) ? ':id' : segment)
    if (segment !== 'reactions') continue
    path.push(':reaction')
    break
  }
  return `${method.toUpperCase()} /${path.join('/')}`
}

/**
 * What answers an interaction, by its token, is not counted in the bot's 50 a second (docs, "Global Rate Limit"):
 * `/interactions/:id/:token/callback` and `/webhooks/:application/:token`.
 */
export function isExempt(pathname: string): boolean {
  const [first, , token, last] = segmentsOf(pathname)
  return (first === 'interactions' && last === 'callback') || (first === 'webhooks' && token !== undefined)
}
