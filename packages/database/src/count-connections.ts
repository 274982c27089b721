import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'
import type { Database } from './database.ts'

type Usage = ReturnType<Database['usage']>

/** How busy a pool is, read when it is asked for; nothing is used of one that is not there. */
export function countConnections(metrics: Metrics, usage: () => Usage | undefined): void {
  const registers = [metrics]
  new Gauge({
    name: 'shardlight_database_connections',
    help: 'Connections to PostgreSQL, by whether they are used or idle',
    labelNames: ['state'],
    registers,
    collect() {
      const now = usage()
      for (const state of ['used', 'idle'] as const) this.set({ state }, now?.[state] ?? 0)
    },
  })
  new Gauge({
    name: 'shardlight_database_waiting_callers',
    help: 'Statements and transactions that wait for a connection to PostgreSQL',
    registers,
    collect() {
      this.set(usage()?.waiting ?? 0)
    },
  })
}
