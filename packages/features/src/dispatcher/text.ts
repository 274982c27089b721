/** What somebody wrote to the bot, without the mention. */
export type Addressed = {
  words: string
  /** It began with the mention, or came in a direct message: unknown words deserve an answer. */
  directly: boolean
}

/**
 * Reads whether a message is for the bot: a mention of it (or of its own role) anywhere in a guild, or any
 * message in a direct chat. White space is folded.
 */
export function readAddressed({
  content,
  isDirect,
  botId,
  botRoleId,
}: {
  content: string
  isDirect: boolean
  botId: string
  botRoleId: string | undefined
}): Addressed | undefined {
  const forms = [`<@!?${botId}>`, ...(botRoleId ? [`<@&${botRoleId}>`] : [])].join('|')
  const words = content.replaceAll(new RegExp(forms, 'g'), ' ')
  const isMentioned = words !== content
  if (!isMentioned && !isDirect) return undefined
  return {
    words: words.replaceAll(/\s+/g, ' ').trim(),
    directly: isDirect || new RegExp(`^\\s*(?:${forms})`).test(content),
  }
}
