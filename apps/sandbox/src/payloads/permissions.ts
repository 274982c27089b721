import { PermissionFlagsBits as Permission } from 'discord-api-types/v10'
import type { Channel, Guild } from '../world/model.ts'

/** What everybody, and so the bot, may do in a guild of the sandbox; MANAGE_MESSAGES is not in it. */
const EVERYONE = [
  Permission.CreateInstantInvite,
  Permission.AddReactions,
  Permission.Stream,
  Permission.ViewChannel,
  Permission.SendMessages,
  Permission.EmbedLinks,
  Permission.AttachFiles,
  Permission.ReadMessageHistory,
  Permission.MentionEveryone,
  Permission.UseExternalEmojis,
  Permission.Connect,
  Permission.Speak,
  Permission.UseVAD,
  Permission.ChangeNickname,
  Permission.UseApplicationCommands,
  Permission.CreatePublicThreads,
  Permission.SendMessagesInThreads,
].reduce((all, one) => all | one, 0n)

const ALL = Object.values(Permission).reduce((all, one) => all | one, 0n)

export const everyonePermissions = EVERYONE.toString()

/** The first member owns the guild. */
export const ownerIdOf = (guild: Guild, botId: string): string =>
  guild.memberIds.values().next().value ?? botId

/** What somebody may do in the guild; overwrites of channels are left out. */
export function memberPermissions(guild: Guild, userId: string): string {
  const held = guild.memberRoles?.get(userId)
  const granted = (guild.roles ?? [])
    .filter(({ id }) => held?.has(id))
    .reduce((all, { permissions }) => all | BigInt(permissions), EVERYONE)
  const isAll = guild.memberIds.values().next().value === userId || granted & Permission.Administrator
  return (isAll ? ALL : granted).toString()
}

const denied = ({ botLacks }: Channel): bigint =>
  (botLacks?.view ? Permission.ViewChannel : 0n) | (botLacks?.send ? Permission.SendMessages : 0n)

export const botPermissions = (channel: Channel): string => (EVERYONE & ~denied(channel)).toString()

const ROLE = 0
const MEMBER = 1

export function overwritesOf(channel: Channel, botId: string) {
  const { guildId, isPrivate, botLacks, roleOverwrites = [] } = channel
  const allowed = isPrivate && !botLacks?.view ? Permission.ViewChannel : 0n
  return [
    ...(isPrivate && guildId
      ? [{ id: guildId, type: ROLE, allow: '0', deny: Permission.ViewChannel.toString() }]
      : []),
    ...(isPrivate || botLacks
      ? [{ id: botId, type: MEMBER, allow: allowed.toString(), deny: denied(channel).toString() }]
      : []),
    ...roleOverwrites.map(({ roleId, allow, deny }) => ({ id: roleId, type: ROLE, allow, deny })),
  ]
}
