import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Feature } from '../feature.ts'
import { countdownCommands } from './commands.ts'
import { createCountdownMetrics } from './countdown-metrics.ts'
import { startCounter } from './counter.ts'
import { createTaskStore } from './task-store.ts'

/** `count to 5`: counts from one to five in a chat, a message a second, whatever happens to the processes. */
export const countdown: Feature = {
  name: 'countdown',
  description: 'Count from one to a number',
  migrations: join(import.meta.dirname, 'migrations'),
  async start({ database, discord, errors, shards, processId, clock, log, metrics }) {
    const tasks = createTaskStore(database)
    const owner = { process: processId, life: randomUUID() }
    const counters = createCountdownMetrics(metrics, () => counter.active())
    const counter = startCounter({ tasks, discord, errors, owner, shards, clock, log, metrics: counters })
    return {
      ...countdownCommands({ tasks, counter, owner, metrics: counters }),
      [Symbol.asyncDispose]: () => counter[Symbol.asyncDispose](),
    }
  },
}
