import { join } from 'node:path'
import { createLog } from '@shardlight/service'
import { eventually, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { createPostgresIncidentStore } from '../src/incidents/postgres-store.ts'
import { openRecords } from '../src/records.ts'
import { OFFLINE, ONLINE, RESUMING, STARTING, STOPPING, UNHEALTHY, watchCluster } from './watched-cluster.ts'

const [SECOND, MINUTE] = [1_000, 60_000]

type Watched = Awaited<ReturnType<typeof watchCluster>>

/** As the manager does for a process that died. */
async function die(watched: Watched, id: number) {
  await watched.set(id, undefined)
  await watched.say(id, UNHEALTHY)
}

const said = async (watched: Watched) =>
  (await watched.all()).map(({ updates }) => updates.map(({ text }) => text))

describe('a process that is down', () => {
  it('for longer than a minute is one incident with all its shards, which ends when they are back', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(55 * SECOND)
    expect(await watched.open()).toEqual([])
    await watched.pass(15 * SECOND)
    expect(await watched.open()).toMatchObject([
      {
        kind: 'outage',
        cluster: 'main',
        title: 'Process 3 is down: shards 12–15',
        status: 'investigating',
        impact: 'major',
        processId: '3',
        shards: [[12, 15]],
        remaining: [[12, 15]],
        startedAtMs: 1_700_000_000_000 + MINUTE,
        updates: [
          {
            by: 'system',
            text: 'No answer from shards 12–15.',
            facts: { what: 'down', processId: '3', shards: [[12, 15]] },
          },
        ],
      },
    ])
    await watched.set(3, STARTING)
    await watched.pass(50 * SECOND)
    expect(await watched.open()).toHaveLength(1)
    await watched.set(3, ONLINE)
    await watched.pass(60 * SECOND)
    expect(await watched.open()).toEqual([])
    expect(await watched.all()).toMatchObject([
      {
        title: 'Process 3 was down: shards 12–15',
        status: 'resolved',
        shards: [[12, 15]],
        remaining: [],
        updates: [{}, { status: 'resolved', text: 'Back after 2 min.', facts: { what: 'back' } }],
      },
    ])
  })

  it('and whose successor is back within the minute is none', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(50 * SECOND)
    await watched.set(3, STARTING)
    await watched.pass(10 * MINUTE)
    await watched.set(3, ONLINE)
    await watched.pass(MINUTE)
    expect(await watched.all()).toEqual([])
  })

  it('because it hangs and says nothing is one too', async () => {
    await using watched = await watchCluster()
    await watched.set(1, undefined)
    await watched.pass(85 * SECOND)
    expect(await watched.open()).toEqual([])
    await watched.pass(15 * SECOND)
    expect(await watched.open()).toMatchObject([{ title: 'Process 1 is down: shards 4–7' }])
  })

  it('in part is of minor impact, says when it grows, and shows which shards are still down', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await watched.set(1, undefined)
    const each = async (states: (typeof ONLINE | typeof UNHEALTHY)[]) => {
      for (const [index, state] of states.entries()) await watched.say(1, state, [4 + index])
    }
    for (let step = 0; step < 14; step += 1) {
      await each([UNHEALTHY, ONLINE, ONLINE, ONLINE])
      await watched.pass(5 * SECOND)
    }
    expect(await watched.open()).toMatchObject([{ impact: 'minor', shards: [[4, 4]] }])
    const last = async (times: number, states: (typeof ONLINE | typeof UNHEALTHY)[]) => {
      for (let step = 0; step < times; step += 1) {
        await each(states)
        await watched.pass(5 * SECOND)
      }
    }
    await last(14, [UNHEALTHY, UNHEALTHY, ONLINE, ONLINE])
    expect(await watched.open()).toMatchObject([
      { title: 'Shards 4–5 do not answer', shards: [[4, 5]], remaining: [[4, 5]], impact: 'minor' },
    ])
    await last(1, [ONLINE, UNHEALTHY, ONLINE, ONLINE])
    expect(await watched.open()).toMatchObject([{ shards: [[4, 5]], remaining: [[5, 5]] }])
    expect(await said(watched)).toEqual([
      ['No answer from shard 4.', 'Now also down: no answer from shard 5.'],
    ])
    await watched.set(1, ONLINE)
    await watched.pass(5 * SECOND)
    expect(await watched.all()).toMatchObject([{ title: 'Shards 4–5 did not answer', impact: 'minor' }])
  })

  it('again within ten minutes is the same incident, and later another', async () => {
    await using watched = await watchCluster()
    const dieAndComeBack = async () => {
      await die(watched, 0)
      await watched.pass(2 * MINUTE)
      await watched.set(0, ONLINE)
      await watched.pass(3 * MINUTE)
    }
    await watched.pass(MINUTE)
    await dieAndComeBack()
    await dieAndComeBack()
    expect(await said(watched)).toEqual([
      [
        'No answer from shards 0–3.',
        'Back after 2 min.',
        'Down again: no answer from shards 0–3.',
        'Back after 2 min.',
      ],
    ])
    await watched.pass(10 * MINUTE)
    await dieAndComeBack()
    expect(await watched.all()).toHaveLength(2)
  })

  it('whose shards another process takes over ends when they are up', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(2 * MINUTE)
    const takeOver = async (state: typeof STARTING | typeof ONLINE, steps: number) => {
      for (let step = 0; step < steps; step += 1) {
        const shards = [12, 13, 14, 15].map(id => ({ id, state }))
        await watched.registry.push('main', { totalShards: 16, process: { id: 'other' }, shards })
        await watched.pass(5 * SECOND)
      }
    }
    await takeOver(STARTING, 360)
    expect(await watched.open()).toMatchObject([{ remaining: [[12, 15]] }])
    await takeOver(ONLINE, 1)
    expect(await said(watched)).toEqual([['No answer from shards 12–15.', 'Back after 32 min.']])
  })

  it('whose shards are none any more in another layout ends with that', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(2 * MINUTE)
    watched.resize(12)
    await watched.pass(5 * SECOND)
    expect((await said(watched))[0]?.at(-1)).toBe('Another process or layout has these shards, after 2 min.')
  })

  it('and is then switched off on purpose ends with that', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(2 * MINUTE)
    await watched.set(3, OFFLINE)
    await watched.pass(5 * SECOND)
    expect((await said(watched))[0]?.at(-1)).toBe('Switched off on purpose, after 2 min.')
  })

  it('with more than three others at the same moment is one incident of all their shards', async () => {
    await using watched = await watchCluster({ processes: 8, shardsEach: 2 })
    await watched.pass(MINUTE)
    for (const id of [0, 1, 2, 3, 4, 5]) await die(watched, id)
    await watched.pass(2 * MINUTE)
    expect(await watched.open()).toMatchObject([
      { title: 'Shards 0–11 are down', impact: 'critical', processId: null, remaining: [[0, 11]] },
    ])
    for (const id of [0, 1, 2]) await watched.set(id, ONLINE)
    await watched.pass(MINUTE)
    expect(await watched.open()).toMatchObject([{ shards: [[0, 11]], remaining: [[6, 11]] }])
    for (const id of [3, 4, 5]) await watched.set(id, ONLINE)
    await watched.pass(MINUTE)
    expect(await watched.all()).toMatchObject([{ title: 'Shards 0–11 were down', status: 'resolved' }])
  })
})

it.each([{ wallMs: 20 * MINUTE }, { registryMs: 20 * MINUTE }, { registryMs: -20 * MINUTE }])(
  'knows when it went down, and that it did so again, whatever a clock is set to: %o',
  async set => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(30 * SECOND)
    watched.setClock(set)
    await watched.pass(90 * SECOND)
    const [outage] = await watched.open()
    const wrongMs = (outage?.startedAtMs ?? 0) - (1_700_000_000_000 + MINUTE)
    expect(Math.abs(wrongMs)).toBeLessThanOrEqual(5 * SECOND)
    await watched.set(3, ONLINE)
    await watched.pass(90 * SECOND)
    await die(watched, 3)
    await watched.pass(30 * SECOND)
    watched.setClock(set)
    await watched.pass(90 * SECOND)
    expect((await said(watched))[0]?.at(-1)).toBe('Down again: no answer from shards 12–15.')
  },
)

describe('an outage that grows', () => {
  it('is told at once when it becomes graver', async () => {
    await using watched = await watchCluster({ processes: 0 })
    watched.registry.expect('main', 64)
    const health = async (steps: number, down: number) => {
      for (let step = 0; step < steps; step += 1) {
        for (let shard = 0; shard < 64; shard += 1)
          await watched.registry.setState('main', shard, shard < down ? UNHEALTHY : ONLINE)
        await watched.pass(5 * SECOND)
      }
    }
    await health(14, 1)
    expect(await watched.open()).toMatchObject([{ impact: 'minor', remaining: [[0, 0]] }])
    await health(14, 64)
    expect(await watched.open()).toMatchObject([{ impact: 'critical', remaining: [[0, 63]] }])
    expect(await said(watched)).toEqual([
      ['No answer from shard 0.', 'Now also down: no answer from shards 1–63.'],
    ])
  })

  it('is told once a minute when shards fall one after the other', async () => {
    await using watched = await watchCluster({ processes: 0 })
    watched.registry.expect('main', 1_000)
    for (let shard = 0; shard < 1_000; shard += 1) await watched.registry.setState('main', shard, OFFLINE)
    for (let shard = 0; shard < 48; shard += 1) {
      await watched.registry.setState('main', shard, UNHEALTHY)
      await watched.pass(5 * SECOND)
    }
    await watched.pass(3 * MINUTE)
    expect(await watched.open()).toMatchObject([{ remaining: [[0, 47]] }])
    expect(await said(watched)).toEqual([
      [
        'No answer from shard 0.',
        'Now also down: no answer from shards 1–12.',
        'Now also down: no answer from shards 13–24.',
        'Now also down: no answer from shards 25–36.',
        'Now also down: no answer from shards 37–47.',
      ],
    ])
  })

  it('by shards that had come back is told too', async () => {
    await using watched = await watchCluster({ processes: 12 })
    await watched.pass(MINUTE)
    for (const id of [1, 2, 3, 4, 5]) await die(watched, id)
    await watched.pass(3 * MINUTE)
    await watched.set(1, ONLINE)
    await watched.pass(60 * MINUTE)
    await die(watched, 1)
    await watched.pass(3 * MINUTE)
    expect(await said(watched)).toEqual([
      ['No answer from shards 4–23.', 'Now also down: no answer from shards 4–7.'],
    ])
  })

  it('is not that of a lone shard when many processes fall at the same time', async () => {
    await using watched = await watchCluster({ processes: 8 })
    await watched.pass(MINUTE)
    const lone = () =>
      watched.registry.push('main', { totalShards: 33, shards: [{ id: 32, state: UNHEALTHY }] })
    const pass = async (steps: number) => {
      for (let step = 0; step < steps; step += 1) {
        await lone()
        await watched.pass(5 * SECOND)
      }
    }
    watched.resize(33)
    await pass(14)
    for (const id of [0, 1, 2, 3, 4, 5]) await die(watched, id)
    await pass(14)
    expect(await watched.open()).toMatchObject([
      { title: 'Shards 0–23 are down', impact: 'critical' },
      { title: 'Shard 32 is down', impact: 'minor' },
    ])
    for (const id of [0, 1, 2, 3, 4, 5]) await watched.set(id, ONLINE)
    await pass(1)
    expect(await watched.open()).toMatchObject([{ title: 'Shard 32 is down' }])
  })
})

it('waits a moment for those that go down within the same seconds, so that a lost host is one incident', async () => {
  await using watched = await watchCluster({ processes: 8, shardsEach: 2 })
  await watched.pass(MINUTE)
  for (const id of [0, 1, 2, 3, 4, 5]) {
    await die(watched, id)
    if (id % 2 === 1) await watched.pass(5 * SECOND)
  }
  await watched.pass(2 * MINUTE)
  expect(await watched.all()).toMatchObject([{ title: 'Shards 0–11 are down' }])
})

/** Ten minutes of it. */
const planMaintenance = (watched: Watched, inMs: number) =>
  watched.store.write(ledger => {
    const startsAtMs = watched.nowMs() + inMs
    return ledger.insert({
      cluster: 'main',
      kind: 'maintenance',
      status: 'scheduled',
      impact: 'none',
      title: 'New disks',
      processId: null,
      shards: [],
      remaining: [],
      startedAtMs: startsAtMs,
      downAtMs: null,
      resolvedAtMs: null,
      startsAtMs,
      endsAtMs: startsAtMs + 10 * MINUTE,
    })
  })

describe('what is planned or not known', () => {
  it.each([
    ['switched off', [OFFLINE]],
    ['being stopped for long', [STOPPING]],
    ['starting for long', [STARTING]],
    ['resuming for long', [RESUMING]],
    ['restarted one after the other', [STOPPING, RESUMING, STARTING, ONLINE]],
  ] as const)('is no incident: %s', async (_, states) => {
    await using watched = await watchCluster()
    for (const id of [0, 1, 2, 3])
      for (const state of states) {
        await watched.set(id, state)
        await watched.pass(90 * SECOND)
      }
    expect(await watched.all()).toEqual([])
  })

  it('is none while the picture is stale, nor a minute after it is true again', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 2)
    watched.trust(false)
    await watched.pass(5 * MINUTE)
    expect(await watched.all()).toEqual([])
    watched.trust(true)
    await watched.pass(55 * SECOND)
    expect(await watched.all()).toEqual([])
    await watched.pass(15 * SECOND)
    expect(await watched.open()).toHaveLength(1)
  })

  it('ends nothing while the picture is stale', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 2)
    await watched.pass(2 * MINUTE)
    watched.trust(false)
    await watched.set(2, ONLINE)
    await watched.pass(MINUTE)
    expect(await watched.open()).toHaveLength(1)
  })

  it('is none during maintenance, which begins and ends by itself; what it leaves down is one a minute later', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await planMaintenance(watched, MINUTE)
    await watched.pass(65 * SECOND)
    expect(await watched.open()).toMatchObject([{ kind: 'maintenance', status: 'in_progress' }])
    await die(watched, 0)
    await watched.pass(9 * MINUTE)
    expect(await watched.open()).toHaveLength(1)
    await watched.pass(100 * SECOND)
    expect(await watched.open()).toEqual([])
    expect(await said(watched)).toEqual([['Maintenance has begun.', 'Maintenance is completed.']])
    await watched.pass(30 * SECOND)
    expect(await watched.open()).toMatchObject([{ kind: 'outage', processId: '0' }])
  })

  it('is no part of an incident that was open before', async () => {
    await using watched = await watchCluster()
    await watched.set(1, undefined)
    await watched.say(1, ONLINE, [5, 6, 7])
    await watched.say(1, UNHEALTHY, [4])
    const keepOthers = async () => {
      await watched.say(1, ONLINE, [5, 6, 7])
      await watched.pass(5 * SECOND)
    }
    for (let step = 0; step < 14; step += 1) await keepOthers()
    expect(await watched.open()).toMatchObject([{ shards: [[4, 4]] }])
    await planMaintenance(watched, 0)
    await keepOthers()
    await watched.pass(2 * MINUTE)
    expect(await watched.open()).toMatchObject([{ kind: 'maintenance' }, { shards: [[4, 4]] }])
  })

  it('does not end an incident: an API that began anew and has heard nothing of the shards', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 2)
    await watched.pass(2 * MINUTE)
    await watched.restart()
    await watched.pass(5 * MINUTE)
    expect(await watched.open()).toMatchObject([{ processId: '2', remaining: [[8, 11]] }])
    await watched.set(2, ONLINE)
    await watched.pass(5 * SECOND)
    expect(await watched.open()).toEqual([])
    expect(await said(watched)).toEqual([['No answer from shards 8–11.', 'Back after 7 min.']])
  })
})

describe('shards of which nothing is heard while others are up', () => {
  it('are an outage: their process died just before the API began anew', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    await die(watched, 3)
    await watched.pass(20 * SECOND)
    await watched.restart()
    await watched.pass(2 * MINUTE)
    expect(await watched.open()).toEqual([])
    await watched.pass(90 * SECOND)
    expect(await watched.open()).toMatchObject([{ title: 'Shards 12–15 are down', impact: 'major' }])
    await watched.set(3, ONLINE)
    await watched.pass(5 * SECOND)
    expect(await watched.open()).toEqual([])
  })

  it('are none while others begin one after the other', async () => {
    await using watched = await watchCluster({ processes: 8 })
    for (const id of [2, 3, 4, 5, 6, 7]) await watched.set(id, undefined)
    await watched.restart()
    for (const id of [2, 3, 4, 5, 6, 7]) {
      await watched.pass(2 * MINUTE)
      await watched.set(id, STARTING)
      await watched.pass(5 * MINUTE)
      await watched.set(id, ONLINE)
    }
    await watched.pass(5 * MINUTE)
    expect(await watched.all()).toEqual([])
  })

  it('are an outage after a change of the layout that left them to nobody', async () => {
    await using watched = await watchCluster()
    await watched.pass(MINUTE)
    for (const id of [0, 1, 2, 3]) await watched.set(id, undefined)
    for (let step = 0; step < 60; step += 1) {
      for (const part of [0, 1, 2])
        await watched.registry.push('main', {
          totalShards: 32,
          generation: 1,
          process: { id: String(part) },
          shards: Array.from({ length: 8 }, (_, shard) => ({ id: part * 8 + shard, state: ONLINE })),
        })
      await watched.pass(5 * SECOND)
    }
    expect(await watched.open()).toMatchObject([{ title: 'Shards 24–31 are down' }])
  })
})

const resolveAll = (watched: Watched) =>
  watched.store.write(async ledger => {
    for (const incident of await ledger.unresolved())
      await ledger.save({ ...incident, status: 'resolved', remaining: [], resolvedAtMs: ledger.nowMs })
  })

it('leaves alone what an operator has resolved one by one, however many, when another goes down', async () => {
  await using watched = await watchCluster({ processes: 12 })
  await watched.pass(MINUTE)
  for (const id of [1, 2, 3, 4, 5]) {
    await die(watched, id)
    await watched.pass(3 * MINUTE)
  }
  await resolveAll(watched)
  await watched.pass(20 * MINUTE)
  expect(await watched.open()).toEqual([])
  await die(watched, 6)
  await watched.pass(3 * MINUTE)
  expect(await watched.open()).toMatchObject([{ title: 'Process 6 is down: shards 24–27' }])
})

it('leaves alone what an operator has resolved, until it is down anew', async () => {
  await using watched = await watchCluster()
  await watched.pass(MINUTE)
  await die(watched, 1)
  await watched.pass(2 * MINUTE)
  await resolveAll(watched)
  await watched.pass(10 * MINUTE)
  expect(await watched.open()).toEqual([])
  await watched.set(1, ONLINE)
  await watched.pass(MINUTE)
  await die(watched, 1)
  await watched.pass(2 * MINUTE)
  expect(await watched.open()).toHaveLength(1)
})

it('groups the shards of a cluster in which nobody says which process holds them', async () => {
  await using watched = await watchCluster({ processes: 0 })
  watched.registry.expect('main', 5)
  const health = async (...states: (typeof ONLINE | typeof UNHEALTHY)[]) => {
    for (const [shard, state] of states.entries()) await watched.registry.setState('main', shard, state)
  }
  for (let step = 0; step < 14; step += 1) {
    await health(UNHEALTHY, UNHEALTHY, ONLINE, ONLINE, ONLINE)
    await watched.pass(5 * SECOND)
  }
  expect(await watched.open()).toMatchObject([
    { title: 'Shards 0–1 are down', processId: null, impact: 'major', remaining: [[0, 1]] },
  ])
  await health(ONLINE, ONLINE, ONLINE, ONLINE, ONLINE)
  await watched.pass(5 * SECOND)
  expect(await said(watched)).toEqual([['No answer from shards 0–1.', 'Back after 1 min.']])
})

it('opens one incident, and ends it once, however many replicas look', { timeout: 120_000 }, async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  const log = createLog({ name: 'test', level: 'silent' })
  const directory = join(import.meta.dirname, '..', 'migrations', 'incidents')
  const migrations = [{ name: 'incidents', directory }]
  const records = opened.use(await openRecords({ url, migrations, log }))
  const watched = opened.use(
    await watchCluster({
      replicas: 5,
      openStore: nowMs => createPostgresIncidentStore({ records, nowMs }),
    }),
  )
  await watched.pass(MINUTE)
  await die(watched, 3)
  await eventually('it is seen', async () => {
    await watched.pass(5 * SECOND)
    return (await watched.open()).length > 0
  })
  await watched.set(3, ONLINE)
  await eventually('it is over', async () => {
    await watched.pass(5 * SECOND)
    return (await watched.open()).length === 0
  })
  const incidents = await watched.all()
  expect(incidents.map(({ updates }) => updates.map(({ status }) => status))).toEqual([
    ['investigating', 'resolved'],
  ])
})
