import type { Log } from '@shardlight/service'
import { type Client, Events, type Message } from 'discord.js'
import type { Discord } from '../discord.ts'
import type { ErrorStore } from '../errors/error-store.ts'
import type { Call, Command } from '../feature.ts'
import type { Dispatch } from './dispatcher.ts'
import { readAddressed } from './text.ts'
import { unknownCommand } from './unknown-command.ts'

const LONGEST_RECORD = 200

/** Commands in words: after a mention in a guild, or in a direct message. */
export function handleMessages({
  client,
  commands,
  dispatch,
  discord,
  errors,
  log,
}: {
  client: Client
  commands: Command[]
  dispatch: Dispatch
  discord: Discord
  errors: ErrorStore
  log: Log
}): Disposable {
  const help = `I understand: ${commands.map(command => `**${command.text.usage}**`).join(', ')}. Slash commands do the same.`
  const unknown = unknownCommand(help)

  async function answer(message: Message): Promise<void> {
    if (message.author.bot || message.webhookId || message.system || !client.user) return
    const addressed = readAddressed({
      content: message.content,
      isDirect: message.guildId === null,
      botId: client.user.id,
      botRoleId: message.guild?.roles.botRoleFor(client.user)?.id,
    })
    if (!addressed) return
    const call: Call = {
      requestId: BigInt(message.id),
      chat: {
        guildId: message.guildId === null ? null : BigInt(message.guildId),
        channelId: BigInt(message.channelId),
      },
      userId: BigInt(message.author.id),
      how: 'text',
      written: addressed.words.slice(0, LONGEST_RECORD),
      input: {},
    }
    const reply = (
      content: string,
      buttons: { buttons?: NonNullable<Awaited<ReturnType<Dispatch>>>['buttons'] } = {},
    ) =>
      discord.post({
        channelId: call.chat.channelId,
        content,
        ...(buttons.buttons && { buttons: buttons.buttons }),
        nonce: `r${message.id}`,
        replyTo: call.requestId,
      })

    for (const command of commands) {
      const input = command.text.read(addressed.words)
      if (!input) continue
      const told = await dispatch(command, { ...call, input })
      if (told) await reply(told.content, told)
      return
    }
    if (!addressed.directly) return
    if (addressed.words === '') await reply(help)
    else {
      const told = await dispatch(unknown, call)
      if (told) await reply(told.content)
    }
  }

  const onMessage = (message: Message) => {
    answer(message).catch(async error => {
      log.warn({ err: error, channelId: message.channelId }, 'a message could not be answered')
      const guildId = message.guildId === null ? null : BigInt(message.guildId)
      const chat = { guildId, channelId: BigInt(message.channelId) }
      await errors.addGeneral({ what: 'answering a message', error, chat }).catch(failed => {
        log.error({ err: failed }, 'an error could not be recorded')
      })
    })
  }
  client.on(Events.MessageCreate, onMessage)
  return { [Symbol.dispose]: () => void client.off(Events.MessageCreate, onMessage) }
}
