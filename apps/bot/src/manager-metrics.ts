import {
  createFleetMetrics,
  type FleetMetrics,
  type Gap,
  type IdentifyBroker,
  type OperationView,
} from '@shardlight/cluster'
import type { RequestBudget } from '@shardlight/cluster/requests'
import type { Metrics } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'
import { createPermitMetrics } from './permit-metrics.ts'
import { createRequestMetrics } from './request-metrics.ts'

/** What the manager counts while it owns its shards; it goes on where it loses them and gets them back. */
export type ManagerMetrics = {
  fleet: FleetMetrics
  /** The same, counted. */
  permits(broker: IdentifyBroker): IdentifyBroker
  requests(budget: RequestBudget): RequestBudget
  onBack(gap: Gap): void
  onOperationEnded(operation: OperationView): void
}

export function createManagerMetrics(metrics: Metrics): ManagerMetrics {
  const registers = [metrics]
  const gaps = new Histogram({
    name: 'shardlight_cluster_gap_seconds',
    help: 'From when a shard process was asked to go, or was found lost, until the next one had its shards connected',
    labelNames: ['cause'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300],
    registers,
  })
  const operations = new Counter({
    name: 'shardlight_cluster_operations_total',
    help: 'Operations that have ended, by kind and outcome (done or failed)',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  for (const cause of ['asked', 'lost']) gaps.zero({ cause })
  for (const kind of ['restart', 'reshard', 'drain'])
    for (const outcome of ['done', 'failed']) operations.inc({ kind, outcome }, 0)
  return {
    fleet: createFleetMetrics(),
    permits: createPermitMetrics(metrics),
    requests: createRequestMetrics(metrics),
    onBack: ({ cause, ms }) => gaps.observe({ cause }, ms / 1_000),
    onOperationEnded: ({ kind, state }) => operations.inc({ kind, outcome: state }),
  }
}
