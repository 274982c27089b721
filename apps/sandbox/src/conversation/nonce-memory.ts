import type { Clock } from '@shardlight/service'
import type { Message } from '../world/model.ts'

export type NonceMemory = ReturnType<typeof createNonceMemory>

/** Which message of the bot came first with a nonce, for "the past few minutes" of `enforce_nonce`. */
export function createNonceMemory({ clock, keptMs }: { clock: Clock; keptMs: number }) {
  const known = new Map<string, { message: Message; atMs: number }>()

  function forgetOld(): void {
    for (const [nonce, { atMs }] of known) {
      if (clock.nowMs() - atMs < keptMs) return
      known.delete(nonce)
    }
  }

  return {
    first(nonce: string | number): Message | undefined {
      forgetOld()
      return known.get(String(nonce))?.message
    },
    remember(nonce: string | number, message: Message, ageMs = 0): void {
      const name = String(nonce)
      if (!known.has(name)) known.set(name, { message, atMs: clock.nowMs() - ageMs })
    },
    /** A sandbox that was restarted knows the nonces of the messages that it kept. */
    rememberKept(messages: Iterable<Message>): void {
      for (const message of [...messages].toSorted((a, b) => a.sentAtMs - b.sentAtMs)) {
        const ageMs = Date.now() - message.sentAtMs
        if (message.nonce !== undefined && ageMs < keptMs) this.remember(message.nonce, message, ageMs)
      }
    },
  }
}
