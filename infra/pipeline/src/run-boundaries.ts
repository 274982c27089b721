import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { type Environment, sendSpan, type Target } from './otlp.ts'
import { readPipelineRun } from './pipeline-run.ts'

const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`

/**
 * Says when the run began, since `end` is another process, and in a CI on another machine: as lines for a shell's
 * `eval`, and at GitHub as the output `started-ms` of the step.
 */
export function beginRun(name: string | undefined, env: Environment): string {
  const started = String(Date.now())
  if (env['GITHUB_OUTPUT']) appendFileSync(env['GITHUB_OUTPUT'], `started-ms=${started}\n`)
  const variables = {
    PIPELINE_STARTED_MS: started,
    ...(!env['GITHUB_ACTIONS'] && !env['GITLAB_CI'] && { PIPELINE_RUN_ID: randomBytes(6).toString('hex') }),
    ...(name && { PIPELINE_NAME: name }),
  }
  return Object.entries(variables)
    .map(([key, value]) => `export ${key}=${quote(value)}`)
    .join('\n')
}

/** One word for all jobs of a run, from GitHub's words for each (`needs.*.result`). */
export function resultOf(results: string[]): 'success' | 'failure' | 'cancellation' | 'skip' {
  if (results.includes('failure')) return 'failure'
  if (results.includes('cancelled')) return 'cancellation'
  return results.length > 0 && results.every(result => result === 'skipped') ? 'skip' : 'success'
}

/** Sends the span that all steps of the run are below. */
export async function endRun(results: string[], env: Environment, target: Target): Promise<void> {
  const run = readPipelineRun(env)
  const endMs = Date.now()
  const startMs = Number(env['PIPELINE_STARTED_MS'])
  if (!(startMs > 0 && startMs <= endMs))
    throw new Error('PIPELINE_STARTED_MS does not say when it began: run "begin" first')
  const result = resultOf(results)
  const failed = result === 'failure'
  await sendSpan(
    {
      ...run.root,
      name: `RUN ${run.name}`,
      kind: 'server',
      startMs,
      durationMs: endMs - startMs,
      attributes: {
        'cicd.pipeline.action.name': 'RUN',
        'cicd.pipeline.result': result,
        'cicd.pipeline.run.state': 'finalizing',
        'error.type': failed ? 'step_failed' : undefined,
      },
      failed,
    },
    target,
    run.attributes,
  )
}
