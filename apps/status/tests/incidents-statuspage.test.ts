import { ShardState } from '@shardlight/shard-registry'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createIncidentsApp, HOUR_MS, maintenance, NOTE } from './incidents-app.ts'

const { Online, Unhealthy, Offline, Starting } = ShardState
const time = z.iso.datetime()

/** As Statuspage's public API documents them (https://metastatuspage.com/api). */
const page = z.strictObject({
  id: z.string(),
  name: z.string(),
  url: z.url(),
  time_zone: z.string(),
  updated_at: time,
})
const component = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum([
    'operational',
    'degraded_performance',
    'partial_outage',
    'major_outage',
    'under_maintenance',
  ]),
  created_at: time,
  updated_at: time,
  position: z.int(),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.string().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
})
const update = z.strictObject({
  id: z.string(),
  status: z.string(),
  body: z.string(),
  incident_id: z.string(),
  created_at: time,
  updated_at: time,
  display_at: time,
  affected_components: z.array(z.object({ code: z.string(), name: z.string() })),
  deliver_notifications: z.boolean(),
  custom_tweet: z.null(),
  tweet_id: z.null(),
})
const incident = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']),
  created_at: time,
  updated_at: time,
  monitoring_at: time.nullable(),
  resolved_at: time.nullable(),
  impact: z.enum(['none', 'minor', 'major', 'critical']),
  shortlink: z.url(),
  started_at: time,
  page_id: z.string(),
  incident_updates: z.array(update),
  components: z.array(component),
})
const scheduledMaintenance = incident.extend({
  status: z.enum(['scheduled', 'in_progress', 'verifying', 'completed']),
  impact: z.literal('maintenance'),
  scheduled_for: time,
  scheduled_until: time,
})
const status = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical']),
  description: z.string(),
})
const shapes = {
  'summary.json': z.strictObject({
    page,
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(scheduledMaintenance),
    status,
  }),
  'status.json': z.strictObject({ page, status }),
  'components.json': z.strictObject({ page, components: z.array(component) }),
  'incidents.json': z.strictObject({ page, incidents: z.array(incident) }),
  'incidents/unresolved.json': z.strictObject({ page, incidents: z.array(incident) }),
  'scheduled-maintenances.json': z.strictObject({
    page,
    scheduled_maintenances: z.array(scheduledMaintenance),
  }),
  'scheduled-maintenances/active.json': z.strictObject({
    page,
    scheduled_maintenances: z.array(scheduledMaintenance),
  }),
  'scheduled-maintenances/upcoming.json': z.strictObject({
    page,
    scheduled_maintenances: z.array(scheduledMaintenance),
  }),
}

/** Only `main` and `second`, no cluster of Glance's. */
async function createApp(...states: number[][]) {
  const test = await createIncidentsApp({ GLANCE_BOTS: '', STATUS_PUBLIC_URL: 'https://status.example.org' })
  const clusters = [
    ['main', 'the-token-of-main'],
    ['second', 'another-token'],
  ] as const
  for (const [at, [cluster, token]] of clusters.entries()) {
    const shards = (states[at] ?? Array(8).fill(Online)).map((state, id) => ({ id, state }))
    await test.push({ totalShards: shards.length, shards }, { cluster, token })
  }
  return {
    ...test,
    async get<P extends keyof typeof shapes>(path: P) {
      const answer = await test.app.inject(`/api/v2/${path}`)
      expect(answer.headers['access-control-allow-origin']).toBe('*')
      return answer.json()
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  }
}

const only = (...states: [count: number, state: number][]) =>
  states.flatMap(([count, state]) => Array<number>(count).fill(state))

describe('what Statuspage answers', () => {
  it('is answered in its very shape, with nothing more and nothing less', async () => {
    await using test = await createApp(only([6, Online], [2, Unhealthy]))
    const { id } = await test.open()
    await test.open({ status: 'monitoring', text: 'It is better.' }, `main/incidents/${id}/updates`)
    await test.open({ ...NOTE, status: 'resolved' })
    await test.open(maintenance(HOUR_MS), 'main/maintenance')
    await test.open(maintenance(-1_000), 'main/maintenance')
    const off = await test.open(maintenance(2 * HOUR_MS), 'main/maintenance')
    await test.open({ status: 'cancelled', text: 'No.' }, `main/incidents/${off.id}/updates`)
    for (const [path, shape] of Object.entries(shapes)) {
      const answer = await test.app.inject(`/api/v2/${path}`)
      expect(answer.statusCode).toBe(200)
      expect(shape.safeParse(answer.json()).error, path).toBeUndefined()
    }
    const summary = shapes['summary.json'].parse(await test.get('summary.json'))
    expect(summary.page).toMatchObject({ name: 'Shardlight', url: 'https://status.example.org' })
    expect(summary.components.map(({ name }) => name)).toEqual(['main', 'second'])
    expect(summary.incidents).toMatchObject([
      {
        id: String(id),
        status: 'monitoring',
        impact: 'major',
        shortlink: `https://status.example.org/#incident-${id}`,
        monitoring_at: expect.any(String),
        incident_updates: [{ body: 'It is better.' }, { body: NOTE.text }],
        components: [{ name: 'main' }],
      },
    ])
    expect(summary.scheduled_maintenances.map(({ status: of }) => of)).toEqual(['in_progress', 'scheduled'])
    const counts = await Promise.all([
      test.get('incidents.json').then(({ incidents }) => incidents.length),
      test.get('incidents/unresolved.json').then(({ incidents }) => incidents.length),
      ...(['', '/active', '/upcoming'] as const).map(which =>
        test
          .get(`scheduled-maintenances${which}.json`)
          .then(({ scheduled_maintenances }) => scheduled_maintenances.length),
      ),
    ])
    expect(counts).toEqual([2, 1, 2, 1, 1])
  })

  it.each([
    ['all is well', [only([8, Online])], 'none', 'All Systems Operational', 'operational'],
    ['shards restart', [only([6, Online], [2, Starting])], 'none', 'All Systems Operational', 'operational'],
    [
      'few are down',
      [only([15, Online], [1, Offline])],
      'minor',
      'Minor Service Outage',
      'degraded_performance',
    ],
    [
      'some are down',
      [only([6, Online], [2, Unhealthy])],
      'major',
      'Partial System Outage',
      'partial_outage',
    ],
    ['one of two clusters is down', [only([8, Unhealthy])], 'major', 'Partial System Outage', 'major_outage'],
    [
      'all clusters are down',
      [only([8, Unhealthy]), only([8, Unhealthy])],
      'critical',
      'Major Service Outage',
      'major_outage',
    ],
    [
      'some never spoke',
      [only([6, Online], [2, 0])],
      'minor',
      'Minor Service Outage',
      'degraded_performance',
    ],
  ] as const)('says how it is when %s', async (_, states, indicator, description, level) => {
    await using test = await createApp(...states.map(of => [...of]))
    expect((await test.get('status.json')).status).toEqual({ indicator, description })
    expect((await test.get('components.json')).components[0].status).toBe(level)
  })

  it('is as grave as the gravest open incident, and calm about what is planned', async () => {
    await using test = await createApp(only([8, Unhealthy]))
    await test.open(maintenance(-1_000), 'main/maintenance')
    const planned = await test.get('summary.json')
    expect(planned.status).toEqual({ indicator: 'none', description: 'Service Under Maintenance' })
    expect(planned.components[0].status).toBe('under_maintenance')
    await test.open({ ...NOTE, impact: 'critical' })
    expect((await test.get('status.json')).status.indicator).toBe('critical')
  })

  it('does not call a cluster well of which nothing was heard', async () => {
    await using test = await createIncidentsApp()
    const { status: overall, components } = (await test.app.inject('/api/v2/summary.json')).json()
    expect(overall.indicator).toBe('minor')
    expect(components.map((one: { status: string }) => one.status)).not.toContain('operational')
  })

  it('is 304 for who has it already', async () => {
    await using test = await createApp()
    const { headers } = await test.app.inject('/api/v2/summary.json')
    const again = await test.app.inject({
      url: '/api/v2/summary.json',
      headers: { 'if-none-match': String(headers['etag']) },
    })
    expect(again.statusCode).toBe(304)
  })
})
