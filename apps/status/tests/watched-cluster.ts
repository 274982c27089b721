import { createLog } from '@shardlight/service'
import type { ShardState } from '@shardlight/shard-registry'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { createManualClock } from '@shardlight/testing'
import { startIncidentDetector } from '../src/incidents/detector.ts'
import type { IncidentStore } from '../src/incidents/incident-store.ts'
import { createMemoryIncidentStore } from '../src/incidents/memory-store.ts'

const HEALTH_TIMEOUT_MS = 30_000
const BEGAN_MS = 1_700_000_000_000
const STEP_MS = 5_000
export const [UNHEALTHY, OFFLINE, ONLINE, STARTING, STOPPING, RESUMING] = [1, 2, 3, 4, 5, 6] as const

/** A cluster of processes that push every few seconds, watched for incidents; hours pass in an instant. */
export async function watchCluster({
  processes = 4,
  shardsEach = 4,
  replicas = 1,
  openStore = nowMs => createMemoryIncidentStore({ nowMs }),
}: {
  processes?: number
  shardsEach?: number
  /** How many detectors look at the same time. */
  replicas?: number
  openStore?: (nowMs: () => number) => IncidentStore
} = {}) {
  await using opened = new AsyncDisposableStack()
  const clock = createManualClock()
  const nowMs = () => BEGAN_MS + clock.nowMs()
  let registrySetMs = 0
  let wallSetMs = 0
  const openRegistry = () =>
    createMemoryRegistry({ healthTimeoutMs: HEALTH_TIMEOUT_MS, nowMs: () => nowMs() + registrySetMs })
  let registry = openRegistry()
  const store = openStore(nowMs)
  let totalShards = processes * shardsEach
  const states = new Map<string, ShardState>()
  let isTrusted = true
  let detectors = opened.use(new AsyncDisposableStack())

  function look() {
    for (let replica = 0; replica < replicas; replica += 1)
      detectors.use(
        startIncidentDetector({
          store,
          directory: { clusters: () => registry.clusters() },
          isTrusted: () => isTrusted,
          healthTimeoutMs: HEALTH_TIMEOUT_MS,
          clock,
          registryNowMs: () => registry.nowMs(),
          nowMs: () => nowMs() + wallSetMs,
          log: createLog({ name: 'test', level: 'silent' }),
        }),
      )
  }

  const shardsOf = (id: number) => Array.from({ length: shardsEach }, (_, index) => id * shardsEach + index)
  const say = (id: number, state: ShardState, shards = shardsOf(id)) =>
    registry.push('main', {
      totalShards,
      process: { id: String(id) },
      shards: shards.map(shard => ({ id: shard, state })),
    })
  async function pushAll() {
    for (const [id, state] of states) await say(Number(id), state)
  }

  for (let id = 0; id < processes; id += 1) states.set(String(id), ONLINE)
  look()
  await pushAll()
  const stack = opened.move()
  return {
    store,
    clock,
    nowMs,
    say,
    get registry() {
      return registry
    },
    /** What the process says from now on, every five seconds; undefined: nothing. */
    async set(id: number, state: ShardState | undefined) {
      if (state === undefined) states.delete(String(id))
      else {
        states.set(String(id), state)
        await say(id, state)
      }
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        await pushAll()
        await registry.sweep()
        await clock.advance(Math.min(STEP_MS, ms - passed))
      }
    },
    /** How many shards the processes say there are. */
    resize(shards: number) {
      totalShards = shards
    },
    /** Somebody sets the clock forward, of the API's host or of the registry. */
    setClock({ wallMs = 0, registryMs = 0 }) {
      wallSetMs += wallMs
      registrySetMs += registryMs
    },
    trust(does: boolean) {
      isTrusted = does
    },
    /** The API ends and begins again, and remembers no shard. */
    async restart() {
      await detectors[Symbol.asyncDispose]()
      detectors = new AsyncDisposableStack()
      registry = openRegistry()
      look()
    },
    open: () => store.unresolved(),
    all: async () => [...(await store.unresolved()), ...(await store.past({ limit: 100 }))],
    async [Symbol.asyncDispose]() {
      await detectors[Symbol.asyncDispose]()
      await stack[Symbol.asyncDispose]()
    },
  }
}
