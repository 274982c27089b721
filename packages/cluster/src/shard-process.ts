import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { createBackoff } from './backoff.ts'
import type { Child } from './child.ts'
import type { IdentifyBroker, Permit } from './identify/identify-broker.ts'
import type { ToManager } from './ipc.ts'

export type ShardProcessState = 'starting' | 'ready' | 'stopping' | 'waiting' | 'stopped'

/** One shard process as the manager sees it; the shape of `GET /processes`. */
export type ShardProcessInfo = {
  id: number
  pid: number | null
  shards: number[]
  state: ShardProcessState
  /** Lives after the first. */
  restarts: number
  /** Where it serves `/livez`, `/readyz` and `/metrics`, on the loopback address. */
  port: number | null
  /** What ended its last life. */
  lastEnd: string | null
}

export type Patience = {
  pingEveryMs: number
  /** Without any answer for this long it counts as hung. */
  silenceMs: number
  /** The same for one that has not yet spoken at all. */
  bootMs: number
  /** From SIGTERM to SIGKILL. */
  graceMs: number
}

export const PATIENCE: Patience = { pingEveryMs: 2_000, silenceMs: 10_000, bootMs: 30_000, graceMs: 5_000 }

export type ShardProcessEvents = {
  /** It died, hung, or closed its channel, without being asked to stop. */
  onLost: (info: ShardProcessInfo) => void
  onFatal: (reason: string) => void
}

/**
 * Keeps one shard process alive until disposed. A successor is forked only after the system has said that the
 * last one is gone, so that no shard has two sessions.
 */
export function superviseShardProcess({
  id,
  shards,
  fork,
  broker,
  clock,
  log,
  events,
  patience = PATIENCE,
}: {
  id: number
  shards: number[]
  fork: (onMessage: (message: ToManager) => void) => Promise<Child>
  broker: IdentifyBroker
  clock: Clock
  log: Log
  events: ShardProcessEvents
  patience?: Patience
}): AsyncDisposable & { info: () => ShardProcessInfo } {
  const info: ShardProcessInfo = {
    id,
    pid: null,
    shards,
    state: 'starting',
    restarts: 0,
    port: null,
    lastEnd: null,
  }
  const stopping = new AbortController()
  const backoff = createBackoff()
  let child: Child | undefined

  async function live(): Promise<string> {
    const permits = new Map<number, Permit>()
    let heardAtMs: number | undefined
    const onMessage = (message: ToManager) => {
      heardAtMs = clock.nowMs()
      if (message.kind === 'permit-wanted') {
        const { requestId } = message
        const permit = broker.request(message.shardId)
        permits.set(requestId, permit)
        void permit.granted.then(() => child?.send({ kind: 'permit', requestId }))
      } else if (message.kind === 'identify-sent') permits.get(message.requestId)?.sent()
      else if (message.kind === 'permit-not-needed') permits.get(message.requestId)?.release()
      else if (message.kind === 'listening') info.port = message.port
      else if (message.kind === 'ready') info.state = 'ready'
      else if (message.kind === 'fatal') events.onFatal(message.reason)
    }

    const forkedAtMs = clock.nowMs()
    const living = await fork(onMessage)
    child = living
    info.pid = living.pid
    let sequence = 0
    let hung = ''
    const pings = setInterval(() => {
      living.send({ kind: 'ping', sequence: ++sequence })
      const silentMs = clock.nowMs() - (heardAtMs ?? forkedAtMs)
      if (hung || silentMs < (heardAtMs === undefined ? patience.bootMs : patience.silenceMs)) return
      hung = `no answer for ${Math.round(silentMs / 1000)} s`
      void living.end(patience.graceMs)
    }, patience.pingEveryMs)
    try {
      const cut = await Promise.race([living.gone, living.unreachable.then(() => 'its channel closed')])
      // A child that ends by itself closes its channel an instant before the system reports it gone.
      await Promise.race([living.gone, sleep(200)])
      if (!stopping.signal.aborted) events.onLost({ ...info, lastEnd: hung || cut })
      await living.end(patience.graceMs)
      return hung || (await living.gone)
    } finally {
      clearInterval(pings)
      for (const permit of permits.values()) permit.release()
      child = undefined
      Object.assign(info, { pid: null, port: null })
    }
  }

  async function keepAlive(): Promise<void> {
    while (!stopping.signal.aborted) {
      const bornAtMs = clock.nowMs()
      info.state = 'starting'
      info.lastEnd = await live().catch(error => reasonOf(error))
      if (stopping.signal.aborted) break
      const delayMs = backoff.nextDelayMs(clock.nowMs() - bornAtMs)
      info.state = 'waiting'
      log.warn({ process: id, shards, end: info.lastEnd, delayMs }, 'a shard process was lost, it comes back')
      await clock.sleepUntil(clock.nowMs() + delayMs, stopping.signal).catch(() => {})
      info.restarts += 1
    }
    info.state = 'stopped'
  }

  const kept = keepAlive()
  return {
    info: () => ({ ...info }),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      info.state = 'stopping'
      await child?.end(patience.graceMs)
      await kept
    },
  }
}
