/**
 * The shard that receives a guild's events: `(guild_id >> 22) % num_shards` on 64-bit integers
 * (https://discord.com/developers/docs/events/gateway#sharding-sharding-formula).
 */
export const shardOfGuild = (guildId: bigint, shardCount: number): number =>
  Number((guildId >> 22n) % BigInt(shardCount))
