import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { heatmap } from '../panels/heatmap.ts'
import { stat } from '../panels/stat.ts'
import { countOf, ofCluster, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds } from '../units.ts'

const closed = (...matchers: string[]) => ofCluster('votes_closed_total', ...matchers)
/** Each manager's fleet tells that of the whole bot. */
const open = `max by (cluster, kind) (${ofCluster('votes_open')})`
const restraints = `sum(max by (cluster) (${ofCluster('vote_restraints_in_force')}))`
const lateness = ofCluster('vote_close_lateness_seconds_bucket')

export const votes = createDashboard({
  uid: 'votes',
  title: 'Votes',
  description: 'What members decide together, and who may not use the bot because of it.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Open now',
          description: 'Votes of all servers; at most half a minute old.',
          unit: counted('votes'),
          queries: [query('Open', `sum(${open})`)],
          words: [{ value: 0, text: 'None' }],
        }),
        stat({
          title: 'Opened',
          description: 'In the chosen time.',
          unit: counted('votes'),
          decimals: 0,
          queries: [query('Opened', countOf(ofCluster('votes_opened_total')))],
        }),
        stat({
          title: 'Ballots',
          description: 'Stored or changed in the chosen time.',
          unit: counted('ballots'),
          decimals: 0,
          queries: [query('Ballots', countOf(ofCluster('vote_ballots_total')))],
        }),
        stat({
          title: 'Vetoed',
          description: 'Votes about a member that a moderator ended. Many of them: somebody is being hunted.',
          unit: counted('votes'),
          decimals: 0,
          queries: [query('Vetoed', countOf(closed('outcome="vetoed"')))],
        }),
        stat({
          title: 'Retracted',
          description: 'By whoever had started them, or since the bot may not write in their channel.',
          unit: counted('votes'),
          decimals: 0,
          queries: [query('Retracted', countOf(closed('outcome="retracted"')))],
        }),
        stat({
          title: 'Restraints in force',
          description: 'How often somebody may use no feature in a server. Each ends by itself or by a vote.',
          unit: counted('restraints'),
          queries: [query('In force', restraints)],
          words: [{ value: 0, text: 'None' }],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Open votes by kind',
          description: 'Ask is a question; challenge and restore are about a member.',
          unit: counted('votes'),
          stacked: true,
          queries: [query('{{kind}}', `sum by (kind) (${open})`)],
        }),
        graph({
          title: 'How votes end',
          description: 'No quorum: too few took part.',
          unit: perSecond('votes'),
          queries: [query('{{outcome}}', rateOf(closed(), 'outcome'))],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Votes about members',
          description: 'Only a passed one takes effect.',
          unit: perSecond('votes'),
          queries: [query('{{kind}}, {{outcome}}', rateOf(closed('kind!="ask"'), 'kind, outcome'))],
        }),
        graph({
          title: 'Opened and voted',
          description: 'Votes that open, and the ballots they get.',
          unit: perSecond('a kind'),
          queries: [
            query('Opened', rateOf(ofCluster('votes_opened_total'))),
            query('Ballots', rateOf(ofCluster('vote_ballots_total'))),
          ],
        }),
        graph({
          title: 'Restraints in force',
          description: 'How often somebody may use no feature in a server.',
          unit: counted('restraints'),
          queries: [query('In force', restraints)],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'How late votes close',
          description: 'From the end that was told to people until the outcome stood in the database.',
          unit: seconds,
          queries: quantilesOf(lateness),
        }),
        heatmap({
          title: 'Spread of lateness',
          description: 'Votes that were due while no process lived close late once, and only then.',
          unit: seconds,
          buckets: lateness,
        }),
      ],
    },
  ],
})
