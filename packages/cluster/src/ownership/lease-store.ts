import { join } from 'node:path'
import { type Database, migrate, type Queryable } from '@shardlight/database'
import { assertOwner } from './assert-owner.ts'

/** Another holder has some of the shards. */
export class ShardsTakenError extends Error {
  constructor(cluster: string, shards: readonly number[], owner: string) {
    super(`${owner} owns some of shards ${shards.join(', ')} of ${cluster}`)
    this.name = 'ShardsTakenError'
  }
}

export type Taken =
  | { epoch: bigint; owner: null; freeInMs: null; formerEpoch: bigint | null }
  /** Who has some of them, and for how long if it does not renew. */
  | { epoch: null; owner: string; freeInMs: number }

export type LeaseStore = Awaited<ReturnType<typeof openLeaseStore>>

/** The SQL of owning shards. An epoch is that of one ownership: nobody else ever has the same. */
export async function openLeaseStore({
  database,
  cluster,
  holder,
  leaseMs,
}: {
  database: Database
  cluster: string
  /** Whom people look for, such as `host:pid`. */
  holder: string
  leaseMs: number
}) {
  const directory = join(import.meta.dirname, '..', '..', 'migrations', 'ownership')
  await migrate(database, { name: 'ownership', directory })

  async function take(on: Queryable, shards: readonly number[], epoch: bigint | null): Promise<Taken> {
    const [taken] = await on.query<Taken>(
      `SELECT epoch, owner, free_in_ms AS "freeInMs", former_epoch AS "formerEpoch"
       FROM take_shard_leases($1, $2, $3, $4, $5)`,
      [cluster, shards, holder, leaseMs, epoch],
    )
    if (!taken) throw new Error('take_shard_leases gave no row')
    return taken
  }

  return {
    /** All or none; never those of a holder whose lease has not run out. */
    take: (shards: readonly number[]) => take(database, shards, null),

    /** @returns false when not all shards are that epoch's any more. */
    async renew(shards: readonly number[], epoch: bigint): Promise<boolean> {
      const renewed = await database.query(
        `WITH owned AS (
           SELECT shard_id FROM shard_leases
           -- A renewal that was held up must not bring back what was given up meanwhile.
           WHERE cluster = $1 AND epoch = $2 AND lease_until > clock_timestamp() ORDER BY shard_id FOR NO KEY UPDATE
         )
         UPDATE shard_leases SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         FROM owned WHERE cluster = $1 AND shard_leases.shard_id = owned.shard_id RETURNING owned.shard_id`,
        [cluster, epoch, leaseMs],
      )
      return renewed.length === shards.length
    },

    /**
     * Owns `next` instead of `shards` from now on, under the same epoch.
     * @throws {NotOwnerError}
     * @throws {ShardsTakenError} when another has some of them; then nothing has changed.
     */
    async reassign(shards: readonly number[], next: readonly number[], epoch: bigint): Promise<void> {
      await database.transaction(async tx => {
        await assertOwner(tx, { cluster, shards, epoch })
        const taken = await take(tx, next, epoch)
        if (taken.epoch === null) throw new ShardsTakenError(cluster, next, taken.owner)
        await tx.query(
          `UPDATE shard_leases SET lease_until = clock_timestamp()
           WHERE cluster = $1 AND epoch = $2 AND shard_id <> ALL ($3)`,
          [cluster, epoch, next],
        )
      })
    },

    /** A successor need not wait. */
    async release(epoch: bigint): Promise<void> {
      await database.query(
        'UPDATE shard_leases SET lease_until = clock_timestamp() WHERE cluster = $1 AND epoch = $2',
        [cluster, epoch],
      )
    },
  }
}
