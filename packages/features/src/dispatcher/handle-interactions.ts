import { setTimeout as sleep } from 'node:timers/promises'
import { type Log, reasonOf } from '@shardlight/service'
import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
} from 'discord.js'
import { messageBody } from '../discord.ts'
import type { ErrorStore } from '../errors/error-store.ts'
import type { Answer, Call, Command, CommandInput } from '../feature.ts'
import { callingMemberOf } from './calling-member.ts'
import type { CommandMetrics } from './command-metrics.ts'
import { traceCommand } from './command-trace.ts'
import type { Dispatch } from './dispatcher.ts'
import { unknownCommand } from './unknown-command.ts'

/** Discord gives up after 3 s; work that takes longer than this is acknowledged first and answered later. */
const DEFER_AFTER_MS = 1_500

/** Options of the subcommand that was used, by name. */
const inputOf = (interaction: ChatInputCommandInteraction): CommandInput =>
  Object.fromEntries(
    (interaction.options.data[0]?.options ?? interaction.options.data).flatMap(({ name, value }) =>
      value === undefined || value === null ? [] : [[name, value]],
    ),
  )

const bodyOf = (answer: Answer) => {
  const { content, embeds, components } = messageBody(answer)
  return {
    content,
    allowedMentions: { parse: [] },
    ...(embeds && { embeds }),
    ...(components && { components }),
    ...(answer.files && {
      files: answer.files.map(({ name, data, description = '' }) => ({
        attachment: data,
        name,
        description,
      })),
    }),
  }
}

const isFor = (command: Command, pressed: string): boolean =>
  command.customId !== undefined && `${pressed}:`.startsWith(`${command.customId}:`)

/** A command or button of another version of the bot. */
const outdated = unknownCommand('I do not have this any more. Open the list of commands anew, and try again.')

/** Slash commands and buttons; answers are for the caller alone. */
export function handleInteractions({
  client,
  commands,
  dispatch,
  errors,
  track,
  metrics,
  log,
}: {
  client: Client
  commands: Command[]
  dispatch: Dispatch
  errors: ErrorStore
  track: (work: Promise<void>) => Promise<void>
  metrics: CommandMetrics
  log: Log
}): Disposable {
  type Answerable = ChatInputCommandInteraction | ButtonInteraction

  async function respond(
    interaction: Answerable,
    command: Command,
    given: Pick<Call, 'how' | 'written' | 'input'>,
  ) {
    const call: Call = {
      ...given,
      requestId: BigInt(interaction.id),
      chat: {
        guildId: interaction.guildId === null ? null : BigInt(interaction.guildId),
        channelId: BigInt(interaction.channelId),
      },
      userId: BigInt(interaction.user.id),
      ...callingMemberOf(interaction),
    }
    const answered = metrics.startAnswer(command, call.how)
    const running = dispatch(command, call)
    const isQuick = await Promise.race([running.then(() => true), sleep(DEFER_AFTER_MS, false)])
    if (!isQuick) await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    const answer = bodyOf((await running) ?? { content: 'Done.' })
    if (isQuick) await interaction.reply({ ...answer, flags: MessageFlags.Ephemeral })
    else await interaction.editReply(answer)
    answered()
  }

  async function answer(interaction: Interaction): Promise<void> {
    if (interaction.isChatInputCommand()) {
      const subcommand = interaction.options.getSubcommand(false)
      const name = [interaction.commandName, subcommand].filter(Boolean).join(' ')
      const command = commands.find(one => one.name === name) ?? outdated
      const input = inputOf(interaction)
      const written = `/${name} ${Object.entries(input)
        .map(([key, value]) => `${key}:${value}`)
        .join(' ')}`.trim()
      await traceCommand(command, 'slash', () =>
        respond(interaction, command, { how: 'slash', written: written.slice(0, 200), input }),
      )
    } else if (interaction.isButton()) {
      const { customId } = interaction
      const command = commands.find(one => isFor(one, customId)) ?? outdated
      const rest = customId.slice((command.customId ?? customId).length + 1)
      // What was pressed may be what somebody voted for.
      const written = command.isConfidential ? (command.customId ?? '') : customId
      await traceCommand(command, 'component', () =>
        respond(interaction, command, { how: 'component', written, input: rest === '' ? {} : { rest } }),
      )
    }
  }

  const onInteraction = (interaction: Interaction) => {
    const answered = answer(interaction).catch(async error => {
      metrics.unanswered(interaction.isButton() ? 'component' : 'slash')
      log.warn(
        { reason: reasonOf(error), interaction: interaction.id },
        'an interaction could not be answered',
      )
      await errors.addGeneral({ what: 'answering an interaction', error }).catch(failed => {
        log.error({ err: failed }, 'an error could not be recorded')
      })
    })
    void track(answered)
  }
  client.on(Events.InteractionCreate, onInteraction)
  return { [Symbol.dispose]: () => void client.off(Events.InteractionCreate, onInteraction) }
}
