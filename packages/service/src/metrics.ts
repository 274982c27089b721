import { collectDefaultMetrics, Registry } from 'prom-client'

export type Metrics = Registry

/** A registry of its own with the default metrics of the process; every metric of ours begins with `shardlight_`. */
export function createMetrics(): Metrics {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}
