import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Core } from '../core.ts'
import { runAutocomplete, runCommand } from '../interactions/run-command.ts'
import { submitModal } from '../interactions/submit-modal.ts'
import { useComponent } from '../interactions/use-component.ts'
import { missing, readInput } from './control-error.ts'
import { channelNamed, id, messageNamed, mustSee, userNamed } from './lookup.ts'
import { commandView, interactionView } from './views.ts'

const run = z.strictObject({
  userId: id,
  channelId: id,
  command: z.string().trim().min(1),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
})

const component = z.strictObject({
  userId: id,
  messageId: id,
  customId: z.string().min(1),
  values: z.array(z.string()).optional(),
})

const modal = z.strictObject({
  userId: id,
  interactionId: id,
  fields: z.record(z.string(), z.string()),
})

/** What users run and click. */
export function interactionCalls(app: FastifyInstance, core: Core): void {
  const actor = ({ userId, channelId }: { userId: string; channelId: string }) => {
    const user = userNamed(core, 'userId', userId)
    const channel = channelNamed(core, 'channelId', channelId)
    mustSee(core, 'userId', user, channel)
    return { user, channel }
  }

  app.get<{ Querystring: { channelId?: string } }>('/commands', async ({ query }) => {
    if (query.channelId === undefined) return core.commands.all().map(commandView)
    const { guildId } = channelNamed(core, 'channelId', query.channelId)
    return core.commands.visibleIn(guildId).map(commandView)
  })

  app.post('/interactions', async ({ body }) => {
    const { command, options, ...where } = readInput(run, body)
    return { id: runCommand(core, { ...actor(where), command, options }).id }
  })

  app.post('/autocomplete', async ({ body }) => {
    const { command, options, focused, ...where } = readInput(run.extend({ focused: z.string() }), body)
    return { id: runAutocomplete(core, { ...actor(where), command, options, focused }).id }
  })

  app.post('/components', async ({ body }) => {
    const { userId, messageId, customId, values } = readInput(component, body)
    const message = messageNamed(core, 'messageId', messageId)
    const { user, channel } = actor({ userId, channelId: message.channelId })
    return { id: useComponent(core, { user, channel, message, customId, values }).id }
  })

  app.post('/modals', async ({ body }) => {
    const { userId, interactionId, fields } = readInput(modal, body)
    const opener = core.interactions.get(interactionId)
    if (!opener) throw missing('interactionId', `there is no interaction ${interactionId}`)
    const { user, channel } = actor({ userId, channelId: opener.channelId })
    return { id: submitModal(core, { user, channel, opener, fields }).id }
  })

  app.get<{ Params: { id: string } }>('/interactions/:id', async ({ params }) => {
    const interaction = core.interactions.get(params.id)
    if (!interaction) throw missing('id', `there is no interaction ${params.id}`)
    return interactionView(interaction, core.world)
  })
}
