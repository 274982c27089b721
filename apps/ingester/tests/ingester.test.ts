import { once } from 'node:events'
import { createServer } from 'node:net'
import { checkMetrics } from '@shardlight/service'
import { eventually, runProgram, type Sandbox, startSandbox } from '@shardlight/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWikipedia, type Wikipedia } from './running.ts'

let sandbox: Sandbox
let wikipedia: Wikipedia
beforeAll(async () => {
  sandbox = await startSandbox({ guilds: 0 })
})
afterAll(() => sandbox?.[Symbol.asyncDispose]())
beforeEach(async () => {
  wikipedia = await startWikipedia({ sandbox })
})
afterEach(() => wikipedia?.[Symbol.asyncDispose]())

describe('the ingester', () => {
  it('stores and counts what happens, once, over cuts, repeats, refusals and canaries', async () => {
    const { change, fault } = wikipedia
    const ingester = await wikipedia.startIngester()
    await wikipedia.isConnected()
    await change(300)
    await fault({ kind: 'stream-duplicate', times: 50 })
    await change(100)
    await fault({ kind: 'stream-status', status: 429, times: 2 })
    await fault({ kind: 'stream-cut' })
    await change(200)
    await wikipedia.canary()
    await change(50)
    await wikipedia.expectExact()
    expect(await wikipedia.database.query('SELECT FROM recent_change_gaps')).toEqual([])
    expect(await ingester.metric('shardlight_wikipedia_events_total')).toBe(650)
    expect(await ingester.metrics()).toMatch(/^shardlight_wikipedia_lag_seconds \d/m)
    expect(checkMetrics(await ingester.metrics())).toEqual([])
  })

  it('leaves the stream to one process, and takes it over within ten seconds', async () => {
    const first = await wikipedia.startIngester()
    await wikipedia.isConnected()
    await wikipedia.startIngester()
    await wikipedia.change(100)
    first.child.kill('SIGKILL')
    const killedMs = performance.now()
    await wikipedia.change(100)
    await wikipedia.expectExact()
    expect(performance.now() - killedMs).toBeLessThan(10_000)
    expect((await wikipedia.stream()).mostAtOnce).toBe(1)
  })

  it('keeps an event apart that PostgreSQL refuses, and stores those around it', async () => {
    const { database, hasStored } = wikipedia
    await wikipedia.startIngester()
    await wikipedia.isConnected()
    await wikipedia.change(20)
    // No text of PostgreSQL holds a NUL, and no name in its JSON.
    const events = [{ type: 'edit', server_name: 'en.wikipedia.org', log_params: { 'a\u0000b': 1 } }]
    await sandbox.control('POST', '/sandbox/wikipedia', { events })
    await wikipedia.change(20)
    await hasStored(40)
    const rejects = () =>
      database.query<{ reason: string; raw: string }>('SELECT reason, raw FROM recent_change_rejects')
    await eventually('it is kept', async () => (await rejects()).length > 0)
    const [reject] = await rejects()
    expect(reject?.raw).toContain('log_params')
    await wikipedia.change(5)
    await hasStored(45)
  })

  it('records what could not be read back, as a gap', async () => {
    const { database, hasStored } = wikipedia
    const ingester = await wikipedia.startIngester()
    await wikipedia.isConnected()
    await wikipedia.change(20)
    await hasStored(20)
    ingester.child.kill('SIGTERM')
    await ingester.exited
    await database.query(`UPDATE recent_change_streams SET last_at = last_at - interval '5 minutes'`)
    const again = await wikipedia.startIngester()
    await wikipedia.isConnected()
    await wikipedia.change(20)
    await hasStored(40)
    const gaps = await database.query<{ seconds: number }>(
      'SELECT extract(epoch FROM until_at - from_at)::float8 AS seconds FROM recent_change_gaps',
    )
    expect(gaps).toHaveLength(1)
    expect(gaps[0]?.seconds).toBeGreaterThan(290)
    expect(await again.metric('shardlight_wikipedia_gap_seconds_total')).toBeCloseTo(gaps[0]?.seconds ?? 0, 1)
  })

  it('stops in order while it waits for a broker that does not answer', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const address = mute.address()
    const port = address !== null && typeof address !== 'string' ? address.port : 0
    const ingester = await wikipedia.startIngester({
      INGESTER_MODE: 'kafka-to-postgresql',
      KAFKA_BROKERS: `127.0.0.1:${port}`,
    })
    await eventually(
      'it asks',
      async () => (await ingester.metric('shardlight_wikipedia_connects_total')) > 0,
    )
    ingester.child.kill('SIGTERM')
    expect(await ingester.exited).toBe(0)
    mute.close()
  })

  it('does not start where a variable is missing, and says which', async () => {
    await using program = runProgram('apps/ingester/src/main.ts', { DATABASE_URL: wikipedia.databaseUrl })
    expect(await program.exited).toBe(1)
    expect(program.output()).toMatch(/^ingester: WIKIPEDIA_CONTACT is not set: Wikimedia asks every client/)
  })
})
