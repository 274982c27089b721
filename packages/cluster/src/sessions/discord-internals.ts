import { setTimeout as sleep } from 'node:timers/promises'
import {
  SimpleShardingStrategy,
  type WebSocketManager,
  type WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
} from '@discordjs/ws'
import { type Client, type GatewayReadyDispatchData, Status } from 'discord.js'
import type { Packet } from './guild-snapshot.ts'
import type { Session, StoredShard } from './session-store.ts'

/**
 * All use of private parts of discord.js and @discordjs/ws, proven with discord.js 14.28.1 and @discordjs/ws 1.2.3;
 * `discord-internals.test.ts` fails for any other version until this file was looked at again.
 */
export const PROVEN_WITH = { 'discord.js': '14.28.1', '@discordjs/ws': '1.2.3' }

type ShardInternals = {
  connection: { readyState: number; on(event: 'error', listen: () => void): void; terminate(): void } | null
  failedToConnectDueToNetworkError: boolean
  lastHeartbeatAt: number
  internalConnect(): Promise<void>
}
type ClientInternals = {
  ws: {
    status: Status
    triggerClientReady(): void
    shards: Map<number, { sessionInfo: Session | null; status: Status }>
  }
}

const innards = (shard: WebSocketShard) => shard as unknown as ShardInternals
const shardsOf = (strategy: SimpleShardingStrategy) =>
  (strategy as unknown as { shards: Map<number, WebSocketShard> }).shards
const innardsOf = (client: Client) => client as unknown as ClientInternals

/** One that is still connecting says so by an error, for which @discordjs/ws no longer listens. */
function cutOff(connection: ShardInternals['connection']): void {
  if (!connection) return
  connection.on('error', () => {})
  connection.terminate()
}

/** `readyState` of a WebSocket of which the handshake is under way. */
const CONNECTING = 0

const HEARTBEAT = 1
/** Discord's own interval is 41 s, which would leave a dead connection unnoticed for twice that. */
const PROBE_EVERY_MS = 4_000
/** Less than from one look to the next, of which some are a little early. */
const PROBE_TIMEOUT_MS = 3_500
/** A dead peer does not answer a close either; `ws` would wait for half a minute. */
const CLOSE_TIMEOUT_MS = 1_000
/** From the connection to HELLO, and from RESUME to RESUMED; @discordjs/ws waits for a minute, and for ever. */
const ANSWER_MS = 15_000
/** Why @discordjs/ws destroys a shard whose wait it gave up; also in the middle of another destruction. */
const GAVE_UP = 'Something timed out or went wrong while waiting for an event'
/** For how long a gateway that refuses connections is asked to resume, rather than the session given up. */
const RESUMABLE_MS = 3 * 60_000
/** Neither 1000 nor 1001: the session can be resumed. The code that @discordjs/ws itself uses. */
const RESUMABLE_CODE = 4_200

export type GatewayHooks = {
  client: () => Client
  /** From the manager, so that no process asks for itself, nor refuses because few IDENTIFYs are left. */
  gatewayUrl: string
  shardCount: number
  /** What former processes left; emptied once read. */
  takeStored: (shardId: number) => StoredShard | undefined
  onSession: (shardId: number, session: Session | null) => void
  /** After discord.js has handled it. */
  onHandled: (shardId: number, packet: Packet & { s: number }) => void
  onHeartbeatAck: (shardId: number) => void
  /** A connection failed; it is tried again. */
  onTrouble: (shardId: number, error: unknown) => void
}

export type ResumingStrategy = SimpleShardingStrategy & {
  /** Closes every connection so that it can be resumed, for good. */
  closeResumably(): Promise<void>
  isRestoring(): boolean
}

/**
 * For `ClientOptions.ws.buildStrategy`. Before a shard connects, what is stored of it is fed to discord.js as READY and
 * GUILD_CREATE, so that it is as it was; then @discordjs/ws resumes by itself.
 */
export function createResumingStrategy(manager: WebSocketManager, hooks: GatewayHooks): ResumingStrategy {
  const sessions = new Map<number, Session>()
  const connectedAtMs = new Map<number, number>()
  let isRestoring = false
  let isClosed = false
  let probes: NodeJS.Timeout | undefined

  const information = {
    url: hooks.gatewayUrl,
    shards: hooks.shardCount,
    session_start_limit: {
      total: 1_000,
      remaining: Number.MAX_SAFE_INTEGER,
      reset_after: 0,
      max_concurrency: 1,
    },
  }
  Object.assign(manager, { fetchGatewayInformation: async () => information })

  manager.options.retrieveSessionInfo = shardId => sessions.get(shardId) ?? null
  manager.options.updateSessionInfo = (shardId, session) => {
    // A close at the end would otherwise forget what the next process is to resume.
    if (isClosed) return
    const before = sessions.get(shardId)?.sessionId
    if (session) sessions.set(shardId, session)
    else sessions.delete(shardId)
    const shard = innardsOf(hooks.client()).ws.shards.get(shardId)
    if (shard) shard.sessionInfo = session
    if (session?.sessionId !== before) hooks.onSession(shardId, session)
  }

  function restore(shardId: number): void {
    const stored = hooks.takeStored(shardId)
    const shard = innardsOf(hooks.client()).ws.shards.get(shardId)
    if (!stored || !shard) return
    const { session, ready, guilds } = stored
    sessions.set(shardId, session)
    shard.sessionInfo = session
    const dispatch = (t: string, d: object) =>
      manager.emit(WebSocketShardEvents.Dispatch, {
        data: { op: 0, t, s: session.sequence, d } as never,
        shardId,
      })
    const data = {
      ...ready,
      session_id: session.sessionId,
      resume_gateway_url: session.resumeURL,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    }
    isRestoring = true
    try {
      manager.emit(WebSocketShardEvents.Ready, {
        data: data as unknown as GatewayReadyDispatchData,
        shardId,
      })
      dispatch('READY', data)
      for (const guild of guilds)
        dispatch(guild['unavailable'] === true ? 'GUILD_DELETE' : 'GUILD_CREATE', guild)
    } finally {
      isRestoring = false
    }
  }

  /**
   * Where a gateway refuses connections or does not answer, @discordjs/ws gives the session up. For a moment that is no
   * reason, and the session can be resumed at the gateway's general address too.
   */
  function keepSession(shard: WebSocketShard): void {
    const destroy = shard.destroy.bind(shard)
    const connectAgain = innards(shard).internalConnect.bind(shard)
    let isBeingDestroyed = false
    // To @discordjs/ws the next connection is a part of the destruction of the last.
    innards(shard).internalConnect = () => {
      isBeingDestroyed = false
      return connectAgain()
    }
    shard.destroy = async (options = {}) => {
      if (isBeingDestroyed && options.reason === GAVE_UP) return
      const { connection, failedToConnectDueToNetworkError } = innards(shard)
      const session = sessions.get(shard.id)
      const isFresh = performance.now() - (connectedAtMs.get(shard.id) ?? 0) < RESUMABLE_MS
      const isUnheard = failedToConnectDueToNetworkError || shard.status === WebSocketShardStatus.Connecting
      const isGivenUp = options.recover === WebSocketShardDestroyRecovery.Reconnect
      const resumes = isGivenUp && isUnheard && isFresh && session
      if (resumes) {
        sessions.set(shard.id, { ...session, resumeURL: hooks.gatewayUrl })
        Object.assign(options, { code: RESUMABLE_CODE, recover: WebSocketShardDestroyRecovery.Resume })
      }
      isBeingDestroyed = true
      // @discordjs/ws would leave it to itself, and a late answer or error of it to nobody.
      if (connection?.readyState === CONNECTING) cutOff(connection)
      const timer = setTimeout(() => cutOff(connection), CLOSE_TIMEOUT_MS)
      try {
        await destroy(options)
      } finally {
        clearTimeout(timer)
        isBeingDestroyed = false
      }
    }
  }

  /** Heartbeats of our own, so that a connection on which nothing comes any more is noticed within seconds. */
  function beat(shard: WebSocketShard): () => void {
    let sentAtMs: number | undefined
    let isAnswered = true
    shard.on(WebSocketShardEvents.HeartbeatComplete, () => {
      isAnswered = true
      connectedAtMs.set(shard.id, performance.now())
      hooks.onHeartbeatAck(shard.id)
    })
    return () => {
      // One that is restored is ready for discord.js before it is connected.
      if (shard.status !== WebSocketShardStatus.Ready) {
        isAnswered = true
        return
      }
      const nowMs = performance.now()
      if (!isAnswered && sentAtMs !== undefined && nowMs - sentAtMs >= PROBE_TIMEOUT_MS) {
        isAnswered = true
        const reason = 'No heartbeat was acknowledged'
        void shard.destroy({ reason, recover: WebSocketShardDestroyRecovery.Resume })
        return
      }
      sentAtMs = nowMs
      isAnswered = false
      // The ping is counted from here.
      innards(shard).lastHeartbeatAt = Date.now()
      shard.send({ op: HEARTBEAT, d: sessions.get(shard.id)?.sequence ?? null }).catch(() => {})
    }
  }

  /** A gateway that does not answer is left: first for its general address, then without the session. */
  function watchAnswers(shard: WebSocketShard): () => void {
    let since: { status: WebSocketShardStatus; atMs: number } | undefined
    let unanswered = 0
    return () => {
      const { status } = shard
      const session = sessions.get(shard.id)
      if (status === WebSocketShardStatus.Ready) unanswered = 0
      const isWaiting =
        status === WebSocketShardStatus.Resuming || (status === WebSocketShardStatus.Connecting && session)
      if (!isWaiting || since?.status !== status) {
        since = { status, atMs: performance.now() }
        return
      }
      if (performance.now() - since.atMs < ANSWER_MS) return
      since = undefined
      unanswered += 1
      if (session) sessions.set(shard.id, { ...session, resumeURL: hooks.gatewayUrl })
      const isLast = unanswered > 1 && status === WebSocketShardStatus.Resuming
      const recover = isLast ? WebSocketShardDestroyRecovery.Reconnect : WebSocketShardDestroyRecovery.Resume
      void shard.destroy({ code: RESUMABLE_CODE, reason: 'The gateway does not answer', recover })
    }
  }
  const probing: (() => void)[] = []

  function watch(): void {
    const { ws } = innardsOf(hooks.client())
    // Each shard serves as soon as it can: others may wait for a permit for hours.
    hooks.client().on('shardReady', () => {
      if (ws.status !== Status.Ready) ws.triggerClientReady()
    })
    manager.on(WebSocketShardEvents.Dispatch, ({ data, shardId }) => {
      connectedAtMs.set(shardId, performance.now())
      if (!isRestoring) hooks.onHandled(shardId, data as Packet & { s: number })
    })
  }

  class Resuming extends SimpleShardingStrategy {
    override async connect(): Promise<void> {
      watch()
      for (const shard of shardsOf(this).values()) {
        keepSession(shard)
        probing.push(beat(shard), watchAnswers(shard))
        restore(shard.id)
        connectedAtMs.set(shard.id, performance.now())
      }
      probes = setInterval(() => {
        // What came while this process stood still is read first.
        setImmediate(() => {
          for (const look of probing) look()
        })
      }, PROBE_EVERY_MS)
      // One that fails at first goes on trying; a rejection here would end all the others.
      for (const shard of shardsOf(this).values())
        shard.connect().catch(error => hooks.onTrouble(shard.id, error))
    }

    override async destroy(options?: Parameters<SimpleShardingStrategy['destroy']>[0]): Promise<void> {
      clearInterval(probes)
      await super.destroy(options)
    }

    isRestoring(): boolean {
      return isRestoring
    }

    async closeResumably(): Promise<void> {
      isClosed = true
      clearInterval(probes)
      await Promise.all(
        Array.from(shardsOf(this).values(), async shard => {
          const close = shard.destroy.bind(shard)
          // It may just be about to connect again, or to give up what it waits for.
          innards(shard).internalConnect = async () => {}
          shard.destroy = async () => {}
          const { connection } = innards(shard)
          const late = sleep(CLOSE_TIMEOUT_MS * 2)
          await Promise.race([close({ code: RESUMABLE_CODE, reason: 'Another process takes over' }), late])
          cutOff(connection)
        }),
      )
    }
  }
  return new Resuming(manager)
}
