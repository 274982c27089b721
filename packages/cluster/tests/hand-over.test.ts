import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type Sandbox, startSandbox } from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { startExampleCluster } from './running-cluster.ts'

describe('a session that goes from one process to another', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let sessions: string
  let scope: AsyncDisposableStack

  beforeEach(async () => {
    scope = new AsyncDisposableStack()
    sandbox = scope.use(await startSandbox({ guilds: 8, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    sessions = await mkdtemp(join(tmpdir(), 'sessions-'))
    scope.defer(() => rm(sessions, { recursive: true }))
    return () => scope.disposeAsync()
  })

  const start = (options: Partial<Parameters<typeof startExampleCluster>[0]> = {}) =>
    startExampleCluster({ sandbox, sessions, ...options })

  const allReady = (cluster: Cluster) =>
    eventually('all are ready', () => cluster.processes().every(one => one.state === 'ready'), {
      withinMs: 60_000,
    })

  /** One message in each guild every `everyMs` until it is stopped; answers what was asked, by channel. */
  async function talk(everyMs: number) {
    const { guilds, users } = await sandbox.world()
    const channels = guilds.flatMap(({ channels }) => channels.find(({ type }) => type === 0)?.id ?? [])
    const asked: { channelId: string; word: string }[] = []
    let isOver = false
    const talking = (async () => {
      for (let turn = 0; !isOver; turn += 1) {
        const channelId = channels[turn % channels.length] ?? ''
        await sandbox.write(channelId, users[0]?.id ?? '', `ping ${turn}`)
        asked.push({ channelId, word: String(turn) })
        await sleep(everyMs)
      }
    })()
    return async () => {
      isOver = true
      await talking
      return { asked, channels }
    }
  }

  async function answersIn(channels: string[]): Promise<string[]> {
    const all = await Promise.all(channels.map(id => sandbox.messages(id)))
    return all
      .flat()
      .flatMap(({ content }) => (content.startsWith('pong ') ? content.slice(5) : []))
      .toSorted((a, b) => Number(a) - Number(b))
  }

  it('is resumed by each successor of a rolling restart: nothing missed, nothing answered twice', async () => {
    await using cluster = await start()
    await allReady(cluster)
    const before = cluster.processes().map(one => one.pid)
    const stop = await talk(150)
    cluster.restart()
    await eventually('the restart is over', () => cluster.operation()?.state !== 'running', {
      withinMs: 60_000,
    })
    await sleep(300)
    const { asked, channels } = await stop()
    expect(cluster.operation()).toMatchObject({ kind: 'restart', state: 'done', done: 2, error: null })
    expect(cluster.processes().map(one => one.pid)).not.toEqual(before)
    await eventually('all are answered', async () => (await answersIn(channels)).length >= asked.length)
    expect(await answersIn(channels)).toEqual(asked.map(({ word }) => word))
    const { identifies, resumes, missed, doubleSessionMs } = await sandbox.ledger()
    expect({ identifies: identifies.byShard, resumes, missed, doubleSessionMs }).toEqual({
      identifies: { 0: 1, 1: 1, 2: 1, 3: 1 },
      resumes: 4,
      missed: 0,
      doubleSessionMs: 0,
    })
  })

  it('goes on where the manager was stopped and started again, and is begun anew, by itself, where it can no longer be resumed', async () => {
    const first = await start({ shardsPerProcess: 4 })
    await allReady(first)
    await first[Symbol.asyncDispose]()
    const { guilds, users } = await sandbox.world()
    const channelId = guilds[0]?.channels.find(({ type }) => type === 0)?.id ?? ''
    await sandbox.write(channelId, users[0]?.id ?? '', 'ping while nobody was there')
    const second = await start({ shardsPerProcess: 4 })
    await allReady(second)
    await eventually('it is answered', async () =>
      (await sandbox.messages(channelId)).some(({ content }) => content === 'pong while nobody was there'),
    )
    const { identifies, resumes, missed } = await sandbox.ledger()
    expect({ identifies: identifies.total, resumes, missed }).toEqual({
      identifies: 4,
      resumes: 4,
      missed: 0,
    })

    await second[Symbol.asyncDispose]()
    // Each bucket is free again only after its window.
    await sandbox.control('POST', '/sandbox/settings', { identifyWindowMs: 1 })
    for (const file of await readdir(sessions)) {
      if (!file.endsWith('.sequence')) continue
      const [sequence = '', session = ''] = (await readFile(join(sessions, file), 'utf8')).split(' ')
      const stale = session.replace(/^./, '-')
      await writeFile(join(sessions, file), `${sequence} ${stale}`)
      const guilds = file.replace('.sequence', '.guilds')
      const kept = await readFile(join(sessions, guilds), 'utf8')
      await writeFile(join(sessions, guilds), kept.replace(session, stale))
    }
    await using third = await start({ shardsPerProcess: 4 })
    await allReady(third)
    const { doubleSessionMs, ...last } = await sandbox.ledger()
    expect(last.identifies).toMatchObject({ total: 8, tooEarly: 0 })
    expect({ live: last.sessions.length, doubleSessionMs }).toEqual({ live: 4, doubleSessionMs: 0 })
  })

  it('refuses what cannot be, and one operation while another is under way', async () => {
    await using cluster = await start({ totalShards: 2 })
    await allReady(cluster)
    expect(() => cluster.reshard(2)).toThrow('the bot has 2 shards already')
    expect(() => cluster.reshard(5_000)).toThrow(/5000 shards need as many IDENTIFYs, of which 49\d are left/)
    cluster.restart()
    expect(() => cluster.restart()).toThrow('a restart is under way')
    await eventually('it is over', () => cluster.operation()?.state === 'done', { withinMs: 60_000 })
    cluster.drain()
    await eventually('it is drained', () => cluster.operation()?.state === 'done', { withinMs: 60_000 })
    expect(cluster.processes().map(({ state, pid }) => ({ state, pid }))).toEqual([
      { state: 'stopped', pid: null },
    ])
    expect((await sandbox.ledger()).sessions).toEqual([])
  })
})
