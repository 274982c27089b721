import type { Queryable } from '@shardlight/database'
import type { Incident, ShardRanges } from '@shardlight/status-client'
import type { EndedOutage, IncidentFields } from './incident-store.ts'

const ms = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`
const pairs = (column: string) => `
  (SELECT coalesce(jsonb_agg(jsonb_build_array(lower(range), upper(range) - 1) ORDER BY range), '[]')
   FROM unnest(${column}) AS range)`

/** An update `u` as JSON. */
const UPDATE = `
  jsonb_build_object('id', u.id, 'atMs', ${ms('u.at')}, 'by', u.by, 'status', u.status, 'text', u.body, 'facts', u.facts)`

/** The columns of an incident `i` as `readIncident` reads them. */
const INCIDENT = `
  i.id, i.cluster, i.kind, i.status, i.impact, i.title, i.process_id AS "processId",
  ${pairs('i.shards')} AS shards, ${pairs('i.remaining')} AS remaining,
  ${ms('i.started_at')} AS "startedAtMs", ${ms('i.down_at')} AS "downAtMs", ${ms('i.resolved_at')} AS "resolvedAtMs",
  ${ms('i.starts_at')} AS "startsAtMs", ${ms('i.ends_at')} AS "endsAtMs", i.revision,
  (SELECT coalesce(jsonb_agg(${UPDATE} ORDER BY u.id), '[]') FROM incident_updates u WHERE u.incident_id = i.id)
    AS updates`

type Row = Omit<Incident, 'id' | 'revision'> & { id: bigint; revision: bigint }

/** `rest` begins with WHERE, of the incident `i`. */
export async function selectIncidents(
  database: Queryable,
  rest: string,
  params: readonly unknown[] = [],
): Promise<Incident[]> {
  const rows = await database.query<Row>(`SELECT ${INCIDENT} FROM incidents i ${rest}`, params)
  return rows.map(row => ({ ...row, id: Number(row.id), revision: Number(row.revision) }))
}

export const selectEndedOutages = (tx: Queryable, cluster: string, sinceMs: number): Promise<EndedOutage[]> =>
  tx.query<EndedOutage>(
    `SELECT ${pairs('i.shards')} AS shards, ${ms('i.resolved_at')} AS "resolvedAtMs" FROM incidents i
     WHERE i.kind = 'outage' AND i.cluster = $1 AND i.resolved_at >= to_timestamp($2::float8 / 1000)`,
    [cluster, sinceMs],
  )

/** `{[0,3],[7,7]}`, as PostgreSQL writes a multirange. */
const multirange = (ranges: ShardRanges) =>
  `{${ranges.map(([first, last]) => `[${first},${last}]`).join(',')}}`

const COLUMNS = `cluster, kind, status, impact, title, process_id, shards, remaining,
  started_at, down_at, resolved_at, starts_at, ends_at, revision`
const at = (parameter: number) => `to_timestamp($${parameter}::float8 / 1000)`
const VALUES = `$1, $2, $3, $4, $5, $6, $7::int4multirange, $8::int4multirange,
  ${[9, 10, 11, 12, 13].map(at).join(', ')}, nextval('incident_revisions')`

const valuesOf = (fields: IncidentFields) => [
  fields.cluster,
  fields.kind,
  fields.status,
  fields.impact,
  fields.title,
  fields.processId,
  multirange(fields.shards),
  multirange(fields.remaining),
  fields.startedAtMs,
  fields.downAtMs,
  fields.resolvedAtMs,
  fields.startsAtMs,
  fields.endsAtMs,
]

export async function insertIncident(tx: Queryable, fields: IncidentFields): Promise<number> {
  const [inserted] = await tx.query<{ id: bigint }>(
    `INSERT INTO incidents (${COLUMNS}) VALUES (${VALUES}) RETURNING id`,
    valuesOf(fields),
  )
  return Number(inserted?.id)
}

export const updateIncident = (tx: Queryable, { id, ...fields }: Incident) =>
  tx.query(`UPDATE incidents SET (${COLUMNS}) = (${VALUES}) WHERE id = $14`, [...valuesOf(fields), id])
