import { isOurMetric, type Metrics } from '@shardlight/service'
import { type FleetReport, fleetReport } from './fleet-report.ts'

/** What a shard process tells of itself: our own metrics, and not those of Node, which say nothing when summed. */
export async function readFleetReport(metrics: Metrics): Promise<FleetReport> {
  const names = metrics.getMetricsAsArray().map(({ name }) => name)
  const found = await Promise.all(names.filter(isOurMetric).map(name => metrics.getSingleMetric(name)?.get()))
  return fleetReport.parse(
    found
      .filter(metric => metric !== undefined)
      // JSON has no NaN, and one odd value must not hide all others.
      .map(metric => ({ ...metric, values: metric.values.filter(({ value }) => Number.isFinite(value)) })),
  )
}
