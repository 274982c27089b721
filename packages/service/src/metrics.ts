import { totalmem } from 'node:os'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type Metrics = Registry

/** A registry of its own with the default metrics of the process; every metric of ours begins with `shardlight_`. */
export function createMetrics(): Metrics {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  new Gauge({
    name: 'shardlight_memory_limit_bytes',
    help: 'What the container of this process may keep in memory, or all of the machine where there is no limit',
    registers: [metrics],
    // Shard processes share their manager's.
    aggregator: 'omit',
    collect() {
      this.set(Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()))
    },
  })
  return metrics
}

/** Ours, and not one of Node's or of the process. */
export const isOurMetric = (name: string): boolean => name.startsWith('shardlight_')

/** What Node and the system say of this one process, in Prometheus' text format. */
export async function processMetrics(metrics: Metrics): Promise<string> {
  const names = metrics.getMetricsAsArray().map(({ name }) => name)
  const texts = names.filter(name => !isOurMetric(name)).map(name => metrics.getSingleMetricAsString(name))
  return `${(await Promise.all(texts)).join('\n\n')}\n`
}
