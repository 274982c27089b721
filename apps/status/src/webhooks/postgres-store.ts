import type { Records } from '../records.ts'
import { LEASE_MS, type Progress, type WebhookStore, webhookMessageSchema } from './webhook-store.ts'

type Row = {
  cursor: bigint
  isGrouping: boolean
  message: unknown
  attempts: number
  following: number[]
  disabled: string | null
}

const COLUMNS = `cursor, is_grouping AS "isGrouping", message, attempts,
  following::float8[] AS following, disabled`

const progressOf = ({ cursor, isGrouping, message, attempts, following, disabled }: Row): Progress => ({
  cursor: Number(cursor),
  isGrouping,
  // One that another version has written, and this one cannot read, is put together anew.
  message: webhookMessageSchema.nullable().catch(null).parse(message),
  attempts,
  following,
  disabled,
})

/** For any number of replicas, by the database's clock. */
export function createPostgresWebhookStore({
  records,
  leaseMs = LEASE_MS,
}: {
  records: Pick<Records, 'use'>
  leaseMs?: number
}): WebhookStore {
  return {
    async enrol({ name, addressDigest, cursor }) {
      await records.use(database =>
        database.query(
          `INSERT INTO webhook_targets (name, address_digest, cursor) VALUES ($1, $2, $3)
           ON CONFLICT (name) DO UPDATE SET address_digest = $2, disabled = NULL, attempts = 0, due_at = now()
           WHERE webhook_targets.address_digest <> $2`,
          [name, addressDigest, cursor],
        ),
      )
    },
    read: name =>
      records.use(async database => {
        const [row] = await database.query<Row>(`SELECT ${COLUMNS} FROM webhook_targets WHERE name = $1`, [
          name,
        ])
        return row && progressOf(row)
      }),
    claim: name =>
      records.use(async database => {
        const [row] = await database.query<Row & { epoch: bigint }>(
          `UPDATE webhook_targets
           SET epoch = epoch + 1, leased_until = now() + $2::float8 * interval '1 millisecond'
           WHERE name = $1 AND disabled IS NULL AND due_at <= now() AND leased_until <= now()
           RETURNING epoch, ${COLUMNS}`,
          [name, leaseMs],
        )
        return row && { name, epoch: Number(row.epoch), progress: progressOf(row) }
      }),
    settle: ({ name, epoch }, progress, { dueInMs = 0, keepsClaim = false } = {}) =>
      records.use(async database => {
        const { cursor, isGrouping, message, attempts, following, disabled } = progress
        const rows = await database.query(
          `UPDATE webhook_targets
           SET cursor = $3, is_grouping = $4, message = $5::jsonb, attempts = $6, following = $7, disabled = $8,
             due_at = now() + $9::float8 * interval '1 millisecond',
             leased_until = now() + $10::float8 * interval '1 millisecond'
           WHERE name = $1 AND epoch = $2
           RETURNING name`,
          [
            name,
            epoch,
            cursor,
            isGrouping,
            message && JSON.stringify(message),
            attempts,
            following,
            disabled,
            dueInMs,
            keepsClaim ? leaseMs : 0,
          ],
        )
        return rows.length > 0
      }),
  }
}
