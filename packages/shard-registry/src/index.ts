export { ClusterTable, type ProcessRecord } from './cluster-table.ts'
export { type NoticeLevel, noticeLevels } from './notice-level.ts'
export {
  MOST_NOTICE_SHARDS,
  MOST_NOTICE_TEXT,
  MOST_NOTICES,
  type Notice,
  type NoticesPush,
  noticeSchema,
  noticesPushSchema,
  type PushedNotice,
} from './notices.ts'
export {
  clusterNameSchema,
  MAX_SHARDS,
  type Push,
  type PushedProcess,
  type PushedShard,
  pushedProcessSchema,
  pushedShardSchema,
  pushSchema,
  shardStateSchema,
} from './push.ts'
export { type GuildIdProblem, type GuildIdReading, readGuildId } from './read-guild-id.ts'
export { shardOfGuild } from './shard-of-guild.ts'
export {
  type Change,
  type ChangeKind,
  MostSourcesError,
  type RegistryListener,
  type ShardRecord,
  type ShardRegistry,
} from './shard-registry.ts'
export {
  isAlive,
  isShardState,
  ShardState,
  type ShardStateName,
  shardStateNames,
  timeoutsUntilUnhealthy,
} from './shard-state.ts'
export { shardsToBe } from './shards-to-be.ts'
