import type { Metrics } from '@shardlight/service'
import { Counter, Gauge, Histogram } from 'prom-client'

export type CountdownMetrics = ReturnType<typeof createCountdownMetrics>

export function createCountdownMetrics(metrics: Metrics, active: () => number) {
  const registers = [metrics]
  const counter = (name: string, help: string) =>
    new Counter({ name: `shardlight_countdown_${name}`, help, registers })
  new Gauge({
    name: 'shardlight_countdowns_active',
    help: 'Countdowns that this process counts now',
    registers,
    collect() {
      this.set(active())
    },
  })
  const commands = new Counter({
    name: 'shardlight_countdown_commands_total',
    help: 'Countdown commands, by command and by how they were given',
    labelNames: ['command', 'how'],
    registers,
  })
  for (const command of ['start', 'stop', 'status'])
    for (const how of ['text', 'slash']) commands.inc({ command, how }, 0)
  commands.inc({ command: 'stop', how: 'component' }, 0)
  return {
    commands,
    invalid: counter('invalid_commands_total', 'Commands that named no number from 1 to 9999'),
    wrong: counter(
      'wrong_commands_total',
      'Commands at the wrong time: a stop with nothing to stop, a second start',
    ),
    cancelled: counter('cancelled_total', 'Countdowns that somebody stopped before their end'),
    finished: counter('finished_total', 'Countdowns that got to their number'),
    failed: counter('failed_total', 'Countdowns that ended because the channel was gone or forbidden'),
    target: new Histogram({
      name: 'shardlight_countdown_target_numbers',
      help: 'How far people count, in numbers',
      buckets: [1, 3, 5, 10, 20, 30, 60, 100, 300, 1_000, 3_000, 9_999],
      registers,
    }),
    lateness: new Histogram({
      name: 'shardlight_countdown_lateness_seconds',
      help: 'From when a number was due until Discord had it, in seconds',
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  }
}
