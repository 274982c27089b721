import { ApplicationFlags } from 'discord-api-types/v10'
import type { Settings } from '../settings.ts'
import { BOT_ID, bot, type World } from '../world/world.ts'
import { userPayload } from './user.ts'

const FLAG_OF_INTENT = {
  GUILD_MEMBERS: ApplicationFlags.GatewayGuildMembersLimited,
  GUILD_PRESENCES: ApplicationFlags.GatewayPresenceLimited,
  MESSAGE_CONTENT: ApplicationFlags.GatewayMessageContentLimited,
}

export const applicationFlags = ({ privilegedIntents }: Settings): number =>
  privilegedIntents.reduce((flags, intent) => flags | FLAG_OF_INTENT[intent], 0)

export function applicationPayload(world: World, settings: Settings) {
  const owner = [...world.users.values()].find(user => !user.bot) ?? bot
  const flags = applicationFlags(settings)
  return {
    id: BOT_ID,
    name: bot.username,
    icon: null,
    description: 'The bot under test in the sandbox',
    summary: '',
    type: null,
    verify_key: '0'.repeat(64),
    flags,
    flags_new: String(flags),
    bot: userPayload(bot),
    bot_public: true,
    bot_require_code_grant: false,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userPayload(owner),
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  }
}
