import { findFreePort, startRedis } from '@shardlight/embedded'
import { eventually, redisIsMissing, runProgram } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watchFleet } from './watched-fleet.ts'

const TOKEN = 'the-token-of-all'
const REPLICAS = 3
const SHARDS = 400
const ONLINE = 3
const UNHEALTHY = 1
const PATIENCE = { withinMs: 60_000 }

async function startReplica(redisUrl: string) {
  const port = await findFreePort()
  const program = runProgram('apps/status/src/main.ts', {
    STATUS_PORT: String(port),
    STATUS_TOKENS: `main:${TOKEN};silent:${TOKEN}`,
    REDIS_URL: redisUrl,
    GLANCE_HEALTH_TIMEOUT: '5',
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = async () => program.child.exitCode !== null || (await fetch(`${url}/readyz`)).ok
  await eventually('a replica is ready', isReady, PATIENCE)
  if (program.child.exitCode !== null) throw new Error(program.output())
  return { url, program }
}

async function push(url: string, cluster: string, shards: [id: number, state: number][]) {
  const answer = await fetch(`${url}/api/v2/clusters/${cluster}/shards`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      totalShards: SHARDS,
      process: { id: 'p0' },
      shards: shards.map(([id, state]) => ({ id, state })),
    }),
  })
  expect(answer.status).toBe(204)
}

const all = (state: number) => Array.from({ length: SHARDS }, (_, id): [number, number] => [id, state])

describe.skipIf(redisIsMissing())('several replicas on one Redis', { timeout: 120_000 }, () => {
  const opened = new AsyncDisposableStack()
  let replicas: Awaited<ReturnType<typeof startReplica>>[] = []

  const urlOf = (replica: number) => replicas[replica]?.url ?? ''

  beforeAll(async () => {
    const redis = await startRedis()
    if (!redis) throw new Error('Redis was there a moment ago')
    opened.use(redis)
    replicas = await Promise.all(Array.from({ length: REPLICAS }, () => startReplica(redis.url)))
    for (const { program } of replicas) opened.use(program)
  }, 120_000)
  afterAll(() => opened.disposeAsync())

  it('all show what was pushed to any of them', async () => {
    await push(urlOf(0), 'main', all(ONLINE))
    await using fleets = new AsyncDisposableStack()
    const viewers = await Promise.all(replicas.map(async ({ url }) => fleets.use(await watchFleet(url))))
    await push(urlOf(0), 'main', [[7, 4]])
    await push(urlOf(1), 'main', [[8, 5]])
    await push(urlOf(2), 'main', [[9, 6]])
    for (const viewer of viewers)
      await eventually(
        'a viewer sees all three',
        () => viewer.states('main').slice(6, 10) === '3456',
        PATIENCE,
      )
    const epochs = new Set(viewers.map(({ position }) => position()?.epoch))
    expect(epochs.size).toBe(REPLICAS)
  })

  it('turn each silent shard once, whoever sweeps, and all tell of it', async () => {
    await push(urlOf(1), 'silent', all(ONLINE))
    await using fleets = new AsyncDisposableStack()
    const viewers = await Promise.all(replicas.map(async ({ url }) => fleets.use(await watchFleet(url))))
    const unhealthy = String(UNHEALTHY).repeat(SHARDS)
    for (const viewer of viewers)
      await eventually('all are unhealthy', () => viewer.states('silent') === unhealthy, PATIENCE)
    const since = await Promise.all(
      replicas.map(async ({ url }) => {
        const answer = await (await fetch(`${url}/api/v2/clusters/silent`)).json()
        return answer.shards.map(({ sinceMs }: { sinceMs: number }) => sinceMs)
      }),
    )
    expect(since[1]).toEqual(since[0])
    expect(since[2]).toEqual(since[0])
    for (const viewer of viewers)
      for (const times of viewer.timesTold('silent', UNHEALTHY).values()) expect(times).toBe(1)
  })

  it('give who comes from one that was killed the whole picture, with what it has missed', async () => {
    const pushed = async (replica: number, id: number) => {
      await push(urlOf(replica), 'main', [[id, 2]])
      return id
    }
    await push(urlOf(0), 'main', all(ONLINE))
    using viewer = await watchFleet(urlOf(0))
    await pushed(1, 100)
    await eventually('it is followed', () => viewer.states('main')[100] === '2', PATIENCE)
    const position = viewer.position()
    const { program } = replicas[0] ?? {}
    program?.child.kill('SIGKILL')
    await program?.exited
    await pushed(1, 101)
    await pushed(2, 102)

    using again = await watchFleet(urlOf(1), position)
    await pushed(2, 103)
    await eventually('nothing is missing', () => again.states('main').slice(99, 105) === '322223', PATIENCE)
    expect(again.wasResumed()).toBe(false)
    expect(again.position()?.epoch).not.toBe(position?.epoch)
  })
})
