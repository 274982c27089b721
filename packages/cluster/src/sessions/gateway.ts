import { type Log, reasonOf } from '@shardlight/service'
import { type Client, Events, type WebSocketOptions } from 'discord.js'
import type { ShardHealth } from '../ipc/calls.ts'
import type { Membership } from '../join-cluster.ts'
import { createResumingStrategy, type ResumingStrategy } from './discord-internals.ts'
import { createGate, type Gate } from './gate.ts'
import type { Packet } from './guild-snapshot.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import { openShardStore, type Ready, type Session, type ShardStore } from './session-store.ts'

/** Longest of what runs when a process is asked to go: an interaction has to be answered within 3 s. */
const DRAIN_MS = 3_500

export type Gateway = AsyncDisposable & {
  /** For `ClientOptions.ws`. */
  ws: Pick<WebSocketOptions, 'buildStrategy' | 'buildIdentifyThrottler'>
  /** To be called before the login. */
  attach(client: Client): void
  /** Wraps the handling of an event: what has not ended is handled again by the next process. */
  track: InFlight['track']
  /** Connects; resolves when every shard of this process is connected, by RESUME where that is possible. */
  connect(token: string, signal?: AbortSignal): Promise<void>
  /** Who is in which guild anew, for whoever began to listen after the guilds came. */
  repeatGuilds(): void
  gate(): Gate
  health(): ShardHealth[]
  isConnected(shardId: number): boolean
  /**
   * Takes no more events, in a way that another process can resume, and lets what runs finish.
   * @param forgets nobody shall resume: these shards are no more
   */
  close(options?: { forgets?: boolean }): Promise<void>
}

/** The connections of one shard process, in a form that outlives the process. */
export function openGateway({
  membership,
  directory,
  trim = () => {},
  log,
}: {
  membership: Membership
  /** Where sessions are kept for the process that comes after this one. */
  directory: string
  /** Takes out of an event, in place, what nobody needs. */
  trim?: (packet: Packet) => void
  log: Log
}): Gateway {
  const { shards, totalShards } = membership
  const stores = new Map<number, ShardStore>()
  const sessions = new Map<number, Session>()
  const connected = new Set<number>()
  const ages = new Map<number, { ackedAtMs?: number; dispatchedAtMs?: number }>()
  let strategy: ResumingStrategy | undefined
  let client: Client | undefined
  let gate: Gate | undefined
  let closing: Promise<void> | undefined

  /** A disk that is full must not stop the bot: then the next process has to IDENTIFY, and not resume from long ago. */
  function withStore(shardId: number, act: (store: ShardStore) => void): void {
    const store = stores.get(shardId)
    if (!store || !membership.isOurs()) return
    try {
      act(store)
    } catch (error) {
      log.warn({ shardId, reason: reasonOf(error) }, 'a session cannot be kept; a restart will IDENTIFY')
      stores.delete(shardId)
      store.forget()
    }
  }

  function openStore(shardId: number): void {
    try {
      const store = openShardStore({ directory, shardId, shardCount: totalShards })
      stores.set(shardId, store)
      // A layout that is tried anew begins anew: what is left of a former try was handled by others.
      if (gate?.isMuted()) store.forget()
    } catch (error) {
      log.warn(
        { shardId, directory, reason: reasonOf(error) },
        'no session can be kept; a restart will IDENTIFY',
      )
    }
  }

  const inFlight = createInFlight(shardId =>
    withStore(shardId, store => store.handled(inFlight.handledUpTo(shardId))),
  )
  const age = (shardId: number) => {
    const known = ages.get(shardId) ?? {}
    ages.set(shardId, known)
    return known
  }

  function begin(shardId: number, data: unknown): void {
    const session = sessions.get(shardId)
    if (!session) return
    const { user, application, guilds } = data as Ready & { guilds: { id: string }[] }
    // It may have been restored with guilds that the bot has left since.
    const present = new Set(guilds.map(({ id }) => id))
    for (const guild of client?.guilds.cache.values() ?? [])
      if (guild.shardId === shardId && !present.has(guild.id)) client?.guilds.cache.delete(guild.id)
    withStore(shardId, store => store.begin(session, { user, application }))
  }

  function onRaw(packet: Packet & { s: number }, shardId: number): void {
    trim(packet)
    if (strategy?.isRestoring()) return
    inFlight.arrived(shardId, packet.s)
    if (packet.t === 'READY') begin(shardId, packet.d)
    else withStore(shardId, store => store.keep(packet))
  }

  function live(shardId: number): void {
    if (strategy?.isRestoring() || connected.has(shardId)) return
    connected.add(shardId)
    // What was acknowledged before belongs to another connection, or to the wait for a permit.
    age(shardId).ackedAtMs = performance.now()
    if (connected.size === shards.length) allConnected.resolve()
  }
  const allConnected = Promise.withResolvers<void>()

  async function close(forgets: boolean): Promise<void> {
    const isLeft = gate?.isMuted() === true
    await strategy?.closeResumably()
    const isDone = await inFlight.idle(DRAIN_MS)
    if (!isDone) log.warn('what was still running is handled again by the next process')
    for (const store of stores.values()) {
      // What was never handled must not be resumed as if it were.
      if (isLeft || forgets) store.forget()
      else store.close()
    }
    stores.clear()
  }

  return {
    ws: {
      buildIdentifyThrottler: async () => ({ waitForIdentify: membership.waitForIdentify }),
      buildStrategy(manager) {
        strategy = createResumingStrategy(manager, {
          client: () => {
            if (!client) throw new Error('the gateway has no client yet: call attach before the login')
            return client
          },
          gatewayUrl: membership.gatewayUrl(),
          shardCount: totalShards,
          takeStored(shardId) {
            try {
              return stores.get(shardId)?.load()
            } catch (error) {
              log.warn({ shardId, reason: reasonOf(error) }, 'a stored session cannot be read')
              return undefined
            }
          },
          onSession(shardId, session) {
            if (session) {
              sessions.set(shardId, session)
              membership.identified(shardId)
            } else {
              sessions.delete(shardId)
              withStore(shardId, store => store.forget())
            }
          },
          onHandled(shardId) {
            age(shardId).dispatchedAtMs = performance.now()
            withStore(shardId, store => store.handled(inFlight.handledUpTo(shardId)))
          },
          onTrouble: (shardId, error) =>
            log.warn({ shardId, reason: reasonOf(error) }, 'a shard could not connect at once'),
          onHeartbeatAck: shardId => {
            age(shardId).ackedAtMs = performance.now()
          },
        })
        return strategy
      },
    },
    attach(attached) {
      client = attached
      gate = createGate(attached, membership.isOurs)
      attached.on(Events.Raw, (packet: Packet & { s: number }, shardId: number) => onRaw(packet, shardId))
      attached.on(Events.ShardReady, live)
      attached.on(Events.ShardResume, live)
      attached.on(Events.ShardReconnecting, shardId => connected.delete(shardId))
      attached.on(Events.ShardDisconnect, (_, shardId) => connected.delete(shardId))
    },
    track: inFlight.track,
    async connect(token, signal) {
      for (const shardId of shards) openStore(shardId)
      await client?.login(token)
      const stopped = Promise.withResolvers<never>()
      const stop = () => stopped.reject(signal?.reason)
      signal?.addEventListener('abort', stop, { once: true })
      signal?.throwIfAborted()
      await Promise.race([allConnected.promise, stopped.promise])
      signal?.removeEventListener('abort', stop)
    },
    repeatGuilds() {
      for (const shardId of shards)
        for (const guild of stores.get(shardId)?.load()?.guilds ?? [])
          client?.ws.emit('GUILD_CREATE', guild, shardId)
    },
    gate() {
      if (!gate) throw new Error('the gateway has no client yet: call attach first')
      return gate
    },
    health: () =>
      shards.map(id => {
        const { ackedAtMs, dispatchedAtMs } = age(id)
        const nowMs = performance.now()
        const ping = client?.ws.shards.get(id)?.ping ?? -1
        return {
          id,
          isConnected: connected.has(id),
          isWaitingForPermit: membership.isWaitingForPermit(id),
          pingMs: ping < 0 ? null : ping,
          heartbeatAckAgeMs: ackedAtMs === undefined ? null : nowMs - ackedAtMs,
          dispatchAgeMs: dispatchedAtMs === undefined ? null : nowMs - dispatchedAtMs,
        }
      }),
    isConnected: shardId => connected.has(shardId),
    close({ forgets = false } = {}) {
      closing ??= close(forgets)
      return closing
    },
    async [Symbol.asyncDispose]() {
      closing ??= close(false)
      await closing
      await client?.destroy()
    },
  }
}
