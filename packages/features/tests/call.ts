import type { Call } from '../src/feature.ts'

let lastId = 1_000n

/** A command that somebody wrote in a chat; each one is a request of its own. */
export function callIn(channelId: bigint, more: Partial<Call> = {}): Call {
  lastId += 1n
  return {
    requestId: lastId,
    chat: { guildId: 5n << 22n, channelId },
    userId: 7n,
    how: 'text',
    written: 'count to 5',
    input: { to: '5' },
    ...more,
  }
}
