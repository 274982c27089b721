import { activeSpan, describeSpan, fail, startTrace } from '@shardlight/tracing'
import type { Call, Command } from '../feature.ts'

/**
 * A trace for one command or press of a button, from its first check until Discord has the answer; queries and
 * requests are below it. Who gave it, where and in which words stays out.
 */
export const traceCommand = (command: Command, how: Call['how'], run: () => Promise<void>): Promise<void> =>
  startTrace(
    command.name,
    {
      kind: 'server',
      attributes: { 'shardlight.command.name': command.name, 'shardlight.command.how': how },
    },
    run,
  )

/** What came of it, on the span of the command. @param error of ours; what the person did wrong is none */
export function traceOutcome(outcome: string, error?: unknown): void {
  describeSpan({ 'shardlight.command.outcome': outcome })
  const span = activeSpan()
  if (span && error !== undefined) fail(span, error)
}
