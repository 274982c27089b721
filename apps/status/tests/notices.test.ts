import { clusterAnswerSchema, clustersAnswerSchema, guildAnswerSchema } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'
import { openViewer } from './viewer.ts'

const GUILD = '1161574221348863930'

const DYING = {
  id: 'process-3',
  level: 'problem',
  text: 'Process 3 keeps dying (4 quick deaths, last: exit code 1); it is tried again every 5 minutes',
  shards: [133, 134],
}
const BUDGET = { id: 'budget', level: 'warning', text: 'The bot has used its share of logins for today' }

const push = (...notices: unknown[]) => ({ source: 'manager', notices })

async function createFilledApp() {
  const test = await createTestApp()
  await test.push({ totalShards: 360, shards: [{ id: 134, state: 3 }] })
  return test
}

it('is taken with the token of its cluster, and read wherever the cluster is', async () => {
  await using test = await createFilledApp()
  const answer = await test.tell(push(BUDGET, DYING))
  expect([answer.statusCode, answer.body]).toEqual([204, ''])
  const told = { source: 'manager', sinceMs: 1_700_000_000_000 }
  const both = [
    { ...DYING, ...told },
    { ...BUDGET, ...told },
  ]
  const { clusters } = clustersAnswerSchema.parse((await test.app.inject('/api/v2/clusters')).json())
  expect(clusters.map(({ name, notices }) => [name, notices])).toEqual([
    ['glance', []],
    ['main', both],
    ['second', []],
  ])
  const main = clusterAnswerSchema.parse((await test.app.inject('/api/v2/clusters/main')).json())
  expect(main.notices).toEqual(both)
  const guild = guildAnswerSchema.parse(
    (await test.app.inject(`/api/v2/clusters/main/guilds/${GUILD}`)).json(),
  )
  expect(guild.shard).toMatchObject({ id: 134, notices: [{ id: 'process-3' }] })
})

it('needs the token: none and a wrong one are 401, a cluster without one is 404', async () => {
  await using test = await createFilledApp()
  const bare = await test.app.inject({
    method: 'PUT',
    url: '/api/v2/clusters/main/notices',
    payload: push(BUDGET),
  })
  expect(bare.statusCode).toBe(401)
  expect((await test.tell(push(BUDGET), { token: 'another-token' })).statusCode).toBe(401)
  expect((await test.tell(push(BUDGET), { cluster: 'nobody' })).statusCode).toBe(404)
  expect(test.registry.cluster('main')?.notices.all).toEqual([])
})

it.each([
  [{ notices: [] }, 'source'],
  [push({ ...BUDGET, level: 'fatal' }), 'notices.0.level'],
  [push({ ...BUDGET, text: 'x'.repeat(301) }), 'notices.0.text'],
  [push({ ...BUDGET, text: ' ' }), 'notices.0.text'],
  [push({ ...BUDGET, sinceMs: 8_640_000_000_000_001 }), 'notices.0.sinceMs'],
  [push(BUDGET, { ...DYING, shards: ['3'] }), 'notices.1.shards.0'],
  [push(...Array.from({ length: 65 }, (_, id) => ({ ...BUDGET, id: String(id) }))), 'notices'],
])('that is wrong, %j, is 400 and names the field', async (payload, field) => {
  await using test = await createFilledApp()
  const answer = await test.tell(payload)
  expect(answer.statusCode).toBe(400)
  expect(answer.json().error).toContain(field)
})

it('of the first or the last moment that there is leaves the page to be read', async () => {
  await using test = await createFilledApp()
  const notices = [0, 8_640_000_000_000_000].map(sinceMs => ({ ...BUDGET, id: `at-${sinceMs}`, sinceMs }))
  expect((await test.tell(push(...notices))).statusCode).toBe(204)
  for (const url of ['/', '/plain', `/g/${GUILD}`]) expect((await test.app.inject(url)).statusCode).toBe(200)
})

it('of one source more than a cluster may have is 409', async () => {
  await using test = await createFilledApp()
  const tell = (at: number) => test.tell({ source: `source-${at}`, notices: [BUDGET] })
  for (let at = 0; at < 16; at += 1) expect((await tell(at)).statusCode).toBe(204)
  const refused = await tell(16)
  expect([refused.statusCode, refused.json().error]).toEqual([
    409,
    'cluster "main" has 16 sources of notices already; one that is silent for a minute makes room',
  ])
})

it('reaches viewers as a change like others, and those who come later with the snapshot', async () => {
  await using test = await createFilledApp()
  using viewer = await openViewer(test.app, '/api/v2/feed')
  const { epoch, seq } = await viewer.until('a snapshot', ({ op }) => op === 'snapshot')
  await test.tell(push(BUDGET))
  const told = await viewer.until('changes', ({ op }) => op === 'changes')
  expect(told).toMatchObject({ epoch, seq: seq + 1 })
  expect(told.clusters).toMatchObject([{ name: 'main', states: [], notices: [BUDGET] }])
  using late = await openViewer(test.app, '/api/v2/feed')
  const snapshot = await late.until('a snapshot', ({ op }) => op === 'snapshot')
  expect(snapshot.clusters[1]).toMatchObject({ name: 'main', notices: [BUDGET] })
  using resumed = await openViewer(test.app, `/api/v2/feed?epoch=${epoch}&seq=${seq}`)
  const missed = await resumed.until('what was missed', ({ op }) => op === 'changes')
  expect(missed.clusters).toMatchObject([{ name: 'main', notices: [BUDGET] }])
})

it('is gone, for viewers too, once its source has not repeated it for a minute', async () => {
  await using test = await createFilledApp()
  using viewer = await openViewer(test.app, '/api/v2/feed')
  await test.tell(push(BUDGET))
  await viewer.until('it is told', ({ op }) => op === 'changes')
  await test.passMs(59_999)
  expect(test.registry.cluster('main')?.notices.all).toHaveLength(1)
  await test.passMs(1)
  await viewer.until(
    'it is taken down',
    ({ op, clusters }) =>
      op === 'changes' && clusters.some(({ notices }) => Array.isArray(notices) && notices.length === 0),
  )
  const main = clusterAnswerSchema.parse((await test.app.inject('/api/v2/clusters/main')).json())
  expect(main.notices).toEqual([])
})

it('leaves the line to viewers alone when it only repeats what was told', async () => {
  await using test = await createFilledApp()
  using viewer = await openViewer(test.app, '/api/v2/feed')
  await test.tell(push(BUDGET))
  await viewer.until('it is told', ({ op }) => op === 'changes')
  await test.passMs(30_000)
  await test.tell(push(BUDGET))
  await viewer.until('another beat', () => viewer.frames.filter(({ op }) => op === 'beat').length >= 2)
  expect(
    viewer.frames.filter(({ op, clusters }) => op === 'changes' && clusters.some(({ notices }) => notices)),
  ).toHaveLength(1)
})
