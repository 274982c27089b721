import type { Cluster } from '@shardlight/cluster'
import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'

/** What only the manager knows of its cluster. */
export function countCluster(metrics: Metrics, cluster: Cluster): void {
  const registers = [metrics]
  new Gauge({
    name: 'shardlight_cluster_shards',
    help: 'Shards of the whole bot',
    registers,
    collect() {
      this.set(cluster.totalShards)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_processes',
    help: 'Shard processes by state',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of ['starting', 'ready', 'stopping', 'waiting', 'stopped'] as const) {
        this.set({ state }, cluster.processes().filter(one => one.state === state).length)
      }
    },
  })
  new Gauge({
    name: 'shardlight_cluster_process_restarts',
    help: 'Lives of each shard process after its first',
    labelNames: ['process'],
    registers,
    collect() {
      for (const { id, restarts } of cluster.processes()) this.set({ process: id }, restarts)
    },
  })
  new Gauge({
    name: 'shardlight_cluster_identifies_left',
    help: 'IDENTIFYs left in the present day of Discord',
    registers,
    collect() {
      this.set(cluster.identifiesLeft())
    },
  })
}
