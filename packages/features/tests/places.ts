import type { Database } from '@shardlight/database'
import { eventually, type Sandbox, type SandboxWorld } from '@shardlight/testing'

const TEXT_CHANNEL = 0

export type Attachment = { filename: string; contentType: string; description?: string; url: string }
export type Embed = { description?: string; footer?: { text: string }; image?: { url: string } }
export type Message = {
  id: string
  channelId: string
  authorId: string
  content: string
  embeds: Embed[]
  components: { components: { custom_id: string; label: string }[] }[]
  attachments: Attachment[]
  mentions: string[]
}
export type Interaction = { acknowledgedAfterMs: number | null; ephemeral: boolean; messages: Message[] }

export type Place = { guildId: string; channelId: string; people: string[] }

export const textOf = ({ messages }: Interaction) => messages[0]?.content ?? ''

export const buttonsOf = (message: Message) => message.components.flatMap(row => row.components)

/** Servers with people in them, who write, use commands and click. */
export function createPlaces({
  sandbox,
  world,
  database,
}: {
  sandbox: Sandbox
  world: SandboxWorld
  database: Database
}) {
  /** A server of its own with these many members, the first of whom owns it; all have just written to the bot. */
  async function newPlace(count = 4, active = count): Promise<Place> {
    const people = await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const made = await sandbox.control<{ id: string }>('POST', '/sandbox/users', {
          username: `Person ${at}`,
        })
        return made.id
      }),
    )
    const guild = await sandbox.control<SandboxWorld['guilds'][0]>('POST', '/sandbox/guilds', {
      name: 'Parliament',
      memberIds: people,
    })
    const [channelId = '', elsewhere = ''] = guild.channels
      .filter(channel => channel.type === TEXT_CHANNEL)
      .map(channel => channel.id)
    const place = { guildId: guild.id, channelId, people }
    for (const person of people.slice(0, active))
      await say({ ...place, channelId: elsewhere }, person, 'hello')
    await eventually('all are active', async () => {
      const seen = await database.query(
        `SELECT FROM events WHERE type = 'UserActive' AND metadata ->> 'guildId' = $1`,
        [guild.id],
      )
      return seen.length === active
    })
    return place
  }

  const say = (place: Place, person: string, words: string) =>
    sandbox.write(place.channelId, person, `<@${world.application.botUserId}> ${words}`)

  const read = async (channelId: string): Promise<Message[]> => {
    const messages = (await sandbox.messages(channelId)) as unknown as Message[]
    return messages.filter(message => message.authorId === world.application.botUserId)
  }

  /** What the bot answers to a message. */
  async function answerTo(place: Place, person: string, words: string): Promise<Message> {
    const { id } = await say(place, person, words)
    return eventually(`an answer to ${words}`, async () =>
      (await read(place.channelId)).find(message => BigInt(message.id) > BigInt(id)),
    )
  }

  const answered = ({ id }: { id: string }) =>
    eventually('an answer', async () => {
      const found = await sandbox.control<Interaction>('GET', `/sandbox/interactions/${id}`)
      return found.messages.some(message => message.content !== '') && found
    })

  const run = async (place: Place, userId: string, command: string, options: Record<string, unknown> = {}) =>
    answered(
      await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
        userId,
        channelId: place.channelId,
        command,
        options,
      }),
    )

  const openVote = (place: Place) =>
    eventually('the vote', async () =>
      (await read(place.channelId)).findLast(message => message.components.length > 0),
    )

  async function click(vote: Message, userId: string, choice: number): Promise<Interaction> {
    return answered(
      await sandbox.control<{ id: string }>('POST', '/sandbox/components', {
        userId,
        messageId: vote.id,
        customId: buttonsOf(vote)[choice]?.custom_id,
      }),
    )
  }

  const resultIn = (place: Place) =>
    eventually('the result', async () =>
      (await read(place.channelId)).findLast(message => message.content.includes('Result of vote')),
    )

  return { newPlace, say, read, answerTo, answered, run, openVote, click, resultIn }
}
