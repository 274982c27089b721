import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { stat } from '../panels/stat.ts'
import { table } from '../panels/table.ts'
import { timeline } from '../panels/timeline.ts'
import { ofCluster, ofProcess, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds, share } from '../units.ts'

const connected = `sum(${ofCluster('cluster_owned_shards', 'state="connected"')})`
/** Every manager of a cluster tells the same number. */
const shards = `sum(max by (cluster) (${ofCluster('cluster_shards')}))`

/** The home page: is the bot up, and if not, where to look. */
export const fleet = createDashboard({
  uid: 'fleet',
  title: 'Fleet',
  description: 'Is the bot up? From here all other dashboards are one click away, above on the right.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Shards connected',
          description: 'Of all shards of the chosen clusters. Below 100% some servers get no answer now.',
          unit: share,
          decimals: 1,
          queries: [query('Connected', `${connected} / ${shards}`)],
          words: [
            { value: 1, text: 'All', color: 'green' },
            { value: 0, text: 'None', color: 'red' },
          ],
        }),
        stat({
          title: 'Processes ready',
          description: 'Shard processes that serve their shards.',
          unit: counted('ready'),
          queries: [query('Ready', `sum(${ofCluster('cluster_processes', 'state="ready"')})`)],
          words: [{ value: 0, text: 'None', color: 'red' }],
        }),
        stat({
          title: 'Processes degraded',
          description:
            'They died four times in a row, soon after their start, and are tried every few minutes.',
          unit: counted('degraded'),
          queries: [query('Degraded', `sum(${ofCluster('cluster_processes', 'state="degraded"')})`)],
          words: [{ value: 0, text: 'None', color: 'green' }],
          bad: 1,
        }),
        stat({
          title: 'Alerts firing',
          description: 'Beside it stands which. Each has a runbook.',
          unit: counted('firing'),
          queries: [query('Firing', 'count(ALERTS{alertstate="firing"}) or vector(0)')],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Commands that failed',
          description: 'Of the commands of the last hour, those that failed by our fault.',
          unit: share,
          decimals: 2,
          queries: [
            query(
              'Failed',
              `sum(increase(${ofCluster('commands_total', 'outcome="failed"')}[1h])) / (sum(increase(${ofCluster('commands_total')}[1h])) > 0) or vector(0)`,
            ),
          ],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 0.001,
          bad: 0.01,
        }),
        stat({
          title: 'Status page',
          description: 'For how long the page has shown the last known picture and no more.',
          unit: seconds,
          queries: [query('Stale', 'max(shardlight_status_picture_stale_seconds)')],
          words: [{ value: 0, text: 'Current', color: 'green' }],
          bad: 15,
        }),
      ],
    },
    {
      height: 9,
      widths: [16, 8],
      panels: [
        graph({
          title: 'Shards by state',
          description: 'As the status page shows them; the marks are deployments and alerts.',
          unit: counted('shards'),
          stacked: true,
          queries: [
            query('{{state}}', 'max by (cluster, state) (shardlight_status_shards{cluster=~"$cluster"}) > 0'),
          ],
        }),
        table({
          title: 'Which alerts are firing',
          description: 'The runbook of each is in infra/runbooks/, under its name.',
          unit: counted('firing'),
          queries: [query('', 'count by (alertname, severity) (ALERTS{alertstate="firing"})')],
          hide: ['Time'],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        graph({
          title: 'Shard processes by state',
          description: 'Replacing is a restart that somebody asked for; waiting and degraded are not.',
          unit: counted('processes'),
          stacked: true,
          queries: [query('{{state}}', `sum by (state) (${ofCluster('cluster_processes')}) > 0`)],
        }),
        graph({
          title: 'Restarts that nobody asked for',
          description: 'By shard process. One that restarts again and again becomes degraded.',
          unit: counted('restarts'),
          queries: [
            query(
              'Process {{process}}',
              `sum by (process) (increase(${ofProcess('shardlight_cluster_process_restarts_total')}[$__rate_interval]))`,
            ),
          ],
        }),
        graph({
          title: 'Operations',
          description:
            'Restarts, changes of the number of shards, and stops: under way, and those that ended.',
          unit: counted('operations'),
          queries: [
            query('{{kind}}, under way', `sum by (kind) (${ofCluster('cluster_operations_running')})`),
            query(
              '{{kind}}, {{outcome}}',
              `sum by (kind, outcome) (increase(${ofCluster('cluster_operations_total')}[$__rate_interval]))`,
            ),
          ],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        graph({
          title: 'Connections to Discord',
          description:
            'A resume costs nothing; an identify is one of the day’s budget. Losses come before either.',
          unit: perSecond('connections'),
          queries: [
            query('Ready by {{how}}', rateOf(ofCluster('gateway_connects_total'), 'how')),
            query('Lost', rateOf(ofCluster('gateway_losses_total'))),
          ],
        }),
        graph({
          title: 'Gaps in one process',
          description: 'From when a connection was lost until its shard was ready again in the same process.',
          unit: seconds,
          queries: quantilesOf(ofCluster('gateway_gap_seconds_bucket')),
        }),
        graph({
          title: 'Gaps between processes',
          description:
            'From when a process was asked to go, or was lost, until the next had its shards connected.',
          unit: seconds,
          queries: quantilesOf(ofCluster('cluster_gap_seconds_bucket')),
        }),
      ],
    },
    {
      height: 8,
      panels: [
        timeline({
          title: 'What Prometheus reaches',
          description:
            'Every program that is scraped. A shard process that is away for a moment is being restarted.',
          unit: counted('reached'),
          queries: [query('{{app}} {{process}} {{instance}}', 'up')],
          words: [
            { value: 1, text: 'Up', color: 'green' },
            { value: 0, text: 'Down', color: 'red' },
          ],
        }),
      ],
    },
  ],
})
