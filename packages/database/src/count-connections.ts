import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'
import type { Database } from './database.ts'

/** How busy the pool is, read when it is asked for; nothing while there is none. */
export function countConnections(
  metrics: Metrics,
  database: () => Pick<Database, 'usage'> | undefined,
): void {
  const registers = [metrics]
  new Gauge({
    name: 'shardlight_database_connections',
    help: 'Connections to PostgreSQL, by whether they are used or idle',
    labelNames: ['state'],
    registers,
    collect() {
      const usage = database()?.usage()
      for (const state of ['used', 'idle'] as const) this.set({ state }, usage?.[state] ?? 0)
    },
  })
  new Gauge({
    name: 'shardlight_database_waiting_callers',
    help: 'Statements and transactions that wait for a connection to PostgreSQL',
    registers,
    collect() {
      this.set(database()?.usage().waiting ?? 0)
    },
  })
}
