import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { type Client, Events, type Message } from 'discord.js'
import { type Discord, isGone } from '../discord.ts'
import type { ErrorStore } from '../errors/error-store.ts'
import type { Call, Command } from '../feature.ts'
import { callingMemberOf } from './calling-member.ts'
import type { CommandMetrics } from './command-metrics.ts'
import { traceCommand } from './command-trace.ts'
import type { Dispatch } from './dispatcher.ts'
import { createReply } from './reply.ts'
import { readAddressed } from './text.ts'
import { helpCommand, unknownCommand } from './unknown-command.ts'

const LONGEST_RECORD = 200

/** Commands in words: after a mention in a guild, or in a direct message. */
export function handleMessages({
  client,
  commands,
  dispatch,
  discord,
  errors,
  track,
  metrics,
  clock,
  log,
}: {
  client: Client
  commands: Command[]
  dispatch: Dispatch
  discord: Discord
  errors: ErrorStore
  track: (work: Promise<void>) => Promise<void>
  metrics: CommandMetrics
  clock: Clock
  log: Log
}): Disposable {
  const help = `I understand: ${commands.flatMap(({ text }) => (text ? [`**${text.usage}**`] : [])).join(', ')}. Slash commands do the same.`
  const unknown = unknownCommand(help)
  const helping = helpCommand(help)
  const reply = createReply(discord, clock.nowMs)

  async function answerTo(command: Command, call: Call): Promise<void> {
    const answered = metrics.startAnswer(command, call.how)
    const told = await dispatch(command, call)
    if (!told) return
    await reply(call, told)
    answered()
  }

  async function answer(message: Message): Promise<void> {
    if (message.author.bot || message.webhookId || message.system || !client.user) return
    const addressed = readAddressed({
      content: message.content,
      isDirect: message.guildId === null,
      botId: client.user.id,
      botRoleId: message.guild?.roles.botRoleFor(client.user)?.id,
    })
    const bang = message.content.startsWith('!') ? message.content.replaceAll(/\s+/g, ' ').trim() : undefined
    const words = addressed?.words ?? bang
    if (words === undefined) return
    const call: Call = {
      requestId: BigInt(message.id),
      chat: {
        guildId: message.guildId === null ? null : BigInt(message.guildId),
        channelId: BigInt(message.channelId),
      },
      userId: BigInt(message.author.id),
      ...callingMemberOf(message),
      how: 'text',
      written: words.slice(0, LONGEST_RECORD),
      input: {},
    }
    for (const command of commands) {
      if (!addressed && !command.text?.isBang) continue
      const input = command.text?.read(words)
      if (!input) continue
      await traceCommand(command, 'text', () => answerTo(command, { ...call, input }))
      return
    }
    if (!addressed?.directly) return
    const other = words === '' ? helping : unknown
    await traceCommand(other, 'text', () => answerTo(other, call))
  }

  const onMessage = (message: Message) => {
    const answered = answer(message).catch(async error => {
      // Anybody can take that right from the bot in a channel of their own, and mention it there.
      if (isGone(error)) {
        log.debug({ reason: reasonOf(error), channelId: message.channelId }, 'a message may not be answered')
        return
      }
      metrics.unanswered('text')
      log.warn({ reason: reasonOf(error), channelId: message.channelId }, 'a message could not be answered')
      const guildId = message.guildId === null ? null : BigInt(message.guildId)
      const chat = { guildId, channelId: BigInt(message.channelId) }
      await errors.addGeneral({ what: 'answering a message', error, chat }).catch(failed => {
        log.error({ err: failed }, 'an error could not be recorded')
      })
    })
    void track(answered)
  }
  client.on(Events.MessageCreate, onMessage)
  return { [Symbol.dispose]: () => void client.off(Events.MessageCreate, onMessage) }
}
