import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, isAlive, runProgram } from '@shardlight/testing'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, ShardProcessInfo } from '../src/index.ts'
import { prepareTrouble, type Trouble, untilConnected, untilReady } from './troubled-cluster.ts'

const ONE_EACH = { 0: 1, 1: 1, 2: 1, 3: 1 }

const pidOf = (cluster: Cluster, processId: number): number => {
  const pid = cluster.processes()[processId]?.pid
  if (!pid) throw new Error(`process ${processId} does not run`)
  return pid
}

const untilAnotherLife = (cluster: Cluster, processId: number, pid: number) =>
  eventually('another life', () => ![null, pid].includes(cluster.processes()[processId]?.pid ?? null), {
    withinMs: 60_000,
  })

const untilOver = (cluster: Cluster) =>
  eventually('the operation is over', () => cluster.operation()?.state !== 'running', {
    withinMs: 90_000,
  })

describe('a process of a cluster that goes on', { timeout: 180_000 }, () => {
  let trouble: Trouble
  let cluster: Cluster

  beforeAll(async () => {
    await using opened = new AsyncDisposableStack()
    trouble = opened.use(await prepareTrouble())
    cluster = opened.use(await trouble.start({ environment: { ...trouble.environment, ANSWER_MS: '1500' } }))
    await untilReady(cluster)
    const running = opened.move()
    return () => running.disposeAsync()
  })

  beforeEach(() => untilConnected(cluster))

  it('resumes what a killed process served: all is answered, also what it was about to answer', async () => {
    const before = await trouble.sandbox.ledger()
    const stop = trouble.talk(250)
    await sleep(2_000)
    const killed = pidOf(cluster, 1)
    process.kill(killed, 'SIGKILL')
    await untilAnotherLife(cluster, 1, killed)
    await untilReady(cluster)
    await untilConnected(cluster)
    const asked = await stop()
    expect([...new Set(await trouble.answersTo(asked))]).toEqual(asked)
    const { identifies, resumes, missed } = await trouble.sandbox.ledger()
    expect({ identifies: identifies.byShard, resumes: resumes - before.resumes, missed }).toEqual({
      identifies: ONE_EACH,
      resumes: 2,
      missed: 0,
    })
    await trouble.expectSound()
  })

  it('replaces a frozen process, which does nothing any more should it thaw', async () => {
    const frozen = pidOf(cluster, 1)
    process.kill(frozen, 'SIGSTOP')
    const stop = trouble.talk(250)
    await untilAnotherLife(cluster, 1, frozen)
    await untilReady(cluster)
    await untilConnected(cluster)
    expect(isAlive(frozen)).toBe(false)
    expect(() => process.kill(frozen, 'SIGCONT')).toThrow('ESRCH')
    expect(cluster.processes()[1]?.lastEnd).toMatch(/^no sign of life for ([89]|\d{2,}) s$/)
    const asked = await stop()
    expect(await trouble.answersTo(asked)).toEqual(asked)
    const { identifies, missed } = await trouble.sandbox.ledger()
    expect({ identifies: identifies.byShard, missed }).toEqual({ identifies: ONE_EACH, missed: 0 })
    await trouble.expectSound()
  })

  it('goes on where it was frozen for a moment', async () => {
    const pid = pidOf(cluster, 0)
    process.kill(pid, 'SIGSTOP')
    await sleep(3_000)
    process.kill(pid, 'SIGCONT')
    await trouble.expectAnswers()
    expect(cluster.processes()[0]).toMatchObject({ pid, state: 'ready' })
    expect((await trouble.sandbox.ledger()).identifies.byShard).toEqual(ONE_EACH)
    await trouble.expectSound()
  })

  it('goes on where its successor exits at once, or hangs while it boots', async () => {
    const pids = cluster.processes().map(({ pid }) => pid)
    const before = await trouble.sandbox.ledger()
    const stop = trouble.talk(250)
    for (const [misdeed, reason] of [
      ['exit-at-once', 'exit code 1'],
      ['hang-at-boot', 'no sign of life'],
    ] as const) {
      await trouble.misbehave(misdeed, 0)
      cluster.restart()
      await untilOver(cluster)
      expect(cluster.operation()).toMatchObject({ state: 'failed', done: 0, total: 2 })
      expect(cluster.operation()?.error).toMatch(
        new RegExp(`^the new process 0 did not start \\(${reason}.*\\); the old one goes on$`),
      )
      expect(cluster.processes()).toMatchObject(pids.map(pid => ({ pid, state: 'ready' })))
    }
    const asked = await stop()
    expect(await trouble.answersTo(asked)).toEqual(asked)
    const { identifies, resumes } = await trouble.sandbox.ledger()
    expect({ identifies, resumes }).toEqual({ identifies: before.identifies, resumes: before.resumes })
    await trouble.expectSound()
  })
})

describe('what goes wrong with processes', { timeout: 120_000 }, () => {
  let trouble: Trouble

  beforeEach(async () => {
    trouble = await prepareTrouble()
    return () => trouble[Symbol.asyncDispose]()
  })

  it('stops trying quickly what keeps dying, says so, and tries at once when an operator asks', async () => {
    await trouble.misbehave('always-exit', 0)
    await using cluster = await trouble.start()
    await eventually('it is degraded', () => cluster.processes()[0]?.state === 'degraded', {
      withinMs: 60_000,
    })
    expect(cluster.processes()[0]).toMatchObject({ restarts: 3, lastEnd: 'exit code 1' })
    expect(cluster.processes()[1]?.state).toBe('ready')

    cluster.restart()
    await untilOver(cluster)
    expect(cluster.operation()).toMatchObject({
      state: 'failed',
      error: 'process 0 keeps dying (exit code 1)',
    })

    await rm(join(trouble.folder, 'always-exit.0'))
    cluster.restart()
    await untilOver(cluster)
    expect(cluster.operation()).toMatchObject({ state: 'done', error: null })
    await untilConnected(cluster)
    expect((await trouble.sandbox.ledger()).identifies.byShard).toEqual(ONE_EACH)
    await trouble.expectSound()
    await trouble.expectAnswers()
  })

  it('resumes every shard when its manager is killed and another comes', async () => {
    const { sandbox, folder, environment } = trouble
    const run = () => {
      const program = runProgram('packages/cluster/tests/programs/manager.ts', {
        ...environment,
        DISCORD_API_URL: sandbox.apiUrl,
        DISCORD_TOKEN: sandbox.token,
        SESSIONS: folder,
        TOTAL_SHARDS: '2',
      })
      let processes: ShardProcessInfo[] = []
      program.child.on('message', message => {
        processes = message as ShardProcessInfo[]
      })
      const ready = () =>
        eventually(
          'all are connected',
          () =>
            processes.length === 1 &&
            processes.every(one => one.state === 'ready' && one.health.every(shard => shard.isConnected)) &&
            processes.map(({ pid }) => pid ?? 0),
          { withinMs: 60_000 },
        )
      return { ready, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() }
    }
    await using first = run()
    const pids = await first.ready()
    const stop = trouble.talk(250)
    first.program.child.kill('SIGKILL')
    await using second = run()
    await second.ready()
    expect(pids.map(isAlive)).toEqual([false])
    const asked = await stop()
    expect([...new Set(await trouble.answersTo(asked))]).toEqual(asked)
    const { identifies, missed } = await sandbox.ledger()
    expect({ identifies: identifies.byShard, missed }).toEqual({ identifies: { 0: 1, 1: 1 }, missed: 0 })
    await trouble.expectSound(2)
  })
})
