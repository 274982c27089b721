import { type ReadMetric, readMetrics } from '@shardlight/service'
import { z } from 'zod'

const targets = z.array(
  z.object({
    targets: z.array(z.string()),
    labels: z.looseObject({ __metrics_path__: z.string() }),
  }),
)

/** A metric, and the whole of what its process serves. */
export type ServedMetric = { metric: ReadMetric; page: string }

async function get(url: string): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}

/** By the names of its series: a histogram is there as `…_bucket`, `…_sum` and `…_count`. */
const seriesOf = ({ name, type }: ReadMetric): string[] =>
  type === 'histogram' || type === 'summary' ? ['_bucket', '_sum', '_count'].map(part => name + part) : [name]

/** Everything that Prometheus is told to scrape: what the manager lists, and the others. */
export async function readEveryMetric(addresses: Record<string, string>): Promise<Map<string, ServedMetric>> {
  const listed = targets.parse(
    JSON.parse(await get(`http://${addresses['manager:3200']}/prometheus/targets`)),
  )
  const urls = [
    ...listed.flatMap(one => one.targets.map(host => `http://${host}${one.labels.__metrics_path__}`)),
    ...['status:3000', 'ingester:3300', 'sandbox'].map(host => `http://${addresses[host]}/metrics`),
  ]
  const served = new Map<string, ServedMetric>()
  for (const page of await Promise.all(urls.map(get)))
    for (const metric of readMetrics(page))
      if (metric.samples.length > 0) for (const name of seriesOf(metric)) served.set(name, { metric, page })
  return served
}
