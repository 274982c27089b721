import { type FleetNews, type FleetReport, seriesOf } from './fleet-report.ts'

type Metric = FleetReport[number]

/** What one process has told, put together from its news. */
export function createKeptReport() {
  let seq = 0
  let kept = new Map<string, Omit<Metric, 'values'> & { series: Map<string, Metric['values'][number]> }>()

  return {
    /** The last news that arrived. */
    seq: () => seq,
    take(news: FleetNews): void {
      if (news.since === null) kept = new Map()
      // Some before these were lost: the next tell everything.
      else if (news.since !== seq) return
      seq = news.seq
      for (const { values, ...metric } of news.metrics) {
        const before = metric.type === 'gauge' ? undefined : kept.get(metric.name)?.series
        const series = before ?? new Map()
        for (const one of values) series.set(seriesOf(one), one)
        kept.set(metric.name, { ...metric, series })
      }
    },
    report: (): FleetReport =>
      Array.from(kept.values(), ({ series, ...metric }) => ({ ...metric, values: [...series.values()] })),
  }
}
