import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, startSandbox } from '@shardlight/testing'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { prepareTrouble, type Trouble, untilConnected, untilReady } from './troubled-cluster.ts'

const ONE_EACH = { 0: 1, 1: 1, 2: 1, 3: 1 }

const pidsOf = (cluster: Cluster) => cluster.processes().map(({ pid }) => pid)

describe('what a gateway does to shards of a cluster that goes on', { timeout: 180_000 }, () => {
  let trouble: Trouble
  let cluster: Cluster

  beforeAll(async () => {
    await using opened = new AsyncDisposableStack()
    trouble = opened.use(await prepareTrouble())
    // The first process has all shards but the last.
    cluster = opened.use(await trouble.start({ shardsPerProcess: 3 }))
    await untilReady(cluster)
    const running = opened.move()
    return () => running.disposeAsync()
  })

  beforeEach(() => untilConnected(cluster))

  it('resumes a shard that is asked to reconnect (op 7), told to resume (op 9), closed with 4000, or hears nothing: no IDENTIFY, nothing missed', async () => {
    const before = await trouble.sandbox.ledger()
    const stop = trouble.talk(250)
    await trouble.fault('reconnect', { shardId: 0 })
    await trouble.fault('invalid-session', { shardId: 1, resumable: true })
    await trouble.fault('gateway-close', { shardId: 2, code: 4000 })
    await trouble.fault('zombie', { shardId: 3 })
    await eventually(
      'all have resumed',
      async () => (await trouble.sandbox.ledger()).resumes === before.resumes + 4,
      { withinMs: 60_000 },
    )
    await untilConnected(cluster)
    const asked = await stop()
    expect(await trouble.answersTo(asked)).toEqual(asked)
    const { identifies, missed, sessions } = await trouble.sandbox.ledger()
    expect({ identifies, missed }).toEqual({ identifies: before.identifies, missed: before.missed })
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(
      before.sessions.map(({ sessionId }) => sessionId),
    )
    await trouble.expectSound()
  })

  it('resumes when a gateway that stood still goes on', async () => {
    const { child } = trouble.sandbox.program
    const pids = pidsOf(cluster)
    const before = await trouble.sandbox.ledger()
    child.kill('SIGSTOP')
    try {
      await eventually(
        'every shard has noticed',
        () => cluster.processes().every(one => one.health.every(({ isConnected }) => !isConnected)),
        { withinMs: 60_000 },
      )
      await sleep(5_000)
    } finally {
      child.kill('SIGCONT')
    }
    await untilConnected(cluster)
    expect(pidsOf(cluster)).toEqual(pids)
    const { identifies, missed } = await trouble.sandbox.ledger()
    expect({ identifies, missed }).toEqual({ identifies: before.identifies, missed: before.missed })
    await trouble.expectSound()
    await trouble.expectAnswers()
  })

  it('begins one new session, under a permit, for a shard that is told that its own is over (op 9) or is closed with 4007 or 4009', async () => {
    const [killed, other] = pidsOf(cluster)
    const before = await trouble.sandbox.ledger()
    await trouble.fault('invalid-session', { shardId: 0, resumable: false })
    await trouble.fault('gateway-close', { shardId: 1, code: 4007 })
    await trouble.fault('gateway-close', { shardId: 2, code: 4009 })
    await eventually(
      'they have sessions again',
      async () => {
        const { sessions } = await trouble.sandbox.ledger()
        const kept = sessions.filter(one =>
          before.sessions.some(({ sessionId }) => sessionId === one.sessionId),
        )
        return sessions.length === 4 && kept.length === 1
      },
      { withinMs: 60_000 },
    )
    await untilConnected(cluster)
    await trouble.expectAnswers()
    // What is kept for the next process are the new sessions.
    process.kill(killed ?? 0, 'SIGKILL')
    await eventually('another life', () => ![null, killed].includes(pidsOf(cluster)[0] ?? null))
    await untilReady(cluster)
    const identifies = (shardId: number) => before.identifies.byShard[shardId] ?? 0
    expect((await trouble.sandbox.ledger()).identifies.byShard).toEqual({
      0: identifies(0) + 1,
      1: identifies(1) + 1,
      2: identifies(2) + 1,
      3: identifies(3),
    })
    expect(pidsOf(cluster)[1]).toBe(other)
    await trouble.expectSound()
    expect(cluster.identifies()).toMatchObject({ reason: null, waiting: [] })
  })
})

describe('what goes wrong at the gateway', { timeout: 120_000 }, () => {
  let trouble: Trouble

  beforeEach(async () => {
    trouble = await prepareTrouble()
    return () => trouble[Symbol.asyncDispose]()
  })

  it('gives the reason at once and never identifies after a close with 4004 or 4014', async () => {
    const fatal: string[] = []
    await using cluster = await trouble.start({ events: { onFatal: reason => void fatal.push(reason) } })
    await untilReady(cluster)
    await trouble.fault('gateway-close', { shardId: 3, code: 4004 })
    await eventually('the manager knows', () => fatal.length === 1)
    await trouble.fault('gateway-close', { shardId: 1, code: 4014 })
    await eventually('the manager knows of the other', () => fatal.length === 2)
    await sleep(2_000)
    expect(fatal).toEqual([
      'Discord closed shard 3 for good with code 4004',
      'Discord closed shard 1 for good with code 4014',
    ])
    const { identifies, resumes, sessions } = await trouble.sandbox.ledger()
    expect({ byShard: identifies.byShard, resumes }).toEqual({ byShard: ONE_EACH, resumes: 0 })
    expect(sessions.map(({ shardId }) => shardId)).toEqual([0, 2])
  })

  it('gives the reason when its intents are refused, after one IDENTIFY for each shard at most', async () => {
    await trouble.sandbox.control('POST', '/sandbox/settings', { privilegedIntents: [] })
    const fatal = Promise.withResolvers<string>()
    const cluster = await trouble.start({ shardsPerProcess: 4, events: { onFatal: fatal.resolve } })
    // Whoever runs the cluster ends it with the reason.
    expect(await fatal.promise).toMatch(/^Discord closed shard \d for good with code 4014$/)
    await cluster[Symbol.asyncDispose]()
    for (const count of Object.values((await trouble.sandbox.ledger()).identifies.byShard))
      expect(count).toBe(1)
  })

  it('backs off while no IDENTIFY is answered, says so, and recovers by itself', async () => {
    await trouble.fault('swallow-identify', { times: 1_000 })
    await using cluster = await trouble.start({ shardsPerProcess: 4 })
    await eventually('it says so', () => cluster.identifies().reason?.startsWith('Logins are failing; '), {
      withinMs: 60_000,
    })
    await sleep(20_000)
    // Four shards that try every 15 s, as discord.js would, had spent twelve.
    expect((await trouble.sandbox.ledger()).identifies.total).toBeLessThanOrEqual(8)
    await trouble.sandbox.control('DELETE', '/sandbox/faults')
    await untilReady(cluster)
    expect(cluster.identifies()).toMatchObject({ reason: null, waiting: [] })
    expect((await trouble.sandbox.ledger()).identifies.total).toBeLessThanOrEqual(12)
    await trouble.expectSound()
    await trouble.expectAnswers()
  })

  it('outlasts a gateway that refuses connections, and identifies each shard once when it is back', async () => {
    const { sandbox } = trouble
    await using cluster = await trouble.start({ shardsPerProcess: 4 })
    await untilReady(cluster)
    const pids = pidsOf(cluster)
    sandbox.program.child.kill('SIGKILL')
    await sandbox.program.exited
    await eventually('every shard knows', () =>
      cluster.processes().every(one => one.health.every(({ isConnected }) => !isConnected)),
    )
    await sleep(5_000)
    await using _back = await startSandbox({
      guilds: 8,
      port: Number(new URL(sandbox.url).port),
      environment: { SANDBOX_MAX_CONCURRENCY: '16' },
    })
    await untilConnected(cluster)
    expect(pidsOf(cluster)).toEqual(pids)
    expect((await sandbox.ledger()).identifies.byShard).toEqual(ONE_EACH)
    await trouble.expectSound()
  })
})
