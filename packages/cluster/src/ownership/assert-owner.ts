import type { Queryable } from '@shardlight/database'

/** The shards belong to somebody else by now, or to nobody: nothing may be written in their name. */
export class NotOwnerError extends Error {
  constructor(cluster: string, shards: readonly number[], epoch: bigint) {
    super(`epoch ${epoch} does not own shards ${shards.join(', ')} of ${cluster} any more`)
    this.name = 'NotOwnerError'
  }
}

/**
 * Makes a write depend on owning the shards: within the same transaction, until its end, no other owner can come.
 * @throws {NotOwnerError}
 */
export async function assertOwner(
  tx: Queryable,
  { cluster, shards, epoch }: { cluster: string; shards: readonly number[]; epoch: bigint },
): Promise<void> {
  const owned = await tx.query(
    `SELECT FROM shard_leases
     WHERE cluster = $1 AND shard_id = ANY ($2) AND epoch = $3 AND lease_until > clock_timestamp()
     ORDER BY shard_id FOR KEY SHARE`,
    [cluster, shards, epoch],
  )
  if (owned.length < shards.length) throw new NotOwnerError(cluster, shards, epoch)
}
