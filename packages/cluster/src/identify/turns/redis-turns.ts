import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { connectTo, loadScript } from '@shardlight/redis'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { z } from 'zod'
import { type IdentifyTurns, TURN_TIMES, type TurnTimes } from './identify-turns.ts'

/** How often a manager that waits says that it is there; also how soon it sees that others gave up. */
const POLL_MS = 500
const LAPSE_MS = 3_000
const RETRY_MS = 500

const poll = loadScript(
  join(import.meta.dirname, 'poll.lua'),
  z.union([z.tuple([z.literal('unknown')]).transform(() => undefined), z.array(z.number())]),
)
const endTurn = loadScript(join(import.meta.dirname, 'end-turn.lua'), z.number())

type Place = { bucket: number; id: string; isMine: boolean; grant: () => void }

/**
 * Turns for managers on several hosts, in the order in which they asked, by the clock of Redis. While Redis is away
 * nobody gets a turn. A Redis that is back, or another in its place, may have lost or forgotten something: nobody
 * gets a turn there for `quietMs`, as long as the last IDENTIFY of before may matter.
 */
export async function openRedisTurns({
  url,
  application,
  quietMs,
  times = TURN_TIMES,
  clock,
  log,
}: {
  url: string
  application: string
  quietMs: () => Promise<number>
  times?: TurnTimes
  clock: Clock
  log: Log
}): Promise<IdentifyTurns> {
  const manager = randomUUID()
  const redis = connectTo(url)
  const key = (name: string) => `shardlight:identify:{${application}}:${name}`
  const spacingMs = times.windowMs + times.guardMs
  const stopping = new AbortController()
  const places = new Set<Place>()
  let nudge = new AbortController()
  let trouble: string | null = null
  let lastId = 0

  const nameOf = ({ bucket, id }: Place) => `${bucket} ${id}`

  const ask = (quiet: number, asking: Place[]) =>
    poll(
      redis,
      [key('state'), key('free'), key('holders'), key('line'), key('managers')],
      [manager, spacingMs, times.holdMs, LAPSE_MS, quiet, ...asking.map(nameOf)],
    )

  /** @returns how long to wait before asking again */
  async function pollOnce(): Promise<number> {
    const asking = [...places].filter(place => !place.isMine)
    let waits = await ask(-1, asking)
    if (!waits) {
      let quiet: number
      try {
        quiet = await quietMs()
      } catch {
        trouble = 'When the bot last logged in cannot be read'
        return RETRY_MS
      }
      waits = (await ask(Math.ceil(quiet), asking)) ?? []
    }
    if (trouble) log.info('Redis is back, shards may log in again')
    trouble = null
    for (const [at, place] of asking.entries()) {
      if (waits[at] !== 0) continue
      if (!places.has(place)) void finish(place, -1)
      place.isMine = true
      place.grant()
    }
    const left = waits.filter(ms => ms > 0)
    return left.length === 0 ? Number.POSITIVE_INFINITY : Math.min(POLL_MS, ...left)
  }

  async function keepPolling(): Promise<void> {
    while (!stopping.signal.aborted) {
      let restMs = RETRY_MS
      try {
        restMs = await pollOnce()
      } catch (error) {
        if (!trouble) log.error({ err: error }, 'no shard may log in: Redis does not answer')
        trouble = 'Redis, where logins take turns, cannot be reached'
      }
      const signal = AbortSignal.any([stopping.signal, nudge.signal])
      await clock.sleepUntil(clock.nowMs() + restMs, signal).catch(() => {})
      if (nudge.signal.aborted) nudge = new AbortController()
    }
  }

  async function finish(place: Place, spacing: number): Promise<void> {
    try {
      await endTurn(redis, [key('free'), key('holders')], [`${nameOf(place)} ${manager}`, spacing])
    } catch (error) {
      // Redis counts it as sent when its hold is over.
      log.warn({ bucket: place.bucket, reason: reasonOf(error) }, 'Redis was not told that a turn is over')
    }
    nudge.abort()
  }

  redis.on('error', () => {})
  // Redis may be late: the connection goes on trying, and nobody gets a turn meanwhile.
  await redis.connect().catch(() => {})
  const kept = keepPolling()

  return {
    take(bucket) {
      const { promise, resolve } = Promise.withResolvers<void>()
      lastId += 1
      const place: Place = { bucket, id: String(lastId), isMine: false, grant: resolve }
      places.add(place)
      nudge.abort()
      return {
        mine: promise,
        sent() {
          places.delete(place)
          void finish(place, spacingMs)
        },
        giveBack() {
          if (!places.delete(place)) return
          if (place.isMine) void finish(place, -1)
          else nudge.abort()
        },
      }
    },
    trouble: () => trouble,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await kept
      redis.disconnect()
    },
  }
}
