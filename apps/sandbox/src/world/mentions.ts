import type { World } from './world.ts'

/** Discord's `allowed_mentions`: absent, everything written pings. */
export type AllowedMentions = {
  parse?: ('users' | 'roles' | 'everyone')[] | undefined
  users?: string[] | undefined
  roles?: string[] | undefined
  replied_user?: boolean | undefined
}

export type Mentions = { mentionIds: string[]; mentionRoleIds: string[]; mentionEveryone: boolean }

const allIn = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].flatMap(match => match[1] ?? [])),
]

/** Whom a text pings. In a guild, roles are its @everyone only, the one role there is. */
export function mentionsIn(
  content: string,
  { world, guildId, allowed, repliedTo }: MentionContext,
): Mentions {
  const may = (kind: 'users' | 'roles' | 'everyone') => !allowed || allowed.parse?.includes(kind) === true
  const users = allIn(content, /<@!?(\d+)>/g).filter(id => world.users.has(id))
  const roles = allIn(content, /<@&(\d+)>/g).filter(id => id === guildId)
  const mentionIds = users.filter(id => may('users') || allowed?.users?.includes(id))
  if (repliedTo && (!allowed || allowed.replied_user)) mentionIds.push(repliedTo)
  return {
    mentionIds: [...new Set(mentionIds)],
    mentionRoleIds: roles.filter(id => may('roles') || allowed?.roles?.includes(id)),
    mentionEveryone: guildId !== undefined && may('everyone') && /@(everyone|here)\b/.test(content),
  }
}

type MentionContext = {
  world: World
  guildId: string | undefined
  allowed?: AllowedMentions | undefined
  repliedTo?: string | undefined
}
