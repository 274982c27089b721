import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..', '..', '..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

// Stands for Helm: it renders that many managers, and notes what it is to install.
const HELM = `#!/bin/sh
case "$1" in
  template) printf 'kind: StatefulSet\\nspec:\\n%s\\n' "$RENDERED" ;;
  *) echo "$*" > "$ASKED" ;;
esac
`

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardlight-deploy-'))
  await writeFile(join(directory, 'helm'), HELM, { mode: 0o755 })
})
afterEach(() => rm(directory, { recursive: true }))

/** @returns what Helm was asked to install, or undefined where the script failed. */
async function deploy(environment: Record<string, string>): Promise<string | undefined> {
  const asked = join(directory, 'asked')
  const env = {
    PATH: `${directory}:${process.env['PATH']}`,
    ASKED: asked,
    RENDERED: '  replicas: 1',
    KUBECONFIG_CONTENT: 'k',
    KUBERNETES_NAMESPACE: 'bots',
    REGISTRY: 'ghcr.io/Shardlight',
    GITHUB_REF_NAME: 'v1.2.3',
    ...environment,
  }
  const code = await new Promise(resolve => {
    const script = join(root, 'infra', 'pipeline', 'deploy.sh')
    execFile('bash', [script], { env }, error => resolve(error?.code ?? 0))
  })
  return code === 0 ? readFile(asked, 'utf8') : undefined
}

const minutesFor = async (managers: number) =>
  Number(/--timeout (\d+)m/.exec((await deploy({ RENDERED: `  replicas: ${managers}` })) ?? '')?.[1])

it('installs the version under the name that the instructions have', async () => {
  const installed = await deploy({})
  expect(installed).toContain('--set-string image.registry=ghcr.io/shardlight --set-string image.tag=1.2.3')
  const [, told] = /helm upgrade --install (\S+)/.exec(textOf('infra/kubernetes/README.md')) ?? []
  expect(installed).toMatch(new RegExp(`^upgrade ${told} infra/kubernetes/shardlight --namespace bots `))
  expect(await deploy({ HELM_RELEASE: 'other' })).toMatch(/^upgrade other /)
})

it('gives managers time to be replaced one by one, and GitHub gives it time to go back after that', async () => {
  expect(await minutesFor(1)).toBe(12)
  const { manager } = parse(textOf('infra/kubernetes/plans/4096-shards.yaml'))
  const longest = await minutesFor(manager.replicas)
  expect(longest).toBe(10 + 2 * 64)
  const { jobs } = parse(textOf('.github/workflows/release.yml'))
  expect(jobs.deploy['timeout-minutes']).toBeGreaterThan(2 * longest)
  // What GitHub gives a job on its own machines at most.
  expect(jobs.deploy['timeout-minutes']).toBeLessThanOrEqual(360)
})

it('installs nothing where it cannot tell how many managers there are', async () => {
  expect(await deploy({ RENDERED: '  suspended: true' })).toBeUndefined()
})
