import type { Message } from './model.ts'

/** Older ones of a channel are forgotten, so that a bot that counts for days does not fill the memory. */
const KEPT_PER_CHANNEL = 20_000
const EPHEMERAL_KEPT = 10_000

export type MessageStore = ReturnType<typeof createMessageStore>

/** What was written, by channel and oldest first. Ephemeral messages are found by id only. */
export function createMessageStore() {
  const byId = new Map<string, Message>()
  const byChannel = new Map<string, Message[]>()
  const ephemeral: string[] = []

  /** The index of the first message that is newer than `id`. */
  function after(written: Message[], id: string): number {
    const wanted = BigInt(id)
    let low = 0
    let high = written.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (BigInt(written[middle]?.id ?? '0') > wanted) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    get: (id: string) => byId.get(id),

    add(message: Message): void {
      byId.set(message.id, message)
      if (message.ephemeralTo) {
        ephemeral.push(message.id)
        if (ephemeral.length > EPHEMERAL_KEPT) byId.delete(ephemeral.shift() ?? '')
        return
      }
      const written = byChannel.get(message.channelId)
      if (!written) byChannel.set(message.channelId, [message])
      else if (written.push(message) > KEPT_PER_CHANNEL * 1.1) {
        for (const old of written.splice(0, written.length - KEPT_PER_CHANNEL)) byId.delete(old.id)
      }
    },

    remove(message: Message): void {
      byId.delete(message.id)
      const written = byChannel.get(message.channelId)
      const index = written?.indexOf(message) ?? -1
      if (index >= 0) written?.splice(index, 1)
    },

    removeChannel(channelId: string): void {
      for (const message of byChannel.get(channelId) ?? []) byId.delete(message.id)
      byChannel.delete(channelId)
    },

    /** Oldest first: those after `after`, or before `before`, or else the newest, at most `limit`. */
    list(
      channelId: string,
      { after: afterId, before, limit }: { after?: string; before?: string; limit: number },
    ) {
      const written = byChannel.get(channelId) ?? []
      if (afterId !== undefined) {
        const start = after(written, afterId)
        return written.slice(start, start + limit)
      }
      const end = before === undefined ? written.length : after(written, (BigInt(before) - 1n).toString())
      return written.slice(Math.max(0, end - limit), end)
    },

    *all(): Iterable<Message> {
      for (const written of byChannel.values()) yield* written
    },
  }
}
