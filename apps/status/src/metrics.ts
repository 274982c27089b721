import { countConnections } from '@shardlight/database'
import type { Metrics } from '@shardlight/service'
import { shardStateNames } from '@shardlight/shard-registry'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Directory } from './directory.ts'
import type { TurnedAway } from './doors/open-doors.ts'
import type { Records } from './records.ts'

export function createStatusMetrics({ metrics, directory }: { metrics: Metrics; directory: Directory }) {
  const registers = [metrics]
  new Gauge({
    name: 'shardlight_status_shards',
    help: 'Shards by cluster and state',
    labelNames: ['cluster', 'state'],
    registers,
    collect() {
      this.reset()
      for (const table of directory.clusters())
        for (const [state, count] of table.counts().entries())
          this.set({ cluster: table.name, state: shardStateNames[state] ?? '' }, count)
    },
  })
  new Gauge({
    name: 'shardlight_status_picture_stale_seconds',
    help: 'For how long what is shown has been the last known picture and no more; 0 while it is current',
    registers,
    collect() {
      const { atMs, staleSinceMs } = directory.stamp()
      this.set(staleSinceMs === null ? 0 : Math.max(0, atMs - staleSinceMs) / 1000)
    },
  })
  const refusedPushes = new Counter({
    name: 'shardlight_status_refused_pushes_total',
    help: 'Pushes that were answered with an error, by status',
    labelNames: ['status'],
    registers,
  })
  for (const status of [400, 401, 429, 503]) refusedPushes.inc({ status }, 0)
  const turnedAway = new Counter({
    name: 'shardlight_status_turned_away_total',
    help: 'Requests that a limit turned away, by door',
    labelNames: ['door'],
    registers,
  })
  for (const door of ['read', 'token', 'viewer'] satisfies TurnedAway[]) turnedAway.inc({ door }, 0)
  const slowViewers = new Counter({
    name: 'shardlight_status_slow_viewers_total',
    help: 'Viewers that read too slowly and were given a new snapshot',
    labelNames: ['api'],
    registers,
  })
  for (const api of ['v2', 'glance']) slowViewers.inc({ api }, 0)
  return {
    countViewers(viewersByApi: Record<string, () => number>) {
      new Gauge({
        name: 'shardlight_status_viewers',
        help: 'Open feeds, by API',
        labelNames: ['api'],
        registers,
        collect() {
          for (const [api, viewers] of Object.entries(viewersByApi)) this.set({ api }, viewers())
        },
      })
    },
    watchRecords(records: Records) {
      if (records.areKept) countConnections(metrics, records.usage)
      new Gauge({
        name: 'shardlight_status_records_up',
        help: '1 while uptime and incidents can be kept, 0 while PostgreSQL is away or not configured',
        registers,
        collect() {
          this.set(records.problem() === undefined ? 1 : 0)
        },
      })
    },
    pushedShards: new Counter({
      name: 'shardlight_status_pushed_shards_total',
      help: 'Shards that were pushed, by cluster and API',
      labelNames: ['cluster', 'api'],
      registers,
    }),
    refusedPushes,
    pushSeconds: new Histogram({
      name: 'shardlight_status_push_seconds',
      help: 'From a push to its answer',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
      registers,
    }),
    turnedAway,
    slowViewers,
  }
}

export type StatusMetrics = ReturnType<typeof createStatusMetrics>
