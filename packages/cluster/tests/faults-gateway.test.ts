import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, startSandbox } from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { prepareTrouble, type Trouble, untilConnected, untilReady } from './troubled-cluster.ts'

const ONE_EACH = { 0: 1, 1: 1, 2: 1, 3: 1 }

describe('what goes wrong at the gateway', { timeout: 120_000 }, () => {
  let trouble: Trouble

  beforeEach(async () => {
    trouble = await prepareTrouble()
    return () => trouble[Symbol.asyncDispose]()
  })

  const pidsOf = (cluster: Cluster) => cluster.processes().map(({ pid }) => pid)
  const resumes = async (count: number) =>
    eventually('it has resumed', async () => (await trouble.sandbox.ledger()).resumes === count, {
      withinMs: 60_000,
    })

  it.each([
    ['is asked to reconnect (op 7)', 'reconnect', {}],
    ['is told that its session can be resumed (op 9)', 'invalid-session', { resumable: true }],
    ['is closed with 4000', 'gateway-close', { code: 4000 }],
    ['hears nothing any more', 'zombie', {}],
  ])('resumes a shard that %s, without an IDENTIFY, and misses nothing', async (_, kind, more) => {
    await using cluster = await trouble.start()
    await untilReady(cluster)
    const stop = trouble.talk(250)
    await trouble.fault(kind, { shardId: 1, ...more })
    await resumes(1)
    await untilConnected(cluster)
    const asked = await stop()
    await eventually('all are answered', async () => (await trouble.answers()).length >= asked.length)
    expect(await trouble.answers()).toEqual(asked)
    const { identifies, missed } = await trouble.sandbox.ledger()
    expect({ identifies: identifies.byShard, missed }).toEqual({ identifies: ONE_EACH, missed: 0 })
    await trouble.expectSound()
  })

  it.each([
    ['told that its session is over (op 9)', 'invalid-session', { resumable: false }],
    ['closed with 4007', 'gateway-close', { code: 4007 }],
    ['closed with 4009', 'gateway-close', { code: 4009 }],
  ])('begins one new session, under a permit, for a shard that is %s', async (_, kind, more) => {
    await using cluster = await trouble.start()
    await untilReady(cluster)
    const pids = pidsOf(cluster)
    const before = await trouble.sandbox.ledger()
    await trouble.fault(kind, { shardId: 1, ...more })
    await eventually(
      'it has a session again',
      async () => {
        const { sessions } = await trouble.sandbox.ledger()
        const { sessionId } = sessions.find(({ shardId }) => shardId === 1) ?? {}
        return sessionId !== undefined && !before.sessions.some(one => one.sessionId === sessionId)
      },
      { withinMs: 60_000 },
    )
    await untilConnected(cluster)
    await trouble.expectAnswers()
    // What is kept for the next process is the new session.
    const [killed] = pids
    process.kill(killed ?? 0, 'SIGKILL')
    await eventually('another life', () => ![null, killed].includes(pidsOf(cluster)[0] ?? null))
    await untilReady(cluster)
    expect((await trouble.sandbox.ledger()).identifies.byShard).toEqual({ ...ONE_EACH, 1: 2 })
    expect(cluster.processes()[1]?.pid).toBe(pids[1])
    await trouble.expectSound()
    expect(cluster.identifies()).toMatchObject({ reason: null, waiting: [] })
  })

  it.each([4004, 4014])('gives the reason at once and never identifies after a close with %i', async code => {
    const fatal: string[] = []
    await using cluster = await trouble.start({ events: { onFatal: reason => void fatal.push(reason) } })
    await untilReady(cluster)
    await trouble.fault('gateway-close', { shardId: 3, code })
    await eventually('the manager knows', () => fatal.length > 0)
    await sleep(2_000)
    expect(fatal).toEqual([`Discord closed shard 3 for good with code ${code}`])
    const { identifies, resumes, sessions } = await trouble.sandbox.ledger()
    expect({ byShard: identifies.byShard, resumes }).toEqual({ byShard: ONE_EACH, resumes: 0 })
    expect(sessions.map(({ shardId }) => shardId)).toEqual([0, 1, 2])
  })

  it('gives the reason when its intents are refused, after one IDENTIFY for each shard at most', async () => {
    await trouble.sandbox.control('POST', '/sandbox/settings', { privilegedIntents: [] })
    const fatal = Promise.withResolvers<string>()
    const cluster = await trouble.start({ events: { onFatal: fatal.resolve } })
    // Whoever runs the cluster ends it with the reason.
    expect(await fatal.promise).toMatch(/^Discord closed shard \d for good with code 4014$/)
    await cluster[Symbol.asyncDispose]()
    for (const count of Object.values((await trouble.sandbox.ledger()).identifies.byShard))
      expect(count).toBe(1)
  })

  it('backs off while no IDENTIFY is answered, says so, and recovers by itself', async () => {
    await trouble.fault('swallow-identify', { times: 1_000 })
    await using cluster = await trouble.start()
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

  it('resumes when a gateway that stood still goes on', async () => {
    const { sandbox } = trouble
    await using cluster = await trouble.start()
    await untilReady(cluster)
    const pids = pidsOf(cluster)
    sandbox.program.child.kill('SIGSTOP')
    await eventually(
      'every shard has noticed',
      () => cluster.processes().every(one => one.health.every(({ isConnected }) => !isConnected)),
      { withinMs: 60_000 },
    )
    await sleep(5_000)
    sandbox.program.child.kill('SIGCONT')
    await untilConnected(cluster)
    expect(pidsOf(cluster)).toEqual(pids)
    const { identifies, missed } = await sandbox.ledger()
    expect({ identifies: identifies.byShard, missed }).toEqual({ identifies: ONE_EACH, missed: 0 })
    await trouble.expectSound()
    await trouble.expectAnswers()
  })

  it('outlasts a gateway that refuses connections, and identifies each shard once when it is back', async () => {
    const { sandbox } = trouble
    await using cluster = await trouble.start()
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
