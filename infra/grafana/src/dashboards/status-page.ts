import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { heatmap } from '../panels/heatmap.ts'
import { stat } from '../panels/stat.ts'
import { timeline } from '../panels/timeline.ts'
import { countOf, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds } from '../units.ts'

const of = (what: string, matchers = '') => `shardlight_status_${what}${matchers}`
const pushed = of('pushed_shards_total', '{cluster=~"$cluster"}')
const pushes = of('push_seconds_bucket')

export const statusPage = createDashboard({
  uid: 'status-page',
  title: 'Status page',
  description: 'Whether pushes arrive, what is shown is current, and viewers get it.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'What is shown',
          description: 'For how long it has been the last known picture and no more: Redis cannot be asked.',
          unit: seconds,
          queries: [query('Stale', `max(${of('picture_stale_seconds')})`)],
          words: [{ value: 0, text: 'Current', color: 'green' }],
          bad: 15,
        }),
        stat({
          title: 'Viewers',
          description: 'Open feeds, of all replicas.',
          unit: counted('viewers'),
          queries: [query('Viewers', `sum(${of('viewers')})`)],
          words: [{ value: 0, text: 'None' }],
        }),
        stat({
          title: 'Refused pushes',
          description: 'In the chosen time: wrong tokens, unknown clusters, or Redis is away.',
          unit: counted('pushes'),
          decimals: 0,
          queries: [query('Refused', countOf(of('refused_pushes_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Uptime is kept',
          description: 'No while PostgreSQL is away or not configured; the live view goes on.',
          unit: counted('kept'),
          queries: [query('Kept', `min(${of('records_up')})`)],
          words: [
            { value: 1, text: 'Yes', color: 'green' },
            { value: 0, text: 'No', color: 'red' },
          ],
        }),
        stat({
          title: 'Uptime last written',
          description: 'Ago, by the replica that wrote last.',
          unit: seconds,
          queries: [query('Written', `min(${of('history_written_ago_seconds')})`)],
          warn: 120,
        }),
        stat({
          title: 'Webhooks',
          description: 'Targets that have yet to be told something, and those that said that they are gone.',
          unit: counted('targets'),
          queries: [
            query('Waiting', `sum(max by (target) (${of('webhook_waiting')})) or vector(0)`),
            query('Gone', `sum(max by (target) (${of('webhook_disabled')})) or vector(0)`),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Pushed shards',
          description: 'Their states, by cluster and API.',
          unit: perSecond('shards'),
          queries: [query('{{cluster}}, {{api}}', rateOf(pushed, 'cluster, api'))],
        }),
        graph({
          title: 'Refused pushes',
          description: 'By status: 401 a wrong token, 400 not readable, 503 Redis is away, 429 too many.',
          unit: perSecond('pushes'),
          queries: [query('{{status}}', rateOf(of('refused_pushes_total'), 'status'))],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Time of a push',
          description: 'Until it is answered, which is after Redis has it.',
          unit: seconds,
          queries: quantilesOf(pushes),
        }),
        heatmap({
          title: 'Spread of the time of a push',
          description: 'A second band far up: Redis is slow for some.',
          unit: seconds,
          buckets: pushes,
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Viewers',
          description: 'Open feeds, by API.',
          unit: counted('viewers'),
          stacked: true,
          queries: [query('{{api}}', `sum by (api) (${of('viewers')})`)],
        }),
        graph({
          title: 'Slow viewers',
          description: 'They read too slowly and were given a new snapshot.',
          unit: perSecond('viewers'),
          queries: [query('{{api}}', rateOf(of('slow_viewers_total'), 'api'))],
        }),
        graph({
          title: 'Turned away by a limit',
          description: 'By door. Ordinary visitors should never meet one.',
          unit: perSecond('requests'),
          queries: [query('{{door}}', rateOf(of('turned_away_total'), 'door'))],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Uptime that is not written yet',
          description: 'Stretches that wait for PostgreSQL; those that wait too long are lost.',
          unit: counted('stretches'),
          queries: [
            query('Waiting', `sum(${of('history_waiting_stretches')})`),
            query('Lost', `sum(increase(${of('history_given_up_total')}[$__rate_interval]))`),
            query('Failed writes', `sum(increase(${of('history_failed_writes_total')}[$__rate_interval]))`),
          ],
        }),
        graph({
          title: 'Webhooks',
          description: 'Messages, by what came of them. Given-up ones were tried for a day.',
          unit: perSecond('messages'),
          queries: [query('{{target}}, {{result}}', rateOf(of('webhook_attempts_total'), 'target, result'))],
        }),
        timeline({
          title: 'Uptime and incidents are kept',
          description: 'By replica.',
          unit: counted('kept'),
          queries: [query('{{instance}}', of('records_up'))],
          words: [
            { value: 1, text: 'Kept', color: 'green' },
            { value: 0, text: 'Not kept', color: 'red' },
          ],
        }),
      ],
    },
  ],
})
