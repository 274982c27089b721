import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type Cluster,
  createIdentifyBroker,
  createMemoryTurns,
  fetchGatewayInformation,
  type GatewayInformation,
  type Layout,
  openPostgresIdentifyStore,
  openRedisTurns,
  startCluster,
  startIdentifyLedger,
} from '@shardlight/cluster'
import {
  openRedisRequestBudget,
  type RequestBudget,
  startMemoryRequestBudget,
} from '@shardlight/cluster/requests'
import type { Database } from '@shardlight/database'
import { type Log, monotonicClock, reasonOf } from '@shardlight/service'
import { type ManagerConfig, shardProcessEnvironment } from './config.ts'
import type { ManagerMetrics } from './manager-metrics.ts'

/** Whom Discord counts for: the first part of a bot's token is its id. Hashed, since a wrong token may be anything. */
export const applicationOf = (token: string): string =>
  createHash('sha256')
    .update(token.split('.')[0] ?? '')
    .digest('hex')
    .slice(0, 16)

export type OpenCluster = AsyncDisposable & { cluster: Cluster; budget: RequestBudget }

/**
 * The shards of this manager with all that they need. Where several managers share the bot they share its permits
 * and its budget of requests by Redis; otherwise a lost Redis must not stop the bot.
 */
export async function openCluster({
  config,
  gateway,
  layout,
  leaseUntilNs,
  database,
  events,
  metrics,
  sessions,
  onLayout,
  log,
}: {
  config: ManagerConfig
  gateway: GatewayInformation
  layout: Layout
  leaseUntilNs: () => bigint | null
  database: Database
  events: Pick<Parameters<typeof startCluster>[0]['events'], 'onLost' | 'onFatal'>
  metrics: ManagerMetrics
  /** The folder where sessions are kept. */
  sessions: string
  onLayout: (layout: Layout) => Promise<void>
  log: Log
}): Promise<OpenCluster> {
  const { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl, REDIS_URL: redisUrl } = config
  const clock = monotonicClock
  const application = applicationOf(token)
  await using opened = new AsyncDisposableStack()
  const store = await openPostgresIdentifyStore({
    database,
    application,
    share: config.IDENTIFY_SHARE_PERCENT / 100,
  })
  const ledger = startIdentifyLedger({
    store,
    async look(signal) {
      const now = await fetchGatewayInformation({ apiUrl, token, signal })
      return { remaining: now.identifiesLeft, total: now.identifiesPerDay, resetAfterMs: now.resetAfterMs }
    },
    clock,
    log,
  })
  const { quietMs } = ledger
  const shared = layout.range && redisUrl
  const broker = opened.use(
    metrics.permits(
      createIdentifyBroker({
        turns: shared
          ? await openRedisTurns({ url: redisUrl, application, quietMs, clock, log })
          : createMemoryTurns({ quietMs, clock, log }),
        ledger,
        maxConcurrency: gateway.maxConcurrency,
        clock,
      }),
    ),
  )
  const budget = opened.use(
    metrics.requests(
      shared
        ? await openRedisRequestBudget({
            url: redisUrl,
            namespace: application,
            clock,
            onTrouble: error =>
              log.warn({ reason: reasonOf(error) }, 'no request is let go until Redis answers again'),
          })
        : startMemoryRequestBudget({ clock }),
    ),
  )
  const cluster = opened.use(
    startCluster({
      file: join(import.meta.dirname, 'shard-process.ts'),
      token,
      gatewayUrl: gateway.url,
      layout,
      shardsPerProcess: config.SHARDS_PER_PROCESS,
      environment: shardProcessEnvironment(process.env, sessions),
      broker,
      budget,
      leaseUntilNs,
      onLayout,
      events: { ...events, onBack: metrics.onBack, onOperationEnded: metrics.onOperationEnded },
      fleet: metrics.fleet,
      log,
    }),
  )
  const stack = opened.move()
  return { cluster, budget, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
