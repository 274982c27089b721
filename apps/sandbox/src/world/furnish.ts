import { PermissionFlagsBits as Permission } from 'discord-api-types/v10'
import { type Channel, ChannelType, type Guild, type Role } from './model.ts'

export type Furniture = {
  /** Text and voice channels, the first three included. */
  channels: number
  /** Roles beside @everyone; one of them is the bot's. */
  roles: number
}

const ROLES_FROM = 10_000
const TOPICS = ['introductions', 'photos', 'music', 'homework', 'events', 'trades', 'suggestions', 'archive']
const RANKS = ['Keeper', 'Moderator', 'Helper', 'Artist', 'Veteran', 'Regular', 'Guest', 'Muted']
const RIGHTS = [
  Permission.ManageMessages | Permission.KickMembers | Permission.ModerateMembers,
  Permission.AttachFiles | Permission.EmbedLinks,
  Permission.UseExternalEmojis,
  0n,
]
const ART = { emojis: 20, stickers: 3 }
const EVERY_FIFTH = 5
const EVERY_THIRD = 3
const OVERWRITES = 5

const pick = <Thing>(things: Thing[], index: number): Thing | undefined => things[index % things.length]

const rolesOf = ({ id }: Guild, count: number): Role[] =>
  Array.from({ length: count }, (_, index) => ({
    id: (BigInt(id) + BigInt(ROLES_FROM + index)).toString(),
    name: index === 0 ? 'Shardlight' : `${pick(RANKS, index)} ${index}`,
    permissions: String(pick(RIGHTS, index) ?? 0n),
    ...(index === 0 && { isOfBot: true }),
  }))

const overwritesOf = (roles: Role[], from: number) =>
  roles
    .filter(role => !role.isOfBot)
    .map((_, index, all) => all[(from + index) % all.length])
    .slice(0, OVERWRITES)
    .flatMap((role, index) =>
      role
        ? {
            roleId: role.id,
            allow: String(index % 2 === 0 ? Permission.ManageMessages : 0n),
            deny: String(index % 2 === 0 ? 0n : Permission.AttachFiles),
          }
        : [],
    )

const channelOf = (guild: Guild, index: number, roles: Role[]): Channel => ({
  id: (BigInt(guild.id) + BigInt(index + 1)).toString(),
  name: `${pick(TOPICS, index)}-${index + 1}`,
  guildId: guild.id,
  ...(index % EVERY_FIFTH === 0
    ? { type: ChannelType.voice }
    : {
        type: ChannelType.text,
        topic: `All about ${pick(TOPICS, index)}; see #general for the rules of “${guild.name}”`,
      }),
  ...(index % EVERY_THIRD === 0 && { roleOverwrites: overwritesOf(roles, index) }),
})

/** As many channels and roles as wanted, with topics, overwrites, emojis and stickers: a guild that is lived in. */
export function furnish(guild: Guild, { channels, roles }: Furniture): void {
  guild.roles = rolesOf(guild, roles)
  guild.art = ART
  for (let index = guild.channels.length; index < channels; index++)
    guild.channels.push(channelOf(guild, index, guild.roles))
}
