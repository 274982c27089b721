import { createLog } from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { createManualClock, eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { startIncidentDetector } from '../src/incidents/detector.ts'
import { createMemoryIncidentStore } from '../src/incidents/memory-store.ts'
import { createTestApp } from './test-app.ts'
import { startReceiver } from './webhook-receiver.ts'
import { memoryStores, SLOW, startReplica, targetsOf } from './webhook-replicas.ts'

const { Offline, Online, Starting, Stopping, Resuming } = ShardState
const TICK_MS = 5_000
const PROCESSES = ['0', '1', '2', '3']
const SHARDS_EACH = 16

/** Four processes of sixteen shards that push every five seconds, what sees them down, and what tells of it. */
async function startFleet({ impact = 'none' } = {}) {
  await using opened = new AsyncDisposableStack()
  const app = opened.use(await createTestApp())
  const receiver = opened.use(await startReceiver())
  const clock = createManualClock()
  const beganAtMs = Date.now()
  const nowMs = () => beganAtMs + clock.nowMs()
  const stores = { ...memoryStores(), incidents: createMemoryIncidentStore({ nowMs }) }
  opened.use(
    startIncidentDetector({
      store: stores.incidents,
      directory: { clusters: () => app.registry.clusters().filter(({ name }) => name === 'main') },
      isTrusted: () => true,
      healthTimeoutMs: 30_000,
      clock,
      registryNowMs: () => app.registry.nowMs(),
      nowMs,
      log: createLog({ name: 'test', level: 'silent' }),
    }),
  )
  opened.use(await startReplica(stores, targetsOf(`ops=${receiver.url}#impact=${impact}`), { nowMs }))
  const states = new Map<string, ShardState | 'silent' | 'in part'>(PROCESSES.map(id => [id, Online]))
  const stack = opened.move()

  async function pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      for (const [id, state] of states) {
        if (state === 'silent') continue
        const first = Number(id) * SHARDS_EACH
        const all = Array.from({ length: SHARDS_EACH }, (_, index) => first + index)
        const shards =
          state === 'in part'
            ? all.slice(1).map(shard => ({ id: shard, state: Online }))
            : all.map(shard => ({ id: shard, state }))
        await app.push({ totalShards: PROCESSES.length * SHARDS_EACH, process: { id }, shards })
      }
      await app.passMs(TICK_MS)
      await clock.advance(TICK_MS)
    }
  }

  return {
    receiver,
    pass,
    turn: (id: string, state: ShardState | 'silent' | 'in part') => void states.set(id, state),
    /** Until everything that was written of incidents is dealt with. */
    settled: () =>
      eventually(
        'all is told',
        async () => {
          const progress = await stores.store.read('ops')
          return progress?.message === null && progress.cursor === (await stores.incidents.lastUpdateId())
        },
        SLOW,
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe('from the pushes to the webhook', { timeout: 120_000 }, () => {
  it('a process that dies is told in one message, and in one that it is back', async () => {
    await using fleet = await startFleet()
    await fleet.pass(60_000)
    fleet.turn('3', 'silent')
    await fleet.pass(180_000)
    await fleet.settled()
    expect(fleet.receiver.titles()).toEqual([['Process 3 is down: shards 48–63']])
    fleet.turn('3', Online)
    await fleet.pass(60_000)
    await fleet.settled()
    expect(fleet.receiver.titles().slice(1)).toEqual([['Process 3 was down: shards 48–63']])
    expect(fleet.receiver.told().at(-1)?.[0]).toMatchObject({ status: 'resolved', shards: [[48, 63]] })
  })

  it('two that die together are told in one message', async () => {
    await using fleet = await startFleet()
    await fleet.pass(60_000)
    fleet.turn('1', 'silent')
    fleet.turn('3', 'silent')
    await fleet.pass(180_000)
    await fleet.settled()
    expect(fleet.receiver.titles()).toEqual([
      ['Process 1 is down: shards 16–31', 'Process 3 is down: shards 48–63'],
    ])
  })

  it('an outage that becomes major is told to whom minor ones are not, and then its end', async () => {
    await using fleet = await startFleet({ impact: 'major' })
    await fleet.pass(60_000)
    fleet.turn('3', 'in part')
    await fleet.pass(105_000)
    await fleet.settled()
    expect(fleet.receiver.received).toEqual([])
    fleet.turn('3', 'silent')
    await fleet.pass(105_000)
    await fleet.settled()
    expect(fleet.receiver.told().at(-1)).toMatchObject([
      {
        title: 'Process 3 is down: shards 48–63',
        impact: 'major',
        updates: [{ text: 'Now also down: no answer from shards 49–63.' }],
      },
    ])
    fleet.turn('3', Online)
    await fleet.pass(60_000)
    await fleet.settled()
    expect(fleet.receiver.titles().slice(1)).toEqual([['Process 3 was down: shards 48–63']])
  })

  it('a rolling restart is not told, nor processes that are switched off on purpose', async () => {
    await using fleet = await startFleet()
    await fleet.pass(60_000)
    for (const id of PROCESSES)
      for (const state of [Stopping, Offline, Starting, Resuming, Online] as const) {
        fleet.turn(id, state)
        await fleet.pass(20_000)
      }
    for (const id of PROCESSES) fleet.turn(id, Offline)
    await fleet.pass(10_000)
    for (const id of PROCESSES) fleet.turn(id, 'silent')
    await fleet.pass(600_000)
    await fleet.settled()
    expect(fleet.receiver.received).toEqual([])
  })
})
