import { hostname } from 'node:os'
import { resolve } from 'node:path'
import {
  type Cluster,
  claimSessions,
  fetchGatewayInformation,
  type GatewayInformation,
  type Layout,
  type LayoutStore,
  type Ownership,
  openLayoutStore,
  openOwnership,
  type ShardProcessInfo,
  TokenRefusedError,
} from '@shardlight/cluster'
import type { RequestBudgetView } from '@shardlight/cluster/requests'
import type { Database } from '@shardlight/database'
import { type Log, monotonicClock, reasonOf } from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { type StatusClient, startNotices } from '@shardlight/status-client'
import type { ManagerConfig } from './config.ts'
import type { ManagerMetrics } from './manager-metrics.ts'
import { noticesOf } from './notices.ts'
import { applicationOf, type OpenCluster, openCluster } from './open-cluster.ts'
import type { ClusterView } from './operations-api.ts'
import type { ShardRange } from './shard-range.ts'

const NOTICES_EVERY_MS = 2_000
const RETRY_MS = 1_000
/** No sooner after a lease ran out are its shards connected by another. */
const TAKE_OVER_MS = 500

export type OwnedShards = AsyncDisposable & {
  /** Absent while another manager owns the shards. */
  cluster(): Cluster | undefined
  budget(): RequestBudgetView | undefined
  /** While it has one. */
  database(): Database | undefined
  view(): ClusterView
}

/** Where the sessions of this bot are kept, and its last good flags. */
export const sessionsFolder = ({ DATA_DIR, CLUSTER_NAME, DISCORD_TOKEN }: ManagerConfig): string =>
  resolve(DATA_DIR, 'sessions', CLUSTER_NAME, applicationOf(DISCORD_TOKEN))

const shardsOf = ({ totalShards, range }: Layout): number[] => {
  const { first, last } = range ?? { first: 0, last: totalShards - 1 }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** A lease's end by the clock that all processes of a machine share. */
const sharedClock = (atMs: number): bigint =>
  process.hrtime.bigint() + BigInt(Math.floor((atMs - performance.now()) * 1e6))

/**
 * Keeps the shards of this manager running while they are its own; waits as a standby while they are another's. What
 * it lost it hands over, and stands by again.
 */
export async function ownShards({
  config,
  range,
  connect,
  status,
  metrics,
  onFatal,
  log,
}: {
  config: ManagerConfig
  range: ShardRange | undefined
  /** Opens the database that says whose the shards are; rejects while it cannot be reached. */
  connect: () => Promise<Database>
  status: StatusClient | undefined
  metrics: ManagerMetrics
  onFatal: (reason: string) => void
  log: Log
}): Promise<OwnedShards> {
  const { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl, TOTAL_SHARDS: wanted } = config
  const configured = String(wanted)
  const sessions = sessionsFolder(config)
  const stopping = new AbortController()
  const stopped = new Promise<undefined>(resolve =>
    stopping.signal.addEventListener('abort', () => resolve(undefined)),
  )
  let ownership: Ownership | undefined
  let open: OpenCluster | undefined
  let inUse: Database | undefined
  let trouble: string | null = null

  const askDiscord = () => fetchGatewayInformation({ apiUrl, token })

  /** How the shards are laid out, as the database and the configuration say. */
  async function layOut(layouts: LayoutStore, recommended: number): Promise<Layout> {
    const total = wanted === 'auto' ? recommended : wanted
    return { ...(await layouts.read(configured, total)), range }
  }

  /** A process that died cannot say so itself. Of shards that another may serve by now, nothing is said. */
  const sayLost = (
    { id, shards }: ShardProcessInfo,
    layout: { totalShards: number; generation: number; isComing: boolean },
  ) => {
    const validUntilMs = ownership?.validUntilMs() ?? 0
    if (monotonicClock.nowMs() > validUntilMs + TAKE_OVER_MS) return
    void status?.push({
      ...layout,
      process: { id: String(id) },
      shards: shards.map(shardId => ({ id: shardId, state: ShardState.Unhealthy })),
    })
  }

  /** From standing by until the shards are lost, or it is asked to stop. */
  async function own(gateway: GatewayInformation): Promise<void> {
    await using opened = new AsyncDisposableStack()
    const database = opened.use(await connect())
    inUse = database
    opened.defer(() => {
      inUse = undefined
    })
    const layouts = await openLayoutStore({ database, cluster: config.CLUSTER_NAME })
    const layout = await layOut(layouts, gateway.recommendedShards)
    const owned = opened.use(
      await openOwnership({
        database,
        cluster: config.CLUSTER_NAME,
        shards: shardsOf(layout),
        holder: `${hostname()}:${process.pid}`,
        clock: monotonicClock,
        log,
      }),
    )
    ownership = owned
    trouble = null
    const acquired = await Promise.race([owned.acquired, stopped])
    if (!acquired) return
    // The one before may have gone to another number of shards meanwhile.
    let now = await layOut(layouts, gateway.recommendedShards)
    if (now.totalShards !== layout.totalShards) await owned.reassign(shardsOf(now))
    const keepLayout = ({ totalShards, generation }: Layout) =>
      database.transaction(async tx => {
        await owned.assertOwner(tx)
        await layouts.keep({ configured, totalShards, generation }, tx)
      })
    await keepLayout(now)
    claimSessions({ directory: sessions, shards: shardsOf(now), ...acquired })
    const running = opened.use(
      await openCluster({
        config,
        gateway,
        layout: now,
        leaseUntilNs: () => sharedClock(owned.validUntilMs()),
        database,
        events: { onLost: sayLost, onFatal },
        metrics,
        sessions,
        async onLayout(to) {
          await owned.reassign(shardsOf(to))
          await keepLayout(to).catch(async error => {
            await owned.reassign(shardsOf(now))
            throw error
          })
          now = to
        },
        log,
      }),
    )
    open = running
    opened.defer(() => {
      open = undefined
    })
    if (status)
      opened.use(
        startNotices({
          client: status,
          source: range ? `manager-${range.first}` : 'manager',
          read: () => noticesOf(running.cluster, running.budget.view()),
          intervalMs: NOTICES_EVERY_MS,
        }),
      )
    log.info({ totalShards: now.totalShards, generation: now.generation }, 'owns its shards')
    const reason = await Promise.race([owned.lost, stopped])
    if (reason === undefined) return
    log.error({ reason }, 'the shards are no longer this manager’s; it stands by')
    const [totalShards, generation] = [running.cluster.totalShards(), running.cluster.generation()]
    for (const one of running.cluster.processes()) sayLost(one, { totalShards, generation, isComing: false })
  }

  async function keepOwning(first: GatewayInformation): Promise<void> {
    let gateway: GatewayInformation | undefined = first
    while (!stopping.signal.aborted) {
      try {
        await own(gateway ?? (await askDiscord()))
      } catch (error) {
        const reason = reasonOf(error)
        if (error instanceof TokenRefusedError) return onFatal(reason)
        if (reason !== trouble) log.error({ reason }, 'the shards cannot be run, trying again')
        trouble = reason
      }
      gateway = undefined
      await monotonicClock.sleepUntil(monotonicClock.nowMs() + RETRY_MS, stopping.signal).catch(() => {})
    }
  }

  const kept = keepOwning(await askDiscord())
  return {
    cluster: () => open?.cluster,
    budget: () => open?.budget.view(),
    database: () => inUse,
    view() {
      const state = ownership?.state()
      const reason = trouble ?? (state && 'reason' in state ? state.reason : null)
      return {
        role: open ? 'owner' : 'standby',
        reason: open ? null : (reason ?? 'it begins'),
        totalShards: open?.cluster.totalShards() ?? null,
        generation: open?.cluster.generation() ?? null,
        processes: open?.cluster.processes() ?? [],
        identifies: open?.cluster.identifies() ?? null,
        requests: open?.budget.view() ?? null,
        operation: open?.cluster.operation() ?? null,
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await kept
    },
  }
}
