import { GatewayDispatchEvents as Event } from 'discord-api-types/v10'
import { commandView, interactionView } from '../control/views.ts'
import type { Interaction } from '../interactions/interactions.ts'
import type { Guild } from '../world/model.ts'
import { type Audience, toShard } from './audience.ts'
import { announceGuilds } from './guilds.ts'
import { announceMessages } from './messages.ts'

export type Announcer = ReturnType<typeof createAnnouncer>

/** Tells the bot over the gateway, and the open chats, what has happened in the world. */
export function createAnnouncer(audience: Audience) {
  const { world, commands, sessions, feed } = audience
  return {
    ...announceMessages(audience),
    ...announceGuilds(audience),

    interactionCreated(data: unknown, guild: Guild | undefined): void {
      sessions.dispatch({ type: Event.InteractionCreate, intents: 0, ...toShard(guild), data })
    },

    interactionChanged(interaction: Interaction): void {
      const { status, ephemeral, messages: answers } = interactionView(interaction, world)
      feed.toUser(interaction.userId, {
        type: 'interaction',
        interactionId: interaction.id,
        channelId: interaction.channelId,
        status,
        ephemeral,
        messages: answers,
      })
    },

    commandsChanged: () => feed.toAll({ type: 'commands', commands: commands.all().map(commandView) }),

    botChanged(): void {
      const shards = sessions.connected().map(({ shardId, shardCount }) => ({ shardId, shardCount }))
      feed.toAll({ type: 'bot', online: shards.length > 0, shards })
    },
  }
}
