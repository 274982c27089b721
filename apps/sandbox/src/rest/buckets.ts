import { createHash } from 'node:crypto'
import type { Clock } from '@shardlight/service'
import type { RestRoute } from './route.ts'

/** Undocumented, and not to be relied on: what a route allows that is not mentioned below. */
const USUAL_LIMIT = { requests: 10, windowMs: 1_000 }

/** These parameters split a route's bucket: one for each channel, guild, webhook. */
const MAJOR = ['channelId', 'guildId', 'webhookId', 'token']

const KEPT = 50_000

type Window = { used: number; endsMs: number }

export type BucketState = {
  exceeded: boolean
  retryAfterMs: number
  headers: Record<string, string>
}

export type Buckets = ReturnType<typeof createBuckets>

/** Counts the requests of each route and major parameter in windows that begin with the first request. */
export function createBuckets(clock: Clock) {
  const windows = new Map<string, Window>()
  const names = new Map<RestRoute, string>()

  function nameOf(route: RestRoute): string {
    let name = names.get(route)
    if (name === undefined) {
      name = createHash('md5').update(`${route.method} ${route.path}`).digest('hex')
      names.set(route, name)
    }
    return name
  }

  return {
    take(route: RestRoute, params: Record<string, string>): BucketState {
      const { requests, windowMs } = route.limit ?? USUAL_LIMIT
      const bucket = nameOf(route)
      const key = `${bucket}:${MAJOR.map(name => params[name] ?? '').join(':')}`
      const nowMs = clock.nowMs()
      let window = windows.get(key)
      if (!window || nowMs >= window.endsMs) {
        window = { used: 0, endsMs: nowMs + windowMs }
        windows.delete(key)
        windows.set(key, window)
        const oldest = windows.keys().next().value
        if (windows.size > KEPT && oldest !== undefined) windows.delete(oldest)
      }
      const exceeded = window.used >= requests
      if (!exceeded) window.used++
      const leftMs = window.endsMs - nowMs
      return {
        exceeded,
        retryAfterMs: leftMs,
        headers: {
          'x-ratelimit-limit': String(requests),
          'x-ratelimit-remaining': String(requests - window.used),
          'x-ratelimit-reset': ((Date.now() + leftMs) / 1_000).toFixed(3),
          'x-ratelimit-reset-after': (Math.ceil(leftMs) / 1_000).toFixed(3),
          'x-ratelimit-bucket': bucket,
        },
      }
    },
  }
}
