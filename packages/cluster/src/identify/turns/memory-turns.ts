import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { type IdentifyTurns, TURN_TIMES, type TurnTimes } from './identify-turns.ts'

type Place = { grant: () => void }
type Bucket = { line: Place[]; holder: Place | undefined; freeAtMs: number; wakesAtMs: number }

const RETRY_MS = 1_000
const NEVER_MS = Number.POSITIVE_INFINITY

/**
 * Turns for the only manager of a bot.
 * @param quietMs how long to be quiet first, because of a manager before this one.
 */
export function createMemoryTurns({
  quietMs = async () => 0,
  times = TURN_TIMES,
  clock,
  log,
}: {
  quietMs?: () => Promise<number>
  times?: TurnTimes
  clock: Clock
  log?: Log
}): IdentifyTurns {
  const buckets = new Map<number, Bucket>()
  const stopping = new AbortController()
  const spacingMs = times.windowMs + times.guardMs
  let quietUntilMs = NEVER_MS

  const wake = async (bucket: Bucket, atMs: number) => {
    if (atMs >= bucket.wakesAtMs) return
    bucket.wakesAtMs = atMs
    await clock.sleepUntil(atMs, stopping.signal).catch(() => {})
    bucket.wakesAtMs = NEVER_MS
    serve(bucket)
  }

  function serve(bucket: Bucket): void {
    const [next] = bucket.line
    if (next === undefined || stopping.signal.aborted) return
    const atMs = Math.max(bucket.freeAtMs, quietUntilMs)
    if (clock.nowMs() < atMs) return void wake(bucket, atMs)
    bucket.line.shift()
    bucket.holder = next
    // As if it were sent at the last moment; `sent` brings that forward.
    bucket.freeAtMs = clock.nowMs() + times.holdMs + spacingMs
    next.grant()
    serve(bucket)
  }

  async function beQuiet(): Promise<void> {
    while (quietUntilMs === NEVER_MS && !stopping.signal.aborted) {
      try {
        quietUntilMs = clock.nowMs() + (await quietMs())
      } catch (error) {
        log?.warn({ reason: reasonOf(error) }, 'it is unknown when a manager before this one identified')
        await clock.sleepUntil(clock.nowMs() + RETRY_MS, stopping.signal).catch(() => {})
      }
    }
    for (const bucket of buckets.values()) serve(bucket)
  }
  const quiet = beQuiet()

  return {
    take(key) {
      const bucket = buckets.get(key) ?? { line: [], holder: undefined, freeAtMs: 0, wakesAtMs: NEVER_MS }
      buckets.set(key, bucket)
      const { promise, resolve } = Promise.withResolvers<void>()
      const place = { grant: resolve }
      bucket.line.push(place)
      serve(bucket)

      const freeAt = (atMs: number) => {
        // One that comes too late still holds up those after it.
        bucket.freeAtMs = bucket.holder === place ? atMs : Math.max(atMs, bucket.freeAtMs)
        if (bucket.holder === place) bucket.holder = undefined
        serve(bucket)
      }
      return {
        mine: promise,
        sent: () => freeAt(clock.nowMs() + spacingMs),
        giveBack() {
          bucket.line = bucket.line.filter(other => other !== place)
          if (bucket.holder === place) freeAt(clock.nowMs())
        },
      }
    },
    trouble: () => (quietUntilMs === NEVER_MS ? 'When the bot last logged in is not known yet' : null),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await quiet
    },
  }
}
