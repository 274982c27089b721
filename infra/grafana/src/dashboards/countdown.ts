import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { heatmap } from '../panels/heatmap.ts'
import { stat } from '../panels/stat.ts'
import { countOf, ofCluster, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds } from '../units.ts'

const of = (what: string, ...matchers: string[]) => ofCluster(`countdown_${what}`, ...matchers)
const numbers = of('target_numbers_bucket')
const lateness = of('lateness_seconds_bucket')

const total = (title: string, description: string, series: string) =>
  stat({
    title,
    description,
    unit: counted('times'),
    decimals: 0,
    queries: [query(title, countOf(series))],
  })

export const countdown = createDashboard({
  uid: 'countdown',
  title: 'Countdown',
  description: 'How people count, how far, and whether the numbers come on time.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Counting now',
          description:
            'Countdowns under way in all chats. From about 40 on they meet the 50 requests a second.',
          unit: counted('countdowns'),
          queries: [query('Active', `sum(${ofCluster('countdowns_active')})`)],
          words: [{ value: 0, text: 'None' }],
        }),
        total('Commands', 'Start, stop and status, in the chosen time.', of('commands_total')),
        total('Invalid', 'They named no whole number from 1 to 9999.', of('invalid_commands_total')),
        total(
          'Wrong',
          'A stop with nothing to stop, or a second start in one chat.',
          of('wrong_commands_total'),
        ),
        total('Cancelled', 'Countdowns that somebody stopped.', of('cancelled_total')),
        total('Finished', 'Countdowns that got to their number.', of('finished_total')),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Commands',
          description: 'Start, stop and status, by how they were given.',
          unit: perSecond('commands'),
          queries: [query('{{command}}, {{how}}', rateOf(of('commands_total'), 'command, how'))],
        }),
        graph({
          title: 'Invalid and wrong',
          description: 'Invalid named no number from 1 to 9999; wrong came at the wrong time.',
          unit: perSecond('commands'),
          queries: [
            query('Invalid', rateOf(of('invalid_commands_total'))),
            query('Wrong', rateOf(of('wrong_commands_total'))),
          ],
        }),
        graph({
          title: 'How countdowns end',
          description: 'Failed ones lost their channel, or the right to write in it.',
          unit: perSecond('countdowns'),
          queries: [
            query('Finished', rateOf(of('finished_total'))),
            query('Cancelled', rateOf(of('cancelled_total'))),
            query('Failed', rateOf(of('failed_total'))),
          ],
        }),
      ],
    },
    {
      height: 9,
      widths: [16, 8],
      panels: [
        heatmap({
          title: 'How far people count, over time',
          description: 'The numbers n of “count to n”. Darker means more countdowns.',
          unit: counted('numbers'),
          buckets: numbers,
        }),
        graph({
          title: 'How far people count',
          description: 'Half, 95 and 99 of 100 countdowns go no further than this.',
          unit: counted('numbers'),
          queries: quantilesOf(numbers),
        }),
      ],
    },
    {
      height: 9,
      widths: [8, 8, 8],
      panels: [
        graph({
          title: 'How late numbers are',
          description:
            'From when a number was due until Discord had it. Later than 250 ms, the rest moves too.',
          unit: seconds,
          queries: quantilesOf(lateness),
        }),
        heatmap({
          title: 'Spread of lateness',
          description: 'A dark band far up means that the request budget or Discord is the bottleneck.',
          unit: seconds,
          buckets: lateness,
        }),
        graph({
          title: 'Countdowns and numbers',
          description:
            'Each countdown posts one number a second; fewer numbers than countdowns mean waiting.',
          unit: counted('a second'),
          queries: [
            query('Countdowns', `sum(${ofCluster('countdowns_active')})`),
            query('Numbers', rateOf(of('lateness_seconds_count'))),
          ],
        }),
      ],
    },
  ],
})
