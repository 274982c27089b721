import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'

/** The only datasource; `provisioning/datasources/prometheus.yaml` gives it this uid. */
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' }

/** One line of a panel: PromQL, and what it is called in the legend. */
export type Query = { expr: string; name: string }

export const query = (name: string, expr: string): Query => ({ name, expr })

/** Of the clusters that are chosen above; what the manager serves has that label. */
export const ofCluster = (metric: string, ...matchers: string[]): string =>
  `shardlight_${metric}{${['cluster=~"$cluster"', ...matchers].join(', ')}}`

/** Of the chosen clusters and shard processes. */
export const ofProcess = (metric: string, ...matchers: string[]): string =>
  `${metric}{${['cluster=~"$cluster"', 'process=~"$process"', ...matchers].join(', ')}}`

/** A second, by labels; without any the sum of all. */
export const rateOf = (series: string, by = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (rate(${series}[$__rate_interval]))`

/** How many in the chosen time; estimated between scrapes, so not always whole. */
export const countOf = (series: string, by = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (increase(${series}[$__range]))`

/** Of a histogram's buckets: what half and all but one in a hundred stay below. */
export const quantilesOf = (buckets: string): Query[] =>
  [
    { name: 'Half (p50)', quantile: 0.5 },
    { name: '95 of 100 (p95)', quantile: 0.95 },
    { name: '99 of 100 (p99)', quantile: 0.99 },
  ].map(({ name, quantile }) => ({
    name,
    expr: `histogram_quantile(${quantile}, ${rateOf(buckets, 'le')})`,
  }))

const refIdOf = (at: number): string => String.fromCharCode('A'.charCodeAt(0) + at)

export const rangeTargets = (queries: Query[], format = PromQueryFormat.TimeSeries): DataqueryBuilder[] =>
  queries.map(({ name, expr }, at) =>
    new DataqueryBuilder().refId(refIdOf(at)).expr(expr).legendFormat(name).format(format).range(),
  )

export const instantTargets = (queries: Query[], format = PromQueryFormat.TimeSeries): DataqueryBuilder[] =>
  queries.map(({ name, expr }, at) =>
    new DataqueryBuilder().refId(refIdOf(at)).expr(expr).legendFormat(name).format(format).instant(),
  )
