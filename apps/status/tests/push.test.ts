import { ShardState } from '@shardlight/shard-registry'
import { describe, expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'

const { Unhealthy, Offline, Online } = ShardState

const PUSH = {
  totalShards: 2,
  process: { id: 'p0' },
  shards: [{ id: 0, state: Online, pingMs: 40, guilds: 3 }],
}

describe('a push', () => {
  it('is taken with the token of its cluster, and answers 204', async () => {
    await using test = await createTestApp()
    const answer = await test.push(PUSH)
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    expect(test.registry.cluster('main')?.get(0)).toMatchObject({ state: Online, guilds: 3 })
  })

  it('needs the token: none and a wrong one are 401, a cluster without one is 404', async () => {
    await using test = await createTestApp()
    const bare = await test.app.inject({ method: 'POST', url: '/api/v2/clusters/main/shards', payload: PUSH })
    expect(bare.statusCode).toBe(401)
    expect(bare.headers['www-authenticate']).toBe('Bearer')
    expect((await test.push(PUSH, { token: 'another-token' })).statusCode).toBe(401)
    expect((await test.push(PUSH, { cluster: 'nobody' })).statusCode).toBe(404)
    expect(test.registry.cluster('main')?.get(0)).toBeUndefined()
  })

  it.each([
    [{ shards: [{ id: 0, state: 7 }] }, 'shards.0.state'],
    [{ shards: [{ id: 0, state: '3' }] }, 'shards.0.state'],
    [{ shards: [{ id: 1.5, state: 3 }] }, 'shards.0.id'],
    [{ totalShards: 2, shards: [{ id: 2, state: 3 }] }, 'shards.0.id'],
    [{ shards: [{ id: 0, state: 3, guilds: -1 }] }, 'shards.0.guilds'],
    [{ totalShards: 1_000_000, shards: [{ id: 0, state: 3 }] }, 'totalShards'],
    [{}, 'shards'],
    ['{', 'JSON'],
  ])('that is wrong, %j, is 400 and names the field', async (payload, field) => {
    await using test = await createTestApp()
    const answer = await test.push(payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error).toContain(field)
  })

  it('that is too large is 413', async () => {
    await using test = await createTestApp()
    expect((await test.push(`{"x":"${'x'.repeat(5_000_000)}"}`)).statusCode).toBe(413)
  })
})

describe("Glance's push API", () => {
  it('takes states and health with its passphrase as it is', async () => {
    await using test = await createTestApp()
    expect((await test.glance('status/glance/0/3')).statusCode).toBe(204)
    expect((await test.glance('health/glance/0')).statusCode).toBe(204)
    expect([...(test.registry.cluster('glance')?.states ?? [])]).toEqual([3, 0, 0, 0])
  })

  it('takes whatever body and content type a library sends along', async () => {
    await using test = await createTestApp()
    for (const contentType of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await test.app.inject({
        method: 'POST',
        url: '/api/status/glance/2/4',
        headers: { authorization: 'open sesame', 'content-type': contentType },
        payload: '',
      })
      expect(answer.statusCode).toBe(204)
    }
  })

  it.each([
    ['status/glance/0/7', 400],
    ['status/glance/0/99', 400],
    ['status/glance/0/x', 400],
    ['status/glance/4/3', 400],
    ['status/glance/-1/3', 400],
    ['status/nobody/0/3', 400],
    ['status/main/0/3', 400],
    ['health/glance/4', 400],
  ])('answers %s with %d and a reason', async (path, status) => {
    await using test = await createTestApp()
    const answer = await test.glance(path)
    expect(answer.statusCode).toBe(status)
    expect(answer.json().error).toEqual(expect.any(String))
  })

  it('answers 401 to a missing and to a wrong passphrase', async () => {
    await using test = await createTestApp()
    expect((await test.glance('status/glance/0/3', '')).statusCode).toBe(401)
    expect((await test.glance('status/glance/0/3', 'close sesame')).statusCode).toBe(401)
    expect((await test.glance('health/glance/0', '')).statusCode).toBe(401)
  })

  it('keeps an intended Offline through silence and health, and turns what is silent unhealthy', async () => {
    await using test = await createTestApp()
    await test.glance('status/glance/0/2')
    await test.glance('status/glance/1/3')
    await test.glance('health/glance/0')
    await test.passMs(29_999)
    expect(test.registry.cluster('glance')?.get(1)?.state).toBe(Online)
    await test.passMs(1)
    expect(test.registry.cluster('glance')?.get(0)?.state).toBe(Offline)
    expect(test.registry.cluster('glance')?.get(1)?.state).toBe(Unhealthy)
    await test.glance('health/glance/1')
    expect(test.registry.cluster('glance')?.get(1)?.state).toBe(Online)
  })
})
