import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Challenge } from '@shardlight/event-log'
import type { Feature } from '../feature.ts'
import { countdownCommands } from './commands.ts'
import { createCountdownMetrics } from './countdown-metrics.ts'
import { startCounter } from './counter.ts'
import { countdownPersonalData } from './personal-data.ts'
import { createTaskStore } from './task-store.ts'

/** `count to 5`: counts from one to five in a chat, a message a second, whatever happens to the processes. */
export const countdown: Feature = {
  name: 'countdown',
  description: 'Count from one to a number',
  migrations: join(import.meta.dirname, 'migrations'),
  async start({ database, eventLog, discord, errors, shards, processId, clock, log, metrics }) {
    const tasks = createTaskStore(database)
    const owner = { process: processId, life: randomUUID() }
    const counters = createCountdownMetrics(metrics, () => counter.active())
    await using opened = new AsyncDisposableStack()
    const counter = opened.use(
      startCounter({ tasks, discord, errors, owner, shards, clock, log, metrics: counters }),
    )
    // Whoever may not use the bot any more does not go on using it.
    opened.use(
      await eventLog.consume({
        name: 'countdown: restrained people stop counting',
        type: Challenge,
        handle: ({ metadata }, tx) => tasks.stopOf(tx, metadata),
      }),
    )
    const stack = opened.move()
    return {
      ...countdownCommands({ tasks, counter, owner, metrics: counters }),
      personalData: countdownPersonalData(database),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  },
}
