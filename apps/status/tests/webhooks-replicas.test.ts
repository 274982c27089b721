import { eventually, startMortalPostgres, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { silence, startReceiver, status } from './webhook-receiver.ts'
import { goDown, openStores, SLOW, type Stores, startReplica, targetsOf } from './webhook-replicas.ts'

const TIMES = { timeout: 180_000 }

const told = ({ incidents, store }: Stores) =>
  eventually(
    'all is told',
    async () => {
      const progress = await store.read('ops')
      return progress?.message === null && progress.cursor === (await incidents.lastUpdateId())
    },
    SLOW,
  )

describe('replicas that share one PostgreSQL', TIMES, () => {
  it('tell each target once between them', async () => {
    await using database = await testDatabase()
    await using receiver = await startReceiver()
    await using first = await openStores(database.url)
    await using second = await openStores(database.url)
    const targets = targetsOf(`ops=${receiver.url}`)
    await using _one = await startReplica(first, targets)
    await using _other = await startReplica(second, targets)
    for (const processId of ['1', '2', '3', '4', '5']) {
      await goDown(first.incidents, processId)
      await told(second)
    }
    expect(receiver.titles().flat()).toEqual(['1', '2', '3', '4', '5'].map(id => `Process ${id} is down`))
  })

  it('take over from one that stops within a message, with the same id', async () => {
    await using database = await testDatabase()
    await using receiver = await startReceiver()
    await using first = await openStores(database.url)
    await using second = await openStores(database.url)
    const targets = targetsOf(`ops=${receiver.url}`)
    receiver.answerAlways(silence)
    const replica = await startReplica(first, targets, { timeoutMs: 3_600_000 })
    await goDown(first.incidents, '3')
    await eventually('it is being sent', () => receiver.received.length === 1, SLOW)
    await replica[Symbol.asyncDispose]()
    receiver.answerAlways(status(204))
    await using _next = await startReplica(second, targets)
    await told(second)
    expect(receiver.received).toHaveLength(2)
    expect(new Set(receiver.ids()).size).toBe(1)
  })

  it('take over from one that hangs, and what that one says when it wakes up changes nothing', async () => {
    await using database = await testDatabase()
    await using receiver = await startReceiver()
    await using first = await openStores(database.url, { leaseMs: 1_000 })
    await using second = await openStores(database.url, { leaseMs: 1_000 })
    const targets = targetsOf(`ops=${receiver.url}`)
    let wakeUp = () => {}
    receiver.answerNext(response => {
      wakeUp = () => void response.writeHead(410).end()
    })
    await using _hanging = await startReplica(first, targets, { timeoutMs: 3_600_000 })
    await goDown(first.incidents, '3')
    await eventually('it is being sent', () => receiver.received.length === 1, SLOW)
    await using _next = await startReplica(second, targets)
    await told(second)
    wakeUp()
    await goDown(second.incidents, '4')
    await told(second)
    expect(receiver.titles().at(-1)).toEqual(['Process 4 is down'])
    expect((await second.store.read('ops'))?.disabled).toBeNull()
  })

  it('go on where a restart has left off, also with what happened meanwhile', async () => {
    await using database = await testDatabase()
    await using receiver = await startReceiver()
    await using stores = await openStores(database.url)
    const targets = targetsOf(`ops=${receiver.url}`)
    const before = await startReplica(stores, targets)
    await goDown(stores.incidents, '1')
    await told(stores)
    await before[Symbol.asyncDispose]()
    await goDown(stores.incidents, '2')
    await using _after = await startReplica(stores, targets)
    await told(stores)
    expect(receiver.titles()).toEqual([['Process 1 is down'], ['Process 2 is down']])
  })

  it('wait while PostgreSQL is away, and send nothing twice that was sent as it went', async () => {
    await using postgres = await startMortalPostgres()
    await using receiver = await startReceiver()
    await using stores = await openStores(postgres.url, { leaseMs: 1_000 })
    let answer = () => {}
    receiver.answerNext(response => {
      answer = () => void response.writeHead(204).end()
    })
    await using _replica = await startReplica(stores, targetsOf(`ops=${receiver.url}`), {
      timeoutMs: 3_600_000,
    })
    await goDown(stores.incidents, '1')
    await eventually('it is being sent', () => receiver.received.length === 1, SLOW)
    await postgres.stop()
    answer()
    await postgres.start()
    await told(stores)
    await eventually(
      'incidents can be written',
      async () => (await goDown(stores.incidents, '2')).length > 0,
      SLOW,
    )
    await told(stores)
    expect(receiver.titles()).toEqual([['Process 1 is down'], ['Process 2 is down']])
  })
})
