import type { Metrics } from '@shardlight/service'
import { Counter, Gauge, Histogram } from 'prom-client'

export type IngesterMetrics = ReturnType<typeof createIngesterMetrics>

export function createIngesterMetrics(metrics: Metrics) {
  const registers = [metrics]
  const counter = (name: string, help: string) =>
    new Counter({ name: `shardlight_wikipedia_${name}`, help, registers })
  let newest: Date | undefined
  const lag = new Gauge({
    name: 'shardlight_wikipedia_lag_seconds',
    help: 'How long ago the newest event happened that this process has stored in PostgreSQL, in seconds',
    registers,
    collect() {
      if (newest) this.set((Date.now() - newest.getTime()) / 1_000)
    },
  })
  // It begins at 0, which would say that nothing is late before anything is there.
  lag.remove()
  return {
    /** @param at when the newest of some events in PostgreSQL happened */
    storedUntil(at: Date): void {
      if (!newest || at > newest) newest = at
    },
    standBy(): void {
      newest = undefined
      lag.remove()
    },
    stored: counter('events_total', 'Events that were stored in PostgreSQL, or sent to Kafka'),
    duplicates: counter('duplicates_total', 'Events that were there already'),
    tooOld: counter('too_old_total', 'Events of days whose events were dropped'),
    canaries: counter('canaries_total', "Wikimedia's test events, which are left out"),
    rejects: counter('rejects_total', 'Events that could not be read or stored, and are kept apart'),
    connects: counter('connects_total', 'Connections that were made to the source'),
    failures: counter('connect_failures_total', 'Connections that were refused or broke'),
    gapSeconds: counter('gap_seconds_total', 'Time of which the events could not be read back, in seconds'),
    isHolder: new Gauge({
      name: 'shardlight_wikipedia_reads_stream',
      help: '1 while this process is the one that reads the stream',
      registers,
    }),
    batch: new Histogram({
      name: 'shardlight_wikipedia_batch_events',
      help: 'Events that were stored together',
      buckets: [1, 5, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000],
      registers,
    }),
    storeSeconds: new Histogram({
      name: 'shardlight_wikipedia_store_seconds',
      help: 'How long a batch took to be stored, in seconds',
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  }
}
