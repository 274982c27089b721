import { isOurMetric, type Metrics } from '@shardlight/service'
import { z } from 'zod'
import { type FleetNews, fleetMetric, seriesOf } from './fleet-report.ts'

/** @param since the last news that arrived */
export type FleetReporter = (since: number) => Promise<FleetNews>

/**
 * Tells our own metrics, and not those of Node, which say nothing when summed.
 * @param onUnfit told once of each metric that cannot be added up, and so is left out
 */
export function createFleetReporter(
  metrics: Metrics,
  onUnfit: (name: string, why: string) => void = () => {},
): FleetReporter {
  const unfit = new Set<string>()
  let seq = 0
  let told = new Map<string, number>()

  const read = async () => {
    const names = metrics.getMetricsAsArray().map(({ name }) => name)
    const all = await Promise.all(names.filter(isOurMetric).map(name => metrics.getSingleMetric(name)?.get()))
    return all.filter(metric => metric !== undefined)
  }

  return async since => {
    const found = await read()
    const isWhole = since !== seq
    if (isWhole) told = new Map()
    seq += 1
    const isNews = (series: string, value: number): boolean => {
      if (told.get(series) === value) return false
      told.set(series, value)
      return true
    }
    const changed = found.map(metric => ({
      ...metric,
      values: metric.values.filter(
        one =>
          // JSON has no NaN, and one odd value must not hide all others.
          Number.isFinite(one.value) &&
          // A gauge's series may go; then it has to be seen that they are not there.
          (String(metric.type) === 'gauge' || isNews(metric.name + seriesOf(one), one.value)),
      ),
    }))
    const fit = changed.flatMap(metric => {
      const read = fleetMetric.safeParse(metric)
      if (read.success) return [read.data]
      if (!unfit.has(metric.name)) onUnfit(metric.name, z.prettifyError(read.error))
      unfit.add(metric.name)
      return []
    })
    return { since: isWhole ? null : since, seq, metrics: fit }
  }
}
