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

export const pathOfGuild = (guildId: bigint): string => `/g/${guildId}`
