import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { stat } from '../panels/stat.ts'
import { countOf, ofCluster, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds, share } from '../units.ts'

/** Every manager of a cluster tells the same of what they share. */
const shared = (what: string) => `max by (cluster) (${ofCluster(what)})`
const least = (what: string) => `min by (cluster) (${ofCluster(what)})`

const ON_OR_OFF = [
  { value: 0, text: 'No', color: 'green' as const },
  { value: 1, text: 'Yes', color: 'red' as const },
]

export const budgets = createDashboard({
  uid: 'budgets',
  title: 'Budgets',
  description: 'What Discord allows: logins a day, requests a second, and invalid ones in ten minutes.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Logins left today',
          description:
            'IDENTIFYs that the bot may still spend. Past the day’s budget Discord resets the token.',
          unit: counted('logins'),
          queries: [query('{{cluster}}', least('cluster_identifies_left'))],
          words: [{ value: 0, text: 'None', color: 'red' }],
        }),
        stat({
          title: 'Spent of the day',
          description: 'Share of Discord’s IDENTIFYs of the present day. We promise at most 20%.',
          unit: share,
          decimals: 1,
          queries: [
            query(
              '{{cluster}}',
              `${shared('cluster_identifies_used')} / ${shared('cluster_identifies_per_day')}`,
            ),
          ],
          warn: 0.2,
          bad: 0.5,
        }),
        stat({
          title: 'Logins held back',
          description: 'Shards cannot log in because of the daily budget, or because logins fail.',
          unit: counted('held back'),
          queries: [query('{{cluster}}', shared('cluster_identifies_refused'))],
          words: ON_OR_OFF,
        }),
        stat({
          title: 'Requests in the last second',
          description: 'Of the 50 that the whole bot has. Answers to interactions need none.',
          unit: counted('requests'),
          queries: [query('{{cluster}}', shared('requests_in_last_second'))],
          warn: 48,
        }),
        stat({
          title: 'Invalid of those allowed',
          description:
            'Answers 401, 403 and 429 of the last ten minutes. At Discord’s limit the address is banned.',
          unit: share,
          decimals: 1,
          queries: [
            query('{{cluster}}', `${shared('requests_invalid')} / ${shared('requests_invalid_limit')}`),
          ],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 0.1,
          bad: 0.5,
        }),
        stat({
          title: 'Requests held back',
          description: 'Since too many were invalid, or since the budget cannot be asked.',
          unit: counted('held back'),
          queries: [
            query(
              '{{cluster}}',
              `${shared('requests_breaker_open')} + ${shared('requests_outage')} > bool 0`,
            ),
          ],
          words: ON_OR_OFF,
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Logins of the day',
          description: 'Spent, allowed by ourselves, and Discord’s own budget.',
          unit: counted('logins'),
          queries: [
            query('Spent, {{cluster}}', shared('cluster_identifies_used')),
            query('Allowed, {{cluster}}', shared('cluster_identifies_allowed')),
            query('Discord’s, {{cluster}}', shared('cluster_identifies_per_day')),
          ],
        }),
        graph({
          title: 'Permits and logins',
          description: 'Granted, sent, and answered by READY. More sent than answered: logins fail.',
          unit: perSecond('logins'),
          queries: [
            query('Granted', rateOf(ofCluster('cluster_permits_granted_total'))),
            query('Sent', rateOf(ofCluster('cluster_identifies_total'))),
            query('Answered', rateOf(ofCluster('cluster_identifies_succeeded_total'))),
          ],
        }),
        graph({
          title: 'Shards that wait to log in',
          description: 'One in five seconds a bucket is Discord’s rule; a line that does not fall is none.',
          unit: counted('shards'),
          queries: [query('{{cluster}}', `sum by (cluster) (${ofCluster('cluster_shards_waiting')})`)],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Wait for a permit',
          description: 'From asking for the right to IDENTIFY until it was granted.',
          unit: seconds,
          queries: quantilesOf(ofCluster('cluster_permit_wait_seconds_bucket')),
        }),
        graph({
          title: 'Requests let go',
          description: 'By importance: answers to people go before all others (background).',
          unit: perSecond('requests'),
          stacked: true,
          queries: [query('{{importance}}', rateOf(ofCluster('requests_granted_total'), 'importance'))],
        }),
        graph({
          title: 'Requests that wait or are refused',
          description: 'Waiting now, and turned away: given up by who asked, no room to wait, or held back.',
          unit: counted('requests'),
          queries: [
            query('Waiting, {{importance}}', `sum by (importance) (${ofCluster('requests_waiting')})`),
            query(
              'Refused, {{importance}}',
              `sum by (importance) (increase(${ofCluster('requests_refused_total')}[$__rate_interval]))`,
            ),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Wait of answers',
          description: 'From asking the budget until the request was let go, for answers to people.',
          unit: seconds,
          queries: quantilesOf(ofCluster('requests_wait_seconds_bucket', 'importance="answer"')),
        }),
        graph({
          title: 'What came of requests',
          description: 'By the class of the status; none where no answer came.',
          unit: perSecond('requests'),
          queries: [query('{{status}}', rateOf(ofCluster('requests_outcomes_total'), 'status'))],
        }),
        graph({
          title: 'Answers 429 and invalid ones',
          description: 'Global means that the 50 a second were passed; shared ones do not count as invalid.',
          unit: counted('answers'),
          queries: [
            query(
              '429, {{scope}}',
              `sum by (scope) (increase(${ofCluster('requests_rate_limited_total')}[$__rate_interval]))`,
            ),
            query('Invalid in ten minutes', shared('requests_invalid')),
          ],
        }),
      ],
    },
    {
      height: 4,
      panels: [
        stat({
          title: 'Requests refused by our own budget',
          description: 'In the chosen time. Each was told to its caller; none of them reached Discord.',
          unit: counted('requests'),
          decimals: 0,
          queries: [query('Refused', countOf(ofCluster('requests_refused_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Answers 429',
          description: 'In the chosen time, of any scope.',
          unit: counted('answers'),
          decimals: 0,
          queries: [query('429', countOf(ofCluster('requests_rate_limited_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
      ],
    },
  ],
})
