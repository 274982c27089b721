import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { documentedVariables, readComposeFile, readText, readYaml, root } from './compose-file.ts'

const run = promisify(execFile)
const FILES = ['docker-compose.yaml', 'infra/docker/sandbox.yaml', 'infra/docker/no-sandbox.yaml']
const { services, volumes, networks } = await readComposeFile()
const named = Object.entries(services)
const variables = await documentedVariables()

const { $schema: _, ...schema } = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(await readText('infra/docker/tests/compose-spec.json')))
const follows = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)

/** Of which `.env.example` says that containers decide them. */
const decided = /decide among themselves:(?<names>.*?)# and every/s
  .exec(await readText('.env.example'))
  ?.groups?.['names']?.match(/\w+/g)

describe('the Compose files', () => {
  it.each(FILES)('%s follows the Compose Specification', async file => {
    follows(await readYaml(file))
    expect(follows.errors).toBeNull()
  })

  it.each(FILES)('%s uses no variable that .env.example lacks, and none of another default', async file => {
    const used = (await readText(file)).matchAll(/(?<!\$)\$\{(?<name>\w+)(?::-(?<fallback>[^}]*))?/g)
    for (const { groups: { name = '', fallback = '' } = {} } of used) {
      const isFile = variables.has(name.replace(/_FILE$/, ''))
      expect([name, variables.has(name) || isFile]).toEqual([name, true])
      const documented = variables.get(name)
      if (documented && fallback) expect(`${name}=${fallback}`).toBe(`${name}=${documented}`)
    }
  })

  it('hand on every variable that somebody may set, but for those that .env.example says they decide', async () => {
    const text = (await Promise.all(FILES.map(readText))).join('')
    const ignored = [...variables.keys()].filter(name => !text.includes(`\${${name}:`))
    expect(ignored.sort()).toEqual(decided?.toSorted())
  })

  it('have no network or volume that nothing uses', () => {
    const text = JSON.stringify(services)
    for (const name of [...Object.keys(volumes), ...Object.keys(networks)]) expect(text).toContain(`"${name}`)
  })
})

it('needs neither Kafka, Spark nor pgAdmin, which come by their profiles', () => {
  const profiles = named.flatMap(([name, { profiles }]) =>
    profiles === undefined ? [] : [[name, ...profiles]],
  )
  expect(profiles).toEqual([
    ['pgadmin', 'pgadmin'],
    ['kafka', 'kafka'],
    ['kafka-ingester', 'kafka'],
    ['spark', 'kafka'],
  ])
})

const compose = await run('docker', ['compose', 'version']).then(
  () => true,
  () => false,
)
if (!compose)
  console.warn(
    'skipped, in CI too: what docker compose itself says of its file, for which Docker’s plugin (docker-compose-plugin, from Docker’s own packages) is needed; the Compose Specification’s schema was asked',
  )

describe.skipIf(!compose)('docker compose', () => {
  const clean = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  const config = async (environment: NodeJS.ProcessEnv, ...more: string[]) => {
    const args = ['compose', '--env-file', '/dev/null', 'config', ...more]
    const { stdout, stderr } = await run('docker', args, { cwd: root, env: { ...clean, ...environment } })
    return { stdout, stderr }
  }

  it('has nothing to complain about', async () => {
    expect(await config({ COMPOSE_PROFILES: '*' }, '--quiet')).toEqual({ stdout: '', stderr: '' })
  })

  it('starts the sandbox where there is no token, and leaves it to its profile where there is one', async () => {
    const started = async (environment: NodeJS.ProcessEnv) =>
      (await config(environment, '--services')).stdout.trim().split('\n')
    const real = { DISCORD_TOKEN: 'a.b.c', WIKIPEDIA_CONTACT: 'operator@example.org' }
    expect(await started({})).toContain('sandbox')
    expect(await started({ DISCORD_TOKEN: '', COMPOSE_PROFILES: 'kafka' })).toContain('sandbox')
    expect(await started(real)).not.toContain('sandbox')
    expect(await started({ ...real, COMPOSE_PROFILES: 'sandbox' })).toContain('sandbox')
  })

  it('takes any command also while something that has to be set is not, and leaves it to `secrets` to say so', async () => {
    expect(await config({ DISCORD_TOKEN: 'a.b.c' }, '--quiet')).toEqual({ stdout: '', stderr: '' })
  })
})
