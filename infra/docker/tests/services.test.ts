import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretFiles } from '../secret-files.ts'
import {
  documentedVariables,
  mebibytes,
  readComposeFile,
  readText,
  root,
  withoutVariables,
} from './compose-file.ts'

const { services, volumes } = await readComposeFile()
const named = Object.entries(services)
const variables = await documentedVariables()
const dockerfile = await readText('infra/docker/Dockerfile')
const SECRET = /TOKEN|PASSWORD|PASSPHRASE|SECRET|WEBHOOKS|(DATABASE|REDIS)_URL/
const isNode = ([, { build }]: (typeof named)[number]) => build !== undefined && build.target !== 'spark'

const madeUp = {
  postgresPassword: 'p',
  redisPassword: 'r',
  managerToken: 'm',
  statusToken: 's',
  operatorToken: 'o',
  grafanaPassword: 'g',
  pgadminPassword: 'a',
  sandboxToken: 'd',
  discordToken: 'd',
}
const given = { statusTokens: '', operatorTokens: '', webhooks: '', webhookSecret: '', glancePassphrase: '' }
const files = secretFiles(madeUp, given, { clusterName: 'main', postgresPort: '5432', redisPort: '6379' })

describe.each(named)('the service %s', (name, service) => {
  it('runs as nobody special, on a file system that nothing can change', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(service).toMatchObject({ security_opt: ['no-new-privileges:true'] })
    expect(service['user']).toMatch(/^[1-9]\d*:\d+$/)
    expect(service).not.toHaveProperty('privileged')
    // Its Python has the capability in its file, and the kernel starts no such program without it.
    expect(service['cap_add']).toEqual(name === 'pgadmin' ? ['NET_BIND_SERVICE'] : undefined)
  })

  it('has bounds: memory, processes, the size of its log', () => {
    expect(mebibytes(service.mem_limit)).toBeGreaterThan(0)
    expect(service['pids_limit']).toBeGreaterThan(0)
    expect(service['logging']).toMatchObject({ options: { 'max-size': '10m' } })
  })

  it('is built from a stage that exists, or pinned to a version', () => {
    if (service.build === undefined) expect(service.image).toMatch(/^[\w/-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/)
    else expect(dockerfile).toContain(`AS ${service.build.target}\n`)
  })

  it('says whether it is ready, unless it ends by itself', () => {
    if (name === 'secrets') expect(service['restart']).toBe('no')
    else expect(service.healthcheck?.test[0]).toBe('CMD')
  })

  it('opens ports to this machine only', () => {
    for (const opened of service.ports) expect(opened).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/)
    expect(service['network_mode']).toBe(name === 'secrets' ? 'none' : undefined)
  })

  it('mounts what exists', () => {
    for (const mount of service.volumes) {
      const [from = '', , mode] = mount.split(':')
      if (!from.startsWith('.')) expect(Object.keys(volumes)).toContain(from)
      else expect([existsSync(join(root, from)), mode]).toEqual([true, 'ro'])
    }
  })

  it('finds the secrets that it looks for, and can change none', () => {
    const sources = JSON.stringify([service.environment, service.command ?? []])
    const wanted = [...sources.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, file]) => file)
    const mounted = service.volumes.find(mount => mount.endsWith(':/run/secrets:ro'))
    const reader = mounted?.split('-secrets:')[0] ?? 'none'
    if (wanted.length > 0) expect(Object.keys(files[reader] ?? {})).toEqual(expect.arrayContaining(wanted))
    const secret = Object.keys(service.environment).filter(key => SECRET.test(key))
    if (name !== 'secrets') expect(secret.filter(key => !/_FILE(__FILE)?$/.test(key))).toEqual([])
  })
})

describe.each(named.filter(isNode))('the app %s', (_, service) => {
  it('is told nothing that .env.example does not explain', () => {
    const told = Object.keys(service.environment).filter(key => key !== 'NODE_OPTIONS')
    for (const key of told) {
      const isKnown = variables.has(key) || variables.has(key.replace(/_FILE$/, ''))
      expect([key, isKnown]).toEqual([key, true])
    }
  })

  it('has a heap that fits into its memory, for as many processes as there may be', () => {
    const heap = Number(/=(\d+)$/.exec(withoutVariables(`${service.environment['NODE_OPTIONS']}`))?.[1])
    // The manager, two shard processes, and the successor of one.
    const processes = service.build?.target === 'bot' ? 4 : 1
    expect(heap * processes).toBeLessThanOrEqual(mebibytes(service.mem_limit) * 0.75)
  })

  it('is given longer to stop than it gives itself', async () => {
    const source =
      service.build?.target === 'bot' ? 'apps/bot/src/manager.ts' : 'packages/service/src/run-process.ts'
    const given = /^const STOP_TIMEOUT_MS = ([\d_]+)$/m.exec(await readText(source))?.[1] ?? ''
    const timeoutMs = Number(given.replaceAll('_', ''))
    expect(timeoutMs).toBeGreaterThan(0)
    expect(Number.parseInt(service.stop_grace_period, 10) * 1_000).toBeGreaterThan(timeoutMs)
  })

  it('is asked for its readiness at the port where it listens', () => {
    if (service.healthcheck === undefined) return
    const port = service.healthcheck.test.at(-1)
    expect(service.healthcheck.test).toEqual(['CMD', 'node', 'infra/docker/probe.ts', port])
    expect(Object.values(service.environment).map(String)).toContain(port)
  })
})

it('starts what watches, whatever does not start', () => {
  expect(services['prometheus']).not.toHaveProperty('depends_on')
  // It waits for its password alone.
  expect(Object.keys(services['grafana']?.['depends_on'] ?? {})).toEqual(['secrets'])
})

it('names the password of pgAdmin as it looks for it, below the folder of its user', async () => {
  expect(JSON.parse(await readText('infra/docker/pgadmin-servers.json'))).toMatchObject({
    Servers: { 1: { PassFile: '.pgpass' } },
  })
})

it('gives the manager as much memory as its README promises, by what was measured', async () => {
  const inputs = await readText('infra/kubernetes/src/sizing/inputs.ts')
  const measured = (name: string) => Number(new RegExp(`^  ${name}: ([\\d.]+),$`, 'm').exec(inputs)?.[1])
  const readme = await readText('infra/docker/README.md')
  const manager = measured('managerMiB')
  const empty = measured('processMiB')
  const settled = measured('perThousandGuildsMiB')
  const arriving = measured('perThousandGuildsAtReadyMiB')
  expect(readme).toContain(`the manager (${manager} MiB)`)
  expect(readme).toContain(`(${empty} MiB each), and ${settled} MiB for every 1,000 servers, ${arriving} MiB`)
  expect(readme).toContain('two processes of 4 shards with 8,000 servers')
  // Two that serve 4,000 servers each, and the successor of one that takes up as many.
  const most = manager + 2 * (empty + 4 * settled) + empty + 4 * arriving
  expect(most * 1.2).toBeLessThan(mebibytes(services['manager']?.mem_limit ?? ''))
})

it('gives each reader of secrets a volume that the others do not have', () => {
  const made = services['secrets']?.volumes ?? []
  for (const reader of Object.keys(files)) {
    expect(made).toContain(`${reader}-secrets:/secrets/${reader}`)
    const readers = named.filter(([, { volumes }]) => volumes.includes(`${reader}-secrets:/run/secrets:ro`))
    // Both ingesters are the same program.
    expect(readers.map(([name]) => name.replace('kafka-', ''))).toSatisfy((names: string[]) =>
      names.every(name => name === reader),
    )
    expect(readers).not.toEqual([])
  }
})
