import { checkMetrics } from '@shardlight/service'
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

it('says when it was told, and how old that is, by the clock that the times of shards are by', async () => {
  await using test = await createFilledApp()
  await test.passMs(12_000)
  const shard = shardAnswerSchema.parse((await test.get('/api/v2/clusters/main/shards/134')).json())
  expect([shard.atMs, shard.atMs - (shard.lastHealthyMs ?? 0)]).toEqual([1_700_000_012_000, 12_000])
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
    checks: { registry: 'ok', records: 'off' },
  })
  expect((await test.get('/readyz?verbose')).json().optional).toEqual({})
  const metrics = (await test.get('/metrics')).body
  expect(metrics).toContain('shardlight_status_shards{cluster="main",state="Online"} 1')
  expect(metrics).toContain('shardlight_status_pushed_shards_total{cluster="main",api="v2"} 2')
  expect(checkMetrics(metrics)).toEqual([])
  const { paths, components } = (await test.get('/openapi.json')).json()
  expect(Object.keys(paths)).toContain('/api/v2/clusters/{cluster}/guilds/{guildId}')
  expect(
    paths['/api/v2/clusters/{cluster}/notices'].put.requestBody.content['application/json'].schema,
  ).toEqual({
    $ref: '#/components/schemas/Notices',
  })
  expect(components.schemas.Push.properties.shards.items.properties.state).toMatchObject({
    enum: [0, 1, 2, 3, 4, 5, 6],
  })
})

it('sends the page with a policy that lets nothing inline run, also for the link of a guild', async () => {
  await using test = await createFilledApp()
  for (const url of ['/', `/g/${GUILD}`]) {
    const { headers } = await test.get(url)
    expect(headers['content-security-policy']).toContain("script-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
  }
})

it('tells of each shard what its process counted, and where its servers will be', async () => {
  await using test = await createTestApp()
  await test.push({
    totalShards: 4,
    process: { id: 'p', version: ' discord.js \u202e14\n' },
    shards: [{ id: 3, state: 3, reconnects: 2, reconnectedAtMs: 5 }],
  })
  await test.push({
    totalShards: 8,
    generation: 1,
    isComing: true,
    shards: [
      { id: 3, state: 3 },
      { id: 7, state: 4 },
    ],
  })
  const get = async (path: string) => (await test.app.inject(`/api/v2/clusters${path}`)).json()
  const shard = shardAnswerSchema.parse(await get('/main/shards/3'))
  expect(shard).toMatchObject({ reconnects: 2, reconnectedAtMs: 5, process: { version: 'discord.js 14' } })
  expect(shard.coming).toEqual({
    generation: 1,
    totalShards: 8,
    targets: 2,
    shards: [
      { id: 3, state: 3, stateName: 'Online' },
      { id: 7, state: 4, stateName: 'Starting' },
    ],
  })
  expect(clusterAnswerSchema.parse(await get('/main')).coming).toMatchObject({
    generation: 1,
    totalShards: 8,
    counts: { online: 1, starting: 1, unknown: 6 },
  })
  expect(guildAnswerSchema.parse(await get(`/main/guilds/${GUILD}`)).coming).toMatchObject({
    totalShards: 8,
    shard: { id: 6, stateName: 'Unknown' },
  })
  expect(clustersAnswerSchema.parse(await get('')).staleSinceMs).toBeNull()
})

it('shows nothing of a layout of which no shard is on its way any more', async () => {
  await using test = await createTestApp()
  await test.push({ totalShards: 1, shards: [{ id: 0, state: 3 }] })
  await test.push({ totalShards: 2, generation: 1, isComing: true, shards: [{ id: 0, state: 2 }] })
  const answer = await test.app.inject('/api/v2/clusters/main')
  expect(clusterAnswerSchema.parse(answer.json()).coming).toBeNull()
})

it.each([
  [{ reconnects: -1 }, 'shards.0.reconnects'],
  [{ reconnects: 1.5 }, 'shards.0.reconnects'],
  [{ reconnectedAtMs: 1e300 }, 'shards.0.reconnectedAtMs'],
])('refuses %j with the field that is wrong', async (wrong, field) => {
  await using test = await createTestApp()
  const answer = await test.push({ shards: [{ id: 0, state: 3, ...wrong }] })
  expect(answer.statusCode).toBe(400)
  expect(answer.json().error).toContain(field)
})
