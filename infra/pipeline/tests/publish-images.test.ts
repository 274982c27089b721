import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const program = join(import.meta.dirname, '..', 'src', 'publish-images.ts')
const DIGEST = `sha256:${'d'.repeat(64)}`
const COMMIT = 'c'.repeat(40)

// Stands for a registry: it notes what it is asked, and says what digest each name has.
const DOCKER = `#!/bin/sh
echo "$*" >> "$ASKED"
case "$*" in *inspect*) echo "$ANSWER" ;; esac
`

// Stands for a repository with these tags.
const GIT = `#!/bin/sh
printf '%s\\n' $TAGS
`

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardlight-publish-'))
  await writeFile(join(directory, 'docker'), DOCKER, { mode: 0o755 })
  await writeFile(join(directory, 'git'), GIT, { mode: 0o755 })
})
afterEach(() => rm(directory, { recursive: true }))

async function publish(environment: Record<string, string>) {
  const asked = join(directory, 'asked')
  const env = {
    PATH: `${directory}:${process.env['PATH']}`,
    ASKED: asked,
    ANSWER: DIGEST,
    REGISTRY: 'ghcr.io/Shardlight',
    GITHUB_SHA: COMMIT,
    GITHUB_REF_NAME: 'v1.2.3',
    GITHUB_OUTPUT: join(directory, 'output'),
    TAGS: 'v1.2.3 v1.2.2 v2.0.0-rc.1',
    DIGESTS: JSON.stringify({ bot: DIGEST }),
    ...environment,
  }
  const [code, said] = await new Promise<[number, string]>(resolve => {
    execFile(process.execPath, [program], { env }, (error, stdout, stderr) => {
      resolve([error ? Number(error.code) : 0, `${stdout}${stderr}`])
    })
  })
  const created = await readFile(asked, 'utf8').catch(() => '')
  return {
    code,
    said,
    output: await readFile(env.GITHUB_OUTPUT, 'utf8').catch(() => ''),
    created: [...created.matchAll(/create --tag (\S+) (\S+)/g)].map(([, ...names]) => names),
  }
}

it('names the digest that was tested by commit, by version and as latest', async () => {
  const image = 'ghcr.io/shardlight/shardlight-bot'
  expect(await publish({})).toMatchObject({
    code: 0,
    created: [COMMIT, '1.2.3', 'latest'].map(tag => [`${image}:${tag}`, `${image}@${DIGEST}`]),
    output: 'latest=true\n',
  })
})

it.each([
  ['what comes before a version', 'v1.2.3-rc.1', 'v1.2.2 v1.2.3-rc.1'],
  ['the repair of an old line', 'v1.1.9', 'v1.1.9 v1.2.0'],
])('does not call latest %s, nor has it deployed', async (_, tag, TAGS) => {
  const { code, created, output } = await publish({ GITHUB_REF_NAME: tag, TAGS })
  const names = created.map(([name]) => name?.split(':')[1])
  expect([code, names, output]).toEqual([0, [COMMIT, tag.slice(1)], 'latest=false\n'])
})

it.each([
  ['the registry holds something else by that name', { ANSWER: `sha256:${'e'.repeat(64)}` }, /was tested/],
  ['an image was not built', { DIGESTS: '{"bot": ""}' }, /bot has no digest/],
  ['the tag is no version', { GITHUB_REF_NAME: 'vacation' }, /no version/],
  ['the other tags are not there', { TAGS: '' }, /check out with all/],
])('fails where %s', async (_, environment, reason) => {
  expect(await publish(environment)).toMatchObject({ code: 1, said: expect.stringMatching(reason) })
})
