import { prometheusIsMissing } from '@shardlight/prometheus/promtool'
import { readAlerts, readRecordings } from '@shardlight/prometheus/read-rules'
import { startSystem } from '@shardlight/prometheus/running-system'
import { startPrometheus } from '@shardlight/prometheus/start-prometheus'
import { checkMetrics } from '@shardlight/service'
import { eventually } from '@shardlight/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dashboards } from '../src/all-dashboards.ts'
import { readAround, readPanels } from '../src/read-panels.ts'
import { readPromql, withVariables } from '../src/read-promql.ts'
import { readEveryMetric, type ServedMetric } from './served-metrics.ts'
import { useTheBot } from './use-the-bot.ts'

/** What Prometheus makes itself, of what it scrapes and of rules. */
const MADE_BY_PROMETHEUS = /^(up|ALERTS|ALERTS_FOR_STATE|scrape_\w+|prometheus_\w+)$/
/** How many times faster time goes by for Prometheus: it looks every second. */
const FACTOR = 15

/** None are firing, on a good day. */
const MAY_BE_EMPTY = 'dashboard fleet, Which alerts are firing'

const panels = Object.entries(dashboards).flatMap(([dashboard, built]) =>
  readPanels(built).flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ where: `dashboard ${dashboard}, ${title}`, expr })),
  ),
)
const around = Object.entries(dashboards).flatMap(([dashboard, built]) =>
  readAround(built).map(({ title, expr }) => ({ where: `dashboard ${dashboard}, ${title}`, expr })),
)
const rules = [
  ...readAlerts().map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
  ...readRecordings().map(({ record, expr }) => ({ where: `recording ${record}`, expr })),
]
const recorded = new Set(readRecordings().map(({ record }) => record))

describe('the running system', { timeout: 120_000 }, () => {
  let system: Awaited<ReturnType<typeof startSystem>>
  let served = new Map<string, ServedMetric>()

  beforeAll(async () => {
    const opened = new AsyncDisposableStack()
    system = opened.use(await startSystem())
    return () => opened.disposeAsync()
  }, 180_000)

  it('serves every metric that a rule or a dashboard names, before anybody has used it', async () => {
    await eventually('all are there', async () => {
      served = await readEveryMetric(system.addresses)
      const missing = [...rules, ...panels, ...around].flatMap(({ where, expr }) =>
        readPromql(withVariables(expr))
          .filter(({ name }) => !served.has(name) && !recorded.has(name) && !MADE_BY_PROMETHEUS.test(name))
          .map(({ name }) => `${where} reads ${name}`),
      )
      expect(missing).toEqual([])
      return true
    })
  })

  it('says of every metric what it is and in which unit', () => {
    const texts = new Set([...served.values()].map(({ page }) => page))
    expect([...texts].flatMap(text => checkMetrics(text))).toEqual([])
  })

  it('shows every metric of its own in a dashboard or a rule, or nobody would ever see it', () => {
    const read = new Set(
      [...rules, ...panels].flatMap(({ expr }) =>
        readPromql(withVariables(expr)).map(({ name }) => served.get(name)?.metric.name),
      ),
    )
    const ours = [...served.values()].map(({ metric }) => metric.name)
    const unread = ours.filter(
      name => name.startsWith('shardlight_') && !name.startsWith('shardlight_sandbox_') && !read.has(name),
    )
    expect([...new Set(unread)]).toEqual([])
  })

  describe.skipIf(prometheusIsMissing())('with a real Prometheus', () => {
    it('answers what every panel asks, and counts what people do', async () => {
      await using prometheus = await startPrometheus({ addresses: system.addresses, factor: FACTOR })
      const values = { cluster: '.*', process: '.*', __rate_interval: '1m', __range: '1m' }
      const ask = async (expr: string) => {
        const query = new URLSearchParams({ query: withVariables(expr, values) })
        const answer = await fetch(`${prometheus.url}/api/v1/query?${query}`)
        const { data, error } = z
          .object({
            data: z.object({ result: z.array(z.unknown()) }).optional(),
            error: z.string().optional(),
          })
          .parse(await answer.json())
        return error ?? data?.result.length ?? 0
      }
      await eventually('it has looked at all', async () => (await ask('rate(up[10s])')) === 8)
      await useTheBot(system.addresses.sandbox)
      let empty = panels
      await eventually('every panel has something to show', async () => {
        const found = await Promise.all(empty.map(async panel => ({ panel, answer: await ask(panel.expr) })))
        expect(found.filter(({ answer }) => typeof answer !== 'number')).toEqual([])
        empty = found.filter(({ answer }) => answer === 0).map(({ panel }) => panel)
        expect(empty.map(({ where }) => where).filter(where => where !== MAY_BE_EMPTY)).toEqual([])
        return true
      })
      // The short count ends some seconds after it was asked for.
      await eventually('what people did is counted, once', async () => {
        const counted = await readEveryMetric(system.addresses)
        const count = (name: string) => counted.get(name)?.metric.samples[0]?.value
        for (const what of ['finished', 'cancelled', 'wrong_commands', 'invalid_commands'])
          expect(count(`shardlight_countdown_${what}_total`), what).toBe(1)
        return true
      })
    })
  })
})
