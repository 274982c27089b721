import { parse } from 'yaml'

type Step = { name?: string; uses?: string; run?: string; with?: Record<string, unknown> }
type Job = {
  steps?: Step[]
  uses?: string
  permissions?: Record<string, string>
  'timeout-minutes'?: number
}
type Workflow = { on?: unknown; permissions?: unknown; concurrency?: unknown; jobs?: Record<string, Job> }

/** A tag can be moved by whoever takes an action's repository over; a commit cannot. The comment is for people. */
const PINNED = /^[\w.-]+\/[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/

const USES = /^\s*(?:- )?uses:\s*(.+?)\s*$/gm

/** Run in the base repository with its secrets, on what a stranger wrote. */
const DANGEROUS = ['pull_request_target', 'workflow_run']

const wordsOf = (on: unknown): string[] =>
  typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(on ?? {})

const scopesToWrite = (permissions: unknown): string[] =>
  typeof permissions === 'object' && permissions !== null
    ? Object.entries(permissions).flatMap(([scope, right]) => (right === 'write' ? [scope] : []))
    : []

function* judgeStep(step: Step): Generator<string> {
  const name = step.name ?? step.uses ?? step.run ?? ''
  if (step.run?.includes('${{')) yield `"${name}" puts an expression into its script: pass it by env`
  if (step.run && !step.run.includes('infra/pipeline/src/main.ts'))
    yield `"${name}" is not in the trace: run its work by infra/pipeline`
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false)
    yield `"${name}" leaves its token on the disk: set persist-credentials to false`
}

function* judgeJob(id: string, job: Job): Generator<string> {
  if (typeof job.permissions !== 'object') yield `job ${id} does not say what it may`
  if (job.steps && typeof job['timeout-minutes'] !== 'number')
    yield `job ${id} may hang: give it timeout-minutes`
  for (const step of job.steps ?? []) yield* judgeStep(step)
}

/** What is wrong with a workflow beyond what actionlint finds, a line each. */
export function judgeWorkflow(text: string): string[] {
  const workflow: Workflow = parse(text)
  const faults = [...text.matchAll(USES)].flatMap(([, used = '']) =>
    used.startsWith('./') || PINNED.test(used)
      ? []
      : [`${used} is not pinned by commit, with its version beside`],
  )
  for (const event of wordsOf(workflow.on)) if (DANGEROUS.includes(event)) faults.push(`it runs on ${event}`)
  if (typeof workflow.permissions !== 'object' || scopesToWrite(workflow.permissions).length > 0)
    faults.push('all jobs may write: take the rights away at the top, and give them to jobs')
  if (!workflow.concurrency)
    faults.push('two runs of it may work against each other: give it a concurrency group')
  for (const [id, job] of Object.entries(workflow.jobs ?? {})) faults.push(...judgeJob(id, job))
  return faults
}

/** `job: scope, scope` for each job that may write something. */
export function rightsToWrite(text: string): string[] {
  const workflow: Workflow = parse(text)
  return Object.entries(workflow.jobs ?? {}).flatMap(([id, job]) => {
    const scopes = scopesToWrite(job.permissions)
    return scopes.length > 0 ? [`${id}: ${scopes.join(', ')}`] : []
  })
}
