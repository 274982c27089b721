import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type MortalPostgres, startMortalPostgres } from '@shardlight/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Ingester, startWikipedia, type Wikipedia } from './running.ts'

/** KILLS=100 is what was shown once; each takes some seconds. */
const KILLS = Number(process.env['KILLS'] ?? 2)
/** How long PostgreSQL is away; 60,000 was shown once. */
const AWAY_MS = Number(process.env['AWAY_MS'] ?? 10_000)
const SECONDS_A_KILL = 20

let postgres: MortalPostgres
let wikipedia: Wikipedia
let scope: AsyncDisposableStack
beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  postgres = opened.use(await startMortalPostgres())
  wikipedia = opened.use(await startWikipedia({ postgres }))
  scope = opened.move()
})
afterEach(() => wikipedia?.stopIngesters())
afterAll(() => scope?.disposeAsync())

const FAULTS = [
  { kind: 'stream-duplicate', times: 30 },
  { kind: 'stream-cut' },
  { kind: 'stream-status', status: 429, times: 1 },
  { kind: 'stream-status', status: 502, times: 1 },
]

const memoryOf = async (ingester: Ingester) => ingester.metric('process_resident_memory_bytes')

describe('whatever dies', () => {
  it(
    'the tables equal what was streamed, events and counts',
    async () => {
      const { change, fault } = wikipedia
      let ingesters = [await wikipedia.startIngester(), await wikipedia.startIngester()]
      await wikipedia.isConnected()
      for (let round = 0; round < KILLS; round++) {
        await change(randomInt(50, 600))
        const kind = FAULTS[randomInt(FAULTS.length)]
        if (kind) await fault(kind)
        if (randomInt(3) === 0) await wikipedia.canary()
        await sleep(randomInt(400))
        const writing = change(randomInt(50, 600))
        await sleep(randomInt(100))
        if (round % 2 === 0) {
          const [first, second] = ingesters
          for (const one of [first, second]) {
            if (!one || !(await one.metric('shardlight_wikipedia_reads_stream'))) continue
            one.child.kill('SIGKILL')
            await one.exited
            ingesters = ingesters.filter(other => other !== one)
          }
          while (ingesters.length < 2) ingesters.push(await wikipedia.startIngester())
        } else {
          await postgres.kill()
          await sleep(randomInt(500))
          await postgres.start()
        }
        await writing
        await eventually('it is read again', async () => (await wikipedia.stream()).connections > 0, {
          withinMs: 30_000,
        })
      }
      await wikipedia.expectExact()
      expect(await wikipedia.database.query('SELECT FROM recent_change_gaps')).toEqual([])
      expect((await wikipedia.stream()).mostAtOnce).toBe(1)
    },
    60_000 + KILLS * SECONDS_A_KILL * 1_000,
  )

  it(
    'while PostgreSQL is away nothing is lost, and no more is held than what is read ahead',
    async () => {
      const ingester = await wikipedia.startIngester()
      await wikipedia.isConnected()
      await wikipedia.change(1_000)
      await wikipedia.expectExact()
      const before = await memoryOf(ingester)
      await postgres.stop()
      const endMs = performance.now() + AWAY_MS
      while (performance.now() < endMs) {
        await wikipedia.change(400)
        await sleep(500)
      }
      const grown = (await memoryOf(ingester)) - before
      await postgres.start()
      await wikipedia.expectExact()
      expect(await wikipedia.database.query('SELECT FROM recent_change_gaps')).toEqual([])
      expect(grown).toBeLessThan(100 * 1024 * 1024)
    },
    120_000 + AWAY_MS,
  )
})
