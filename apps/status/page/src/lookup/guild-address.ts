/** The guild of a link `/g/<id>`, as it was written there; empty for the page itself. */
export const guildOfPath = (path: string): string => {
  const given = /^\/g\/([^/]+)\/?$/.exec(path)?.[1]
  if (given === undefined) return ''
  try {
    return decodeURIComponent(given)
  } catch {
    return given
  }
}

/** The guild that an address asks for: `/g/<id>`, or the form that was sent without a script. */
export const guildOfAddress = ({ pathname, search }: { pathname: string; search: string }): string =>
  pathname === '/lookup' ? (new URLSearchParams(search).get('guild') ?? '') : guildOfPath(pathname)

/** What a visitor has chosen stays with every link. */
const CHOICES = ['lang', 'view']

/** The address of that path with what the visitor has chosen, and with another choice where one is given. */
export function addressWith(path: string, search: string, choice: Record<string, string> = {}): string {
  const given = new URLSearchParams(search)
  const kept = new URLSearchParams()
  for (const name of CHOICES) {
    const value = choice[name] ?? given.get(name)
    if (value) kept.set(name, value)
  }
  return kept.size === 0 ? path : `${path}?${kept}`
}

export const pathOfGuild = (guildId: bigint): string => `/g/${guildId}`
