import { type ClientOptions, GatewayIntentBits, Partials } from 'discord.js'
import { createMakeCache } from './small-cache/make-cache.ts'

/** No privileged intent is needed; MESSAGE_CONTENT is asked for only where the operator has it. */
export const requiredIntents = ({ messageContent }: { messageContent: boolean }): GatewayIntentBits[] => [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.DirectMessages,
  ...(messageContent ? [GatewayIntentBits.MessageContent] : []),
]

/**
 * The small cache: its table is in the README. It needs `trimPackets` beside it, which `startFeatures` sees to.
 */
export const cacheOptions = (): Pick<ClientOptions, 'makeCache' | 'partials'> => ({
  makeCache: createMakeCache(),
  // A message arrives in a channel that is not kept.
  partials: [Partials.Channel],
})
