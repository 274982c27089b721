import { type EventLog, newEvent, UserActive } from '@shardlight/event-log'
import { type Log, reasonOf } from '@shardlight/service'
import { LRUCache } from 'lru-cache'

const WINDOW_MS = 6 * 3_600_000
const REMEMBERED = 20_000

export type Seen = {
  guildId: bigint | null
  userId: bigint
  how: 'voice' | 'command' | 'message'
  joinedAt: Date | null
}

export type Activity = {
  /**
   * Somebody did something that counts as taking part. Never rejects: a failure is logged, and their next doing is
   * another chance.
   * @returns whether it is on record, by this or by something else that they did in this window.
   */
  seen(person: Seen): Promise<boolean>
  /** What they did was erased: the next thing that they do is news. */
  forget(userId: bigint): void
}

/** At most one UserActive for each person, guild and window of six hours, over all processes: its key sees to it. */
export function createActivity({
  eventLog,
  log,
  nowMs = Date.now,
}: {
  eventLog: Pick<EventLog, 'publish'>
  log: Log
  nowMs?: () => number
}): Activity {
  const known = new LRUCache<string, true>({ max: REMEMBERED })
  return {
    async seen({ guildId, userId, how, joinedAt }) {
      const window = Math.floor(nowMs() / WINDOW_MS)
      const once = `active ${guildId ?? 'direct'} ${userId} ${window}`
      if (known.has(once)) return true
      try {
        const metadata = { guildId, userId, how, joinedAt: joinedAt?.toISOString() ?? null }
        await eventLog.publish(newEvent(UserActive, metadata, { once }))
        known.set(once, true)
        return true
      } catch (error) {
        log.warn({ reason: reasonOf(error) }, 'that somebody is active could not be recorded')
        return false
      }
    },
    forget(userId) {
      for (const key of known.keys()) if (key.includes(` ${userId} `)) known.delete(key)
    },
  }
}
