import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { startTrace } from '@shardlight/tracing'
import { getInfo } from 'discord-hybrid-sharding'
import type { FleetReporter } from './fleet-metrics/fleet-reporter.ts'
import { type ShardHealth, toManager, toShardProcess } from './ipc/calls.ts'
import { openChannel } from './ipc/channel.ts'
import { watchParent } from './parent-watch.ts'
import type { Report, Take } from './requests/with-budget.ts'

const LEASE_LOOK_MS = 250
const FOR_EVER = { timeoutMs: Number.POSITIVE_INFINITY }

/** What the process does when its manager asks; before `serve` it has nothing to hand over. */
export type ShardProcessService = {
  health(): ShardHealth[]
  /** Goes into the metrics of the whole fleet. */
  metrics?: FleetReporter
  unmute(handled: string[]): Promise<void>
  remember(): void
  /** @returns the ids of what it handled since `remember` */
  handOver(options: { forgets: boolean }): Promise<string[]>
}

export type TakeOver = {
  /** Which layout of shards this is; a later one replaces all earlier ones. */
  generation: number
  /** Connect, but keep what comes until told to handle it. */
  muted: boolean
}

export type Membership = AsyncDisposable & {
  /** The shard process's number in its cluster. */
  processId: number
  shards: number[]
  totalShards: number
  serve(service: ShardProcessService): void
  /** Booted. Resolves when nobody else serves the shards of this process any more, so that it may connect. */
  prepared(): Promise<TakeOver>
  /** Where to connect, known once the process may. */
  gatewayUrl(): string
  /** Resolves when the IDENTIFY may be sent now. */
  waitForIdentify(shardId: number, signal: AbortSignal): Promise<void>
  isWaitingForPermit(shardId: number): boolean
  /** READY came. */
  identified(shardId: number): void
  /** Resolves when a REST request may leave: one budget for the whole bot. */
  takeRequest: Take
  reportRequest: Report
  /** All shards are connected. */
  ready(): void
  listening(port: number): void
  /** Tells the manager that trying again cannot help. */
  fatal(reason: string): void
  /** False once its manager's lease of the shards has run out: then another process may serve them. */
  isOurs(): boolean
}

/** The program was started by hand: a shard process belongs to a manager. */
export class NoManagerError extends Error {
  constructor() {
    super('a shard process is started by its manager, not by hand: run apps/bot/src/manager.ts')
    this.name = 'NoManagerError'
  }
}

/**
 * The shard process's side of the cluster.
 * @param onLeaseLost the shards are no longer this process's: it has to leave at once
 * @throws {NoManagerError}
 */
export function joinCluster({ onLeaseLost }: { onLeaseLost: (reason: string) => void }): Membership {
  if (!process.channel || !process.env['CLUSTER_MANAGER_MODE']) throw new NoManagerError()
  const { CLUSTER: processId, SHARD_LIST: shards, TOTAL_SHARDS: totalShards } = getInfo()
  const watch = watchParent()
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const waitingForPermit = new Set<number>()
  const taken = Promise.withResolvers<TakeOver>()
  let service: ShardProcessService | undefined
  let gatewayUrl: string | undefined
  let leaseUntilNs: bigint | undefined

  const channel = openChannel({
    outgoing: toManager,
    incoming: toShardProcess,
    handlers: {
      health({ leaseUntilNs: until }) {
        leaseUntilNs = until === null ? undefined : BigInt(until)
        const eventLoopDelayMs = delay.max / 1e6
        delay.reset()
        return { eventLoopDelayMs, memoryBytes: process.memoryUsage.rss(), shards: service?.health() ?? [] }
      },
      metrics: async ({ since }) =>
        (await service?.metrics?.(since)) ?? { since: null, seq: since, metrics: [] },
      takeOver({ gatewayUrl: url, ...how }) {
        gatewayUrl = url
        taken.resolve(how)
        return {}
      },
      async unmute({ handled }) {
        await service?.unmute(handled)
        return {}
      },
      remember() {
        service?.remember()
        return {}
      },
      handOver: async how => ({ handled: (await service?.handOver(how)) ?? [] }),
    },
    write: message => {
      if (process.connected) process.send?.(message, undefined, undefined, () => {})
    },
  })
  process.on('message', message => channel.receive(message))
  process.on('disconnect', () => channel.close('the manager is gone'))
  /** What the manager does not take in now, it has no use for later. */
  const tell = (sent: Promise<unknown>) => void sent.catch(() => {})

  // The clock that all processes of a machine share, and which stops for none of them.
  const isOurs = () => leaseUntilNs === undefined || process.hrtime.bigint() < leaseUntilNs
  const look = setInterval(() => {
    if (isOurs()) return
    clearInterval(look)
    onLeaseLost('the lease of its shards ran out: another process may serve them')
  }, LEASE_LOOK_MS)

  return {
    processId,
    shards,
    totalShards,
    serve(given) {
      service = given
    },
    prepared() {
      tell(channel.call('prepared', {}))
      return taken.promise
    },
    gatewayUrl() {
      if (gatewayUrl === undefined) throw new Error('this process may not connect yet: await prepared()')
      return gatewayUrl
    },
    async waitForIdentify(shardId, signal) {
      waitingForPermit.add(shardId)
      try {
        const attributes = { 'shardlight.shard.id': shardId }
        await startTrace('wait to identify', { attributes }, () =>
          channel.call('permit', { shardId }, { ...FOR_EVER, signal, isTraced: true }),
        )
      } finally {
        waitingForPermit.delete(shardId)
      }
      // @discordjs/ws writes the IDENTIFY in the microtasks that follow this promise.
      void setImmediate().then(() => tell(channel.call('identifySent', { shardId })))
    },
    isWaitingForPermit: shardId => waitingForPermit.has(shardId),
    identified: shardId => tell(channel.call('identified', { shardId })),
    async takeRequest(wish, signal) {
      await channel.call('takeRequest', wish, { ...FOR_EVER, isTraced: true, ...(signal && { signal }) })
    },
    reportRequest: outcome => tell(channel.call('reportRequest', outcome)),
    ready: () => tell(channel.call('ready', {})),
    listening: port => tell(channel.call('listening', { port })),
    fatal: reason => tell(channel.call('fatal', { reason })),
    isOurs,
    async [Symbol.asyncDispose]() {
      clearInterval(look)
      delay.disable()
      await watch[Symbol.asyncDispose]()
    },
  }
}
