import { type Call, type Command, UserError } from '../feature.ts'
import type { CountdownMetrics } from './countdown-metrics.ts'
import type { Counter } from './counter.ts'
import { HIGHEST, InvalidTargetError, LOWEST, readTarget } from './rules.ts'
import type { Owner, TaskStore } from './task-store.ts'

const INTEGER_OPTION = 4
const STOP = { label: 'Stop', customId: 'countdown:stop', style: 'danger' } as const

/** The command came at the wrong time: nothing to stop, or a countdown is under way. */
class WrongTimeError extends UserError {}

export function countdownCommands({
  tasks,
  counter,
  owner,
  metrics,
}: {
  tasks: TaskStore
  counter: Counter
  owner: Owner
  metrics: CountdownMetrics
}): { commands: Command[]; onRefused: (error: UserError) => void } {
  const count = (command: 'start' | 'stop' | 'status', { how }: Call) =>
    metrics.commands.inc({ command, how })

  /** Records what came of a command that is over at once; a refusal is thrown to whoever gave it. */
  async function refuse(command: 'start' | 'stop', call: Call, error: UserError): Promise<never> {
    await tasks.record({ call, command, state: 'refused', outcome: error.message })
    throw error
  }

  async function where({ chat }: Call): Promise<{ id?: bigint; target: number; posted: number } | undefined> {
    return counter.position(chat.channelId) ?? (await tasks.running(chat.channelId))
  }

  const start: Command = {
    name: 'countdown start',
    description: 'Count from one to a number here, a number a second',
    options: [
      {
        type: INTEGER_OPTION,
        name: 'to',
        description: 'How far to count, 1 to 9999',
        required: true,
        min_value: LOWEST,
        max_value: HIGHEST,
      },
    ],
    text: {
      usage: 'count to 5',
      read(words) {
        const found = /^count(?:\s+to)?(?:\s+(?<to>[\s\S]*))?$/i.exec(words)
        return found ? { to: found.groups?.['to'] ?? '' } : undefined
      },
    },
    async run(call) {
      count('start', call)
      const given = call.input['to']
      let target: number
      try {
        target = readTarget(typeof given === 'number' ? given : String(given ?? ''))
      } catch (error) {
        if (error instanceof InvalidTargetError) return refuse('start', call, error)
        throw error
      }
      metrics.target.observe(target)
      const started = await tasks.start({ call, target, owner })
      if ('task' in started) {
        counter.begin(started.task)
        return call.how === 'text' ? undefined : { content: `Counting to ${target} here.`, buttons: [STOP] }
      }
      if (started.refused === 'repeated') return undefined
      const { posted, target: running } = counter.position(call.chat.channelId) ?? started
      return refuse(
        'start',
        call,
        new WrongTimeError(
          `I am already counting to ${running} here, and have got to ${posted}. Write: stop`,
        ),
      )
    },
  }

  const stop: Command = {
    name: 'countdown stop',
    description: 'Stop counting here',
    text: { usage: 'stop', read: words => (/^(?:stop|cancel)$/i.test(words) ? {} : undefined) },
    customId: STOP.customId,
    isOpenWhenOff: true,
    async run(call) {
      count('stop', call)
      let posted = await counter.stop(call.chat.channelId)
      if (posted === undefined) {
        const unowned = await tasks.running(call.chat.channelId)
        posted = unowned && (await tasks.stopUnowned(unowned.id))
      }
      if (posted === undefined) {
        return refuse(
          'stop',
          call,
          new WrongTimeError('I am not counting here, so there is nothing to stop.'),
        )
      }
      metrics.cancelled.inc()
      const content = posted === 0 ? 'Stopped before the first number.' : `Stopped at ${posted}.`
      const isNew = await tasks.record({ call, command: 'stop', state: 'done', outcome: content })
      return isNew ? { content } : undefined
    },
  }

  const status: Command = {
    name: 'countdown status',
    description: 'Tell how far the count is here',
    isOpenWhenOff: true,
    text: { usage: 'status', read: words => (/^status$/i.test(words) ? {} : undefined) },
    async run(call) {
      count('status', call)
      const at = await where(call)
      const content = at
        ? `Counting to ${at.target} here: ${at.posted} of ${at.target}.`
        : 'I am not counting here. Write, for example: count to 5'
      const isNew = await tasks.record({ call, command: 'status', state: 'done', outcome: content })
      return isNew ? { content, ...(at && { buttons: [STOP] }) } : undefined
    },
  }

  return {
    commands: [start, stop, status],
    onRefused(error) {
      if (error instanceof WrongTimeError) metrics.wrong.inc()
      if (error instanceof InvalidTargetError) metrics.invalid.inc()
    },
  }
}
