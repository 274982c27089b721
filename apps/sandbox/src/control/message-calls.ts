import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { deleteMessage, postMessage } from '../conversation/post-message.ts'
import { react } from '../conversation/react.ts'
import type { Core } from '../core.ts'
import { MessageFlag } from '../world/model.ts'
import { readInput } from './control-error.ts'
import { channelNamed, id, messageNamed, mustSee, userNamed } from './lookup.ts'
import { messageView } from './views.ts'

const newMessage = z.strictObject({
  authorId: id,
  content: z.string().trim().min(1).max(2_000),
  replyToId: id.optional(),
})

const manyMessages = z.strictObject({
  messages: z
    .array(newMessage.omit({ replyToId: true }).extend({ channelId: id }))
    .min(1)
    .max(1_000),
})

const listQuery = z.object({
  after: id.optional(),
  before: id.optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(100),
})

const reaction = z.strictObject({
  userId: id,
  messageId: id,
  emoji: z.string().min(1).max(100),
  remove: z.boolean().default(false),
})

type ById = { Params: { id: string } }

/** What users write. */
export function messageCalls(app: FastifyInstance, core: Core): void {
  app.post<ById>('/channels/:id/messages', async ({ params, body }) => {
    const channel = channelNamed(core, 'id', params.id)
    const { authorId, content, replyToId } = readInput(newMessage, body)
    const author = userNamed(core, 'authorId', authorId)
    mustSee(core, 'authorId', author, channel)
    if (replyToId !== undefined) messageNamed(core, 'replyToId', replyToId)
    const message = postMessage(core, {
      channel,
      author,
      body: { content, ...(replyToId !== undefined && { message_reference: { message_id: replyToId } }) },
    })
    return messageView(message, core.world)
  })

  app.post('/messages', async ({ body }) => {
    const posts = readInput(manyMessages, body).messages.map(({ channelId, authorId, content }, index) => {
      const channel = channelNamed(core, `messages.${index}.channelId`, channelId)
      const author = userNamed(core, `messages.${index}.authorId`, authorId)
      mustSee(core, `messages.${index}.authorId`, author, channel)
      return { channel, author, body: { content } }
    })
    return { ids: posts.map(post => postMessage(core, post).id) }
  })

  app.get<ById>('/channels/:id/messages', async ({ params, query }) => {
    const channel = channelNamed(core, 'id', params.id)
    const { after, before, limit } = readInput(listQuery, query)
    return core.messages
      .list(channel.id, {
        limit,
        ...(after !== undefined && { after }),
        ...(before !== undefined && { before }),
      })
      .filter(({ flags }) => (flags & MessageFlag.loading) === 0)
      .map(message => messageView(message, core.world))
  })

  app.delete<ById>('/messages/:id', async ({ params }) => {
    deleteMessage(core, messageNamed(core, 'id', params.id))
    return { id: params.id }
  })

  app.post('/reactions', async ({ body }) => {
    const { userId, messageId, emoji, remove } = readInput(reaction, body)
    const user = userNamed(core, 'userId', userId)
    const message = messageNamed(core, 'messageId', messageId)
    const channel = channelNamed(core, 'messageId', message.channelId)
    mustSee(core, 'userId', user, channel)
    react(core, { user, message, channel, emoji, remove })
    return messageView(message, core.world)
  })

  app.post<ById>('/channels/:id/typing', async ({ params, body }) => {
    const channel = channelNamed(core, 'id', params.id)
    const { userId } = readInput(z.strictObject({ userId: id }), body)
    const user = userNamed(core, 'userId', userId)
    mustSee(core, 'userId', user, channel)
    core.announce.typing(user, channel)
    return {}
  })
}
