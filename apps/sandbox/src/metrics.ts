import type { Metrics } from '@shardlight/service'
import { Counter, Gauge } from 'prom-client'
import type { Core } from './core.ts'

/** The numbers of the ledger for Prometheus, read when they are asked for. */
export function countSandbox({ sessions, ledger, world }: Core, registry: Metrics): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `shardlight_sandbox_${name}`,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name: `shardlight_sandbox_${name}_total`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  gauge('sessions', 'Gateway sessions that are connected', () => sessions.connected().length)
  gauge('guilds', 'Guilds in the world', () => world.guilds.size)
  counter('events_dispatched', 'Events that were due to the bot', () => ledger.events.dispatched)
  counter('events_missed', 'Events that reached no session of the bot', () => ledger.events.missed)
  counter('rest_requests', 'Requests to the REST API', () => ledger.rest.total)
}
