import {
  createIdentifyBroker,
  createMemoryTurns,
  fetchGatewayInformation,
  openPostgresIdentifyStore,
  startCluster,
  startIdentifyLedger,
} from '@shardlight/cluster'
import { startMemoryRequestBudget } from '@shardlight/cluster/requests'
import { openDatabase } from '@shardlight/database'
import { createLog, monotonicClock } from '@shardlight/service'
import { APPLICATION, DATABASE_URL, DISCORD_API_URL, DISCORD_TOKEN, numbers } from './environment.ts'

/** As a share of the window, as with Discord's own, but never less than the jitter of a loaded machine. */
const GUARD_SHARE = 0.05
const LEAST_GUARD_MS = 60
const HOLD_MS = 10_000

/** The cluster as the bot's manager opens it; only the window is the sandbox's. */
export async function startOurs({ file, totalShards }: { file: string; totalShards: number }): Promise<void> {
  const { PER_PROCESS, WINDOW_MS } = numbers
  const log = createLog({ name: 'manager', level: 'warn' })
  const clock = monotonicClock
  const address = { apiUrl: DISCORD_API_URL, token: DISCORD_TOKEN }
  const gateway = await fetchGatewayInformation(address)
  const database = await openDatabase({ url: DATABASE_URL, applicationName: 'startup', maxConnections: 4 })
  const store = await openPostgresIdentifyStore({ database, application: APPLICATION, share: 0.5 })
  const ledger = startIdentifyLedger({
    store,
    async look(signal) {
      const now = await fetchGatewayInformation({ ...address, signal })
      return { remaining: now.identifiesLeft, total: now.identifiesPerDay, resetAfterMs: now.resetAfterMs }
    },
    clock,
    log,
  })
  const times = {
    windowMs: WINDOW_MS,
    guardMs: WINDOW_MS === 0 ? 0 : Math.max(LEAST_GUARD_MS, WINDOW_MS * GUARD_SHARE),
    holdMs: HOLD_MS,
  }
  startCluster({
    file,
    token: DISCORD_TOKEN,
    gatewayUrl: gateway.url,
    layout: { totalShards, generation: 0 },
    shardsPerProcess: PER_PROCESS,
    environment: process.env,
    broker: createIdentifyBroker({
      turns: createMemoryTurns({ times, clock, log }),
      ledger,
      maxConcurrency: gateway.maxConcurrency,
      clock,
    }),
    budget: startMemoryRequestBudget({ clock }),
    events: {
      onLost: ({ id, lastEnd }) => log.warn(`shard process ${id} was lost: ${lastEnd}`),
      onFatal: reason => log.error(reason),
    },
    log,
  })
}
