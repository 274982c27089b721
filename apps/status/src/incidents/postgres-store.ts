import type { Queryable } from '@shardlight/database'
import type { Records } from '../records.ts'
import { insertIncident, selectEndedOutages, selectIncidents, updateIncident } from './incident-sql.ts'
import type { IncidentLedger, IncidentStore } from './incident-store.ts'

/** Held by every write until its commit; any number that no other lock of this database uses. */
const APPEND_LOCK = 7_401_862_231
/** Nobody repeats a request after that time. */
const REQUESTS_KEPT = '30 days'

function openLedger(tx: Queryable, nowMs: number): IncidentLedger {
  const one = async (rest: string, params: readonly unknown[]) =>
    (await selectIncidents(tx, rest, params)).at(0)
  return {
    nowMs,
    find: id => one('WHERE i.id = $1', [id]),
    unresolved: () => selectIncidents(tx, 'WHERE i.resolved_at IS NULL ORDER BY i.id DESC'),
    latestOutage: (cluster, processId) =>
      one(
        `WHERE i.kind = 'outage' AND i.cluster = $1 AND coalesce(i.process_id, '') = coalesce($2, '')
         ORDER BY i.id DESC LIMIT 1`,
        [cluster, processId],
      ),
    outagesEndedSince: (cluster, atMs) => selectEndedOutages(tx, cluster, atMs),
    insert: fields => insertIncident(tx, fields),
    async save(incident) {
      await updateIncident(tx, incident)
    },
    async append(id, { by, status, text, facts }) {
      await tx.query(
        `INSERT INTO incident_updates (incident_id, at, by, status, body, facts)
         VALUES ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6::jsonb)`,
        [id, nowMs, by, status, text, facts && JSON.stringify(facts)],
      )
      await tx.query(`UPDATE incidents SET revision = nextval('incident_revisions') WHERE id = $1`, [id])
    },
    async takenRequest(cluster, key) {
      const [taken] = await tx.query<{ digest: string; id: bigint }>(
        'SELECT digest, incident_id AS id FROM incident_requests WHERE cluster = $1 AND key = $2',
        [cluster, key],
      )
      return taken && { digest: taken.digest, incidentId: Number(taken.id) }
    },
    async keepRequest(cluster, key, { digest, incidentId }) {
      await tx.query(`DELETE FROM incident_requests WHERE at < now() - $1::interval`, [REQUESTS_KEPT])
      await tx.query(
        `INSERT INTO incident_requests (cluster, key, digest, incident_id, at) VALUES ($1, $2, $3, $4, now())`,
        [cluster, key, digest, incidentId],
      )
    },
  }
}

/** @param nowMs instead of the database's clock */
export function createPostgresIncidentStore({
  records,
  nowMs,
}: {
  records: Pick<Records, 'use'>
  nowMs?: () => number
}): IncidentStore {
  const databaseNowMs = async (tx: Queryable) => {
    const [now] = await tx.query<{ ms: number }>(
      'SELECT round(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    )
    return now?.ms ?? Number.NaN
  }
  const number = (sql: string) =>
    records.use(async database => Number((await database.query<{ value: bigint }>(sql)).at(0)?.value ?? 0))

  return {
    write: run =>
      records.use(database =>
        database.transaction(async tx => {
          await tx.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK])
          return run(openLedger(tx, nowMs?.() ?? (await databaseNowMs(tx))))
        }),
      ),
    find: id =>
      records.use(async database => (await selectIncidents(database, 'WHERE i.id = $1', [id])).at(0)),
    unresolved: () =>
      records.use(database => selectIncidents(database, 'WHERE i.resolved_at IS NULL ORDER BY i.id DESC')),
    past: ({ cluster, sinceMs, beforeId, limit }) =>
      records.use(database =>
        selectIncidents(
          database,
          `WHERE i.resolved_at IS NOT NULL AND ($1::text IS NULL OR i.cluster = $1)
             AND ($2::float8 IS NULL OR i.resolved_at >= to_timestamp($2 / 1000))
             AND ($3::bigint IS NULL OR i.id < $3)
           ORDER BY i.id DESC LIMIT $4`,
          [cluster ?? null, sinceMs ?? null, beforeId ?? null, limit],
        ),
      ),
    updatesAfter: (updateId, limit) =>
      records.use(async database => {
        const rows = await database.query<{ id: bigint; incidentId: bigint }>(
          `SELECT id, incident_id AS "incidentId" FROM incident_updates WHERE id > $1 ORDER BY id LIMIT $2`,
          [updateId, limit],
        )
        const incidents = await selectIncidents(database, 'WHERE i.id = ANY ($1)', [
          [...new Set(rows.map(({ incidentId }) => incidentId))],
        ])
        return rows.flatMap(row => {
          const incident = incidents.find(({ id }) => id === Number(row.incidentId))
          const update = incident?.updates.find(({ id }) => id === Number(row.id))
          return incident && update ? [{ update, incident }] : []
        })
      }),
    lastUpdateId: () => number('SELECT max(id) AS value FROM incident_updates'),
    revision: () => number('SELECT max(revision) AS value FROM incidents'),
  }
}
