import type { ClusterTable } from '@shardlight/shard-registry'
import { createEncodedBody, type EncodedBody } from '../encoded-body.ts'

/** What is smaller is made within a millisecond, and so is always as fresh as the registry. */
const LARGE_SHARDS = 1_000
const GOOD_FOR_MS = 1_000

/** 20,000 shards are 4 MB of JSON: made once a second, however many ask, so that pushes need not wait for it. */
export function createWholeClusters({
  make,
  nowMs = () => performance.now(),
}: {
  make: (table: ClusterTable) => unknown
  nowMs?: () => number
}): (table: ClusterTable) => EncodedBody {
  const kept = new WeakMap<ClusterTable, { body: EncodedBody; totalShards: number; madeAtMs: number }>()
  return table => {
    const { totalShards } = table
    const known = kept.get(table)
    if (known?.totalShards === totalShards && nowMs() - known.madeAtMs < GOOD_FOR_MS) return known.body
    const body = createEncodedBody(Buffer.from(JSON.stringify(make(table))))
    if (totalShards > LARGE_SHARDS) kept.set(table, { body, totalShards, madeAtMs: nowMs() })
    return body
  }
}
