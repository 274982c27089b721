import type { Database, Queryable } from '@shardlight/database'

/**
 * The right to read a stream, and from where. A write names its epoch: one that is too late changes nothing.
 * Before the first event `lastAt` is when the stream was first asked for.
 */
export type Lease = { epoch: number; lastEventId: string | null; lastAt: Date | null }

/** Another process reads the stream now; what this one had in hand is not stored. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

export const LEASE_MS = 6_000

const UNTIL = `clock_timestamp() + interval '${LEASE_MS} milliseconds'`

/** The stream that is read, or was last. What was read before it, from elsewhere, holds nothing up and misses nothing. */
export const CURRENT_STREAM = `(
  SELECT first_at, last_at FROM recent_change_streams
  ORDER BY coalesce(lease_until > clock_timestamp(), false) DESC, last_at DESC NULLS LAST LIMIT 1
)`

export type StreamStore = ReturnType<typeof createStreamStore>

/** Who reads a stream, and how far it has been read. */
export function createStreamStore({
  database,
  stream,
  holder,
}: {
  database: Database
  stream: string
  /** A uuid of this life of this process. */
  holder: string
}) {
  return {
    /** @returns undefined while another process holds it. */
    async acquire(): Promise<Lease | undefined> {
      const [lease] = await database.query<Lease>(
        `INSERT INTO recent_change_streams AS known (name, holder, epoch, lease_until, last_at)
         VALUES ($1, $2, 1, ${UNTIL}, clock_timestamp())
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = known.epoch + 1, lease_until = excluded.lease_until
           WHERE known.lease_until IS NULL OR known.lease_until < clock_timestamp()
         RETURNING epoch, last_event_id AS "lastEventId", last_at AS "lastAt"`,
        [stream, holder],
      )
      return lease
    },

    /** Where the stream has been read to. */
    async position(): Promise<Pick<Lease, 'lastEventId' | 'lastAt'> | undefined> {
      const [position] = await database.query<Pick<Lease, 'lastEventId' | 'lastAt'>>(
        'SELECT last_event_id AS "lastEventId", last_at AS "lastAt" FROM recent_change_streams WHERE name = $1',
        [stream],
      )
      return position
    },

    /** @throws {LeaseLostError} */
    async renew({ epoch }: Pick<Lease, 'epoch'>): Promise<void> {
      const rows = await database.query(
        `UPDATE recent_change_streams SET lease_until = ${UNTIL} WHERE name = $1 AND epoch = $2 AND holder = $3 RETURNING 1`,
        [stream, epoch, holder],
      )
      if (rows.length === 0) throw new LeaseLostError(`another process reads ${stream} now`)
    },

    /** For a successor to begin at once. */
    async release({ epoch }: Pick<Lease, 'epoch'>): Promise<void> {
      await database.query(
        'UPDATE recent_change_streams SET lease_until = NULL, holder = NULL WHERE name = $1 AND epoch = $2',
        [stream, epoch],
      )
    },

    /**
     * Moves the cursor, in the transaction that writes the events before it.
     * @throws {LeaseLostError}
     */
    async advance(
      tx: Queryable,
      {
        epoch,
        lastEventId,
        lastAt,
      }: { epoch: number; lastEventId: string | undefined; lastAt: Date | undefined },
    ): Promise<void> {
      const rows = await tx.query(
        `UPDATE recent_change_streams
         SET last_event_id = coalesce($3, last_event_id), last_at = greatest(last_at, least($4, clock_timestamp())), lease_until = ${UNTIL}
         WHERE name = $1 AND epoch = $2 RETURNING 1`,
        [stream, epoch, lastEventId ?? null, lastAt ?? null],
      )
      if (rows.length === 0) throw new LeaseLostError(`another process reads ${stream} now`)
    },

    async recordGap(tx: Queryable, { from, until }: { from: Date; until: Date }): Promise<void> {
      await tx.query(
        'INSERT INTO recent_change_gaps (stream, from_at, until_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [stream, from, until],
      )
    },
  }
}

/** Keeps events that could not be read or stored, each once. */
export async function recordRejects(
  tx: Queryable,
  rejects: { reason: string; raw: string }[],
): Promise<void> {
  if (rejects.length === 0) return
  await tx.query(
    `INSERT INTO recent_change_rejects (reason, raw) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (md5(raw)) DO NOTHING`,
    [
      rejects.map(reject => reject.reason),
      rejects.map(reject => reject.raw.replaceAll('\u0000', '\ufffd').toWellFormed()),
    ],
  )
}
