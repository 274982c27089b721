import { GatewayCloseCodes, GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { applicationFlags } from '../payloads/application.ts'
import { guildCreatePayload } from '../payloads/guild.ts'
import { ownUserPayload } from '../payloads/user.ts'
import type { Guild } from '../world/model.ts'
import { BOT_ID, bot } from '../world/world.ts'
import type { GatewayContext } from './context.ts'
import { GatewayClose } from './gateway-close.ts'
import type { Outlet, Session } from './session.ts'

const ALL_INTENTS = Object.values(GatewayIntentBits)
  .filter(bit => typeof bit === 'number')
  .reduce((all, bit) => all | bit, 0)

const PRIVILEGED = {
  GUILD_MEMBERS: GatewayIntentBits.GuildMembers,
  GUILD_PRESENCES: GatewayIntentBits.GuildPresences,
  MESSAGE_CONTENT: GatewayIntentBits.MessageContent,
} as const

export const identifySchema = z.object({
  token: z.string(),
  properties: z.record(z.string(), z.unknown()),
  intents: z.int().min(0),
  shard: z.tuple([z.int(), z.int()]).default([0, 1]),
})

export type Identify = z.infer<typeof identifySchema>

/** From this size on the shard count must be a multiple of what Discord recommends. */
const LARGE_BOT_GUILDS = 150_000

type Outcome = Session | 'too early' | 'swallowed'

/** Decides about an IDENTIFY.
 * @throws {GatewayClose} with the code that Discord would use. */
export function identify({ token, intents, shard }: Identify, context: GatewayContext): Outcome {
  const { world, settings, sessions, limit, ledger, credentials, faults, rules } = context
  const [shardId, shardCount] = shard
  if (!credentials.accepts(token)) throw new GatewayClose(GatewayCloseCodes.AuthenticationFailed)
  ledger.identify(shardId)
  if (!limit.spend()) {
    credentials.reset()
    for (const session of sessions.connected()) session.outlet?.close(GatewayCloseCodes.AuthenticationFailed)
    throw new GatewayClose(GatewayCloseCodes.AuthenticationFailed)
  }
  if (shardCount < 1 || shardId < 0 || shardId >= shardCount)
    throw new GatewayClose(GatewayCloseCodes.InvalidShard)
  if (world.guilds.size > LARGE_BOT_GUILDS && shardCount % settings.recommendedShards !== 0)
    throw new GatewayClose(GatewayCloseCodes.InvalidShard)
  if ((intents & ALL_INTENTS) !== intents) throw new GatewayClose(GatewayCloseCodes.InvalidIntents)
  const given = settings.privilegedIntents.reduce((bits, intent) => bits | PRIVILEGED[intent], 0)
  const privileged = Object.values(PRIVILEGED).reduce((bits, bit) => bits | bit, 0)
  if (intents & privileged & ~given) throw new GatewayClose(GatewayCloseCodes.DisallowedIntents)
  const guilds = guildsOf(context, shardId, shardCount).length
  if (guilds > rules.maxGuildsPerShard) throw new GatewayClose(GatewayCloseCodes.ShardingRequired)
  if (!limit.take(shardId)) {
    ledger.identifies.tooEarly++
    return 'too early'
  }
  if (faults.swallowIdentify(shardId)) return 'swallowed'
  return sessions.open({ shardId, shardCount, intents, guilds })
}

const guildsOf = ({ world }: GatewayContext, shardId: number, shardCount: number): Guild[] =>
  [...world.guilds.values()].filter(({ shardKey }) => shardKey % shardCount === shardId)

/**
 * READY, then a GUILD_CREATE for every guild of the shard. In one go, so that no event of a guild can
 * come before the guild itself.
 */
export function welcome(session: Session, outlet: Outlet, context: GatewayContext, host: string): void {
  const { world, settings, sessions, gatewayUrl } = context
  const guilds = guildsOf(context, session.shardId, session.shardCount)
  sessions.attach(session, outlet)
  session.dispatch(
    GatewayDispatchEvents.Ready,
    JSON.stringify({
      v: 10,
      user_settings: {},
      user: ownUserPayload(bot),
      session_type: 'normal',
      session_id: session.id,
      resume_gateway_url: gatewayUrl(host),
      shard: [session.shardId, session.shardCount],
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      relationships: [],
      private_channels: [],
      presences: [],
      guild_join_requests: [],
      geo_ordered_rtc_regions: [],
      auth: {},
      application: { id: BOT_ID, flags: applicationFlags(settings) },
      _trace: ['["sandbox",{"micros":0}]'],
    }),
  )
  if ((session.intents & GatewayIntentBits.Guilds) === 0) return
  const everyMember = (session.intents & GatewayIntentBits.GuildMembers) !== 0
  for (const guild of guilds) {
    session.dispatch(
      GatewayDispatchEvents.GuildCreate,
      JSON.stringify(guildCreatePayload(guild, world, everyMember)),
    )
  }
}
