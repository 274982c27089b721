import { clusterAnswerSchema, clustersAnswerSchema, shardAnswerSchema } from '@shardlight/status-client'
import { eventually, redisIsMissing, startMortalRedis } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { describeInBrowser, OFFLINE, ONLINE, type PageBrowser, states, verdict } from './page-browser.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const SLOW = { withinMs: 60_000 }
/** The last shard was switched off, and nobody says so again. */
const SHARDS = [ONLINE, ONLINE, ONLINE, OFFLINE]
const living = (shards: number[]) => shards.filter(state => state === ONLINE)

function whileRedisIsLost(browser: PageBrowser): void {
  const read = async ({ url }: RunningStatus) =>
    clusterAnswerSchema.parse(await (await fetch(`${url}/api/v2/clusters/main`)).json())

  const pushLiving = ({ url }: RunningStatus) =>
    fetch(`${url}/api/v2/clusters/main/shards`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-token-of-all', 'content-type': 'application/json' },
      body: JSON.stringify({
        totalShards: SHARDS.length,
        process: { id: 'process-1' },
        shards: living(SHARDS).map((state, id) => ({ id, state, pingMs: 41 })),
      }),
    })

  it('every replica goes on showing the last picture and says so; back, all is true again by the pushes', async () => {
    await using redis = await startMortalRedis()
    const environment = { REDIS_URL: redis.url }
    await using first = await startRunningStatus({ environment })
    await using second = await startRunningStatus({ environment })
    await first.push('main', SHARDS)
    await eventually('both know', async () => (await read(second)).states === '3332')
    await eventually('both are current', async () => (await read(second)).staleSinceMs === null)
    await using opened = await browser.open(second, '/#main/1')
    const { page } = opened
    await page.getByText(/^Live/).waitFor({ state: 'attached' })
    const said = await verdict(page)

    await redis.kill()
    await eventually('pushes are refused', async () => (await pushLiving(first)).status === 503, SLOW)
    for (const status of [first, second]) {
      const answer = await eventually('it says so', async () => {
        const one = await read(status)
        return one.staleSinceMs !== null && one
      })
      expect(answer.states).toBe('3332')
      expect(answer.staleSinceMs).toBeLessThanOrEqual(answer.atMs)
      const all = await (await fetch(`${status.url}/api/v2/clusters`)).json()
      expect(clustersAnswerSchema.parse(all).staleSinceMs).toBe(answer.staleSinceMs)
      const shard = await (await fetch(`${status.url}/api/v2/clusters/main/shards/1`)).json()
      expect(shardAnswerSchema.parse(shard).staleSinceMs).toBe(answer.staleSinceMs)
      expect((await fetch(`${status.url}/readyz`)).status).toBe(503)
      expect((await fetch(`${status.url}/livez`)).status).toBe(200)
      const metrics = await (await fetch(`${status.url}/metrics`)).text()
      expect(metrics).toMatch(/^shardlight_status_picture_stale_seconds (?!0$)/m)
    }
    await page.getByText(/^Last known · data is .+ old$/).waitFor({ state: 'attached' })
    await page
      .getByRole('dialog')
      .getByText(/^This is the last known picture, .+ old\.$/)
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByText(/nothing newer is known$/).waitFor()
    expect(await verdict(page)).toBe(`Last known: ${said}`)
    expect(await states(page)).toEqual(SHARDS)

    await redis.start()
    await eventually('pushes are taken', async () => (await pushLiving(first)).status === 204, SLOW)
    for (const status of [first, second])
      await eventually(
        'it is current',
        async () => {
          await pushLiving(first)
          const { states: digits, staleSinceMs } = await read(status)
          expect(digits).toBe('3332')
          return staleSinceMs === null
        },
        SLOW,
      )
    await page.getByText(/^Live/).waitFor()
    expect(await states(page)).toEqual(SHARDS)
    expect(await verdict(page)).toBe(said)
  })
}

describeInBrowser('while Redis is lost', whileRedisIsLost, { lacks: redisIsMissing() })
