import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Attributes, Environment } from './otlp.ts'
import { parseTraceparent, type SpanContext, spanContextOf } from './span-context.ts'

/** The run of a pipeline that this process takes part in. */
export type PipelineRun = {
  name: string
  id: string
  /** The span of the whole run, which `end` sends. */
  root: SpanContext
  /** What a step here is below: the step that started this process, or else the run. */
  parent: SpanContext | undefined
  /** What each span's resource says, by OpenTelemetry's conventions for CI/CD and version control. */
  attributes: Attributes
}

type Found = { name: string; id: string; key: string; attributes: Attributes }

const git = (...args: string[]): string | undefined => {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 1_000,
    }).trim()
  } catch {
    return undefined
  }
}

function onGitHub(env: Environment): Found | undefined {
  const { GITHUB_ACTIONS, GITHUB_RUN_ID: id, GITHUB_REPOSITORY = '', GITHUB_REF = '' } = env
  if (!GITHUB_ACTIONS || !id) return undefined
  const attempt = env['GITHUB_RUN_ATTEMPT'] ?? '1'
  const repository = `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${GITHUB_REPOSITORY}`
  return {
    name: env['GITHUB_WORKFLOW'] ?? GITHUB_REPOSITORY,
    id,
    key: `${id}${attempt}`,
    attributes: {
      'cicd.system.component': 'github_actions',
      'cicd.pipeline.run.url.full': `${repository}/actions/runs/${id}/attempts/${attempt}`,
      'cicd.worker.name': env['RUNNER_NAME'],
      'vcs.provider.name': 'github',
      'vcs.repository.url.full': repository,
      'vcs.owner.name': GITHUB_REPOSITORY.split('/')[0],
      'vcs.repository.name': GITHUB_REPOSITORY.split('/')[1],
      'vcs.ref.head.name': env['GITHUB_HEAD_REF'] || env['GITHUB_REF_NAME'],
      'vcs.ref.head.revision': env['GITHUB_SHA'],
      'vcs.ref.head.type': env['GITHUB_REF_TYPE'],
      'vcs.ref.base.name': env['GITHUB_BASE_REF'],
      'vcs.change.id': /^refs\/pull\/(\d+)\//.exec(GITHUB_REF)?.[1],
    },
  }
}

function onGitLab(env: Environment): Found | undefined {
  const { GITLAB_CI, CI_PIPELINE_ID: id, CI_PROJECT_URL: repository } = env
  if (!GITLAB_CI || !id) return undefined
  return {
    name: env['CI_PIPELINE_NAME'] || (env['CI_PROJECT_PATH'] ?? 'pipeline'),
    id,
    key: `${repository}/${id}/`,
    attributes: {
      'cicd.system.component': 'gitlab_ci',
      'cicd.pipeline.run.url.full': env['CI_PIPELINE_URL'],
      'cicd.worker.name': env['CI_RUNNER_DESCRIPTION'],
      'vcs.provider.name': 'gitlab',
      'vcs.repository.url.full': repository,
      'vcs.owner.name': env['CI_PROJECT_NAMESPACE'],
      'vcs.repository.name': env['CI_PROJECT_NAME'],
      'vcs.ref.head.name': env['CI_COMMIT_REF_NAME'],
      'vcs.ref.head.revision': env['CI_COMMIT_SHA'],
      'vcs.ref.head.type': env['CI_COMMIT_TAG'] ? 'tag' : 'branch',
      'vcs.change.id': env['CI_MERGE_REQUEST_IID'],
    },
  }
}

/** Any other CI, and a laptop: by our own variables, or a run of its own. */
function elsewhere(env: Environment): Found & { isKnown: boolean } {
  const id = env['PIPELINE_RUN_ID'] || randomBytes(6).toString('hex')
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD')
  return {
    name: env['PIPELINE_NAME'] || 'local',
    id,
    key: `${env['PIPELINE_NAME']}/${id}/${env['PIPELINE_ATTEMPT'] ?? '1'}/`,
    isKnown: Boolean(env['PIPELINE_RUN_ID']),
    attributes: {
      'vcs.ref.head.name': branch === 'HEAD' ? undefined : branch,
      'vcs.ref.head.revision': git('rev-parse', 'HEAD'),
    },
  }
}

export function readPipelineRun(env: Environment): PipelineRun {
  const known = env['PIPELINE_RUN_ID'] ? undefined : (onGitHub(env) ?? onGitLab(env))
  const other = known ? undefined : elsewhere(env)
  const { name, id, key, attributes } = known ?? other ?? elsewhere(env)
  const root = spanContextOf(key)
  const isShared = Boolean(known) || other?.isKnown === true
  return {
    name,
    id,
    root,
    parent: parseTraceparent(env['TRACEPARENT']) ?? (isShared ? root : undefined),
    attributes: { 'cicd.pipeline.name': name, 'cicd.pipeline.run.id': id, ...attributes },
  }
}
