import { accountRoutes } from './account.ts'
import { callbackRoutes } from './callbacks.ts'
import { channelRoutes } from './channels.ts'
import { commandRoutes } from './commands.ts'
import { guildRoutes } from './guilds.ts'
import { messageRoutes } from './messages.ts'
import { reactionRoutes } from './reactions.ts'
import type { RestRoute } from './route.ts'
import { webhookRoutes } from './webhooks.ts'

/** Every route of Discord's REST API that the sandbox has. */
export const restRoutes: RestRoute[] = [
  ...accountRoutes,
  ...channelRoutes,
  ...messageRoutes,
  ...reactionRoutes,
  ...guildRoutes,
  ...commandRoutes,
  ...callbackRoutes,
  ...webhookRoutes,
]
