import { randomBytes } from 'node:crypto'
import type { Clock } from '@shardlight/service'
import { GatewayIntentBits } from 'discord-api-types/v10'
import type { Ledger } from '../ledger.ts'
import type { Rules } from '../rules.ts'
import type { Delivery, GatewayEvent } from './event.ts'
import { type Outlet, replayLimit, Session } from './session.ts'

/** These codes end the session; after any other it can be resumed. */
const ENDING_CODES = new Set([1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014])

export type Sessions = ReturnType<typeof createSessions>

/** All sessions, connected or resumable, and who gets which event. */
export function createSessions({
  rules,
  ledger,
  clock,
  onChange,
}: {
  rules: Rules
  ledger: Ledger
  clock: Clock
  /** A session was connected or disconnected. */
  onChange: () => void
}) {
  const all = new Map<string, Session>()
  const doubleSince = new Map<string, number>()
  let doubleMs = 0

  const connected = () => [...all.values()].filter(session => session.outlet)

  /** Starts or ends the count of the time in which a shard had several connected sessions. */
  function watchDoubles({ shardId, shardCount }: Session): void {
    const shard = `${shardId}/${shardCount}`
    const twins = connected().filter(other => other.shardId === shardId && other.shardCount === shardCount)
    const since = doubleSince.get(shard)
    if (twins.length > 1 && since === undefined) doubleSince.set(shard, clock.nowMs())
    if (twins.length > 1 || since === undefined) return
    doubleMs += clock.nowMs() - since
    doubleSince.delete(shard)
  }

  function attach(session: Session, outlet: Outlet): void {
    clearTimeout(session.expiry)
    session.outlet = outlet
    session.sinceMs = Date.now()
    watchDoubles(session)
    onChange()
  }

  function end(session: Session): void {
    all.delete(session.id)
    session.outlet = undefined
    session.discard()
    watchDoubles(session)
    onChange()
  }

  return {
    connected,
    attach,
    end,
    get: (id: string) => all.get(id),
    ofShard: (shardId: number) => connected().filter(session => session.shardId === shardId),
    doubleSessionMs: () =>
      Math.round([...doubleSince.values()].reduce((sum, since) => sum + clock.nowMs() - since, doubleMs)),

    open(shard: { shardId: number; shardCount: number; intents: number; guilds: number }): Session {
      const session = new Session({
        ...shard,
        id: randomBytes(16).toString('hex'),
        limit: replayLimit(shard.guilds),
        onMissed: () => ledger.events.missed++,
      })
      all.set(session.id, session)
      return session
    },

    /** The socket is gone, closed with `code` by either side. */
    detach(session: Session, code: number): void {
      if (ENDING_CODES.has(code)) {
        end(session)
        return
      }
      session.outlet = undefined
      session.expiry = setTimeout(() => end(session), rules.resumableMs).unref()
      watchDoubles(session)
      onChange()
    },

    /**
     * Events that are kept for a disconnected session: `waiting` for its RESUME, or `superseded` where its
     * shard has been identified anew and nobody is likely to come back for them.
     */
    unreceived(): { waiting: number; superseded: number } {
      const live = connected()
      const superseded = new Set<Delivery>()
      const waiting = new Set<Delivery>()
      for (const session of all.values()) {
        if (session.outlet && !session.outlet.silent) continue
        const { shardId, shardCount } = session
        const isSuperseded = live.some(
          other => other !== session && (other.shardCount !== shardCount || other.shardId === shardId),
        )
        for (const delivery of session.unreceived()) (isSuperseded ? superseded : waiting).add(delivery)
      }
      for (const delivery of waiting) superseded.delete(delivery)
      return { waiting: waiting.size, superseded: superseded.size }
    },

    /** Writes the event out once for all sessions that get it. */
    dispatch(event: GatewayEvent): void {
      const takers = [...all.values()].filter(session => session.covers(event.shardKey))
      const entitled = takers.filter(({ intents }) => event.intents === 0 || (intents & event.intents) !== 0)
      if (takers.length > 0 && entitled.length === 0) return
      ledger.events.dispatched++
      if (entitled.length === 0) ledger.events.missed++
      if (entitled.filter(({ outlet }) => outlet && !outlet.silent).length > 1) ledger.events.doubled++
      const delivery: Delivery = { received: false, waiting: 0 }
      let whole: string | undefined
      let withoutContent: string | undefined
      for (const session of entitled) {
        if (event.dataWithoutContent === undefined || session.intents & GatewayIntentBits.MessageContent) {
          whole ??= JSON.stringify(event.data)
          session.dispatch(event.type, whole, delivery)
        } else {
          withoutContent ??= JSON.stringify(event.dataWithoutContent)
          session.dispatch(event.type, withoutContent, delivery)
        }
      }
    },

    stop(): void {
      for (const session of all.values()) clearTimeout(session.expiry)
      all.clear()
    },
  }
}
