import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@shardlight/database'
import { readConsumerLag } from '@shardlight/event-log'
import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'

/** Whoever asks for metrics does not wait longer for a database that hangs. */
const WAIT_MS = 1_000

/** How far the consumers of the event log are behind; nothing while that cannot be read. */
export function watchEventLog(metrics: Metrics, database: () => Database | undefined): void {
  let reading: Promise<Map<string, number>> | undefined

  async function read(): Promise<Map<string, number>> {
    const open = database()
    return open ? await readConsumerLag(open) : new Map()
  }

  new Gauge({
    name: 'shardlight_event_log_waiting_events',
    help: 'Events at the end of the log that a consumer has not looked at yet, by consumer',
    labelNames: ['consumer'],
    registers: [metrics],
    async collect() {
      reading ??= read()
        // There is no log before a shard process has made it.
        .catch(() => new Map<string, number>())
        .finally(() => {
          reading = undefined
        })
      const lag = await Promise.race([reading, sleep(WAIT_MS, undefined, { ref: false })])
      this.reset()
      for (const [consumer, events] of lag ?? []) this.set({ consumer }, events)
    },
  })
}
