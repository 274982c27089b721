import { z } from 'zod'
import { componentsSchema } from '../conversation/message-body.ts'
import type { Core } from '../core.ts'
import type { RegisteredCommand } from './command-store.ts'
import { type Channel, ChannelType, type Guild, type Message } from './model.ts'
import { shardKeyOf } from './snowflake.ts'

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.exactOptional()

const channel = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(ChannelType),
  lastMessageId: optional(z.string()),
  botLacks: optional(z.object({ view: z.boolean(), send: z.boolean() })),
  isPrivate: optional(z.boolean()),
  topic: optional(z.string()),
  roleOverwrites: optional(z.array(z.object({ roleId: z.string(), allow: z.string(), deny: z.string() }))),
})

const role = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.string(),
  isOfBot: optional(z.boolean()),
})

const message = z.object({
  id: z.string(),
  channelId: z.string(),
  authorId: z.string(),
  content: z.string(),
  sentAtMs: z.number(),
  editedAtMs: optional(z.number()),
  type: z.number(),
  flags: z.number(),
  nonce: optional(z.union([z.string(), z.number()])),
  embeds: z.array(z.unknown()),
  components: componentsSchema,
  attachments: z.array(
    z.object({
      id: z.string(),
      filename: z.string(),
      contentType: z.string(),
      size: z.number(),
      description: optional(z.string()),
    }),
  ),
  reactions: z.array(z.object({ emoji: z.string(), userIds: z.array(z.string()) })),
  mentionIds: z.array(z.string()),
  mentionRoleIds: z.array(z.string()),
  mentionEveryone: z.boolean(),
  replyToId: optional(z.string()),
  interaction: optional(
    z.object({ id: z.string(), type: z.number(), userId: z.string(), commandName: z.string() }),
  ),
})

const saved = z.object({
  version: z.literal(1),
  users: z.array(z.object({ id: z.string(), username: z.string() })),
  guilds: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      memberIds: z.array(z.string()),
      channels: z.array(channel),
      roles: optional(z.array(role)),
      memberRoles: optional(z.array(z.tuple([z.string(), z.array(z.string())]))),
      art: optional(z.object({ emojis: z.number(), stickers: z.number() })),
    }),
  ),
  dms: z.array(z.string()),
  messages: z.array(message),
  commands: z.array(
    z.custom<RegisteredCommand>(
      command => typeof command === 'object' && command !== null && 'name' in command,
    ),
  ),
  files: z.array(z.object({ id: z.string(), contentType: z.string(), base64: z.string() })),
})

export type SavedWorld = z.infer<typeof saved>

/** @throws naming the file, where it holds something else than a world. */
export function readSaved(text: string, file: string): SavedWorld {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} does not hold JSON; move it away to begin with a new world`, { cause: error })
  }
  const read = saved.safeParse(json)
  if (read.success) return read.data
  throw new Error(`${file} does not hold a world of the sandbox; move it away to begin anew`, {
    cause: read.error,
  })
}

const plainChannel = ({ guildId: _guild, recipientId: _recipient, ...kept }: Channel) => kept

const plainGuild = ({
  shardKey: _key,
  voice: _voice,
  ...kept
}: Omit<Guild, 'memberIds' | 'memberRoles' | 'channels'>) => kept

const plainMessage = ({ ephemeralTo: _seen, reactions, ...kept }: Message) => ({
  ...kept,
  reactions: reactions.map(({ emoji, userIds }) => ({ emoji, userIds: [...userIds] })),
})

/** Everything but ephemeral messages, voice states and who is connected. */
export function toSaved({ world, messages, commands, attachments }: Core): SavedWorld {
  return {
    version: 1,
    users: [...world.users.values()].filter(user => !user.bot).map(({ id, username }) => ({ id, username })),
    guilds: [...world.guilds.values()].map(({ memberIds, memberRoles, channels, ...guild }) => ({
      ...plainGuild(guild),
      memberIds: [...memberIds],
      channels: channels.map(plainChannel),
      ...(memberRoles && { memberRoles: [...memberRoles].map(([id, roles]) => [id, [...roles]]) }),
    })),
    dms: [...world.dms.keys()],
    messages: [...messages.all()].map(plainMessage),
    commands: commands.all(),
    files: [...attachments.all()].map(([id, { content, contentType }]) => ({
      id,
      contentType,
      base64: content.toString('base64'),
    })),
  }
}

export function takeSaved({ world, messages, commands, attachments }: Core, from: SavedWorld): void {
  for (const user of from.users) world.restoreUser({ ...user, bot: false })
  for (const { channels, memberIds, memberRoles, ...guild } of from.guilds) {
    world.restoreGuild({
      ...guild,
      shardKey: shardKeyOf(guild.id),
      memberIds: new Set(memberIds),
      channels: channels.map(kept => ({ ...kept, guildId: guild.id })),
      ...(memberRoles && { memberRoles: new Map(memberRoles.map(([id, roles]) => [id, new Set(roles)])) }),
    })
  }
  for (const userId of from.dms) world.openDm(userId)
  for (const { reactions, ...kept } of from.messages) {
    messages.add({
      ...kept,
      reactions: reactions.map(({ emoji, userIds }) => ({ emoji, userIds: new Set(userIds) })),
    })
    world.snowflakes.seen(kept.id)
  }
  for (const command of from.commands)
    commands.set(command.guild_id, [...commands.of(command.guild_id), command])
  for (const { id, contentType, base64 } of from.files)
    attachments.add(id, { content: Buffer.from(base64, 'base64'), contentType })
}
