import { type ClientOptions, GatewayIntentBits, Options, Partials } from 'discord.js'

/** No privileged intent is needed; MESSAGE_CONTENT is asked for only where the operator has it. */
export const requiredIntents = ({ messageContent }: { messageContent: boolean }): GatewayIntentBits[] => [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.DirectMessages,
  ...(messageContent ? [GatewayIntentBits.MessageContent] : []),
]

/**
 * Kept: guilds, channels and roles (discord.js cannot do without), the bot's own member (its permissions), and the
 * few members of each guild that wrote last (a message's member is found through the cache).
 * Not kept, since PostgreSQL is the truth and REST answers the rest: messages, other members, users beyond a few,
 * presences, reactions, voice states, emojis, stickers, invites, bans, scheduled events, threads' members.
 */
export const cacheOptions = (): Pick<ClientOptions, 'makeCache' | 'sweepers' | 'partials'> => ({
  makeCache: Options.cacheWithLimits({
    ...Options.DefaultMakeCacheSettings,
    ApplicationCommandManager: 0,
    ApplicationEmojiManager: 0,
    AutoModerationRuleManager: 0,
    BaseGuildEmojiManager: 0,
    DMMessageManager: 0,
    EntitlementManager: 0,
    GuildBanManager: 0,
    GuildEmojiManager: 0,
    GuildInviteManager: 0,
    GuildMemberManager: { maxSize: 3, keepOverLimit: member => member.id === member.client.user.id },
    GuildMessageManager: 0,
    GuildScheduledEventManager: 0,
    GuildStickerManager: 0,
    MessageManager: 0,
    PresenceManager: 0,
    ReactionManager: 0,
    ReactionUserManager: 0,
    StageInstanceManager: 0,
    ThreadMemberManager: 0,
    UserManager: { maxSize: 100, keepOverLimit: user => user.id === user.client.user?.id },
    VoiceStateManager: 0,
  }),
  sweepers: {
    ...Options.DefaultSweeperSettings,
    threads: { interval: 3_600, lifetime: 1_800 },
  },
  // A direct message arrives in a channel that discord.js has not seen.
  partials: [Partials.Channel],
})
