import { findFreePort, startRedis } from '@shardlight/embedded'
import { eventually, redisIsMissing, runProgram } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { openGlancePage } from './glance-page.ts'
import { PASSPHRASE } from './test-app.ts'

const OURS = { timeout: 120_000 }
const SLOW = { withinMs: 60_000 }

/** The program with Glance's variables and no other; its passphrase is one of all bots. */
async function startProgram(environment: Record<string, string> = {}) {
  const port = environment['GLANCE_PORT'] ?? String(await findFreePort())
  const program = runProgram('apps/status/src/main.ts', {
    GLANCE_PORT: port,
    GLANCE_BOTS: 'main:60;other:4',
    GLANCE_PASSPHRASE: PASSPHRASE,
    ...environment,
  })
  const host = `${environment['GLANCE_HOST'] ?? '127.0.0.1'}:${port}`
  await eventually(
    'it listens',
    async () => program.child.exitCode !== null || (await fetch(`http://${host}/livez`)).ok,
    SLOW,
  )
  if (program.child.exitCode !== null) throw new Error(program.output())
  async function post(path: string, authorization = PASSPHRASE) {
    const answer = await fetch(`http://${host}/api/${path}`, { method: 'POST', headers: { authorization } })
    return answer.status
  }
  return { host, port, program, post, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() }
}

describe("Glance's variables", () => {
  it(
    'GLANCE_PORT, GLANCE_BOTS and GLANCE_PASSPHRASE say where, for whom and with which word',
    OURS,
    async () => {
      await using glance = await startProgram({ GLANCE_BOTS: 'one:2;two:1', GLANCE_PASSPHRASE: 'a word' })
      expect(glance.program.output()).toContain(`http://127.0.0.1:${glance.port}`)
      expect(await glance.post('status/one/1/3', 'a word')).toBe(204)
      expect(await glance.post('status/two/0/3', 'a word')).toBe(204)
      expect(await glance.post('status/two/1/3', 'a word')).toBe(400)
      expect(await glance.post('status/main/0/3', 'a word')).toBe(400)
      expect(await glance.post('status/one/1/3', 'another word')).toBe(401)
      using page = await openGlancePage(glance.host)
      expect([page.states('one'), page.states('two')]).toEqual([[0, 3], [3]])
    },
  )

  it.skipIf(process.platform !== 'linux')('GLANCE_HOST says on which address to listen', OURS, async () => {
    await using glance = await startProgram({ GLANCE_HOST: '127.0.0.2' })
    await expect(fetch(`http://127.0.0.1:${glance.port}/livez`)).rejects.toThrow()
    expect(await glance.post('status/main/0/3')).toBe(204)
  })

  it(
    'GLANCE_HEALTH_TIMEOUT says after how many seconds, GLANCE_HEALTH_TIMER_INTERVAL how often that is looked for',
    OURS,
    async () => {
      const timeout = { GLANCE_HEALTH_TIMEOUT: '0.5' }
      await using patient = await startProgram({ GLANCE_HEALTH_TIMEOUT: '3600' })
      await using seldom = await startProgram({ ...timeout, GLANCE_HEALTH_TIMER_INTERVAL: '3600' })
      await using often = await startProgram({ ...timeout, GLANCE_HEALTH_TIMER_INTERVAL: '0.1' })
      const all = [patient, seldom, often]
      const pages = await Promise.all(all.map(({ host }) => openGlancePage(host)))
      for (const glance of all) expect(await glance.post('status/other/0/3')).toBe(204)
      const states = () => pages.map(page => page.states('other')[0])
      await eventually('the one that looks finds it', () => states()[2] === 1, SLOW)
      expect(states()).toEqual([3, 3, 1])
      for (const page of pages) page[Symbol.dispose]()
    },
  )
})

describe.skipIf(redisIsMissing())('where Glance forgets and this does not', () => {
  it('states survive a restart with Redis, and health goes on without a new status', OURS, async () => {
    await using redis = await startRedis()
    const environment = { REDIS_URL: redis?.url ?? '', GLANCE_PORT: String(await findFreePort()) }
    await using first = await startProgram(environment)
    for (const [shard, state] of [3, 2, 6].entries())
      expect(await first.post(`status/other/${shard}/${state}`)).toBe(204)
    first.program.child.kill('SIGKILL')
    await first.program.exited
    await using second = await startProgram(environment)
    using page = await openGlancePage(second.host)
    expect(page.states('other')).toEqual([3, 2, 6, 0])
    expect(await second.post('health/other/0')).toBe(204)
    expect(await second.post('health/other/3')).toBe(409)
  })

  it('shards that were known are known again after Redis was lost, by their health alone', OURS, async () => {
    const redis = await startRedis()
    await using glance = await startProgram({ REDIS_URL: redis?.url ?? '' })
    using page = await openGlancePage(glance.host)
    expect(await glance.post('status/other/0/3')).toBe(204)
    expect(await glance.post('health/other/0')).toBe(204)
    await redis?.[Symbol.asyncDispose]()
    await eventually('it says so', async () => (await glance.post('health/other/0')) === 503, SLOW)
    await using _back = await startRedis({ port: redis?.port ?? 0 })
    await eventually('health is taken', async () => (await glance.post('health/other/0')) === 204, SLOW)
    await eventually('the page shows it', () => page.states('other')[0] === 3, SLOW)
    expect([page.errors, page.connection]).toEqual([[], 'connected'])
  })
})
