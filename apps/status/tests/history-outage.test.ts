import { openDatabase } from '@shardlight/database'
import { eventually, type MortalPostgres, startMortalPostgres } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type FreezingProxy, startFreezingProxy } from './freezing-proxy.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const [UNHEALTHY, ONLINE] = [1, 3]
const PATIENCE = { withinMs: 60_000, everyMs: 250 }
const ROUTES = ['uptime', 'shards/0/history']

describe('the status app while PostgreSQL is away', { timeout: 180_000 }, () => {
  const opened = new AsyncDisposableStack()
  let postgres: MortalPostgres
  let proxy: FreezingProxy
  let status: RunningStatus

  const answersOf = () =>
    Promise.all(
      ROUTES.map(async path => {
        const answer = await fetch(`${status.url}/api/v2/clusters/main/${path}`)
        return { code: answer.status, text: await answer.text() }
      }),
    )
  const historyIs = (code: number) =>
    eventually(
      `history is answered ${code}`,
      async () => {
        await status.push('main', [ONLINE, ONLINE])
        return (await answersOf()).every(answer => answer.code === code)
      },
      PATIENCE,
    )

  /** Pushes are taken, and the feed tells of them. */
  async function expectLive() {
    const socket = new WebSocket(`${status.url.replace(/^http/, 'ws')}/api/v2/feed`)
    const frames: string[] = []
    socket.on('message', data => frames.push(String(data)))
    await eventually('the feed is open', () => socket.readyState === WebSocket.OPEN, PATIENCE)
    await status.push('main', [ONLINE, UNHEALTHY])
    await eventually(
      'the feed tells of the shard',
      () => frames.some(frame => /\[1,1\]|"31"/.test(frame)),
      PATIENCE,
    )
    await status.push('main', [ONLINE, ONLINE])
    socket.terminate()
    const answer = await fetch(`${status.url}/api/v2/clusters/main?compact=true`)
    expect(answer.status).toBe(200)
    expect((await fetch(`${status.url}/livez`)).status).toBe(200)
  }

  async function observedSeconds(): Promise<number> {
    await using database = await openDatabase({ url: postgres.url, applicationName: 'test' })
    const rows = await database.query<{ seconds: number }>(
      'SELECT coalesce(sum(observed_ms) / 1000, 0)::float8 AS seconds FROM history_days',
    )
    return rows[0]?.seconds ?? 0
  }

  beforeAll(async () => {
    postgres = opened.use(await startMortalPostgres())
    proxy = opened.use(await startFreezingProxy(postgres.url))
    await postgres.stop()
    status = opened.use(await startRunningStatus({ environment: { DATABASE_URL: proxy.url } }))
  }, 120_000)
  afterAll(() => opened.disposeAsync(), 60_000)

  it('starts without it, and keeps history once it is there', async () => {
    await expectLive()
    for (const { code, text } of await answersOf()) {
      expect(code).toBe(503)
      expect(text).toContain('history')
      expect(text).not.toContain('127.0.0.1')
    }
    await postgres.start()
    await historyIs(200)
    await eventually('something is recorded', async () => (await observedSeconds()) > 0, PATIENCE)
  })

  it('goes on when it is killed, and adds what it counted meanwhile', async () => {
    const before = await observedSeconds()
    await postgres.kill()
    await historyIs(503)
    await expectLive()
    await postgres.start()
    await historyIs(200)
    await eventually(
      'what was counted is written',
      async () => {
        await status.push('main', [ONLINE, ONLINE])
        return (await observedSeconds()) > before
      },
      PATIENCE,
    )
  })

  it('goes on when it freezes: pushes do not wait, and history says so', async () => {
    proxy.freeze()
    await expectLive()
    await historyIs(503)
    await expectLive()
    proxy.thaw()
    await historyIs(200)
  })
})
