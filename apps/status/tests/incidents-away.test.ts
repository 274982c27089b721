import { createLog } from '@shardlight/service'
import { incidentsAnswerSchema } from '@shardlight/status-client'
import { eventually, type PostgresProxy, startPostgresProxy, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { incidentMigration } from '../src/incidents/open-incidents.ts'
import { createPostgresIncidentStore } from '../src/incidents/postgres-store.ts'
import { openRecords } from '../src/records.ts'
import { startRunningStatus } from './running-status.ts'
import { UNHEALTHY, watchCluster } from './watched-cluster.ts'

const OPERATOR = 'the-token-of-operators'
const PATIENCE = { withinMs: 60_000 }
const NOWHERE = 'postgres://127.0.0.1:1/nothing'

/** A database that goes away and comes back, with what was in it. */
async function startMortalDatabase() {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  const proxy: PostgresProxy = opened.use(await startPostgresProxy(url))
  const stack = opened.move()
  return {
    url: proxy.url,
    die() {
      proxy.leadTo(NOWHERE)
      proxy.cut()
    },
    comeBack: () => proxy.leadTo(url),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe('while PostgreSQL is away', { timeout: 120_000 }, () => {
  it('incidents are answered 503, and what tells of the shards goes on with what was known last', async () => {
    await using database = await startMortalDatabase()
    await using status = await startRunningStatus({
      environment: { DATABASE_URL: database.url, STATUS_OPERATOR_TOKENS: `*:${OPERATOR}` },
    })
    await status.push('main', [3, 3, 3, 1])
    const get = (path: string) => fetch(status.url + path)
    const open = (title: string) =>
      fetch(`${status.url}/api/v2/clusters/main/incidents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
        body: JSON.stringify({ title, text: 'We look.' }),
      })
    expect((await open('Before')).status).toBe(201)
    database.die()
    const readers = ['/api/v2/incidents', '/feed.atom', '/feed.rss', '/feed.json', '/api/v2/incidents.json']
    for (const path of readers)
      await eventually(`${path} says so`, async () => (await get(path)).status === 503, PATIENCE)
    const refused = await open('Meanwhile')
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
    ])
    const summary = await (await get('/api/v2/summary.json')).json()
    expect(summary).toMatchObject({
      status: { indicator: 'major' },
      components: [{ status: 'partial_outage' }],
      incidents: [{ name: 'Before' }],
    })
    expect(await (await get('/badge/main.svg')).text()).toContain('1 of 4 shards down')

    database.comeBack()
    await eventually('operators write again', async () => (await open('After')).status === 201, PATIENCE)
    const { open: unresolved } = incidentsAnswerSchema.parse(await (await get('/api/v2/incidents')).json())
    expect(unresolved.map(({ title }) => title)).toEqual(['After', 'Before'])
  })

  it('nothing is lost of what is down: its incident is opened when PostgreSQL is back', async () => {
    await using database = await startMortalDatabase()
    const log = createLog({ name: 'test', level: 'silent' })
    await using records = await openRecords({ url: database.url, migrations: [incidentMigration], log })
    await using watched = await watchCluster({
      openStore: nowMs => createPostgresIncidentStore({ records, nowMs }),
    })
    await watched.pass(60_000)
    database.die()
    await eventually('it is noticed', () => records.problem() !== undefined, PATIENCE)
    const downMs = watched.nowMs()
    await watched.set(2, undefined)
    await watched.say(2, UNHEALTHY)
    await watched.pass(5 * 60_000)
    database.comeBack()
    await eventually('it is back', () => records.problem() === undefined, PATIENCE)
    await eventually(
      'there is an incident',
      async () => {
        await watched.pass(5_000)
        return (await watched.open()).length > 0
      },
      PATIENCE,
    )
    const [incident, ...others] = await watched.open()
    expect([incident?.title, ...others]).toEqual(['Process 2 is down: shards 8–11'])
    // The last look before it may have waited for PostgreSQL, and the one before is five seconds older.
    expect([downMs - 5_000, downMs]).toContain(incident?.startedAtMs)
  })
})
