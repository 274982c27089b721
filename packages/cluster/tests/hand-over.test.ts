import { mkdtemp, rm } from 'node:fs/promises'
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
      withinMs: 30_000,
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
})
