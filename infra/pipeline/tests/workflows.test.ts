import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fetchActionlint, HOW_TO_GET_ACTIONLINT, lintWorkflow } from '../src/actionlint.ts'
import { judgeWorkflow, rightsToWrite } from '../src/workflow-policy.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: root }).toSorted()
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

const thereIsActionlint = await fetchActionlint()
if (!thereIsActionlint && process.env['CI']) throw new Error(`CI must skip nothing: ${HOW_TO_GET_ACTIONLINT}`)
if (!thereIsActionlint) console.warn(`skipped: ${HOW_TO_GET_ACTIONLINT}`)

const SOUND = `
on: pull_request
permissions: {}
concurrency: { group: one }
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: { persist-credentials: false }
      - run: node infra/pipeline/src/main.ts run --name Test -- npm test
`

it('finds the workflows', () => {
  expect(files).toEqual(['.github/workflows/check.yml', '.github/workflows/release.yml'])
})

describe.skipIf(!thereIsActionlint)('actionlint', () => {
  it.each(files)('has nothing against %s', async file => {
    expect(await lintWorkflow(join(root, file))).toEqual([])
  })

  it('reports a mistake', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-workflow-'))
    const file = join(directory, 'wrong.yml')
    await writeFile(file, SOUND.replace('on: pull_request', 'on: pull_requests'))
    expect(await lintWorkflow(file)).toEqual([
      expect.stringContaining('unknown Webhook event "pull_requests"'),
    ])
    await rm(directory, { recursive: true })
  })
})

describe('our own rules', () => {
  it.each(files)('have nothing against %s', file => {
    expect(judgeWorkflow(textOf(file))).toEqual([])
  })

  it('let only the jobs write that must', () => {
    expect(files.map(file => rightsToWrite(textOf(file)))).toEqual([
      [],
      ['image: packages, id-token, attestations', 'publish: packages'],
    ])
  })

  it('have nothing against a sound workflow', () => {
    expect(judgeWorkflow(SOUND)).toEqual([])
  })

  it.each([
    [
      'an action that is pinned by tag',
      '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
      '@v7',
      /pinned/,
    ],
    ['a hash whose version nobody knows', ' # v7.0.1', '', /pinned/],
    ['an event that gives strangers our secrets', 'on: pull_request', 'on: pull_request_target', /runs on/],
    ['rights for all jobs', 'permissions: {}', 'permissions: { contents: write }', /all jobs may write/],
    ['all rights in a word', 'permissions: {}', 'permissions: write-all', /all jobs may write/],
    ['a job that does not say what it may', '    permissions: { contents: read }\n', '', /does not say/],
    ['a job that may hang', '    timeout-minutes: 5\n', '', /may hang/],
    ['runs that meet each other', 'concurrency: { group: one }\n', '', /concurrency/],
    ['a token on the disk', 'false', 'true', /persist-credentials/],
    ['a script made of what people wrote', 'npm test', `"$\{{ github.event.issue.title }}"`, /expression/],
    ['work that the trace does not show', 'node infra/pipeline/src/main.ts run --name Test -- ', '', /trace/],
  ])('refuse %s', (_, sound, unsound, reason) => {
    expect(SOUND).toContain(sound)
    expect(judgeWorkflow(SOUND.replace(sound, unsound))).toEqual([expect.stringMatching(reason)])
  })
})
