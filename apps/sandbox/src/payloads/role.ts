import type { Guild, Role } from '../world/model.ts'
import { BOT_ID } from '../world/world.ts'
import { everyonePermissions } from './permissions.ts'

const SAME_IN_EVERY_ROLE = {
  hoist: false,
  mentionable: false,
  icon: null,
  unicode_emoji: null,
  flags: 0,
}

const colorsOf = (color: number) => ({
  color,
  colors: { primary_color: color, secondary_color: null, tertiary_color: null },
})

/** @everyone, with the guild's id. */
const everyoneRolePayload = (guild: Guild) => ({
  ...SAME_IN_EVERY_ROLE,
  ...colorsOf(0),
  id: guild.id,
  name: '@everyone',
  permissions: everyonePermissions,
  position: 0,
  managed: false,
})

export const rolePayload = (role: Role, position: number) => ({
  ...SAME_IN_EVERY_ROLE,
  ...colorsOf((Number(BigInt(role.id) % 0xffffn) + position) * 0x80),
  id: role.id,
  name: role.name,
  permissions: role.permissions,
  position,
  managed: role.isOfBot === true,
  ...(role.isOfBot && { tags: { bot_id: BOT_ID } }),
})

/** With @everyone. */
export const rolePayloads = (guild: Guild) => [
  everyoneRolePayload(guild),
  ...(guild.roles ?? []).map((role, index) => rolePayload(role, index + 1)),
]
