import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { prepareTrouble, type Trouble, untilConnected, untilReady } from './troubled-cluster.ts'

describe('a change of the number of shards in which something goes wrong', { timeout: 180_000 }, () => {
  let trouble: Trouble

  beforeEach(async () => {
    trouble = await prepareTrouble()
    return () => trouble[Symbol.asyncDispose]()
  })

  /** Two shards, in one process. */
  async function startTwo(options: Parameters<Trouble['start']>[0] = {}): Promise<Cluster> {
    const cluster = await trouble.start({ totalShards: 2, ...options })
    await untilReady(cluster)
    return cluster
  }

  const untilOver = (cluster: Cluster) =>
    eventually('the operation is over', () => cluster.operation()?.state !== 'running', { withinMs: 120_000 })

  async function reshard(cluster: Cluster, totalShards: number) {
    cluster.reshard(totalShards)
    await untilOver(cluster)
    return cluster.operation()
  }

  const sessionsOf = async (totalShards: number) =>
    (await trouble.sandbox.ledger()).sessions
      .filter(({ shardCount }) => shardCount === totalShards)
      .map(({ shardId }) => shardId)

  const untilSessions = (totalShards: number, shards: number[]) =>
    eventually(
      `shards ${shards} of ${totalShards} have a session`,
      async () => {
        const present = await sessionsOf(totalShards)
        return shards.every(id => present.includes(id))
      },
      { withinMs: 60_000 },
    )

  async function expectAllAnsweredOnce(asked: string[]): Promise<void> {
    await eventually('all are answered', async () => new Set(await trouble.answers()).size >= asked.length)
    // What is answered twice is so a moment later: another word goes the same way.
    await trouble.expectAnswers()
    expect((await trouble.answers()).slice(0, asked.length)).toEqual(asked)
    expect(await trouble.answers()).toHaveLength(asked.length + 8)
  }

  it('answers everything once where the bot goes back while the former sessions could still be resumed', async () => {
    await using cluster = await startTwo()
    const stop = trouble.talk(200)
    expect(await reshard(cluster, 3)).toMatchObject({ state: 'done', error: null })
    expect(await reshard(cluster, 2)).toMatchObject({ state: 'done', error: null })
    await untilConnected(cluster)
    await expectAllAnsweredOnce(await stop())
    const { identifies, resumes } = await trouble.sandbox.ledger()
    expect({ byShard: identifies.byShard, resumes }).toEqual({ byShard: { 0: 3, 1: 3, 2: 1 }, resumes: 0 })
    expect(cluster.totalShards()).toBe(2)
    expect(await sessionsOf(2)).toEqual([0, 1])
    expect(await sessionsOf(3)).toEqual([])
  })

  it('answers everything once where the first try failed and the second succeeds', async () => {
    await using cluster = await startTwo()
    const stop = trouble.talk(200)
    // Only the new layout has a process 1.
    await trouble.misbehave('always-exit', 1)
    const pids = cluster.processes().map(({ pid }) => pid)
    expect(await reshard(cluster, 3)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/new process 1 keeps dying \(exit code 1\); the 2 present shards go on$/),
    })
    expect(cluster.totalShards()).toBe(2)
    expect(cluster.processes().map(({ pid }) => pid)).toEqual(pids)
    await eventually('only the present sessions are left', async () => (await sessionsOf(3)).length === 0)
    await rm(join(trouble.folder, 'always-exit.1'))
    expect(await reshard(cluster, 3)).toMatchObject({ state: 'done', error: null })
    await untilConnected(cluster)
    await expectAllAnsweredOnce(await stop())
    // What the first try kept was handled by others.
    expect((await trouble.sandbox.ledger()).resumes).toBe(0)
    expect(await sessionsOf(3)).toEqual([0, 1, 2])
  })

  it('stays where it is, with the reason, where Discord closes a new shard for good (4010) or refuses its intents (4014)', async () => {
    const fatal: string[] = []
    await using cluster = await startTwo({ events: { onFatal: reason => void fatal.push(reason) } })
    const pids = cluster.processes().map(({ pid }) => pid)
    // As long as one of them waits, the others cannot take over.
    await trouble.fault('swallow-identify', { shardId: 1, times: 1_000 })

    async function expectStay(code: number) {
      await untilOver(cluster)
      expect(cluster.operation()?.error).toMatch(
        new RegExp(`^Discord closed shard \\d for good with code ${code}; the 2 present shards go on$`),
      )
      expect({ fatal, totalShards: cluster.totalShards() }).toEqual({ fatal: [], totalShards: 2 })
      expect(cluster.processes().map(({ pid }) => pid)).toEqual(pids)
      await trouble.expectAnswers()
      await eventually('no new session is left', async () => (await sessionsOf(3)).length === 0)
      await trouble.expectSound(2)
    }

    cluster.reshard(3)
    await untilSessions(3, [2])
    await trouble.fault('gateway-close', { shardId: 2, code: 4010 })
    await expectStay(4010)

    await trouble.sandbox.control('POST', '/sandbox/settings', { privilegedIntents: [] })
    cluster.reshard(3)
    await expectStay(4014)
  })

  it('replaces a new process that does not take over, and every server is served', async () => {
    await using cluster = await startTwo()
    await trouble.misbehave('fail-unmute', 0)
    expect(await reshard(cluster, 3)).toMatchObject({ state: 'done' })
    await eventually('another life', () => cluster.processes()[0]?.restarts === 1, { withinMs: 60_000 })
    await untilConnected(cluster)
    await trouble.expectAnswers()
    expect(await sessionsOf(3)).toEqual([0, 1, 2])
  })

  it('stays where it is when a present process dies midway, and answers nothing twice', async () => {
    await using cluster = await startTwo()
    await trouble.fault('swallow-identify', { shardId: 3, times: 1_000 })
    cluster.reshard(4)
    await untilSessions(4, [0, 1, 2])
    // The new processes have kept these too.
    await trouble.expectAnswers()
    process.kill(cluster.processes()[0]?.pid ?? 0, 'SIGKILL')
    await untilOver(cluster)
    expect(cluster.operation()?.error).toMatch(
      /^process 0 ended meanwhile \(.*\); try again; the 2 present shards go on$/,
    )
    await untilReady(cluster)
    await trouble.sandbox.control('DELETE', '/sandbox/faults')
    await trouble.expectAnswers()
    const answers = await trouble.answers()
    expect(answers).toEqual([...new Set(answers)])
    expect(await reshard(cluster, 4)).toMatchObject({ state: 'done', error: null })
    await trouble.expectAnswers()
    expect(await sessionsOf(4)).toEqual([0, 1, 2, 3])
  })
})
