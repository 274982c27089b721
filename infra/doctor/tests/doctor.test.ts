import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import {
  eventually,
  redisIsMissing,
  redisUrl,
  runProgram,
  type Sandbox,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allExaminations } from '../src/all-examinations.ts'
import { readDeployment } from '../src/deployment.ts'
import { examine } from '../src/examine.ts'
import { describeAsJson, describe as report, secretsOf } from '../src/report.ts'

const STATUS_TOKEN = 'of-this-test-and-no-other'

describe('the doctor', { timeout: 120_000 }, () => {
  const scope = new AsyncDisposableStack()
  let sandbox: Sandbox
  let folder: string
  let environment: Record<string, string>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'))
    scope.defer(() => rm(folder, { recursive: true }))
    const [statusPort, managerPort, ingesterPort] = await Promise.all([
      findFreePort(),
      findFreePort(),
      findFreePort(),
    ])
    scope.use(
      runProgram('apps/status/src/main.ts', {
        STATUS_PORT: String(statusPort),
        STATUS_TOKENS: `main:${STATUS_TOKEN}`,
      }),
    )
    sandbox = scope.use(await startSandbox({ guilds: 1 }))
    const statusUrl = `http://127.0.0.1:${statusPort}`
    await eventually('the status page is there', async () => (await fetch(`${statusUrl}/livez`)).ok, {
      withinMs: 60_000,
    })
    environment = {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: folder,
      DISCORD_TOKEN: sandbox.token,
      DISCORD_API_URL: sandbox.apiUrl,
      DISCORD_MESSAGE_CONTENT: 'true',
      DATABASE_URL: scope.use(await testDatabase()).url,
      ...(!redisIsMissing() && { REDIS_URL: redisUrl() }),
      TOTAL_SHARDS: '1',
      STATUS_PORT: String(statusPort),
      STATUS_URL: statusUrl,
      STATUS_TOKEN,
      MANAGER_PORT: String(managerPort),
      INGESTER_PORT: String(ingesterPort),
      WIKIPEDIA_CONTACT: 'me@example.org',
      OTEL_EXPORTER_OTLP_ENDPOINT: statusUrl,
    }
  })
  afterAll(() => scope.disposeAsync())

  /** What it says of one matter; `null` leaves a variable out. */
  async function ask(name: string, changes: Record<string, string | null> = {}, root = folder) {
    const changed = Object.entries({ ...environment, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    )
    const deployment = readDeployment(root, Object.fromEntries(changed))
    const findings = await examine(allExaminations(deployment).filter(one => one.name === name))
    const secrets = secretsOf(deployment.environment, deployment.read)
    return { findings, text: report(findings, secrets), json: describeAsJson(findings, secrets) }
  }

  it('finds nothing wrong where nothing is, and says so to people and programs', async () => {
    const program = scope.use(runProgram('infra/doctor/src/main.ts', environment))
    expect(await program.exited, program.output()).toBe(0)
    const text = program.output()
    expect(text).toMatch(/^✓ examined +what uses the PostgreSQL at 127\.0\.0\.1:\d+$/m)
    expect(text).toMatch(/^✓ PostgreSQL +PostgreSQL \d+/m)
    expect(text).toMatch(/^✓ PostgreSQL +LISTEN and locks work$/m)
    expect(text).toMatch(/^✓ Discord +the token is that of /m)
    expect(text).toMatch(/^✓ Discord +MESSAGE_CONTENT is granted$/m)
    expect(text).toMatch(/^✓ status page +main may push/m)
    expect(text).toMatch(/^✓ ports +the status page runs at /m)
    expect(text).not.toContain('✗')

    const { json } = await ask('Discord')
    const read = JSON.parse(json)
    expect(read).toMatchObject({ ok: true })
    expect(read.findings).toContainEqual({
      name: 'Discord',
      level: 'good',
      what: 'MESSAGE_CONTENT is granted',
    })
    for (const secret of [sandbox.token, STATUS_TOKEN]) {
      expect(text).not.toContain(secret)
      expect(json).not.toContain(secret)
    }
  })

  it('ends with 1 where something is wrong, and never shows a secret', async () => {
    const program = scope.use(
      runProgram('infra/doctor/src/main.ts', {
        ...environment,
        DISCORD_TOKEN: 'bm90.the.token-of-any-bot',
        DATABASE_URL: 'postgres://me:hunter2-hunter2@127.0.0.1:1/none',
        STATUS_TOKEN: 'a-wrong-token-for-it',
        DISCORD_API_URL: sandbox.apiUrl,
      }),
    )
    expect(await program.exited).toBe(1)
    const text = program.output()
    expect(text).toMatch(/^✗ Discord +Discord refuses the token\n +→ take it anew/m)
    expect(text).toMatch(/^✗ PostgreSQL +connect ECONNREFUSED 127.0.0.1:1\n +→ is it running/m)
    expect(text).toMatch(/^✗ status page +the page refuses the token for main\n +→ set STATUS_TOKEN/m)
    expect(text).toMatch(/3 to be mended/)
    expect(text).not.toMatch(/any-bot|hunter2|wrong-token/)
  })

  it('says that an intent was not granted, or that too few logins are left', async () => {
    await sandbox.control('POST', '/sandbox/settings', { privilegedIntents: [] })
    expect((await ask('Discord')).text).toMatch(/✗ Discord +MESSAGE_CONTENT is asked for and not granted/)
    expect((await ask('Discord', { DISCORD_MESSAGE_CONTENT: null })).text).not.toContain('✗')
    expect((await ask('Discord', { TOTAL_SHARDS: '2000' })).text).toMatch(
      /✗ .* logins left today, and 2000 shards/,
    )
    await sandbox.control('POST', '/sandbox/settings', { privilegedIntents: ['MESSAGE_CONTENT'] })
  })

  it('names variables that are wrong, and what a misspelt one may have been meant as', async () => {
    const root = await mkdtemp(join(folder, 'root-'))
    await writeFile(join(root, '.env'), 'STATUS_WEBHOK=x\nSOMETHING=else\nSTATUS_NAME=Mine\n')
    const changes = { TOTAL_SHARDS: 'many', STATUS_WEBHOOKS: 'ops=nowhere', KAFKA_BROKERS: 'no-port' }
    const { text } = await ask('variables', changes, root)
    expect(text).toMatch(/✗ variables +TOTAL_SHARDS="many": expected "auto" or a whole number/)
    expect(text).toMatch(/✗ variables +STATUS_WEBHOOKS, target "ops": expected an address/)
    expect(text).toMatch(/✗ variables +KAFKA_BROKERS="no-port": expected host:port/)
    expect(text).toMatch(
      /! variables +STATUS_WEBHOK is set, and no app reads it\n +→ is STATUS_WEBHOOKS? meant\?/,
    )
    expect(text).toMatch(/! variables +\.env sets SOMETHING, and no app reads it/)
    expect(text).not.toMatch(/STATUS_NAME|PATH/)
  })

  it('is content with no variable at all, as `npm start` is', async () => {
    const nothing = Object.fromEntries(Object.keys(environment).map(name => [name, null]))
    const bare = { ...nothing, PATH: environment['PATH'] ?? '', DATA_DIR: join(folder, 'none') }
    for (const name of [
      'variables',
      'PostgreSQL',
      'Redis',
      'Discord',
      'status page',
      'Wikipedia',
      'Kafka',
      'traces',
      'flags',
      'disk',
    ])
      expect((await ask(name, bare)).findings).toEqual([{ name, level: 'good', what: expect.any(String) }])
    const { text } = await ask('examined', bare)
    expect(text).toMatch(/^! examined +no deployment is configured here/)
    expect(text).not.toContain('All is well')
  })

  it('is never kept waiting by what does not answer', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    try {
      const deployment = readDeployment(folder, {
        ...environment,
        DISCORD_API_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: `postgres://127.0.0.1:${port}/silent`,
        STATUS_URL: `http://127.0.0.1:${port}`,
      })
      const names = ['Discord', 'PostgreSQL', 'status page']
      const waiting = allExaminations(deployment).filter(({ name }) => names.includes(name))
      const late = { level: 'bad', what: 'no answer within 0.3 s', todo: expect.any(String) }
      expect(await examine(waiting, { longestWaitMs: 300 })).toEqual([
        { name: 'PostgreSQL', ...late },
        { name: 'Discord', ...late },
        { name: 'status page', ...late },
      ])
    } finally {
      silent.close()
    }
  })

  it('looks at brokers, collectors, flags, ports and files', async () => {
    expect((await ask('Kafka', { KAFKA_BROKERS: '127.0.0.1:1' })).text).toMatch(
      /✗ Kafka +127.0.0.1:1: .*REFUSED/,
    )
    expect((await ask('traces', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).text).toMatch(
      /✗ .*REFUSED/,
    )
    const doubtful = join(folder, 'doubtful.json')
    await writeFile(
      doubtful,
      '{"flags":{"votes":{"state":"ENABLED","variants":{"a":true},"defaultVariant":"a"}}}',
    )
    expect((await ask('flags', { FLAGS_FILE: doubtful })).text).toMatch(
      /! flags +there is no feature “votes”/,
    )
    const sandboxPort = new URL(sandbox.url).port
    expect(
      (await ask('ports', { MANAGER_PORT: new URL(environment['DATABASE_URL'] ?? '').port })).text,
    ).toMatch(/✗ ports +\d+ is taken by another program\n +→ stop what listens there, or set MANAGER_PORT/)
    expect((await ask('ports', { MANAGER_PORT: sandboxPort })).text).not.toContain('✗')
    await writeFile(join(folder, 'manager.token'), 'x'.repeat(32))
    await chmod(join(folder, 'manager.token'), 0o644)
    expect((await ask('disk')).text).toMatch(/! disk .*manager.token holds a secret, and others may read it/)
  })
})
