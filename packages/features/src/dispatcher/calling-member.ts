import { GuildMember, type Interaction, type Message, PermissionFlagsBits } from 'discord.js'
import type { CallingMember } from '../feature.ts'

/** Who wrote or clicked, as Discord says with the message or interaction itself; absent in a direct message. */
export function callingMemberOf(source: Message | Interaction): { member?: CallingMember } {
  const { member } = source
  if (!member) return {}
  const permissions = 'memberPermissions' in source ? source.memberPermissions : source.member?.permissions
  const joinedAt =
    member instanceof GuildMember
      ? member.joinedAt
      : member.joined_at === null
        ? null
        : new Date(member.joined_at)
  return {
    member: {
      joinedAt,
      isAdministrator: permissions?.has(PermissionFlagsBits.Administrator) ?? false,
      isModerator: permissions?.has(PermissionFlagsBits.ModerateMembers) ?? false,
      isManager:
        permissions?.any([PermissionFlagsBits.ManageGuild, PermissionFlagsBits.ManageChannels]) ?? false,
    },
  }
}
