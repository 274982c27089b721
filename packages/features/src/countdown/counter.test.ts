import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import { createLog, createMetrics } from '@shardlight/service'
import { createManualClock, testDatabase } from '@shardlight/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Discord } from '../discord.ts'
import { createErrorStore } from '../errors/error-store.ts'
import type { Call } from '../feature.ts'
import { createCountdownMetrics } from './countdown-metrics.ts'
import { startCounter } from './counter.ts'
import { createTaskStore, type TaskStore } from './task-store.ts'

type Post = { content: string; nonce: string; atMs: number }

/** A Discord on the test's clock, since no server can let a thousand seconds pass in one. */
function createChannel(clock: { nowMs(): number; sleepUntil(atMs: number): Promise<void> }) {
  const posts: Post[] = []
  let delayOf = (_content: string): number => 0
  const discord: Pick<Discord, 'post' | 'ownMessages' | 'hurry'> = {
    async post({ content, nonce }) {
      const delayMs = delayOf(content)
      if (delayMs > 0) await clock.sleepUntil(clock.nowMs() + delayMs)
      if (!posts.some(post => post.nonce === nonce)) posts.push({ content, nonce, atMs: clock.nowMs() })
    },
    ownMessages: async () => [],
    hurry() {},
  }
  return {
    posts,
    discord,
    delay: (rule: typeof delayOf) => {
      delayOf = rule
    },
  }
}

/** The store, and a way to wait until every statement that is under way has come back. */
function watchStatements(tasks: TaskStore) {
  const underWay = new Set<Promise<unknown>>()
  const watched = Object.fromEntries(
    Object.entries(tasks).map(([name, statement]) => [
      name,
      (...given: unknown[]) => {
        const running: Promise<unknown> = Reflect.apply(statement, tasks, given)
        const noted = running.catch(() => {}).finally(() => underWay.delete(noted))
        underWay.add(noted)
        return running
      },
    ]),
  ) as TaskStore
  const settle = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
  }
  return { watched, settle }
}

describe('counting', () => {
  let tasks: TaskStore
  let database: Database
  let errors: ReturnType<typeof createErrorStore>
  const log = createLog({ name: 'test', level: 'silent' })
  let lastId = 5_000n

  beforeAll(async () => {
    const opened = new AsyncDisposableStack()
    const scratch = opened.use(await testDatabase())
    database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
    await migrate(database, { name: 'countdown', directory: join(import.meta.dirname, 'migrations') })
    await migrate(database, {
      name: 'errors',
      directory: join(import.meta.dirname, '..', 'errors', 'migrations'),
    })
    tasks = createTaskStore(database)
    errors = createErrorStore({ database, processId: 0 })
    return () => opened.disposeAsync()
  })

  function setUp() {
    const clock = createManualClock()
    const channel = createChannel(clock)
    const channelId = ++lastId
    const owner = { process: Number(channelId), life: randomUUID() }
    const { watched, settle } = watchStatements(tasks)
    const metrics = createMetrics()
    const counted = createCountdownMetrics(metrics, () => 0)
    const open = (ids: number[] = []) =>
      startCounter({
        tasks: watched,
        discord: channel.discord,
        errors,
        owner: { ...owner, life: randomUUID() },
        shards: { ids, total: 1 },
        clock,
        log,
        metrics: counted,
      })
    const start = async (target: number) => {
      const call: Call = {
        requestId: channelId,
        chat: { guildId: null, channelId },
        userId: 1n,
        how: 'text',
        written: '',
        input: {},
      }
      const started = await tasks.start({ call, target, owner })
      if (!('task' in started)) throw new Error('it should have started')
      return started.task
    }
    /** Lets time pass, and each statement come back before it goes on. */
    const pass = async (untilMs: number, isDone: () => boolean, stepMs = 500) => {
      while (clock.nowMs() < untilMs && !isDone()) {
        await clock.advance(stepMs)
        await settle()
      }
    }
    return { clock, channel, open, start, pass, channelId, metrics }
  }

  const lateness = (posts: Post[]) =>
    posts.map((post, index) => post.atMs - (posts[0]?.atMs ?? 0) - index * 1_000)

  it('has not drifted after a thousand seconds of slow posts', async () => {
    const { channel, open, start, pass } = setUp()
    channel.delay(content => 20 + ((Number(content) * 37) % 180))
    const task = await start(1_000)
    await using counter = open()
    counter.begin(task)
    await pass(1_010_000, () => channel.posts.length === 1_000, 3_000)
    expect(channel.posts.map(post => Number(post.content))).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    )
    expect(Math.max(...lateness(channel.posts))).toBeLessThan(200)
  })

  it('goes on from a delay at one a second, without a burst', async () => {
    const { channel, open, start, pass } = setUp()
    channel.delay(content => (content === '3' ? 4_000 : 0))
    const task = await start(8)
    await using counter = open()
    counter.begin(task)
    await pass(60_000, () => channel.posts.length === 8)
    const gaps = channel.posts.slice(1).map((post, index) => post.atMs - (channel.posts[index]?.atMs ?? 0))
    expect(channel.posts.map(post => post.content)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(999)
  })

  it('posts each number once when an earlier and a later owner count together', async () => {
    const { channel, open, start, pass, metrics } = setUp()
    const task = await start(6)
    await using first = open()
    await using second = open()
    first.begin({ ...task })
    second.begin({ ...task })
    await pass(60_000, () => channel.posts.length === 6 && first.active() + second.active() === 0)
    expect(channel.posts.map(post => post.content)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(await metrics.metrics()).toContain('shardlight_countdown_finished_total 1\n')
  })

  it('stops where it was asked to, and says where', async () => {
    const { channel, open, start, pass, channelId } = setUp()
    const task = await start(100)
    await using counter = open()
    counter.begin(task)
    await pass(60_000, () => channel.posts.length === 3)
    expect(await counter.stop(channelId)).toBe(3)
    expect(await tasks.running(channelId)).toBeUndefined()
    await pass(120_000, () => channel.posts.length > 3 || counter.active() === 0)
    expect(channel.posts).toHaveLength(3)
  })

  it('stops truthfully though its lease runs out while the last number is on its way', async () => {
    const { channel, open, start, pass, channelId } = setUp()
    channel.delay(content => (content === '3' ? 14_000 : 0))
    const task = await start(100)
    await using counter = open([0])
    counter.begin(task)
    await pass(2_500, () => false)
    let told: number | undefined
    const stopping = counter.stop(channelId).then(posted => {
      told = posted
    })
    await database.query("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1", [
      task.id,
    ])
    await pass(60_000, () => told !== undefined)
    await stopping
    await pass(70_000, () => false)
    expect({ told, posted: channel.posts.map(post => post.content) }).toEqual({
      told: 3,
      posted: ['1', '2', '3'],
    })
  })

  it('hands over where it stood when it is disposed', async () => {
    const { channel, open, start, pass, channelId } = setUp()
    const task = await start(5)
    const first = open()
    first.begin(task)
    await pass(60_000, () => channel.posts.length === 2)
    await first[Symbol.asyncDispose]()
    expect(await tasks.running(channelId)).toMatchObject({ posted: 2 })
  })
})
