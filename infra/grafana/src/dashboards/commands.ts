import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { heatmap } from '../panels/heatmap.ts'
import { stat } from '../panels/stat.ts'
import { countOf, ofCluster, quantilesOf, query, rateOf } from '../queries.ts'
import { counted, perSecond, seconds, share } from '../units.ts'

const all = ofCluster('commands_total')
const failed = ofCluster('commands_total', 'outcome="failed"')
const refused = ofCluster('commands_total', 'outcome="refused"')
const answers = ofCluster('command_answer_seconds_bucket')

export const commands = createDashboard({
  uid: 'commands',
  title: 'Commands',
  description: 'What people ask of the bot, what comes of it, and how long they wait.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Commands',
          description: 'Given in the chosen time, however they were given.',
          unit: counted('commands'),
          decimals: 0,
          queries: [query('Commands', countOf(all))],
        }),
        stat({
          title: 'Failed',
          description: 'By our fault; the reasons are in general_errors.',
          unit: share,
          decimals: 2,
          queries: [query('Failed', `${countOf(failed)} / (${countOf(all)} > 0) or vector(0)`)],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 0.001,
          bad: 0.01,
        }),
        stat({
          title: 'Refused',
          description: 'The person was told what to do instead; what they wrote is in command_errors.',
          unit: share,
          decimals: 1,
          queries: [query('Refused', `${countOf(refused)} / (${countOf(all)} > 0) or vector(0)`)],
        }),
        stat({
          title: 'Answers that Discord did not take',
          description: 'Too late, or Discord was away. The log says which.',
          unit: counted('answers'),
          decimals: 0,
          queries: [query('Unanswered', countOf(ofCluster('commands_unanswered_total')))],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Answered within 3 s',
          description:
            'Of the answers in the chosen time. After 3 s Discord tells people that the bot is silent.',
          unit: share,
          decimals: 2,
          queries: [
            query(
              'In time',
              `${countOf(ofCluster('command_answer_seconds_bucket', 'le=~"3(\\\\.0)?"'))} / (${countOf(ofCluster('command_answer_seconds_count'))} > 0)`,
            ),
          ],
          words: [{ value: 1, text: 'All', color: 'green' }],
        }),
        stat({
          title: 'Flags last changed',
          description:
            'How long ago, in the process that was last to hear of it. Nothing without FLAGS_FILE.',
          unit: seconds,
          decimals: 0,
          queries: [query('Ago', `max(${ofCluster('flags_file_age_seconds')})`)],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Commands by feature',
          description: 'None are words to the bot that are no command, answered with the help.',
          unit: perSecond('commands'),
          stacked: true,
          queries: [query('{{feature}}', rateOf(all, 'feature'))],
        }),
        graph({
          title: 'What came of them',
          description: 'Done, refused (told what to do) or failed (our fault).',
          unit: perSecond('commands'),
          queries: [query('{{outcome}}', rateOf(all, 'outcome'))],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Time until the answer',
          description: 'From when a command reached its process until Discord had the answer.',
          unit: seconds,
          queries: quantilesOf(answers),
        }),
        heatmap({
          title: 'Spread of the time until the answer',
          description: 'Two bands mean two kinds of commands, or one process that is slow.',
          unit: seconds,
          buckets: answers,
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Ten busiest commands',
          description: 'By name, as slash command or in words.',
          unit: perSecond('commands'),
          queries: [query('{{command}}', `topk(10, ${rateOf(all, 'command')} > 0)`)],
        }),
        graph({
          title: 'How they are given',
          description: 'In words, as a slash command, or by a button (component).',
          unit: perSecond('commands'),
          queries: [query('{{how}}', rateOf(all, 'how'))],
        }),
        graph({
          title: 'Refused or failed, by command',
          description: 'A command that is often refused is hard to use; one that fails is broken.',
          unit: perSecond('commands'),
          queries: [
            query(
              '{{command}}, {{outcome}}',
              `topk(10, ${rateOf(ofCluster('commands_total', 'outcome!="done"'), 'command, outcome')} > 0)`,
            ),
          ],
        }),
      ],
    },
  ],
})
