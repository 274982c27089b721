import type { Metrics } from '@shardlight/service'
import { Counter, Histogram } from 'prom-client'
import type { Call, Command } from '../feature.ts'

const OUTCOMES = ['done', 'refused', 'off', 'failed'] as const

/** What is said to the bot without being a command of any feature. */
const NO_FEATURE = 'none'

type How = Call['how']

/** How a command can be given at all. */
const waysOf = ({ text, customId }: Command): How[] => [
  ...(text ? (['text', 'slash'] as const) : []),
  ...(customId === undefined ? [] : (['component'] as const)),
]

export type CommandMetrics = ReturnType<typeof createCommandMetrics>

/** @param featureOf the name of the feature that each command is of */
export function createCommandMetrics(metrics: Metrics, featureOf: ReadonlyMap<Command, string>) {
  const registers = [metrics]
  const nameOf = (command: Command) => featureOf.get(command) ?? NO_FEATURE
  const outcomes = new Counter({
    name: 'shardlight_commands_total',
    help: 'Commands by name, by how they were given and by what came of them: done, refused (the person was told what to do), off (the feature is switched off there) or failed (it was our fault)',
    labelNames: ['feature', 'command', 'how', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'shardlight_command_answer_seconds',
    help: 'From when a command reached the process until Discord had its answer, in seconds',
    labelNames: ['feature', 'how'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10, 30],
    registers,
  })
  const unanswered = new Counter({
    name: 'shardlight_commands_unanswered_total',
    help: 'Commands whose answer Discord did not take although the bot may write there, by how they were given',
    labelNames: ['how'],
    registers,
  })
  // A rate sees the first of its kind only where there was a zero before.
  for (const [command, feature] of featureOf)
    for (const how of waysOf(command)) {
      seconds.zero({ feature, how })
      unanswered.inc({ how }, 0)
      for (const outcome of OUTCOMES) outcomes.inc({ feature, command: command.name, how, outcome }, 0)
    }
  return {
    count(command: Command, { how }: Call, outcome: (typeof OUTCOMES)[number]): void {
      outcomes.inc({ feature: nameOf(command), command: command.name, how, outcome })
    },
    /** @returns to be called when Discord has the answer. */
    startAnswer: (command: Command, how: How): (() => void) =>
      seconds.startTimer({ feature: nameOf(command), how }),
    unanswered(how: How): void {
      unanswered.inc({ how })
    },
  }
}
