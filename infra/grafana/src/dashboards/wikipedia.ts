import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { heatmap } from '../panels/heatmap.ts'
import { stat } from '../panels/stat.ts'
import { timeline } from '../panels/timeline.ts'
import { countOf, ofCluster, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds } from '../units.ts'

/** The ingester is one for the whole deployment, and has no cluster. */
const ingested = (what: string) => `shardlight_wikipedia_${what}`
const asked = ofCluster('commands_total', 'feature="wikipedia"')
const followed = (what: string, ...matchers: string[]) => ofCluster(`wikipedia_follow_${what}`, ...matchers)

export const wikipedia = createDashboard({
  uid: 'wikipedia',
  title: 'Wikipedia',
  description: 'Whether changes arrive, are complete, and reach those who ask for them or follow them.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Lag',
          description:
            'How long ago the newest stored change happened. Minutes mean that the stream is lost.',
          unit: seconds,
          queries: [query('Lag', `min(${ingested('lag_seconds')})`)],
          warn: 30,
          bad: 120,
        }),
        stat({
          title: 'Readers of the stream',
          description: 'One reads, the others stand by.',
          unit: counted('readers'),
          queries: [query('Readers', `sum(${ingested('reads_stream')})`)],
          words: [
            { value: 1, text: 'One', color: 'green' },
            { value: 0, text: 'None', color: 'red' },
          ],
        }),
        stat({
          title: 'Changes stored',
          description: 'In the chosen time.',
          unit: counted('changes'),
          decimals: 0,
          queries: [query('Stored', countOf(ingested('events_total')))],
        }),
        stat({
          title: 'Gaps',
          description:
            'Time of which the changes could not be read back, in the chosen time. People see it too.',
          unit: seconds,
          queries: [query('Gaps', countOf(ingested('gap_seconds_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Kept apart',
          description:
            'Changes that could not be read or stored. They are in a table of their own, to be looked at.',
          unit: counted('changes'),
          decimals: 0,
          queries: [query('Rejected', countOf(ingested('rejects_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Questions answered',
          description: 'Recent, stats and language commands that were done, in the chosen time.',
          unit: counted('questions'),
          decimals: 0,
          queries: [
            query('Answered', countOf(ofCluster('commands_total', 'feature="wikipedia"', 'outcome="done"'))),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Changes',
          description:
            'Stored, known already, Wikimedia’s own test events, of days that were dropped, or kept apart.',
          unit: perSecond('changes'),
          queries: [
            query('Stored', rateOf(ingested('events_total'))),
            query('Known already', rateOf(ingested('duplicates_total'))),
            query('Test events', rateOf(ingested('canaries_total'))),
            query('Too old', rateOf(ingested('too_old_total'))),
            query('Kept apart', rateOf(ingested('rejects_total'))),
          ],
        }),
        graph({
          title: 'Lag over time',
          description: 'How long ago the newest stored change happened.',
          unit: seconds,
          queries: [query('{{instance}}', ingested('lag_seconds'))],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Changes in a batch',
          description: 'What is stored together. Full batches mean that the ingester is catching up.',
          unit: counted('changes'),
          queries: quantilesOf(ingested('batch_events_bucket')),
        }),
        heatmap({
          title: 'Time to store a batch',
          description: 'Longer and longer means that PostgreSQL is the bottleneck.',
          unit: seconds,
          buckets: ingested('store_seconds_bucket'),
        }),
        graph({
          title: 'Connections to the stream',
          description: 'Wikimedia cuts each after 15 minutes; failures were refused or broke.',
          unit: perSecond('connections'),
          queries: [
            query('Made', rateOf(ingested('connects_total'))),
            query('Failed', rateOf(ingested('connect_failures_total'))),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Questions by command',
          description: 'What people ask, and what came of it.',
          unit: perSecond('questions'),
          queries: [query('{{command}}, {{outcome}}', `${rateOf(asked, 'command, outcome')} > 0`)],
        }),
        graph({
          title: 'Messages about followed changes',
          description:
            'Found was there already; off means that the channel is gone and the follow is switched off.',
          unit: perSecond('messages'),
          queries: [
            query('{{outcome}}', rateOf(followed('posts_total'), 'outcome')),
            query('Changes gathered', rateOf(followed('changes_total'))),
          ],
        }),
        graph({
          title: 'Delay of followed changes',
          description: 'From a change until Discord had the message; changes are gathered for ten seconds.',
          unit: seconds,
          queries: quantilesOf(followed('delay_seconds_bucket')),
        }),
      ],
    },
    {
      height: 6,
      panels: [
        timeline({
          title: 'Who reads the stream',
          description: 'When one dies, another takes over within ten seconds.',
          unit: counted('readers'),
          queries: [query('{{instance}}', ingested('reads_stream'))],
          words: [
            { value: 1, text: 'Reads', color: 'green' },
            { value: 0, text: 'Stands by' },
          ],
        }),
      ],
    },
  ],
})
