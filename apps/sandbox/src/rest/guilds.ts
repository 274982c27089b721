import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { guildChannelPayload } from '../payloads/channel.ts'
import { guildPayload } from '../payloads/guild.ts'
import { rolePayloads } from '../payloads/role.ts'
import { memberPayload } from '../payloads/user.ts'
import { voiceStatePayload } from '../payloads/voice.ts'
import { BOT_ID } from '../world/world.ts'
import { guildOf } from './access.ts'
import { missingAccess, RestError, unknownMember, unknownUser } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

function guild(request: RestRequest): RestAnswer {
  const found = guildOf(request)
  const counts = {
    approximate_member_count: found.memberIds.size + 1,
    approximate_presence_count: found.memberIds.size + 1,
  }
  return { body: { ...guildPayload(found), ...(request.query['with_counts'] === 'true' && counts) } }
}

function channels(request: RestRequest): RestAnswer {
  const found = guildOf(request)
  return {
    body: found.channels
      .filter(({ botLacks }) => !botLacks?.view)
      .map((channel, position) => ({ ...guildChannelPayload(channel, position), guild_id: found.id })),
  }
}

function member(request: RestRequest): RestAnswer {
  const found = guildOf(request)
  const id = request.params['userId'] === '@me' ? BOT_ID : (request.params['userId'] ?? '')
  const user = request.core.world.users.get(id)
  if (!user) throw unknownUser()
  if (id !== BOT_ID && !found.memberIds.has(id)) throw unknownMember()
  return { body: memberPayload(found, user) }
}

/** "List Guild Members" is for those with the privileged intent. */
function members(request: RestRequest): RestAnswer {
  const found = guildOf(request)
  const { settings, world } = request.core
  if (!settings.privilegedIntents.includes('GUILD_MEMBERS')) throw missingAccess()
  const after = BigInt(request.query['after'] ?? '0')
  const limit = Math.min(1_000, Math.max(1, Number(request.query['limit'] ?? 1) || 1))
  const users = [BOT_ID, ...found.memberIds].flatMap(id => world.users.get(id) ?? [])
  const listed = users
    .filter(({ id }) => BigInt(id) > after)
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  return { body: listed.slice(0, limit).map(user => memberPayload(found, user)) }
}

function voiceState(request: RestRequest): RestAnswer {
  const found = guildOf(request)
  const id = request.params['userId'] === '@me' ? BOT_ID : (request.params['userId'] ?? '')
  const channelId = found.voice?.get(id)
  const user = request.core.world.users.get(id)
  if (!channelId || !user) throw new RestError(404, Code.UnknownVoiceState, 'Unknown Voice State')
  return {
    body: {
      ...voiceStatePayload(id, channelId),
      guild_id: found.id,
      member: memberPayload(found, user),
    },
  }
}

export const guildRoutes: RestRoute[] = [
  { method: 'GET', path: '/guilds/:guildId', handle: guild },
  { method: 'GET', path: '/guilds/:guildId/channels', handle: channels },
  {
    method: 'GET',
    path: '/guilds/:guildId/roles',
    handle: request => ({ body: rolePayloads(guildOf(request)) }),
  },
  { method: 'GET', path: '/guilds/:guildId/members', handle: members },
  { method: 'GET', path: '/guilds/:guildId/members/:userId', handle: member },
  { method: 'GET', path: '/guilds/:guildId/voice-states/:userId', handle: voiceState },
]
