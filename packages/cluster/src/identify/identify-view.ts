import type { IdentifyDay } from './ledger/identify-day.ts'
import { leftOf } from './ledger/identify-day.ts'
import { type Refusal, sentenceOf, whoWaits } from './ledger/refusal.ts'

export type IdentifyView = {
  /** Logins that the bot may still spend today, of those that it allows itself, of those that Discord gives. */
  left: number
  allowed: number
  perDay: number
  /** By the bot itself, today; others with its token take from `left` too. */
  spent: number
  /** Since 1970; null until Discord was asked. */
  resetsAtMs: number | null
  waiting: { shardId: number; sinceMs: number; reason: string }[]
  /** Why shards cannot log in now, as a sentence for people; null while all is well. */
  reason: string | null
}

export type WaitingShard = {
  shardId: number
  sinceMs: number
  /** Its last login failed. */
  again: boolean
  /** It may not try again yet, whatever the others do. */
  isHeldBack: boolean
}

/** The view for people, from what the ledger and the turns say. */
export function viewOf({
  day,
  waiting,
  refusal,
  trouble,
  bucketOf,
}: {
  day: IdentifyDay | undefined
  waiting: WaitingShard[]
  refusal: (again: boolean) => Refusal | undefined
  trouble: string | null
  bucketOf: (shardId: number) => number
}): IdentifyView {
  const sentence = (refused: Refusal | undefined, shards: number[]): string | null =>
    refused ? sentenceOf(refused, shards) : trouble && `${trouble}; ${whoWaits(shards)}`

  const reasonFor = ({ shardId, again, isHeldBack }: WaitingShard): string =>
    isHeldBack
      ? 'Its last login failed; it tries again more slowly'
      : (sentence(refusal(again), [shardId]) ?? `It waits for its turn in bucket ${bucketOf(shardId)}`)

  const hasFailed = waiting.some(one => one.again)
  return {
    left: day ? leftOf(day) : 0,
    allowed: day?.allowed ?? 0,
    perDay: day?.total ?? 0,
    spent: day?.spent ?? 0,
    resetsAtMs: day?.resetsAtMs ?? null,
    waiting: waiting.map(one => ({ shardId: one.shardId, sinceMs: one.sinceMs, reason: reasonFor(one) })),
    reason: sentence(
      refusal(false) ?? (hasFailed ? refusal(true) : undefined),
      waiting.map(one => one.shardId),
    ),
  }
}
