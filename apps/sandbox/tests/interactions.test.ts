import { eventually } from '@shardlight/testing'
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandView, InteractionView, MessageView } from '../src/control-api.ts'
import { loginBot, placeIn, type RunningSandbox, runSandbox } from './running.ts'

let sandbox: RunningSandbox
let bot: Client<true> & AsyncDisposable
let answer: (interaction: Interaction) => Promise<unknown>

beforeEach(async () => {
  sandbox = await runSandbox({ rules: { interactionDeadlineMs: 250 } })
  bot = await loginBot(sandbox)
  await bot.application.commands.set([
    new SlashCommandBuilder()
      .setName('countdown')
      .setDescription('Counts')
      .addSubcommand(start =>
        start
          .setName('start')
          .setDescription('Starts')
          .addIntegerOption(to =>
            to.setName('to').setDescription('How far').setMinValue(1).setMaxValue(9_999).setRequired(true),
          ),
      ),
    new SlashCommandBuilder()
      .setName('recent')
      .setDescription('Recent changes')
      .addStringOption(lang => lang.setName('lang').setDescription('Language').setAutocomplete(true))
      .addUserOption(user => user.setName('user').setDescription('By whom')),
  ])
  bot.on(Events.InteractionCreate, interaction => void answer(interaction))
})
afterEach(async () => {
  await bot[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})

const view = (id: string) => sandbox.control<InteractionView>('GET', `/interactions/${id}`)

async function run(command: string, options = {}, channelId = placeIn(sandbox).general.id): Promise<string> {
  const { ada } = placeIn(sandbox)
  const { id } = await sandbox.control<{ id: string }>('POST', '/interactions', {
    userId: ada.id,
    channelId,
    command,
    options,
  })
  return id
}

const settled = (id: string, status: InteractionView['status']) =>
  eventually(`the interaction is ${status}`, async () => {
    const seen = await view(id)
    return seen.status === status && seen
  })

const onCommand = (act: (interaction: ChatInputCommandInteraction) => Promise<unknown>) => {
  answer = async interaction => {
    if (interaction.isChatInputCommand()) await act(interaction)
  }
}

describe('slash commands', () => {
  test('reach the bot with subcommand, options and the user, and are answered', async () => {
    onCommand(interaction =>
      interaction.reply(
        `${interaction.options.getSubcommand()} ${interaction.options.getInteger('to')} for ${interaction.user.username}`,
      ),
    )
    const seen = await settled(await run('countdown start', { to: 5 }), 'answered')
    expect(seen).toMatchObject({ ephemeral: false, messages: [{ content: 'start 5 for ada' }] })
    expect(seen.acknowledgedAfterMs).not.toBeNull()
    const { general } = placeIn(sandbox)
    const [message] = await sandbox.control<MessageView[]>('GET', `/channels/${general.id}/messages`)
    expect(message).toMatchObject({ interaction: { commandName: 'countdown start' } })
  })

  test('work in DMs too', async () => {
    onCommand(interaction => interaction.reply(String(interaction.inGuild())))
    const seen = await settled(await run('countdown start', { to: 1 }, placeIn(sandbox).dm.id), 'answered')
    expect(seen.messages).toMatchObject([{ content: 'false' }])
  })

  test('may be deferred, followed up, edited and taken back', async () => {
    onCommand(async interaction => {
      await interaction.deferReply()
      await interaction.editReply('the answer')
      const more = await interaction.followUp('more')
      await interaction.editReply('the better answer')
      await interaction.deleteReply(more)
    })
    const id = await run('countdown start', { to: 1 })
    const seen = await eventually('all was done', async () => {
      const current = await view(id)
      return current.messages[0]?.content === 'the better answer' && current.messages.length === 1 && current
    })
    expect(seen.status).toBe('answered')
  })

  test('may be answered to the user alone, which no channel shows', async () => {
    onCommand(interaction => interaction.reply({ content: 'psst', flags: MessageFlags.Ephemeral }))
    const seen = await settled(await run('countdown start', { to: 1 }), 'answered')
    expect(seen).toMatchObject({ ephemeral: true, messages: [{ content: 'psst', ephemeral: true }] })
    const { general } = placeIn(sandbox)
    expect(await sandbox.control('GET', `/channels/${general.id}/messages`)).toEqual([])
  })

  test('resolve the users that options name', async () => {
    onCommand(interaction => interaction.reply(interaction.options.getUser('user', true).displayName))
    const seen = await settled(await run('recent', { user: placeIn(sandbox).grace.id }), 'answered')
    expect(seen.messages).toMatchObject([{ content: 'Grace' }])
  })

  test.each([
    [
      'unknown',
      {},
      '404 {"error":"command: there is no command \\"unknown\\" here; there are: countdown, recent"}',
    ],
    ['countdown', {}, 'command: \\"countdown\\" needs a subcommand: start'],
    ['countdown start', {}, 'options.to: is required'],
    ['countdown start', { to: 0 }, 'options.to: must be at least 1'],
    ['countdown start', { to: 'five' }, 'options.to: expected a number'],
    ['countdown start', { to: 1, from: 2 }, 'options.from: the command has no such option'],
  ])('that Discord would not send are refused: %s %j', async (command, options, error) => {
    await expect(run(command, options)).rejects.toThrow(error)
  })
})

describe('the three seconds', () => {
  test('over: the interaction has failed, and a late answer gets 10062', async () => {
    let late: unknown
    onCommand(async interaction => {
      await eventually('it has failed', async () => (await view(interaction.id)).status === 'failed')
      await interaction.reply('too late').catch(error => {
        late = error
      })
    })
    const id = await run('countdown start', { to: 1 })
    expect(await settled(id, 'failed')).toMatchObject({ acknowledgedAfterMs: null, messages: [] })
    await eventually('the late answer was refused', () => late !== undefined)
    expect(late).toMatchObject({ code: 10_062, status: 404 })
  })

  test('a second answer gets 40060', async () => {
    let second: unknown
    onCommand(async interaction => {
      await interaction.reply('once')
      const { body } = await postCallback(interaction)
      second = body
    })
    await settled(await run('countdown start', { to: 1 }), 'answered')
    await eventually('the second was refused', () => second !== undefined)
    expect(second).toMatchObject({ code: 40_060 })
    expect(sandbox.core.ledger.rest.repeatedAnswers).toBe(1)
  })

  test('after fifteen minutes the token is worth nothing', async () => {
    await using quick = await runSandbox({ rules: { interactionTokenMs: 0 } })
    const { ada, general } = placeIn(quick)
    const { id, token } = quick.core.interactions.open({
      id: quick.core.world.snowflakes.next(),
      type: 2,
      userId: ada.id,
      channelId: general.id,
      commandName: 'x',
    })
    await quick.rest('POST', `/interactions/${id}/${token}/callback`, { type: 5 })
    const path = `/webhooks/${bot.application.id}/${token}`
    expect(await quick.rest('POST', path, { content: 'x' })).toMatchObject({
      status: 401,
      body: { code: 50_027 },
    })
  })
})

const postCallback = ({ id, token }: { id: string; token: string }) =>
  sandbox.rest('POST', `/interactions/${id}/${token}/callback`, { type: 4, data: { content: 'again' } })

test('autocomplete offers choices for what is being typed', async () => {
  answer = async interaction => {
    if (interaction.isAutocomplete())
      await interaction.respond([{ name: `English for ${interaction.options.getFocused()}`, value: 'en' }])
  }
  const { ada, general } = placeIn(sandbox)
  const { id } = await sandbox.control<{ id: string }>('POST', '/autocomplete', {
    userId: ada.id,
    channelId: general.id,
    command: 'recent',
    options: { lang: 'e' },
    focused: 'lang',
  })
  expect((await settled(id, 'answered')).choices).toEqual([{ name: 'English for e', value: 'en' }])
})

test('buttons update their message, and open modals that users send off', async () => {
  answer = async interaction => {
    if (interaction.isChatInputCommand()) {
      const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId('update').setLabel('Update').setStyle(ButtonStyle.Primary),
        new ButtonBuilder().setCustomId('ask').setLabel('Ask').setStyle(ButtonStyle.Secondary),
        new ButtonBuilder()
          .setCustomId('off')
          .setLabel('Off')
          .setStyle(ButtonStyle.Secondary)
          .setDisabled(true),
      )
      await interaction.reply({ content: 'choose', components: [buttons] })
    } else if (interaction.isButton() && interaction.customId === 'update')
      await interaction.update('updated')
    else if (interaction.isButton()) {
      const input = new TextInputBuilder().setCustomId('why').setLabel('Why?').setStyle(TextInputStyle.Short)
      const row = new ActionRowBuilder<TextInputBuilder>().addComponents(input)
      await interaction.showModal(
        new ModalBuilder().setCustomId('reason').setTitle('Reason').addComponents(row),
      )
    } else if (interaction.isModalSubmit())
      await interaction.reply(`because ${interaction.fields.getTextInputValue('why')}`)
  }
  const { messages } = await settled(await run('countdown start', { to: 1 }), 'answered')
  const { ada, grace } = placeIn(sandbox)
  const click = (customId: string) =>
    sandbox.control<{ id: string }>('POST', '/components', {
      userId: ada.id,
      messageId: messages[0]?.id,
      customId,
    })

  const updated = await settled((await click('update')).id, 'answered')
  expect(updated.messages).toMatchObject([{ id: messages[0]?.id, content: 'updated' }])
  await expect(click('off')).rejects.toThrow('customId: \\"off\\" is disabled')
  await expect(click('none')).rejects.toThrow('404')

  const asked = await settled((await click('ask')).id, 'answered')
  expect(asked.modal).toMatchObject({ custom_id: 'reason', title: 'Reason' })
  const submit = (userId: string, fields: Record<string, string>) =>
    sandbox.control<{ id: string }>('POST', '/modals', { userId, interactionId: asked.id, fields })
  await expect(submit(ada.id, {})).rejects.toThrow('fields.why: is required')
  await expect(submit(grace.id, { why: 'x' })).rejects.toThrow('userId: the modal was not opened for Grace')
  const submitted = await settled((await submit(ada.id, { why: 'it works' })).id, 'answered')
  expect(submitted.messages).toMatchObject([{ content: 'because it works' }])
})

test('registering again keeps ids, and the chat sees what is there', async () => {
  const before = await sandbox.control<CommandView[]>('GET', '/commands')
  await bot.application.commands.set([{ name: 'countdown', description: 'Counts differently' }])
  const after = await sandbox.control<CommandView[]>('GET', '/commands')
  expect(after).toEqual([
    { id: before[0]?.id, name: 'countdown', description: 'Counts differently', options: [] },
  ])
  expect(await sandbox.control('GET', '/ledger')).toMatchObject({
    commands: { writes: 2, global: ['countdown'], byGuild: {} },
  })
})
