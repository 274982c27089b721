import { RequestError } from '../request-error.ts'
import { addressKey } from './address-key.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Asking } from './require-token.ts'

const MOST_ADDRESSES = 10_000

export type Refusals = {
  /**
   * Runs a check of a secret, which throws when it is wrong, and counts that against the address. One that was
   * refused too often is not even checked, so that a passphrase cannot be found by trying; unless the right secret
   * has come from there since it was first refused, as behind the one address of a large bot with a stray process.
   * @throws {RequestError} 429
   */
  guard(request: Asking, check: () => void): void
}

export function createRefusals(limit: RateLimit, onTurnedAway: () => void): Refusals {
  /** Those that were refused of late, and whether the right secret came from there since. */
  const refused = new Map<string, boolean>()

  function note(address: string, isGood: boolean): void {
    const wasGood = refused.get(address) ?? false
    refused.delete(address)
    refused.set(address, isGood || wasGood)
    if (refused.size <= MOST_ADDRESSES) return
    const oldest = refused.keys().next()
    if (!oldest.done) refused.delete(oldest.value)
  }

  return {
    guard(request, check) {
      const address = refused.size === 0 ? undefined : addressKey(request.ip)
      const isGood = address === undefined ? undefined : refused.get(address)
      const waitSeconds = address !== undefined && isGood === false ? limit.secondsUntilFree(address) : 0
      if (waitSeconds > 0) {
        onTurnedAway()
        throw new RequestError(429, 'too many wrong tokens came from this address', {
          retryAfterSeconds: waitSeconds,
        })
      }
      try {
        check()
      } catch (error) {
        const key = address ?? addressKey(request.ip)
        limit.take(key)
        note(key, false)
        throw error
      }
      if (address !== undefined && isGood === false) note(address, true)
    },
  }
}
