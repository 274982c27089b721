import type { Clock } from '@shardlight/service'

/**
 * What was asked for, or an error when it does not come in time: a database whose host vanished does not even refuse.
 * What was asked may still be carried out.
 */
export async function answeredWithin<T>(clock: Clock, ms: number, asked: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = clock.sleepUntil(clock.nowMs() + ms, done.signal).then(() => {
    throw new Error(`no answer within ${ms / 1_000} s`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([asked, late])
  } finally {
    done.abort()
  }
}
