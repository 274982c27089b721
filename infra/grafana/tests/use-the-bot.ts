import { eventually } from '@shardlight/testing'
import { z } from 'zod'

const world = z.object({
  application: z.object({ botUserId: z.string() }),
  guilds: z.array(
    z.object({
      memberIds: z.array(z.string()),
      channels: z.array(z.object({ id: z.string(), type: z.int() })),
    }),
  ),
})
const created = z.object({ id: z.string() })
const interaction = z.object({ messages: z.array(z.object({ content: z.string() })) })
const messages = z.array(z.object({ content: z.string() }))

const TEXT_CHANNEL = 0

/**
 * Somebody counts to one, stops another count, stops where nothing is counted, and names no number; resolves when all
 * of it is answered.
 */
export async function useTheBot(sandbox: string): Promise<void> {
  const call = async <Answer>(path: string, schema: z.ZodType<Answer>, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`http://${sandbox}/sandbox${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return schema.parse(await answer.json())
  }
  const { guilds, application } = await call('/world', world)
  const [guild] = guilds
  const userId = guild?.memberIds[0]
  const channelId = guild?.channels.find(({ type }) => type === TEXT_CHANNEL)?.id

  async function run(command: string, options: Record<string, unknown> = {}) {
    const { id } = await call('/interactions', created, { userId, channelId, command, options })
    await eventually(`an answer to /${command}`, async () => {
      const found = await call(`/interactions/${id}`, interaction)
      return found.messages.length > 0
    })
  }
  async function say(words: string) {
    const content = `<@${application.botUserId}> ${words}`
    const { id } = await call(`/channels/${channelId}/messages`, created, { authorId: userId, content })
    await eventually(`an answer to "${words}"`, async () => {
      const found = await call(`/channels/${channelId}/messages?after=${id}&limit=10`, messages)
      return found.length > 0
    })
  }
  await run('countdown start', { to: 60 })
  await run('countdown stop')
  await run('countdown stop')
  await run('wikipedia recent')
  await run('vote status')
  await say('count to nothing')
  await say('count to 1')
}
