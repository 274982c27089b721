import {
  clusterAnswerSchema,
  clustersAnswerSchema,
  guildAnswerSchema,
  shardAnswerSchema,
} from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'

const GUILD = '1161574221348863930'

async function createFilledApp() {
  const test = await createTestApp()
  await test.push({
    totalShards: 360,
    process: { id: 'p0', pid: 42, version: '1.2.3', startedAtMs: 5, memoryBytes: 6 },
    shards: [
      { id: 134, state: 3, pingMs: 41, guilds: 7 },
      { id: 135, state: 1, guilds: 2 },
    ],
  })
  return { ...test, get: (url: string) => test.app.inject(url) }
}

it('sums up every cluster, also one that nobody has pushed', async () => {
  await using test = await createFilledApp()
  const { clusters } = clustersAnswerSchema.parse((await test.get('/api/v2/clusters')).json())
  expect(clusters.map(({ name, totalShards }) => [name, totalShards])).toEqual([
    ['glance', 4],
    ['main', 360],
    ['second', 0],
  ])
  expect(clusters[1]).toMatchObject({
    guilds: 9,
    processes: 1,
    counts: { online: 1, unhealthy: 1, unknown: 358 },
  })
})

it('gives a snapshot with every shard, or with one digit a shard alone', async () => {
  await using test = await createFilledApp()
  const whole = clusterAnswerSchema.parse((await test.get('/api/v2/clusters/main')).json())
  expect(whole.states).toHaveLength(360)
  expect(whole.states.slice(133, 137)).toBe('0310')
  expect(whole.shards?.[134]).toMatchObject({ id: 134, state: 3, stateName: 'Online', processId: 'p0' })
  const compact = clusterAnswerSchema.parse((await test.get('/api/v2/clusters/main?compact=true')).json())
  expect(compact.shards).toBeUndefined()
})

it('tells all of one shard, with its process', async () => {
  await using test = await createFilledApp()
  const shard = shardAnswerSchema.parse((await test.get('/api/v2/clusters/main/shards/134')).json())
  expect(shard).toMatchObject({ pingMs: 41, guilds: 7, process: { id: 'p0', pid: 42, version: '1.2.3' } })
})

it('finds the shard of a guild on exact 64-bit ids', async () => {
  await using test = await createFilledApp()
  const guild = guildAnswerSchema.parse((await test.get(`/api/v2/clusters/main/guilds/${GUILD}`)).json())
  expect(guild).toMatchObject({ guildId: GUILD, totalShards: 360, shard: { id: 134, stateName: 'Online' } })
  const link = encodeURIComponent(`https://discord.com/channels/${GUILD}/1/2`)
  expect((await test.get(`/api/v2/clusters/main/guilds/${link}`)).json().shard.id).toBe(134)
})

it.each([
  ['/api/v2/clusters/nobody', 404],
  ['/api/v2/clusters/main/shards/360', 404],
  ['/api/v2/clusters/main/shards/x', 400],
  ['/api/v2/clusters/main/guilds/123', 400],
  [`/api/v2/clusters/second/guilds/${GUILD}`, 404],
  ['/nothing/here', 404],
])('answers %s with %d and a reason', async (url, status) => {
  await using test = await createFilledApp()
  const answer = await test.get(url)
  expect(answer.statusCode).toBe(status)
  expect(answer.json().error).toEqual(expect.any(String))
})

it('answers probes, metrics and its own description', async () => {
  await using test = await createFilledApp()
  expect((await test.get('/livez')).statusCode).toBe(200)
  expect((await test.get('/readyz')).json()).toEqual({ ready: true, checks: { registry: 'ok' } })
  expect((await test.get('/healthz')).json()).toEqual({
    ready: true,
    checks: { registry: 'ok', records: 'away' },
  })
  const metrics = (await test.get('/metrics')).body
  expect(metrics).toContain('shardlight_status_shards{cluster="main",state="Online"} 1')
  expect(metrics).toContain('shardlight_status_pushed_shards_total{cluster="main",api="v2"} 2')
  const { paths, components } = (await test.get('/openapi.json')).json()
  expect(Object.keys(paths)).toContain('/api/v2/clusters/{cluster}/guilds/{guildId}')
  expect(
    paths['/api/v2/clusters/{cluster}/notices'].put.requestBody.content['application/json'].schema,
  ).toEqual({
    $ref: '#/components/schemas/Notices',
  })
  expect(components.schemas.Push.properties.shards.items.properties.state).toMatchObject({ maximum: 6 })
})

it('sends the page with a policy that lets nothing inline run, also for the link of a guild', async () => {
  await using test = await createFilledApp()
  for (const url of ['/', `/g/${GUILD}`]) {
    const { headers } = await test.get(url)
    expect(headers['content-security-policy']).toContain("script-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
  }
})
