import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, isAlive, runProgram, type Sandbox, startSandbox } from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, ShardProcessInfo } from '../src/index.ts'
import { startExampleCluster } from './running-cluster.ts'

describe('a cluster under supervision', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let folder: string
  const misdeeds = ['hang-at-boot', 'hang', 'close-channel', 'trap-sigterm']

  // A manager remembers no IDENTIFY of the one before: each test has a Discord of its own.
  beforeEach(async () => {
    sandbox = await startSandbox({ guilds: 8 })
    await sandbox.control('POST', '/sandbox/settings', { maxConcurrency: 16 })
    folder = await mkdtemp(join(tmpdir(), 'misdeeds-'))
    return async () => {
      await sandbox[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    }
  })

  const misbehave = (misdeed: string, processId: number) =>
    writeFile(join(folder, `${misdeed}.${processId}`), '')

  const start = (options: Partial<Parameters<typeof startExampleCluster>[0]> = {}): Promise<Cluster> =>
    startExampleCluster({
      sandbox,
      sessions: folder,
      environment: { MISDEEDS: misdeeds.map(name => join(folder, name)).join(',') },
      patience: { silenceMs: 5_000 },
      ...options,
    })

  const allReady = (cluster: Cluster) =>
    eventually(
      'all shard processes are ready',
      () => cluster.processes().every(one => one.state === 'ready'),
      {
        withinMs: 60_000,
      },
    )

  /** No shard had two sessions or needed a second IDENTIFY, and none came too early. */
  async function expectCleanLedger(totalShards = 4) {
    const { doubleSessionMs, identifies, sessions } = await sandbox.ledger()
    expect(doubleSessionMs).toBe(0)
    const shards = Array.from({ length: totalShards }, (_, id) => id)
    const byShard = Object.fromEntries(shards.map(id => [id, 1]))
    expect(identifies).toEqual({ total: totalShards, byShard, tooEarly: 0 })
    expect(sessions.map(session => session.shardId).toSorted()).toEqual(shards)
  }

  it('connects every shard once, brings back a process that was killed, and only that one, and closes each in the end', async () => {
    const lost: ShardProcessInfo[] = []
    await using cluster = await start({ events: { onLost: info => void lost.push(info) } })
    await allReady(cluster)
    await expectCleanLedger()
    const [first, second] = cluster.processes()
    process.kill(second?.pid ?? 0, 'SIGKILL')
    await eventually(
      'the second process has another life',
      () => ![null, second?.pid].includes(cluster.processes()[1]?.pid),
    )
    await allReady(cluster)
    expect(cluster.processes()[0]).toMatchObject({
      pid: first?.pid,
      state: 'ready',
      restarts: first?.restarts,
    })
    expect(lost.map(({ shards, lastEnd }) => [shards, lastEnd])).toEqual([
      [[2, 3], expect.stringMatching(/SIGKILL|closed/)],
    ])
    await expectCleanLedger()
    const pids = cluster.processes().map(one => one.pid ?? 0)
    await cluster[Symbol.asyncDispose]()
    expect(pids.map(isAlive)).toEqual([false, false])
    await eventually('all sessions are closed', async () => (await sandbox.ledger()).sessions.length === 0)
  })

  it('replaces a process that hangs, at once or later, or closes its channel, without two sessions for a shard', async () => {
    for (const [processId, misdeed] of ['hang-at-boot', 'hang', 'close-channel'].entries())
      await misbehave(misdeed, processId)
    await using cluster = await start({ totalShards: 3, shardsPerProcess: 1 })
    await eventually(
      'each process has a second life',
      () => cluster.processes().every(({ restarts }) => restarts > 0),
      { withinMs: 60_000 },
    )
    await allReady(cluster)
    await expectCleanLedger(3)
  })

  it('kills a process that ignores SIGTERM', async () => {
    await misbehave('trap-sigterm', 0)
    const cluster = await start({ totalShards: 1 })
    await allReady(cluster)
    const pid = cluster.processes()[0]?.pid ?? 0
    await cluster[Symbol.asyncDispose]()
    expect(isAlive(pid)).toBe(false)
  })

  it('leaves no shard process behind when the manager is killed, though one of them hangs', async () => {
    await misbehave('hang', 1)
    await using manager = runProgram('packages/cluster/tests/programs/manager.ts', {
      DISCORD_API_URL: sandbox.apiUrl,
      DISCORD_TOKEN: sandbox.token,
      SESSIONS: folder,
      MISDEEDS: misdeeds.map(name => join(folder, name)).join(','),
    })
    let processes: ShardProcessInfo[] = []
    manager.child.on('message', message => {
      processes = message as ShardProcessInfo[]
    })
    await eventually(
      'all are ready',
      () => processes.length === 2 && processes.every(one => one.state === 'ready'),
    )
    // By now the misdeed is under way.
    await sleep(500)
    manager.child.kill('SIGKILL')
    const pids = processes.map(one => one.pid ?? 0)
    await eventually('all are gone', () => !pids.some(isAlive))
  })
})
