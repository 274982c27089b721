import type { Core } from '../core.ts'
import type { Channel, Message, User } from '../world/model.ts'

/** Answers false where nothing changes. */
export function react(core: Core, { user, message, channel, emoji, remove }: ReactionChange): boolean {
  const existing = message.reactions.find(reaction => reaction.emoji === emoji)
  if (remove ? !existing?.userIds.delete(user.id) : existing?.userIds.has(user.id)) return false
  if (!remove && existing) existing.userIds.add(user.id)
  if (!remove && !existing) message.reactions.push({ emoji, userIds: new Set([user.id]) })
  if (existing?.userIds.size === 0) {
    message.reactions = message.reactions.filter(reaction => reaction !== existing)
  }
  core.announce.reaction({ user, emoji, added: !remove, message, channel })
  return true
}

type ReactionChange = { user: User; message: Message; channel: Channel; emoji: string; remove: boolean }
