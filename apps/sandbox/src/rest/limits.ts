import type { Clock } from '@shardlight/service'
import type { Ledger } from '../ledger.ts'
import type { Rules } from '../rules.ts'

export type BotLimits = ReturnType<typeof createBotLimits>

/** What holds for the bot as a whole: 50 requests a second, and a ban after too many invalid ones. */
export function createBotLimits({ rules, clock, ledger }: { rules: Rules; clock: Clock; ledger: Ledger }) {
  let second = { used: 0, endsMs: 0 }
  let invalid = { count: 0, endsMs: 0 }
  let bannedUntilMs = 0

  return {
    /** How long to wait, or 0 where the request may pass. */
    takeGlobal(): number {
      const nowMs = clock.nowMs()
      if (nowMs >= second.endsMs) second = { used: 0, endsMs: nowMs + 1_000 }
      if (second.used >= rules.globalRequestsPerSecond) return second.endsMs - nowMs
      second.used++
      return 0
    },

    bannedForMs: (): number => Math.max(0, bannedUntilMs - clock.nowMs()),

    countInvalid(): void {
      ledger.rest.invalid++
      const nowMs = clock.nowMs()
      if (nowMs >= invalid.endsMs) invalid = { count: 0, endsMs: nowMs + rules.invalidRequestWindowMs }
      if (++invalid.count >= rules.invalidRequestsUntilBan) bannedUntilMs = nowMs + rules.banMs
    },
  }
}
