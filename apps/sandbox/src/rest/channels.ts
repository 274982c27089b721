import { z } from 'zod'
import { snowflake } from '../conversation/message-body.ts'
import type { Core } from '../core.ts'
import { dmChannelPayload, guildChannelPayload } from '../payloads/channel.ts'
import type { Channel } from '../world/model.ts'
import { bot } from '../world/world.ts'
import { channelOf, writableChannelOf } from './access.ts'
import { readBody, unknownUser } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

function channelPayload(core: Core, channel: Channel) {
  const guild = core.world.guildOf(channel)
  if (!guild) return dmChannelPayload(channel, core.world.users.get(channel.recipientId ?? '') ?? bot)
  return { ...guildChannelPayload(channel, guild.channels.indexOf(channel)), guild_id: guild.id }
}

const createDmBody = z.object({ recipient_id: snowflake })

function createDm({ core, body }: RestRequest): RestAnswer {
  const { recipient_id } = readBody(createDmBody, body)
  const user = core.world.users.get(recipient_id)
  if (!user || user.bot) throw unknownUser()
  return { body: dmChannelPayload(core.world.openDm(user.id), user) }
}

function type(request: RestRequest): RestAnswer {
  request.core.announce.typing(bot, writableChannelOf(request))
  return {}
}

export const channelRoutes: RestRoute[] = [
  {
    method: 'GET',
    path: '/channels/:channelId',
    handle: request => ({ body: channelPayload(request.core, channelOf(request)) }),
  },
  {
    method: 'POST',
    path: '/channels/:channelId/typing',
    limit: { requests: 5, windowMs: 5_000 },
    handle: type,
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    limit: { requests: 10, windowMs: 10_000 },
    handle: createDm,
  },
]
