import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import { type EventLog, openEventLog } from '@shardlight/event-log'
import { createLog, createMetrics } from '@shardlight/service'
import { eventually, testDatabase } from '@shardlight/testing'
import { REST } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDiscord } from '../discord.ts'
import { createErrorStore } from '../errors/error-store.ts'
import { votes } from './index.ts'

const STEP_MS = 100_000

let database: Database
let eventLog: EventLog
let scope: AsyncDisposableStack
const log = createLog({ name: 'test', level: 'silent' })

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url, applicationName: 'test', maxConnections: 5 }))
  eventLog = opened.use(await openEventLog({ database, log }))
  await migrate(database, { name: 'vote', directory: votes.migrations })
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

/** When the process of those shards counts restraints, while each of its looks takes a hundred seconds. */
async function startProcess(ids: number[]) {
  const countedAtMs: number[] = []
  let nowMs = 0
  const metrics = createMetrics()
  const running = await votes.start({
    database,
    eventLog: {
      ...eventLog,
      countRestraints: async () => countedAtMs.push(nowMs),
    },
    discord: createDiscord({
      rest: new REST(),
      botId: () => undefined,
      findMember: async () => undefined,
      isOpenToAll: async () => true,
      guildName: () => undefined,
    }),
    errors: createErrorStore({ database, processId: 0 }),
    shards: { ids, total: 4 },
    processId: 0,
    clock: {
      nowMs: () => nowMs,
      async sleepUntil(_atMs, signal) {
        await sleep(5, undefined, { ...(signal && { signal }) })
        nowMs += STEP_MS
      },
    },
    log,
    metrics,
  })
  return {
    countedAtMs,
    lived: (ms: number) => eventually('time has passed', () => nowMs >= ms),
    told: async () =>
      (await metrics.getSingleMetric('shardlight_vote_restraints_in_force')?.get())?.values[0]?.value,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

describe('restraints that are in force', () => {
  it('are counted by the process of shard 0, every five minutes', async () => {
    await using process = await startProcess([0, 1])
    await process.lived(7 * STEP_MS)
    expect(process.countedAtMs.slice(0, 3)).toEqual([0, 300_000, 600_000])
    expect(await process.told()).toBeGreaterThanOrEqual(3)
  })

  it('are left to it by the others', async () => {
    await using process = await startProcess([2, 3])
    await process.lived(7 * STEP_MS)
    expect(process.countedAtMs).toEqual([])
    expect(await process.told()).toBe(0)
  })
})
