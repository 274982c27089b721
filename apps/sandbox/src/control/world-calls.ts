import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Core } from '../core.ts'
import { ChannelType } from '../world/model.ts'
import { missing, readInput, wrong } from './control-error.ts'
import { channelNamed, guildNamed, id, userNamed } from './lookup.ts'
import { guildView, worldView } from './views.ts'

const MAX_GUILDS_A_CALL = 200_000

const newUser = z.strictObject({ username: z.string().trim().min(1).max(32) })

const newGuild = z.strictObject({
  name: z.string().min(1).max(100),
  id: id.optional(),
  memberIds: z.array(id).optional(),
  count: z.int().min(1).max(MAX_GUILDS_A_CALL).optional(),
  channels: z.int().min(3).max(500).optional(),
  roles: z.int().min(1).max(249).optional(),
})

const voice = z.strictObject({ userId: id, guildId: id, channelId: id.nullable() })

const permissions = z.strictObject({
  view: z.boolean().optional(),
  send: z.boolean().optional(),
  everyone: z.boolean().optional(),
})

type ById = { Params: { id: string } }

/** Who and what there is. */
export function worldCalls(app: FastifyInstance, core: Core): void {
  const { world, announce } = core

  app.get<{ Querystring: { userId?: string } }>('/world', async ({ query }) => worldView(world, query.userId))

  app.post('/users', async ({ body }) => {
    const { username } = readInput(newUser, body)
    const user = world.addUser(username)
    return { id: user.id, username, dmChannelId: world.openDm(user.id).id }
  })

  app.post('/dms', async ({ body }) => {
    const { userId } = readInput(z.strictObject({ userId: id }), body)
    const { id: channelId } = world.openDm(userNamed(core, 'userId', userId).id)
    return { id: channelId, channelId, userId }
  })

  app.post('/guilds', async ({ body }) => {
    const { name, id: wantedId, memberIds, count, channels, roles } = readInput(newGuild, body)
    if (wantedId !== undefined && count !== undefined && count > 1)
      throw wrong('id', 'is for one guild, count for many')
    if (wantedId !== undefined && (world.guilds.has(wantedId) || world.channels.has(wantedId)))
      throw wrong('id', `${wantedId} is taken`)
    for (const memberId of memberIds ?? []) userNamed(core, 'memberIds', memberId)
    const people = [...world.users.values()].filter(user => !user.bot).map(user => user.id)
    const made = Array.from({ length: count ?? 1 }, (_, index) => {
      const guild = world.addGuild({
        name: count === undefined ? name : `${name} ${index + 1}`,
        memberIds: memberIds ?? people.slice(0, 2),
        ...(wantedId !== undefined && { id: wantedId }),
        ...((channels || roles) && { furniture: { channels: channels ?? 3, roles: roles ?? 1 } }),
      })
      announce.guildCreated(guild)
      return guild
    })
    const [first] = made
    return { ...(first && guildView(first)), ids: made.map(guild => guild.id) }
  })

  app.delete<ById>('/guilds/:id', async ({ params }) => {
    const guild = guildNamed(core, 'id', params.id)
    world.removeGuild(guild)
    for (const channel of guild.channels) core.messages.removeChannel(channel.id)
    announce.guildDeleted(guild)
    return { id: guild.id }
  })

  app.post<ById>('/guilds/:id/members', async ({ params, body }) => {
    const guild = guildNamed(core, 'id', params.id)
    const { userId } = readInput(z.strictObject({ userId: id }), body)
    const user = userNamed(core, 'userId', userId)
    if (guild.memberIds.has(userId)) throw wrong('userId', `${user.username} is in guild ${guild.id} already`)
    guild.memberIds.add(userId)
    announce.memberJoined(guild, user)
    return guildView(guild)
  })

  app.delete<{ Params: { id: string; userId: string } }>(
    '/guilds/:id/members/:userId',
    async ({ params }) => {
      const guild = guildNamed(core, 'id', params.id)
      const user = userNamed(core, 'userId', params.userId)
      if (!guild.memberIds.delete(user.id))
        throw missing('userId', `${user.username} is not in guild ${guild.id}`)
      if (guild.voice?.delete(user.id)) announce.voiceChanged(guild, user, null)
      announce.memberLeft(guild, user)
      return guildView(guild)
    },
  )

  app.delete<ById>('/channels/:id', async ({ params }) => {
    const channel = channelNamed(core, 'id', params.id)
    announce.channelChanged(channel, 'CHANNEL_DELETE')
    world.removeChannel(channel)
    core.messages.removeChannel(channel.id)
    return { id: channel.id }
  })

  /**
   * What the bot may do there: `{view: false}` makes Missing Access, `{send: false}` Missing Permissions.
   * `{everyone: false}` makes it private.
   */
  app.post<ById>('/channels/:id/permissions', async ({ params, body }) => {
    const channel = channelNamed(core, 'id', params.id)
    const { view = true, send = true, everyone = true } = readInput(permissions, body)
    if (everyone) delete channel.isPrivate
    else channel.isPrivate = true
    if (view && send) delete channel.botLacks
    else channel.botLacks = { view: !view, send: !send }
    announce.channelChanged(channel, 'CHANNEL_UPDATE')
    return { id: channel.id, view, send, everyone }
  })

  app.post('/voice', async ({ body }) => {
    const { userId, guildId, channelId } = readInput(voice, body)
    const user = userNamed(core, 'userId', userId)
    const guild = guildNamed(core, 'guildId', guildId)
    if (!guild.memberIds.has(userId)) throw wrong('userId', `${user.username} is not in guild ${guildId}`)
    if (channelId !== null) {
      const channel = channelNamed(core, 'channelId', channelId)
      if (channel.guildId !== guildId || channel.type !== ChannelType.voice)
        throw wrong('channelId', `${channelId} is not a voice channel of guild ${guildId}`)
    }
    guild.voice ??= new Map()
    if (channelId === null) guild.voice.delete(userId)
    else guild.voice.set(userId, channelId)
    announce.voiceChanged(guild, user, channelId)
    return { userId, guildId, channelId }
  })
}
