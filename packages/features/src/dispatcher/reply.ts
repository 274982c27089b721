import { type Discord, isGone } from '../discord.ts'
import type { Answer, Call } from '../feature.ts'

/** Somebody who goes on writing is not told the same in private each time. */
const PRIVATE_EVERY_MS = 60_000

/** Answers words: where they were written, or in a direct message where it is for the person alone. */
export function createReply(discord: Discord, nowMs: () => number) {
  const toldAtMs = new Map<string, number>()

  function wasJustTold({ chat, userId }: Call, content: string): boolean {
    const key = `${chat.guildId} ${userId} ${content}`
    for (const [other, atMs] of toldAtMs) if (nowMs() - atMs > PRIVATE_EVERY_MS) toldAtMs.delete(other)
    if (toldAtMs.has(key)) return true
    toldAtMs.set(key, nowMs())
    return false
  }

  return async (call: Call, { isPrivate, ...answer }: Answer): Promise<void> => {
    const { requestId, chat, userId } = call
    const reply = (message: Omit<Answer, 'isPrivate'>) =>
      discord.post({ ...message, channelId: chat.channelId, nonce: `r${requestId}`, replyTo: requestId })
    if (!isPrivate || chat.guildId === null) {
      await reply(answer)
      return
    }
    if (wasJustTold(call, answer.content)) return
    try {
      const channelId = await discord.directChannel(userId)
      await discord.post({ ...answer, channelId, nonce: `d${requestId}` })
      await reply({ content: 'I have answered you in a direct message.' })
    } catch (error) {
      if (!isGone(error)) throw error
      await reply({
        content: 'I may not write you direct messages. Use a slash command: its answer is seen by you alone.',
      })
    }
  }
}
