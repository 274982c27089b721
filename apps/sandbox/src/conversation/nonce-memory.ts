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
    remember(nonce: string | number, message: Message): void {
      const name = String(nonce)
      if (!known.has(name)) known.set(name, { message, atMs: clock.nowMs() })
    },
  }
}
