import { AxeBuilder } from '@axe-core/playwright'
import { chromiumIsMissing, type Sandbox, type SandboxWorld, startSandbox } from '@shardlight/testing'
import { openBrowser } from '@shardlight/testing/browser'
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  GatewayIntentBits,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  Routes,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'

const button = new ButtonBuilder().setCustomId('open').setLabel('Tell me').setStyle(ButtonStyle.Primary)
const name = new TextInputBuilder().setCustomId('name').setLabel('Your name').setStyle(TextInputStyle.Short)
const form = new ModalBuilder()
  .setCustomId('form')
  .setTitle('Who are you?')
  .addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(name))

/** A small bot of its own: a command with a button, which opens a form. */
async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) {
    await interaction.reply({
      content: `Rolled with ${interaction.options.getInteger('sides')} sides`,
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(button)],
    })
  } else if (interaction.isButton()) await interaction.showModal(form)
  else if (interaction.isModalSubmit()) {
    const content = `Hello ${interaction.fields.getTextInputValue('name')}`
    await interaction.reply({ content, flags: MessageFlags.Ephemeral })
  }
}

describe.skipIf(chromiumIsMissing())('the chat in the browser', () => {
  let sandbox: Sandbox
  let world: SandboxWorld
  let browser: Browser

  beforeAll(async () => {
    const opened = new AsyncDisposableStack()
    sandbox = opened.use(await startSandbox({ guilds: 2 }))
    world = await sandbox.world()
    browser = opened.use(await openBrowser())
    const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: sandbox.apiUrl } })
    opened.defer(() => client.destroy())
    client.on(Events.InteractionCreate, interaction => void answer(interaction))
    const ready = new Promise(resolve => client.once(Events.ClientReady, resolve))
    await client.login(sandbox.token)
    await ready
    const sides = { type: 4, name: 'sides', description: 'How many', required: true, max_value: 100 }
    await client.rest.put(Routes.applicationCommands(world.application.id), {
      body: [{ type: 1, name: 'roll', description: 'Roll a die', options: [sides] }],
    })
    return () => opened.disposeAsync()
  })

  async function open({ user = 0, width = 1280, height = 800, dark = false } = {}) {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    })
    const channel = world.guilds[0]?.channels[0]?.id
    await page.goto(`${sandbox.url}/#user=${world.users[user]?.id}&channel=${channel}`)
    await page.getByRole('textbox', { name: /^Message/ }).waitFor()
    return page
  }

  it('shows what one person writes to another, as text and never as markup', async () => {
    const [first, second] = [await open(), await open({ user: 1 })]
    const written = '<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1))'
    await first.getByRole('textbox').fill(written)
    await first.getByRole('textbox').press('Enter')
    const shown = second.getByRole('article').filter({ hasText: 'onerror' }).locator('[data-content]')
    await shown.waitFor()
    expect(await shown.textContent()).toBe('<img src=x onerror=alert(1)> bold [x](javascript:alert(1))')
    expect(await shown.locator('img, a').count()).toBe(0)
  })

  it('offers people and the bot after an @, by keyboard alone', async () => {
    const page = await open()
    const box = page.getByRole('textbox')
    await box.pressSequentially('hi @')
    await box.press('ArrowDown')
    await box.press('Enter')
    await box.press('Enter')
    const second = world.users[0]?.username
    await page
      .getByRole('article')
      .filter({ hasText: `hi @${second}` })
      .waitFor()
  })

  it('runs a command, refusing a wrong value inline, presses its button and answers its form', async () => {
    const page = await open()
    await page.getByRole('textbox').pressSequentially('/ro')
    await page.keyboard.press('Enter')
    await page.getByRole('spinbutton', { name: 'sides' }).fill('101')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'sides: 100 at most' }).waitFor()
    await page.getByRole('spinbutton', { name: 'sides' }).fill('6')
    await page.keyboard.press('Enter')
    await page.getByText('Rolled with 6 sides').waitFor()
    await page.getByRole('button', { name: 'Tell me' }).click()
    await page.getByRole('dialog', { name: 'Who are you?' }).getByLabel('Your name').fill('Ada')
    await page.keyboard.press('Enter')
    await page.getByText('Hello Ada').waitFor()
    const other = await open({ user: 1 })
    await other.getByText('Rolled with 6 sides').waitFor()
    expect(await other.getByText('Hello Ada').count()).toBe(0)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Hello Ada').waitFor({ state: 'detached' })
  })

  it('shows who joined a voice channel', async () => {
    const [first, second] = [await open(), await open({ user: 1 })]
    await first.getByRole('button', { name: /Voice/ }).first().click()
    await second
      .getByRole('list', { name: 'In Voice' })
      .getByText(world.users[0]?.username ?? '')
      .waitFor()
  })

  it('fits a phone: the drawer opens and closes, and nothing scrolls sideways', async () => {
    const page = await open({ width: 390, height: 844, dark: true })
    await page.getByRole('button', { name: 'Channels', exact: true }).click()
    await page.getByRole('link', { name: 'Direct message with the bot' }).click()
    await page.getByRole('textbox', { name: 'Message the bot' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  it.each([
    [1_280, false],
    [390, true],
  ])('is free of known barriers at %i pixels (dark: %s)', async (width, dark) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: dark ? 'dark' : 'light',
    })
    const page = await context.newPage()
    await page.goto(sandbox.url)
    await page.getByRole('textbox', { name: /^Message/ }).waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])).toEqual([])
    await context.close()
  })
})
