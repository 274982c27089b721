import { z } from 'zod'

/** The metrics of one shard process at one moment, as prom-client's `getMetricsAsJSON` gives them; crosses IPC. */
export const fleetReport = z.array(
  z.object({
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
  }),
)

export type FleetReport = z.infer<typeof fleetReport>
