import { fetchGatewayInformation } from '@shardlight/cluster/gateway-information'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'
import { judgeClock } from './judge-clock.ts'

const MESSAGE_CONTENT = (1 << 18) | (1 << 19)

const self = z.object({ username: z.string() })
const application = z.object({ flags: z.int().optional() })

function judgeMessageContent(isAsked: boolean, isGranted: boolean): Finding[] {
  if (isAsked && !isGranted)
    return [
      bad(
        'MESSAGE_CONTENT is asked for and not granted: Discord will close every shard for good (4014)',
        'grant it on the page "Bot" of the developer portal, or set DISCORD_MESSAGE_CONTENT=false',
      ),
    ]
  return [good(isAsked ? 'MESSAGE_CONTENT is granted' : 'no privileged intent is needed')]
}

/** The token, what Discord allows today, the intents, and the clock; never the token itself. */
export const discord = (deployment: Deployment): Examination => ({
  name: 'Discord',
  todo: 'is Discord, or DISCORD_API_URL, reachable from here?',
  async run(signal) {
    const token = deployment.read('DISCORD_TOKEN')
    if (token === undefined) return [good('no DISCORD_TOKEN: `npm start` starts a sandbox in its place')]
    const apiUrl = deployment.readOr('DISCORD_API_URL', 'https://discord.com/api')
    const get = async (path: string) => {
      const sentAtMs = Date.now()
      const answer = await fetch(`${apiUrl}/v10${path}`, {
        headers: { authorization: `Bot ${token}` },
        signal,
      })
      return { answer, sentAtMs, receivedAtMs: Date.now() }
    }
    const { answer, sentAtMs, receivedAtMs } = await get('/users/@me')
    if (answer.status === 401)
      return [
        bad(
          'Discord refuses the token',
          'take it anew from the page "Bot" of the developer portal, and set DISCORD_TOKEN',
        ),
      ]
    if (!answer.ok) return [bad(`${apiUrl} answers ${answer.status}`, 'look at DISCORD_API_URL')]
    const { username } = self.parse(await answer.json())
    const [gateway, asked] = await Promise.all([
      fetchGatewayInformation({ apiUrl, token, signal }),
      get('/applications/@me'),
    ])
    const { flags = 0 } = application.parse(await asked.answer.json())
    const isAsked = ['true', '1'].includes(deployment.readOr('DISCORD_MESSAGE_CONTENT', 'false'))
    const { identifiesLeft, identifiesPerDay, maxConcurrency, recommendedShards, resetAfterMs } = gateway
    const logins = `${identifiesLeft} of ${identifiesPerDay} logins left today`
    const shards = deployment.readOr('TOTAL_SHARDS', 'auto')
    const needed = shards === 'auto' ? recommendedShards : Number(shards)
    return [
      good(
        `the token is that of ${username}; ${recommendedShards} shards recommended, ${maxConcurrency} at once`,
      ),
      identifiesLeft < needed
        ? bad(
            `${logins}, and ${needed} shards`,
            `begin none anew for ${Math.ceil(resetAfterMs / 60_000)} minutes: restarts by \`npm run cluster -- restart\` need none`,
          )
        : identifiesLeft < identifiesPerDay / 4
          ? doubt(
              logins,
              'find out what logs in so often: `npm run cluster -- status`, and the last ends there',
            )
          : good(logins),
      ...judgeMessageContent(isAsked, (flags & MESSAGE_CONTENT) !== 0),
      ...judgeClock({
        whose: "Discord's",
        // HTTP's Date has whole seconds.
        theirsMs: Date.parse(answer.headers.get('date') ?? '') + 500,
        sentAtMs,
        receivedAtMs,
      }),
    ]
  },
})
