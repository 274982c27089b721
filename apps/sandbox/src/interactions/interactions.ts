import { randomBytes } from 'node:crypto'
import type { Clock } from '@shardlight/service'
import type { ChoiceView } from '../control-api.ts'
import type { Component } from '../conversation/message-body.ts'
import type { Rules } from '../rules.ts'
import type { Message } from '../world/model.ts'

const KEPT = 10_000

export type Interaction = {
  id: string
  token: string
  /** Discord's: 2 command, 3 component, 4 autocomplete, 5 modal. */
  type: number
  userId: string
  channelId: string
  guildId?: string
  commandName: string
  createdAtMs: number
  acknowledgedAfterMs?: number
  failed: boolean
  /** Deferred: the answer is still to come. */
  deferred: boolean
  ephemeral: boolean
  /** `@original`. */
  original?: Message
  /** The message whose component was used. */
  source?: Message
  messages: Message[]
  modal?: { custom_id: string; title: string; components: Component[] }
  choices?: ChoiceView[]
}

export type Interactions = ReturnType<typeof createInteractions>

/** What users ran or clicked, and how far the bot is with it. */
export function createInteractions({
  rules,
  clock,
  onFailed,
}: {
  rules: Rules
  clock: Clock
  /** Nobody acknowledged it in time. */
  onFailed: (interaction: Interaction) => void
}) {
  const byId = new Map<string, Interaction>()
  const byToken = new Map<string, Interaction>()
  const timers = new Set<NodeJS.Timeout>()

  return {
    get: (id: string) => byId.get(id),
    /** By token, while that lives. */
    alive(token: string): Interaction | undefined {
      const interaction = byToken.get(token)
      if (!interaction) return undefined
      return clock.nowMs() - interaction.createdAtMs < rules.interactionTokenMs ? interaction : undefined
    },

    open(
      fields: Pick<Interaction, 'id' | 'type' | 'userId' | 'channelId' | 'commandName'> &
        Partial<Pick<Interaction, 'guildId' | 'source'>>,
    ): Interaction {
      const interaction: Interaction = {
        ...fields,
        token: randomBytes(48).toString('base64url'),
        createdAtMs: clock.nowMs(),
        failed: false,
        deferred: false,
        ephemeral: false,
        messages: [],
      }
      byId.set(interaction.id, interaction)
      byToken.set(interaction.token, interaction)
      const oldest = byId.values().next().value
      if (byId.size > KEPT && oldest) {
        byId.delete(oldest.id)
        byToken.delete(oldest.token)
      }
      const timer = setTimeout(() => {
        timers.delete(timer)
        if (interaction.acknowledgedAfterMs !== undefined) return
        interaction.failed = true
        onFailed(interaction)
      }, rules.interactionDeadlineMs)
      timers.add(timer)
      return interaction
    },

    stop(): void {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
