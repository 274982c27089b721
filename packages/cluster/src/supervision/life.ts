import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import type { FleetMetrics } from '../fleet-metrics/fleet-metrics.ts'
import type { IdentifyBroker, Permit } from '../identify/identify-broker.ts'
import type { ProcessHealth, toManager } from '../ipc/calls.ts'
import { type Handlers, PeerGoneError } from '../ipc/channel.ts'
import type { RequestBudget } from '../requests/request-budget.ts'
import type { Child, ForkChild } from './child.ts'
import type { Patience } from './patience.ts'

export type LifeStage = 'booting' | 'prepared' | 'connecting' | 'ready'

/** One OS process, from its fork to its end. */
export type Life = {
  pid: number
  stage(): LifeStage
  port(): number | null
  health(): ProcessHealth | null
  /** It could take its shards over; rejects with what ended it before. */
  prepared: Promise<void>
  /** All its shards are connected; rejects with what ended it before. */
  ready: Promise<void>
  /** What ended it, once the system says that it is gone. */
  ended: Promise<string>
  /** The same, as soon as it is known that it cannot go on. */
  lost: Promise<string>
  takeOver(muted: boolean): Promise<void>
  unmute(handled: string[]): Promise<void>
  remember(): Promise<void>
  /** Lets it finish and end. @returns what it handled since `remember`, or none where it did not answer in time */
  handOver(options?: { forgets?: boolean }): Promise<string[]>
  end(graceMs?: number): Promise<void>
}

export type LifeContext = {
  broker: IdentifyBroker
  gatewayUrl: string
  generation: number
  /** Until when the shards are this manager's, by `process.hrtime`; null where there is no other manager. */
  leaseUntilNs: () => bigint | null
  onFatal: (reason: string) => void
  budget: RequestBudget
  /** What its processes count and measure, added up. */
  fleet: FleetMetrics
  clock: Clock
  log: Log
  patience: Patience
}

/** Forks a process and watches it until it ends; one that does not answer is ended. */
export async function startLife(fork: ForkChild, context: LifeContext): Promise<Life> {
  const { broker, budget, fleet, clock, log, patience } = context
  const permits = new Map<number, Permit>()
  const prepared = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<void>()
  const lost = Promise.withResolvers<string>()
  let stage: LifeStage = 'booting'
  let port: number | null = null
  let health: ProcessHealth | null = null
  const forkedAtMs = clock.nowMs()
  let heardAtMs: number | undefined
  let reasonForEnding: string | undefined
  let hasFailedToReport = false
  const healthySinceMs = new Map<number, number>()

  const handlers: Handlers<typeof toManager> = {
    async permit({ shardId }, signal) {
      const permit = broker.request(shardId)
      permits.set(shardId, permit)
      const { promise: givenUp, reject } = Promise.withResolvers<never>()
      const giveUp = () => {
        permit.release()
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      await Promise.race([permit.granted, givenUp])
      signal.removeEventListener('abort', giveUp)
      return {}
    },
    identifySent({ shardId }) {
      permits.get(shardId)?.sent()
      return {}
    },
    identified({ shardId }) {
      permits.get(shardId)?.succeeded()
      return {}
    },
    async takeRequest(wish, signal) {
      await budget.take(wish, signal)
      return {}
    },
    reportRequest(outcome) {
      budget.report(outcome)
      return {}
    },
    listening(request) {
      port = request.port
      return {}
    },
    prepared() {
      stage = 'prepared'
      prepared.resolve()
      return {}
    },
    ready() {
      stage = 'ready'
      ready.resolve()
      return {}
    },
    fatal({ reason }) {
      context.onFatal(reason)
      return {}
    },
  }
  const child: Child = await fork(handlers, () => {
    heardAtMs = clock.nowMs()
  })
  const member = fleet.join()

  const ended = child.gone.then(end => `${reasonForEnding ?? end}`)

  const giveUp = (reason: string, answers = false) => {
    if (reasonForEnding) return
    reasonForEnding = reason
    lost.resolve(reason)
    // One that does not answer has nothing to finish; another may have shards that are well.
    if (answers) void handOver()
    else void child.end(1_000)
  }

  async function handOver({ forgets = false } = {}): Promise<string[]> {
    try {
      const { handled } = await child.call('handOver', { forgets }, { timeoutMs: patience.handOverMs })
      return handled
    } catch (error) {
      reasonForEnding ??= `it did not hand over: ${reasonOf(error)}`
      return []
    } finally {
      // What it counted to its end; its answer matters less than its end.
      await collect(patience.lastReportMs)
      await child.end(patience.graceMs)
    }
  }

  /** @returns why it does not live any more */
  function findDeath(nowMs: number): string | undefined {
    if (heardAtMs === undefined)
      return nowMs - forkedAtMs > patience.firstWordsMs ? 'no word after its start' : undefined
    const silentMs = nowMs - heardAtMs
    if (silentMs > (stage === 'booting' ? patience.bootSilenceMs : patience.silenceMs))
      return `no sign of life for ${Math.round(silentMs / 1_000)} s`
    if (stage === 'booting' && nowMs - forkedAtMs > patience.bootMs)
      return `not started within ${Math.round(patience.bootMs / 1_000)} s`
    return undefined
  }

  /** @returns what is wrong with its connections, which it does not mend by itself */
  function findFault(nowMs: number): string | undefined {
    if (stage === 'booting' || stage === 'prepared') return undefined
    for (const { id, isConnected, isWaitingForPermit, heartbeatAckAgeMs } of health?.shards ?? []) {
      if (isConnected || isWaitingForPermit || !healthySinceMs.has(id)) healthySinceMs.set(id, nowMs)
      const lostMs = nowMs - (healthySinceMs.get(id) ?? nowMs)
      if (lostMs > patience.disconnectedMs)
        return `shard ${id} was not connected for ${Math.round(lostMs / 1_000)} s`
      if (isConnected && (heartbeatAckAgeMs ?? 0) > patience.heartbeatMs)
        return `on shard ${id} no heartbeat was acknowledged for ${Math.round((heartbeatAckAgeMs ?? 0) / 1_000)} s`
    }
    return undefined
  }

  async function ask(): Promise<void> {
    const until = context.leaseUntilNs()
    const leaseUntilNs = until === null ? null : String(until)
    health = await child.call('health', { leaseUntilNs }, { timeoutMs: patience.silenceMs })
  }

  async function collect(timeoutMs: number): Promise<void> {
    try {
      member.take(await child.call('metrics', { since: member.seq() }, { timeoutMs }))
    } catch (error) {
      // The end of a process has a reason of its own.
      if (hasFailedToReport || error instanceof PeerGoneError) return
      hasFailedToReport = true
      log.warn({ pid: child.pid, reason: reasonOf(error) }, 'a shard process did not tell its metrics')
    }
  }

  const watch = setInterval(() => {
    const death = findDeath(clock.nowMs())
    const fault = findFault(clock.nowMs())
    if (death) giveUp(death)
    else if (fault) giveUp(fault, true)
    else {
      void ask().catch(() => {})
      void collect(patience.silenceMs)
    }
  }, patience.healthEveryMs)

  void child.unreachable.then(async () => {
    // One that ends by itself closes its channel an instant before the system reports it gone.
    await Promise.race([child.gone, sleep(200)])
    giveUp('its channel closed')
  })
  void child.gone.then(end => {
    clearInterval(watch)
    member.end()
    lost.resolve(reasonForEnding ?? end)
    const error = new Error(reasonForEnding ?? end)
    prepared.reject(error)
    ready.reject(error)
    for (const permit of permits.values()) permit.release()
  })
  // Whoever is interested looks; nobody has to.
  prepared.promise.catch(() => {})
  ready.promise.catch(() => {})

  return {
    pid: child.pid,
    stage: () => stage,
    port: () => port,
    health: () => health,
    prepared: prepared.promise,
    ready: ready.promise,
    ended,
    lost: lost.promise,
    async takeOver(muted) {
      stage = 'connecting'
      const { gatewayUrl, generation } = context
      // It is told until when the shards are its own before it takes them, without waiting for its answer in between.
      await Promise.all([ask(), child.call('takeOver', { gatewayUrl, generation, muted })])
    },
    async unmute(handled) {
      await child.call('unmute', { handled }, { timeoutMs: patience.handOverMs })
    },
    async remember() {
      await child.call('remember', {})
    },
    handOver,
    end: async (graceMs = patience.graceMs) => child.end(graceMs),
  }
}
