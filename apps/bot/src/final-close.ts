import { GatewayCloseCodes } from 'discord.js'

/** Discord's final close codes, and what to do; after them a reconnect is refused for ever (docs, "Gateway Close Event Codes"). */
const advice: Partial<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]: 'the token was refused; check DISCORD_TOKEN',
  [GatewayCloseCodes.InvalidShard]: 'the shard is not one of the shard count; check TOTAL_SHARDS',
  [GatewayCloseCodes.ShardingRequired]:
    'the bot is in too many guilds for so few shards; set TOTAL_SHARDS=auto',
  [GatewayCloseCodes.InvalidAPIVersion]: 'the version of the gateway is no longer served; update discord.js',
  [GatewayCloseCodes.InvalidIntents]: 'the intents are not valid; update discord.js',
  [GatewayCloseCodes.DisallowedIntents]:
    'an intent is not allowed; switch "Message Content Intent" on in the developer portal, or set DISCORD_MESSAGE_CONTENT=false',
}

/** One line for the close of a shard that cannot be mended by trying again. */
export const explainClose = (shardId: number, code: number): string =>
  `Discord closed shard ${shardId} for good with code ${code}: ${advice[code] ?? 'see the list of gateway close codes'}`
