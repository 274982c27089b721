import type { RequestBudgetView } from '@shardlight/cluster/requests'
import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'
import type { ClusterView } from './operations-api.ts'

const STATES = ['starting', 'ready', 'replacing', 'stopping', 'waiting', 'degraded', 'stopped'] as const

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
        if (value === undefined) this.reset()
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
    name: 'shardlight_cluster_process_restarts',
    help: 'Lives of each shard process after its first that nobody asked for',
    labelNames: ['process'],
    registers,
    collect() {
      for (const { id, restarts } of view().processes) this.set({ process: id }, restarts)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_process_loop_delay_seconds',
    help: 'Longest delay of the event loop of each shard process within the last second',
    labelNames: ['process'],
    registers,
    collect() {
      for (const { id, eventLoopDelayMs } of view().processes)
        if (eventLoopDelayMs !== null) this.set({ process: id }, eventLoopDelayMs / 1_000)
    },
  })
}
