import { findFreePort, startRedis } from '@shardlight/embedded'
import { clusterAnswerSchema } from '@shardlight/status-client'
import { eventually, redisIsMissing, runProgram } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'

const TOKEN = 'the-token-of-main'

type Shards = { id: number; state: number }[]

/** The program as it runs in production, on a free port. */
async function startProgram(environment: Record<string, string> = {}) {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const program = runProgram('apps/status/src/main.ts', {
    STATUS_PORT: String(port),
    STATUS_TOKENS: `main:${TOKEN}`,
    ...environment,
  })
  await eventually('the status API listens', async () => {
    if (program.child.exitCode !== null) return true
    return (await fetch(`${url}/livez`)).ok
  })
  if (program.child.exitCode !== null) throw new Error(program.output())
  return {
    url,
    port,
    program,
    async push(shards: Shards) {
      const answer = await fetch(`${url}/api/v2/clusters/main/shards`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ totalShards: 4, process: { id: 'p' }, shards }),
      })
      return answer.status
    },
    async states() {
      const answer = await fetch(`${url}/api/v2/clusters/main?compact=true`)
      return clusterAnswerSchema.parse(await answer.json()).states
    },
    ready: async () => (await fetch(`${url}/readyz`)).status,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

const ONLINE: Shards = [
  { id: 0, state: 3 },
  { id: 1, state: 3 },
  { id: 2, state: 2 },
]

describe('the status program', () => {
  it('says that it keeps states in memory, turns silent shards unhealthy, and stops when asked to', async () => {
    await using status = await startProgram({ GLANCE_HEALTH_TIMEOUT: '1' })
    expect(status.program.output()).toContain('REDIS_URL is not set: shard states are kept in memory')
    expect(await status.push(ONLINE)).toBe(204)
    expect(await status.states()).toBe('3320')
    await eventually('silent shards are unhealthy', async () => (await status.states()) === '1120')
    status.program.child.kill('SIGTERM')
    expect(await status.program.exited).toBe(0)
  })

  it('names the variable when its port is taken, and never writes a token into its log', async () => {
    await using status = await startProgram({ LOG_LEVEL: 'trace' })
    await using second = runProgram('apps/status/src/main.ts', { STATUS_PORT: String(status.port) })
    expect(await second.exited).toBe(1)
    expect(second.output()).toContain('set STATUS_PORT to another')
    expect(await status.push(ONLINE)).toBe(204)
    expect(status.program.output()).not.toContain(TOKEN)
  })
})

describe.skipIf(redisIsMissing())('the status program with Redis', () => {
  it('answers 503 and is not ready while Redis is away, and is rebuilt by the pushes', async () => {
    const redis = await startRedis()
    await using status = await startProgram({ REDIS_URL: redis?.url ?? '' })
    expect(await status.push(ONLINE)).toBe(204)
    await redis?.[Symbol.asyncDispose]()
    await eventually('pushes are refused', async () => (await status.push(ONLINE)) === 503)
    expect(await status.ready()).toBe(503)
    expect((await fetch(`${status.url}/livez`)).status).toBe(200)
    expect(await status.states()).toBe('3320')

    await using _back = await startRedis({ port: redis?.port ?? 0 })
    await eventually('pushes are taken again', async () => (await status.push(ONLINE.slice(0, 1))) === 204)
    await eventually('it is ready', async () => (await status.ready()) === 200)
    expect(await status.states()).toBe('3320')
  })

  it('starts without Redis, and takes pushes once it is there', async () => {
    const port = await findFreePort()
    await using status = await startProgram({ REDIS_URL: `redis://127.0.0.1:${port}` })
    expect(await status.push(ONLINE)).toBe(503)
    await using _redis = await startRedis({ port })
    await eventually('pushes are taken', async () => (await status.push(ONLINE)) === 204)
    expect(await status.states()).toBe('3320')
  })
})
