import { type CacheFactory, type GuildMember, Options, type User } from 'discord.js'
import { NothingKept, RecentlyAdded } from './collections.ts'

/** Of all guilds together, and direct ones. A message in a channel that is not there brings it back. */
const RECENT_CHANNELS = 500
const RECENT_USERS = 100
/** The bot itself, and whoever wrote last: discord.js finds the member of a message here. */
const MEMBERS_OF_A_GUILD = 2

const isBot = (one: GuildMember | User) => one.id === one.client.user?.id

const KEPT_WHOLE = new Set(['GuildManager', 'RoleManager', 'PermissionOverwriteManager'])
const LIMITED = new Set(['GuildMemberManager', 'UserManager'])

/** For `ClientOptions.makeCache`: keeps what the README says, and nothing that a later discord.js begins to keep. */
export function createMakeCache(): CacheFactory {
  const kept = Options.cacheWithLimits({
    GuildMemberManager: { maxSize: MEMBERS_OF_A_GUILD, keepOverLimit: isBot },
    UserManager: { maxSize: RECENT_USERS, keepOverLimit: isBot },
  })
  // Each guild and each channel has some of these; one for all instead of an empty Map for each.
  const nothing = new NothingKept<string, never>()
  return (managerType, holds, manager) => {
    // Some managers are missing among the declared names.
    const name: string = manager.name
    if (name === 'ChannelManager') return new RecentlyAdded<string, never>(RECENT_CHANNELS)
    return KEPT_WHOLE.has(name) || LIMITED.has(name) ? kept(managerType, holds, manager) : nothing
  }
}
