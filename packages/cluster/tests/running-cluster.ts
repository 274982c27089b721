import { join } from 'node:path'
import { createLog, type Log, monotonicClock } from '@shardlight/service'
import { type Sandbox, whereThingsAre } from '@shardlight/testing'
import { createIdentifyBroker } from '../src/identify/identify-broker.ts'
import { startIdentifyLedger } from '../src/identify/ledger/identify-ledger.ts'
import { createMemoryIdentifyStore } from '../src/identify/ledger/memory-identify-store.ts'
import { createMemoryTurns } from '../src/identify/turns/memory-turns.ts'
import { type Cluster, fetchGatewayInformation, startCluster } from '../src/index.ts'
import { startMemoryRequestBudget } from '../src/requests/index.ts'
import { PATIENCE, type Patience } from '../src/supervision/patience.ts'

const silent: Log = createLog({ name: 'manager', level: 'silent' })

/** A cluster of example processes, whose record of IDENTIFYs is kept in memory. */
export async function startExampleCluster({
  sandbox,
  sessions,
  environment = {},
  totalShards = 4,
  shardsPerProcess = 2,
  patience = {},
  events = {},
}: {
  sandbox: Pick<Sandbox, 'apiUrl' | 'token'>
  /** The folder where sessions are kept. */
  sessions: string
  environment?: NodeJS.ProcessEnv
  totalShards?: number
  shardsPerProcess?: number
  patience?: Partial<Patience>
  events?: Partial<Parameters<typeof startCluster>[0]['events']>
}): Promise<Cluster> {
  const { apiUrl, token } = sandbox
  const look = async (signal?: AbortSignal) => {
    const found = await fetchGatewayInformation({ apiUrl, token, ...(signal && { signal }) })
    return { ...found, remaining: found.identifiesLeft, total: found.identifiesPerDay }
  }
  const { url, maxConcurrency } = await look()
  const broker = createIdentifyBroker({
    turns: createMemoryTurns({ clock: monotonicClock }),
    ledger: startIdentifyLedger({
      store: createMemoryIdentifyStore({ share: 0.5 }),
      look,
      clock: monotonicClock,
      log: silent,
    }),
    maxConcurrency,
    clock: monotonicClock,
  })
  const budget = startMemoryRequestBudget()
  const cluster = startCluster({
    file: join(import.meta.dirname, 'programs', 'shard-process.ts'),
    token,
    gatewayUrl: url,
    layout: { totalShards, generation: 0 },
    shardsPerProcess,
    environment: { ...whereThingsAre(), DISCORD_API_URL: apiUrl, SESSIONS: sessions, ...environment },
    broker,
    budget,
    events: { onLost: () => {}, onFatal: () => {}, ...events },
    log: silent,
    patience: { ...PATIENCE, healthEveryMs: 200, graceMs: 2_000, ...patience },
  })
  return {
    ...cluster,
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]()
      await broker[Symbol.asyncDispose]()
      await budget[Symbol.asyncDispose]()
    },
  }
}
