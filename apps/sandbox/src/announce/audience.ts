import type { Feed } from '../feed/feed.ts'
import type { Sessions } from '../gateway/sessions.ts'
import type { CommandStore } from '../world/command-store.ts'
import type { MessageStore } from '../world/message-store.ts'
import type { Guild } from '../world/model.ts'
import type { World } from '../world/world.ts'

/** Who is told, and what has to be known for the telling. */
export type Audience = {
  world: World
  messages: MessageStore
  commands: CommandStore
  sessions: Sessions
  feed: Feed
  baseUrl: () => string
}

/** Without a guild, which is in a DM, an event goes to shard 0. */
export const toShard = (guild: Guild | undefined) => (guild ? { shardKey: guild.shardKey } : {})
