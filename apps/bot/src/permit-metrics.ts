import type { IdentifyBroker } from '@shardlight/cluster'
import { type Metrics, monotonicClock } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'

/** Counts what a broker grants, and what comes of it. */
export function createPermitMetrics(metrics: Metrics): (broker: IdentifyBroker) => IdentifyBroker {
  const registers = [metrics]
  const counter = (name: string, help: string) =>
    new Counter({ name: `shardlight_cluster_${name}_total`, help, registers })
  const granted = counter('permits_granted', 'Permits to IDENTIFY that were granted')
  const sent = counter('identifies', 'IDENTIFYs that were sent')
  const succeeded = counter('identifies_succeeded', 'IDENTIFYs that READY answered')
  const waited = new Histogram({
    name: 'shardlight_cluster_permit_wait_seconds',
    help: 'From asking for a permit to IDENTIFY until it was granted',
    buckets: [0.1, 1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200],
    registers,
  })
  return broker => ({
    ...broker,
    request(shardId) {
      const permit = broker.request(shardId)
      const sinceMs = monotonicClock.nowMs()
      void permit.granted.then(() => {
        granted.inc()
        waited.observe((monotonicClock.nowMs() - sinceMs) / 1_000)
      })
      return {
        ...permit,
        sent() {
          sent.inc()
          permit.sent()
        },
        succeeded() {
          succeeded.inc()
          permit.succeeded()
        },
      }
    },
  })
}
