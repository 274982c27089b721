import type { Guild, User } from '../world/model.ts'
import { sentAtMsOf } from '../world/snowflake.ts'
import { BOT_ID } from '../world/world.ts'

export const userPayload = (user: User) => ({
  id: user.id,
  username: user.bot ? user.username : user.username.toLowerCase(),
  discriminator: user.bot ? '0001' : '0',
  global_name: user.bot ? null : user.username,
  avatar: null,
  avatar_decoration_data: null,
  collectibles: null,
  primary_guild: null,
  public_flags: 0,
  flags: 0,
  banner: null,
  accent_color: null,
  ...(user.bot && { bot: true }),
})

/** The application's own user, with what only it may see of itself. */
export const ownUserPayload = (user: User) => ({
  ...userPayload(user),
  mfa_enabled: true,
  locale: 'en-US',
  email: null,
  verified: true,
})

const roleIdsOf = ({ roles = [], memberRoles }: Guild, userId: string): string[] => [
  ...(userId === BOT_ID ? roles.filter(role => role.isOfBot).map(({ id }) => id) : []),
  ...(memberRoles?.get(userId) ?? []),
]

/** Without `user`, as in MESSAGE_CREATE. */
export const partialMemberPayload = (guild: Guild, userId: string) => ({
  avatar: null,
  banner: null,
  communication_disabled_until: null,
  flags: 0,
  joined_at: new Date(sentAtMsOf(guild.id)).toISOString(),
  nick: null,
  pending: false,
  premium_since: null,
  roles: roleIdsOf(guild, userId),
  mute: false,
  deaf: false,
})

export const memberPayload = (guild: Guild, user: User) => ({
  ...partialMemberPayload(guild, user.id),
  user: userPayload(user),
})
