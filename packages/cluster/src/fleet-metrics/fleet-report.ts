import { z } from 'zod'

/** As prom-client's `get` gives it; it has a summary as well, which cannot be added up. */
export const fleetMetric = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  /** What becomes of several processes' values of a gauge; declared where the gauge is made. */
  aggregator: z.enum(['sum', 'max', 'min', 'average', 'first', 'omit']),
  values: z.array(
    z.object({
      value: z.number(),
      labels: z.record(z.string(), z.union([z.string(), z.number()])),
      /** Of a histogram: `…_bucket`, `…_sum` or `…_count`. */
      metricName: z.string().optional(),
    }),
  ),
})

/** Metrics at one moment, as prom-client's `getMetricsAsJSON` gives them. */
export const fleetReport = z.array(fleetMetric)

export type FleetReport = z.infer<typeof fleetReport>

/**
 * What a shard process tells; crosses IPC. Of counters and histograms there are hundreds of series, of which few
 * change within a second: only these are told anew, where what was told before has arrived.
 */
export const fleetNews = z.object({
  /** Which news these go on from; null where they tell everything. */
  since: z.int().nullable(),
  seq: z.int(),
  metrics: fleetReport,
})

export type FleetNews = z.infer<typeof fleetNews>

type Series = { labels: object; metricName?: string | undefined }

/** Names one series of a metric; labels are in the same order each time. */
export const seriesOf = ({ labels, metricName = '' }: Series): string => metricName + JSON.stringify(labels)
