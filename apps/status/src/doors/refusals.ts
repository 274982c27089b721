import { RequestError } from '../request-error.ts'
import { addressKey } from './address-key.ts'
import type { RateLimit } from './rate-limit.ts'
import { hexDigestOf, type TokenDigest } from './token-digest.ts'

const MOST_RIGHT = 10_000
/** Whoever pushes does so several times in it. */
const RIGHT_FOR_MS = 60_000
/** Whoever comes more often than that does not move to the end of the line each time. */
const MOVE_AFTER_MS = 10_000

export type Refusals = {
  /**
   * Runs a check of a secret, which throws when it is wrong, and counts that against the address. From one that was
   * refused too often nothing is even checked, so that a passphrase cannot be found by trying; except the very secret
   * that was right there within the last minute, as behind the one address of a large bot with a stray process.
   * @param scope what is guessed at; each is counted for itself.
   * @param secret what came; undefined when none did
   * @param check is given the secret's digest, taken once for both
   * @throws {RequestError} 429
   */
  guard(
    asked: { ip: string; scope: string; secret: string | undefined },
    check: (digest: TokenDigest) => void,
  ): void
}

export function createRefusals({
  limit,
  nowMs,
  onTurnedAway,
}: {
  limit: RateLimit
  nowMs: () => number
  onTurnedAway: () => void
}): Refusals {
  /** Until when a secret counts as right where it came from; roughly in the order in which they came last. */
  const rightUntilMs = new Map<string, number>()

  function keepRight(key: string, atMs: number): void {
    const isUntilMs = rightUntilMs.get(key) ?? 0
    if (isUntilMs - atMs < RIGHT_FOR_MS - MOVE_AFTER_MS) rightUntilMs.delete(key)
    rightUntilMs.set(key, atMs + RIGHT_FOR_MS)
    if (rightUntilMs.size <= MOST_RIGHT) return
    const oldest = rightUntilMs.keys().next()
    if (!oldest.done) rightUntilMs.delete(oldest.value)
  }

  return {
    guard({ ip, scope, secret }, check) {
      const asking = `${scope} ${addressKey(ip)}`
      const digest = hexDigestOf(secret ?? '')
      const key = `${asking} ${digest}`
      const atMs = nowMs()
      const waitSeconds = (rightUntilMs.get(key) ?? 0) > atMs ? 0 : limit.secondsUntilFree(asking)
      if (waitSeconds > 0) {
        onTurnedAway()
        throw new RequestError(429, 'too many wrong tokens came from this address', {
          retryAfterSeconds: waitSeconds,
        })
      }
      try {
        check(Buffer.from(digest, 'hex'))
      } catch (error) {
        rightUntilMs.delete(key)
        limit.take(asking)
        throw error
      }
      keepRight(key, atMs)
    },
  }
}
