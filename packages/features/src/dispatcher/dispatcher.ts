import { type Log, reasonOf } from '@shardlight/service'
import type { ErrorStore } from '../errors/error-store.ts'
import { type Answer, type Call, type Command, type RunningFeature, UserError } from '../feature.ts'
import { refusal } from './admission.ts'
import type { CommandMetrics } from './command-metrics.ts'
import { traceOutcome } from './command-trace.ts'

type Outcome = Parameters<CommandMetrics['count']>[2]

export type Dispatch = (command: Command, call: Call) => Promise<Answer | undefined>

/**
 * Runs one command, however it was given. What the person is told is friendly; what went wrong on our side is in
 * `general_errors` under the id that they are told, and what was refused in `command_errors`.
 */
export function createDispatch({
  features,
  whenOff,
  admit,
  errors,
  log,
  metrics,
}: {
  features: RunningFeature[]
  /** What to say instead where the command's feature is switched off. */
  whenOff: (command: Command, call: Call) => Promise<Answer | undefined>
  /** Comes before every command; throws a UserError for somebody who may not use it. */
  admit: (command: Command, call: Call) => Promise<{ isRestrained: boolean }>
  errors: ErrorStore
  log: Log
  metrics: CommandMetrics
}): Dispatch {
  async function explainFailure(command: Command, call: Call, error: unknown): Promise<Answer> {
    log.error({ err: error, command: command.name }, 'a command failed')
    const id = await errors.addGeneral({ what: command.name, error, chat: call.chat }).catch(failed => {
      log.error({ err: failed }, 'an error could not be recorded')
    })
    const reference = id === undefined ? '' : ` (error ${id})`
    return { content: `Sorry, something went wrong on our side${reference}. Please try again in a moment.` }
  }

  return async (command, call) => {
    const note = (outcome: Outcome, error?: unknown) => {
      metrics.count(command, call, outcome)
      traceOutcome(outcome, error)
    }
    let caller = { isRestrained: false }
    try {
      const off = await whenOff(command, call)
      if (off) {
        note('off')
        return off
      }
      caller = await admit(command, call)
      const answer = await command.run(call)
      note('done')
      return answer
    } catch (error) {
      if (!(error instanceof UserError)) {
        note('failed', error)
        return explainFailure(command, call, error)
      }
      note('refused')
      features.find(feature => feature.commands.includes(command))?.onRefused?.(error)
      const answer = refusal(error, caller)
      const recorded = command.isConfidential ? { ...call, userId: 0n } : call
      await errors
        .addCommand({ call: recorded, command: command.name, answer: answer.content })
        .catch(failed => {
          log.error({ err: failed }, `a refused command could not be recorded: ${reasonOf(failed)}`)
        })
      return answer
    }
  }
}
