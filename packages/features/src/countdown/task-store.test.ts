import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callIn } from '../../tests/call.ts'
import { createTaskStore, type Started, type Task, type TaskStore } from './task-store.ts'

const everyShard = { ids: [0, 1, 2, 3], total: 4 }
const first = { process: 0, life: '00000000-0000-4000-8000-000000000001' }
const reborn = { process: 0, life: '00000000-0000-4000-8000-000000000002' }
const other = { process: 1, life: '00000000-0000-4000-8000-000000000003' }

let database: Database
let tasks: TaskStore
let scope: AsyncDisposableStack
beforeEach(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test', maxConnections: 16 }))
  await migrate(database, { name: 'countdown', directory: join(import.meta.dirname, 'migrations') })
  tasks = createTaskStore(database)
  scope = opened.move()
})
afterEach(() => scope.disposeAsync())

function taskOf(started: Started): Task {
  if ('task' in started) return started.task
  throw new Error(`not started: ${started.refused}`)
}
const start = async (channelId: bigint, owner = first) =>
  taskOf(await tasks.start({ call: callIn(channelId), target: 5, owner }))
const expireLeases = () => database.query(`UPDATE tasks SET lease_until = now() - interval '1 millisecond'`)
const rowOf = async ({ id }: Task) =>
  (
    await database.query<{ state: string; posted: number; epoch: number }>(
      'SELECT state, posted, epoch FROM tasks WHERE id = $1',
      [id],
    )
  )[0]

describe('a start', () => {
  it('is granted once when eight come at the same time in one chat', async () => {
    const started = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        tasks.start({
          call: callIn(1n),
          target: 5,
          owner: { process: index, life: first.life },
        }),
      ),
    )
    expect(started.filter(one => 'task' in one)).toHaveLength(1)
    expect(started.filter(one => 'refused' in one && one.refused === 'busy')).toHaveLength(7)
  })

  it('is granted in any number of chats at once', async () => {
    const started = await Promise.all(Array.from({ length: 20 }, (_, chat) => start(BigInt(chat))))
    expect(new Set(started.map(task => task.channelId)).size).toBe(20)
  })

  it('is one command when the same message is delivered twice', async () => {
    const call = callIn(1n)
    taskOf(await tasks.start({ call, target: 5, owner: first }))
    expect(await tasks.start({ call, target: 5, owner: other })).toEqual({ refused: 'repeated' })
  })

  it('is granted again when the one before has ended', async () => {
    await tasks.end({ task: await start(1n), state: 'stopped', outcome: 'stopped' })
    expect(await start(1n)).toMatchObject({ posted: 0 })
  })
})

describe('an unfinished countdown', () => {
  it('is taken over at once by the next life of its own process', async () => {
    const task = await start(1n)
    await tasks.save([{ ...task, posted: 3 }])
    const [taken] = await tasks.claim({ owner: reborn, shards: everyShard })
    expect(taken).toMatchObject({ id: task.id, posted: 3, epoch: 2 })
  })

  it('is taken over by another process only when its lease has run out', async () => {
    const task = await start(1n)
    expect(await tasks.claim({ owner: other, shards: everyShard })).toEqual([])
    await expireLeases()
    expect(await tasks.claim({ owner: other, shards: everyShard })).toMatchObject([{ id: task.id }])
  })

  it('is taken over at once after its owner gave it back', async () => {
    const task = await start(1n)
    await tasks.release([{ ...task, posted: 2 }])
    expect(await tasks.claim({ owner: other, shards: everyShard })).toMatchObject([
      { id: task.id, posted: 2 },
    ])
  })

  it('goes to one of two that claim together', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, chat) => start(BigInt(chat))))
    await expireLeases()
    const claimants = [other, { ...other, process: 2 }, { ...other, process: 3 }]
    const taken = await Promise.all(claimants.map(owner => tasks.claim({ owner, shards: everyShard })))
    expect(
      taken
        .flat()
        .map(task => task.channelId)
        .toSorted((a, b) => Number(a - b)),
    ).toEqual(Array.from({ length: 20 }, (_, chat) => BigInt(chat)))
  })

  it('goes only to the process that has the shard of its guild; a direct message to the one with shard 0', async () => {
    const guildId = 1_161_574_221_348_863_930n
    const inGuild = callIn(1n, { chat: { guildId, channelId: 1n } })
    const direct = callIn(2n, { chat: { guildId: null, channelId: 2n } })
    for (const call of [inGuild, direct]) await tasks.start({ call, target: 5, owner: first })
    await expireLeases()
    const claim = async (ids: number[]) =>
      (await tasks.claim({ owner: other, shards: { ids, total: 360 } })).map(task => task.channelId)
    expect(await claim([1, 133, 135])).toEqual([])
    expect(await claim([134])).toEqual([1n])
    expect(await claim([0])).toEqual([2n])
  })

  it('cannot be changed by an owner who woke up too late', async () => {
    const task = await start(1n)
    await expireLeases()
    const [taken] = await tasks.claim({ owner: other, shards: everyShard })
    expect(await tasks.save([{ ...task, posted: 4 }])).toEqual(new Set())
    await tasks.release([{ ...task, posted: 4 }])
    expect(await tasks.end({ task: { ...task, posted: 4 }, state: 'stopped', outcome: 'late' })).toBe(false)
    expect(await rowOf(task)).toEqual({ state: 'running', posted: 0, epoch: taken?.epoch })
  })

  it('tells how long it has been silent, even before its first number', async () => {
    const task = await start(1n)
    await database.query(`UPDATE tasks SET created_at = now() - interval '2 minutes' WHERE id = $1`, [
      task.id,
    ])
    const [taken] = await tasks.claim({ owner: reborn, shards: everyShard })
    expect(taken?.silentMs).toBeGreaterThanOrEqual(120_000)
  })
})

describe('saving', () => {
  it('keeps how far each has got and renews the leases of all in one statement', async () => {
    const [one, two] = [await start(1n), await start(2n)]
    await expireLeases()
    const saved = await tasks.save([
      { ...one, posted: 3 },
      { ...two, posted: 4 },
    ])
    expect(saved).toEqual(new Set([one.id, two.id]))
    expect([await rowOf(one), await rowOf(two)]).toMatchObject([{ posted: 3 }, { posted: 4 }])
    expect(await tasks.claim({ owner: other, shards: everyShard })).toEqual([])
  })
})
