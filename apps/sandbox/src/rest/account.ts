import { applicationPayload } from '../payloads/application.ts'
import { ownUserPayload, userPayload } from '../payloads/user.ts'
import { bot } from '../world/world.ts'
import { unknownUser } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

const application = ({ core }: RestRequest): RestAnswer => ({
  body: applicationPayload(core.world, core.settings),
})

function user({ core, params }: RestRequest): RestAnswer {
  const found = core.world.users.get(params['userId'] ?? '')
  if (!found) throw unknownUser()
  return { body: userPayload(found) }
}

/** What the bot asks of itself and of Discord. */
export const accountRoutes: RestRoute[] = [
  {
    method: 'GET',
    path: '/gateway',
    handle: ({ core, host }) => ({ body: { url: core.gatewayUrl(host) } }),
  },
  {
    method: 'GET',
    path: '/gateway/bot',
    handle: ({ core, host }) => ({
      body: {
        url: core.gatewayUrl(host),
        shards: core.settings.recommendedShards,
        session_start_limit: core.limit.sessionStartLimit(),
      },
    }),
  },
  { method: 'GET', path: '/users/@me', handle: () => ({ body: ownUserPayload(bot) }) },
  { method: 'GET', path: '/users/:userId', handle: user },
  { method: 'GET', path: '/applications/@me', handle: application },
  { method: 'GET', path: '/oauth2/applications/@me', handle: application },
]
