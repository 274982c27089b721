import { type IdentifyDay, isFree, leftOf, probeAtMs } from './identify-day.ts'

/** Why no login may be spent now. */
export type Refusal =
  /** Not looked yet, or the day is over and the new one is being looked at. */
  | { why: 'unknown' }
  | { why: 'database' | 'discord'; detail: string }
  | { why: 'spent'; spent: number; allowed: number; untilMs: number }
  | { why: 'failing'; times: number; untilMs: number }

/** @param again the shard's own last login failed. */
export function refusalOf(day: IdentifyDay | undefined, again: boolean): Refusal | undefined {
  if (!day || day.resetsAtMs <= day.nowMs) return { why: 'unknown' }
  if (leftOf(day) <= 0)
    return { why: 'spent', spent: day.spent, allowed: day.allowed, untilMs: day.resetsAtMs }
  const probeMs = probeAtMs(day)
  if (isFree(day, again) || probeMs <= day.nowMs) return undefined
  return { why: 'failing', times: Math.max(day.failed, 1), untilMs: probeMs }
}

const clockTime = (atMs: number, to: number) => `${new Date(atMs).toISOString().slice(11, to)} UTC`

/** Such as "shards 4, 7 wait". */
export const whoWaits = (shards: readonly number[]): string => {
  if (shards.length === 0) return 'a shard that has to log in waits'
  const shown =
    shards.length > 12
      ? `${shards.slice(0, 10).join(', ')} and ${shards.length - 10} more`
      : shards.join(', ')
  return shards.length === 1 ? `shard ${shown} waits` : `shards ${shown} wait`
}

/** One sentence for the public page: it names neither hosts nor errors. */
export function sentenceOf(refusal: Refusal, shards: readonly number[]): string {
  const who = whoWaits(shards)
  switch (refusal.why) {
    case 'unknown':
      return `How many logins are left today is being looked up; ${who} for the answer`
    case 'database':
      return `The record of the bot's logins cannot be reached; ${who} until it is back`
    case 'discord':
      return `Discord does not say how many logins are left today; ${who} until it does`
    case 'spent': {
      const until = `until ${clockTime(refusal.untilMs, 16)}`
      return refusal.spent >= refusal.allowed
        ? `The bot has used its share of logins for today; ${who} ${until}`
        : `Discord leaves the bot no more logins for today; ${who} ${until}`
    }
    case 'failing':
      return `Logins are failing; ${who}, and one of them tries again at ${clockTime(refusal.untilMs, 19)}`
  }
}
