import { basename } from 'node:path'
import type { Environment, Target } from './otlp.ts'
import { sendSpan } from './otlp.ts'
import { readPipelineRun } from './pipeline-run.ts'
import { type Outcome, runCommand } from './run-command.ts'
import { formatTraceparent, newSpanContext, newSpanId } from './span-context.ts'
import { withoutHarm } from './without-harm.ts'

type Step = { name: string; type?: string; argumentsAreSafe: boolean; command: string; args: string[] }

/**
 * What a step's command sees: whose child it is, but nothing that would make its own programs send traces; a
 * step that tests a traced program would otherwise fill the back end with the test's. Steps below it still find
 * the way.
 */
function environmentOf(env: Environment, traceparent: string): NodeJS.ProcessEnv {
  const passedOn = Object.entries(env).filter(([name]) => !name.startsWith('OTEL_EXPORTER_OTLP_'))
  return {
    ...Object.fromEntries(passedOn),
    PIPELINE_OTLP_ENDPOINT: env['PIPELINE_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'],
    PIPELINE_OTLP_HEADERS: env['PIPELINE_OTLP_HEADERS'] || env['OTEL_EXPORTER_OTLP_HEADERS'],
    TRACEPARENT: traceparent,
  }
}

/** Runs a step and sends its span. Where `target` is undefined it runs the step, and nothing else happens. */
export async function runStep(step: Step, env: Environment, target: Target | undefined): Promise<Outcome> {
  if (!target) return runCommand(step.command, step.args, env)
  const run = readPipelineRun(env)
  const context = run.parent ? { traceId: run.parent.traceId, spanId: newSpanId() } : newSpanContext()
  const startMs = Date.now()
  const startedAt = performance.now()
  const outcome = await runCommand(step.command, step.args, environmentOf(env, formatTraceparent(context)))
  const failed = outcome.result === 'failure' || outcome.result === 'error'
  const attributes = {
    'cicd.pipeline.task.name': step.name,
    'cicd.pipeline.task.type': step.type,
    'cicd.pipeline.task.run.id': context.spanId,
    'cicd.pipeline.task.run.result': outcome.result,
    'process.executable.name': basename(step.command),
    'process.command_args': step.argumentsAreSafe ? [step.command, ...step.args] : undefined,
    'process.exit.code': outcome.exitCode,
    'error.type': failed ? (outcome.signal ?? `exit_${outcome.exitCode}`) : undefined,
  }
  const durationMs = performance.now() - startedAt
  await withoutHarm(`the span of "${step.name}" is lost`, () =>
    sendSpan(
      {
        ...context,
        parentSpanId: run.parent?.spanId,
        name: step.name,
        kind: 'internal',
        startMs,
        durationMs,
        attributes,
        failed,
      },
      target,
      run.attributes,
    ),
  )
  return outcome
}
