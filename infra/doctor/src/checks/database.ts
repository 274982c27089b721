import { reasonOf } from '@shardlight/service'
import pg from 'pg'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'
import { databaseAddress } from './database-address.ts'
import { judgeClock } from './judge-clock.ts'
import { judgeMigrations } from './judge-migrations.ts'
import { judgePooling } from './judge-pooling.ts'

/** Multiranges came with it. */
const OLDEST_MAJOR = 14
/** What each process opens at most: its pool, and the connections on which it listens. */
const PER_SHARD_PROCESS = 10
const OTHER_PROCESSES = 4 + 6 + 6

type Look = {
  version: string
  mayCreate: boolean
  most: number
  reserved: number
  taken: number
  nowMs: number
}

const LOOK = `
  SELECT current_setting('server_version') AS version,
         has_database_privilege(current_database(), 'CREATE')
           AND has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate",
         current_setting('max_connections')::int AS most,
         current_setting('superuser_reserved_connections')::int AS reserved,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`

function judgeConnections({ most, reserved, taken }: Look, { readOr, isLocalRunning }: Deployment): Finding {
  const shards = Number(readOr('TOTAL_SHARDS', '4'))
  const processes = Math.ceil(
    (Number.isNaN(shards) ? 4 : shards) / Number(readOr('SHARDS_PER_PROCESS', isLocalRunning ? '2' : '4')),
  )
  // One more, which boots while the one that it replaces still serves.
  const needed = (processes + 1) * PER_SHARD_PROCESS + OTHER_PROCESSES
  const there = most - reserved
  const what = `${taken} of ${there} connections taken, ${needed} needed at most for ${processes} shard process${processes === 1 ? '' : 'es'}`
  const todo = 'raise max_connections of PostgreSQL, or SHARDS_PER_PROCESS of the bot'
  if (needed > there) return bad(what, todo)
  return there - taken < PER_SHARD_PROCESS ? doubt(what, todo) : good(what)
}

/** PostgreSQL, which holds all that must not be lost. */
export const database = (deployment: Deployment): Examination => ({
  name: 'PostgreSQL',
  todo: 'is it running, and is DATABASE_URL right? Nothing works without it',
  async run(signal) {
    const url = await databaseAddress(deployment)
    if (url === undefined) return [good('no DATABASE_URL: `npm start` brings one, which does not run now')]
    await using opened = new AsyncDisposableStack()
    const connect = async () => {
      const client = new pg.Client({
        connectionString: url,
        application_name: 'shardlight doctor',
        connectionTimeoutMillis: 4_000,
        query_timeout: 4_000,
      })
      client.on('error', () => {})
      await client.connect()
      opened.defer(() => client.end())
      return client
    }
    const client = await connect()
    const { host } = new URL(url)
    const sentAtMs = Date.now()
    const { rows } = await client.query<Look>(LOOK)
    const [look] = rows
    const receivedAtMs = Date.now()
    if (!look) return [bad('it answers without a row', 'is it PostgreSQL?')]
    if (Number.parseInt(look.version, 10) < OLDEST_MAJOR)
      return [bad(`PostgreSQL ${look.version} is too old`, `take ${OLDEST_MAJOR} or newer`)]
    const pooling = judgePooling(client, await connect(), signal).catch(error => [
      bad(reasonOf(error), 'can a second connection be opened?'),
    ])
    return [
      good(`PostgreSQL ${look.version} at ${host}`),
      look.mayCreate
        ? good('tables may be created')
        : bad(
            'tables may not be created, which a new version does as it starts',
            'GRANT CREATE ON DATABASE and ON SCHEMA to this user',
          ),
      ...(await pooling),
      judgeConnections(look, deployment),
      ...(await judgeMigrations(client)),
      ...judgeClock({ whose: "PostgreSQL's", theirsMs: look.nowMs, sentAtMs, receivedAtMs }),
    ]
  },
})
