import { LIMITS, type RequestBudgetView } from '@shardlight/cluster/requests'
import type { Metrics } from '@shardlight/service'
import { Counter, Gauge } from 'prom-client'
import type { ClusterView } from './operations-api.ts'

const STATES = ['starting', 'ready', 'replacing', 'stopping', 'waiting', 'degraded', 'stopped'] as const

const KINDS = ['restart', 'reshard', 'drain'] as const
const SHARD_STATES = ['connected', 'waiting', 'disconnected', 'down'] as const

type Process = ClusterView['processes'][number]

/** What the manager knows of each shard of a process. */
const shardStates = ({ pid, shards, health }: Process): (typeof SHARD_STATES)[number][] =>
  shards.map(shardId => {
    const known = health.find(({ id }) => id === shardId)
    if (pid === null || !known) return 'down'
    if (known.isConnected) return 'connected'
    return known.isWaitingForPermit ? 'waiting' : 'disconnected'
  })

/** Prometheus' counter from a number that begins at 0 with each new place of a process. */
function countRestarts(metrics: Metrics, processes: () => Process[]): void {
  const known = new Map<number, number>()
  new Counter({
    name: 'shardlight_cluster_process_restarts_total',
    help: 'Lives of each shard process after its first that nobody asked for',
    labelNames: ['process'],
    registers: [metrics],
    collect() {
      for (const { id, restarts } of processes()) {
        const before = known.get(id) ?? 0
        this.inc({ process: id }, restarts < before ? restarts : restarts - before)
        known.set(id, restarts)
      }
    },
  })
}

/** What only the manager knows of its cluster. */
export function countCluster(
  metrics: Metrics,
  view: () => ClusterView,
  budget: () => RequestBudgetView | undefined,
): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name: `shardlight_${name}`,
      help,
      registers: [metrics],
      collect() {
        const value = read()
        if (value === undefined) this.remove()
        else this.set(value)
      },
    })
  gauge('cluster_shards', 'Shards of the whole bot', () => view().totalShards ?? undefined)
  gauge('cluster_owner', '1 while this manager owns its shards, 0 while it is a standby', () =>
    view().role === 'owner' ? 1 : 0,
  )
  gauge(
    'cluster_identifies_left',
    'IDENTIFYs that the bot may still spend in the present day of Discord',
    () => view().identifies?.left,
  )
  gauge(
    'cluster_identifies_allowed',
    'IDENTIFYs that the bot allows itself in the present day of Discord',
    () => view().identifies?.allowed,
  )
  gauge(
    'cluster_identifies_used',
    'IDENTIFYs that the bot has spent in the present day of Discord',
    () => view().identifies?.spent,
  )
  gauge(
    'cluster_identifies_per_day',
    'IDENTIFYs that Discord gives the bot for a day',
    () => view().identifies?.perDay,
  )
  gauge(
    'cluster_shards_waiting',
    'Shards that wait for a permit to IDENTIFY',
    () => view().identifies?.waiting.length,
  )
  gauge(
    'cluster_identifies_refused',
    '1 while shards cannot log in because of the daily budget or because logins fail, else 0',
    () => (view().identifies?.reason ? 1 : 0),
  )
  gauge(
    'requests_invalid',
    'Answers 401, 403 and 429 of the last ten minutes',
    () => budget()?.invalidInWindow,
  )
  gauge(
    'requests_invalid_limit',
    'How many such answers the bot allows itself before it stops itself',
    () => LIMITS.invalidMost,
  )
  gauge(
    'requests_in_last_second',
    `REST requests that may have reached Discord within the last second; ${LIMITS.slots} at most`,
    () => budget()?.usedLastSecond,
  )
  gauge('requests_outage', '1 while no REST request is let go, since the budget cannot be asked', () =>
    budget()?.outage == null ? 0 : 1,
  )
  gauge('requests_breaker_open', '1 while requests are held back because of them, else 0', () =>
    budget()?.breakerOpenForMs == null ? 0 : 1,
  )
  const registers = [metrics]
  new Gauge({
    name: 'shardlight_requests_waiting',
    help: 'REST requests that wait for the budget of the bot, by importance',
    labelNames: ['importance'],
    registers,
    collect() {
      const waiting = budget()?.waiting
      for (const importance of ['answer', 'background'] as const)
        this.set({ importance }, waiting?.[importance] ?? 0)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_processes',
    help: 'Shard processes by state',
    labelNames: ['state'],
    registers,
    collect() {
      const { processes } = view()
      for (const state of STATES) this.set({ state }, processes.filter(one => one.state === state).length)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_owned_shards',
    help: 'Shards of this manager by state: connected, waiting for a permit, disconnected, or down with their process',
    labelNames: ['state'],
    registers,
    collect() {
      const states = view().processes.flatMap(shardStates)
      for (const state of SHARD_STATES) this.set({ state }, states.filter(one => one === state).length)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_operations_running',
    help: 'Operations that are under way, by kind',
    labelNames: ['kind'],
    registers,
    collect() {
      const { operation } = view()
      for (const kind of KINDS)
        this.set({ kind }, operation?.kind === kind && operation.state === 'running' ? 1 : 0)
    },
  })
  countRestarts(metrics, () => view().processes)
  const ofProcess = (name: string, help: string, read: (one: Process) => number | null) =>
    new Gauge({
      name: `shardlight_cluster_process_${name}`,
      help,
      labelNames: ['process'],
      registers,
      collect() {
        this.reset()
        for (const one of view().processes) {
          const value = read(one)
          if (value !== null) this.set({ process: one.id }, value)
        }
      },
    })
  ofProcess(
    'loop_delay_seconds',
    'Longest delay of the event loop of each shard process within the last second',
    ({ eventLoopDelayMs }) => eventLoopDelayMs && eventLoopDelayMs / 1_000,
  )
  ofProcess(
    'memory_bytes',
    'What the system keeps in memory for each shard process',
    ({ memoryBytes }) => memoryBytes,
  )
}
