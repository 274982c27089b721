import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'
import type { Core } from './core.ts'

/** The numbers of the ledger for Prometheus, read when they are asked for. */
export function countSandbox({ sessions, ledger, world }: Core, registry: Metrics): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `shardlight_sandbox_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('sessions', 'Gateway sessions that are connected', () => sessions.connected().length)
  gauge('guilds', 'Guilds in the world', () => world.guilds.size)
  gauge('events_dispatched', 'Events that were due to the bot', () => ledger.events.dispatched)
  gauge('events_missed', 'Events that reached no session of the bot', () => ledger.events.missed)
  gauge('rest_requests', 'Requests to the REST API', () => ledger.rest.total)
}
