import { type ClusterTable, ShardState, shardStateNames } from '@shardlight/shard-registry'
import type {
  ClusterAnswer,
  ClusterSnapshot,
  ClusterSummary,
  ClusterTotals,
  ShardAnswer,
  Stamp,
} from '@shardlight/status-client'
import { comingLayoutOf, comingOfShard, countsOf } from './coming-answers.ts'

const DIGIT_0 = 0x30

/** One digit a shard: 20,000 shards are 20 kB. */
function statesText(states: Readonly<Uint8Array>): string {
  const digits = Buffer.allocUnsafe(states.length)
  for (const [shard, state] of states.entries()) digits[shard] = DIGIT_0 + state
  return digits.toString('latin1')
}

export const totalsOf = (table: ClusterTable): ClusterTotals => ({
  name: table.name,
  guilds: table.guilds(),
  processes: table.liveProcessIds().size,
  lastPushMs: table.lastPushMs,
  coming: comingLayoutOf(table),
})

export function summaryOf(table: ClusterTable): ClusterSummary {
  return {
    ...totalsOf(table),
    totalShards: table.totalShards,
    notices: [...table.notices.all],
    counts: countsOf(table),
  }
}

export const snapshotOf = (table: ClusterTable): ClusterSnapshot => ({
  ...summaryOf(table),
  states: statesText(table.states),
})

const NOTHING_KNOWN = {
  state: ShardState.Unknown,
  sinceMs: null,
  lastHealthyMs: null,
  pingMs: null,
  guilds: null,
  reconnects: null,
  reconnectedAtMs: null,
  processId: null,
}

/** All shards, or those that are asked for and exist. */
export function shardsOf(
  table: ClusterTable,
  ids: readonly number[] = Array.from({ length: table.totalShards }, (_, id) => id),
): NonNullable<ClusterAnswer['shards']> {
  return ids
    .filter(id => id < table.totalShards)
    .map(id => {
      const record = table.get(id) ?? NOTHING_KNOWN
      return { id, stateName: shardStateNames[record.state] ?? '', ...record }
    })
}

export function shardAnswerOf(table: ClusterTable, id: number, stamp: Stamp): ShardAnswer {
  const { processId, ...record } = table.get(id) ?? NOTHING_KNOWN
  const process = processId === null ? null : (table.processes.get(processId) ?? { id: processId })
  return {
    cluster: table.name,
    id,
    stateName: shardStateNames[record.state] ?? '',
    ...record,
    process,
    notices: table.notices.ofShard(id),
    coming: comingOfShard(table, id),
    ...stamp,
  }
}
