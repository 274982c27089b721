import { setTimeout as sleep } from 'node:timers/promises'
import { type EventLog, newEvent, UserActive } from '../../src/index.ts'

export const GUILD = 1161574221348863930n

export const userActive = (userId: bigint) =>
  newEvent(UserActive, { guildId: GUILD, userId, how: 'message', joinedAt: null })

/** Commits a second, from as many writers, each of which begins the next when the last one is there. */
export async function commitsPerSecond({
  commit,
  writers,
  forMs,
}: {
  commit: (n: number) => Promise<unknown>
  writers: number
  forMs: number
}): Promise<number> {
  let count = 0
  const beginMs = performance.now()
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (performance.now() - beginMs < forMs) await commit(count++)
    }),
  )
  return (count * 1_000) / (performance.now() - beginMs)
}

/** Milliseconds from the call that appends an event until a subscriber has it, for events in a steady pace. */
export async function measureLags({
  publisher,
  subscriber,
  everyMs,
  count,
}: {
  publisher: EventLog
  subscriber: EventLog
  everyMs: number
  count: number
}): Promise<number[]> {
  const beganMs = new Map<bigint, number>()
  const lags: number[] = []
  await using subscription = await subscriber.subscribe(UserActive)
  const reading = (async () => {
    for await (const { metadata } of subscription) {
      lags.push(performance.now() - (beganMs.get(metadata.userId) ?? Number.NaN))
      if (lags.length === count) return
    }
  })()
  const startMs = performance.now()
  const publishing: Promise<unknown>[] = []
  for (let n = 0; n < count; n++) {
    await sleep(Math.max(0, startMs + n * everyMs - performance.now()))
    beganMs.set(BigInt(n), performance.now())
    publishing.push(publisher.publish(userActive(BigInt(n))))
  }
  await Promise.all(publishing)
  await reading
  return lags
}
