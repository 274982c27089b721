import {
  chromiumIsMissing,
  eventually,
  isAlive,
  type SandboxLedger,
  type SandboxMessage,
  type SandboxWorld,
} from '@shardlight/testing'
import { openBrowser } from '@shardlight/testing/browser'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { descendants, type LocalSystem, pidOf, startLocalSystem } from './local-system.ts'
import { votesInBrowser } from './votes.scenario.ts'
import { wikipediaInBrowser } from './wikipedia.scenario.ts'

const ONLINE = '3'
const TEXT_CHANNEL = 0

describe.skipIf(chromiumIsMissing())('the whole system, in a real browser', () => {
  let system: LocalSystem
  let world: SandboxWorld
  let browser: Browser
  let statusPage: Page
  let chat: Page

  beforeAll(async () => {
    const opened = new AsyncDisposableStack()
    system = opened.use(await startLocalSystem())
    browser = opened.use(await openBrowser())
    world = await system.control('GET', '/sandbox/world')
    statusPage = await browser.newPage()
    await statusPage.goto(system.status)
    chat = await browser.newPage()
    await chat.goto(system.sandbox)
    return () => opened.disposeAsync()
  }, 180_000)

  /** A guild on that shard of the four, with its first text channel; not the first guild, in which others are at work. */
  function guildOn(shardId: number) {
    const guild = world.guilds.findLast(one => (BigInt(one.id) >> 22n) % 4n === BigInt(shardId))
    const channel = guild?.channels.find(one => one.type === TEXT_CHANNEL)
    if (!guild || !channel) throw new Error(`no guild on shard ${shardId}`)
    return { guild, channel }
  }

  const botMessages = async (channelId: string, after = '0') =>
    (
      await system.control<SandboxMessage[]>(
        'GET',
        `/sandbox/channels/${channelId}/messages?limit=1000&after=${after}`,
      )
    ).filter(message => message.authorId === world.application.botUserId)
  const numbersIn = async (channelId: string, after?: string) =>
    (await botMessages(channelId, after)).map(message => message.content)
  const ledger = () => system.control<SandboxLedger>('GET', '/sandbox/ledger')

  /** What the page shows: states by shard, as `0:3 1:3 2:3 3:3`. */
  const shown = () =>
    statusPage
      .locator('[data-shard]')
      .evaluateAll(cells =>
        cells.map(cell => `${cell.getAttribute('data-shard')}:${cell.getAttribute('data-state')}`).join(' '),
      )
  const allGreen = [0, 1, 2, 3].map(id => `${id}:${ONLINE}`).join(' ')
  const untilGreen = () =>
    eventually('all shards are green on the page', async () => (await shown()) === allGreen, {
      withinMs: 40_000,
    })

  const openChannel = async (guildName: string, channelName: string) => {
    await chat.getByRole('link', { name: `${channelName} in ${guildName}` }).click()
    return chat.getByRole('textbox', { name: `Message #${channelName}` })
  }
  const write = async (box: Awaited<ReturnType<typeof openChannel>>, text: string) => {
    await box.fill(text)
    await box.press('Enter')
  }
  const lastMessage = () => chat.getByRole('log').getByRole('article').last()

  const say = (channelId: string, content: string) =>
    system.control<{ id: string }>('POST', `/sandbox/channels/${channelId}/messages`, {
      authorId: world.users[0]?.id,
      content: `<@${world.application.botUserId}> ${content}`,
    })

  it('shows every shard green', async () => {
    await untilGreen()
    await expect(statusPage.getByText('All shards online').first().isVisible()).resolves.toBe(true)
  })

  votesInBrowser(() => ({ system, browser }))
  wikipediaInBrowser(() => ({ system, browser }))

  it('counts to five in two channels and a direct message at once, a second apart', async () => {
    const [first, second] = [guildOn(0), guildOn(2)]
    for (const { guild, channel } of [first, second]) {
      await write(await openChannel(guild.name, channel.name), '@Shardlight count to 5')
    }
    await chat.getByRole('link', { name: 'Direct message with the bot' }).click()
    await write(chat.getByRole('textbox', { name: /^Message/ }), 'count to 5')
    const { id: directId } = await system.control<{ id: string }>('POST', '/sandbox/dms', {
      userId: world.users[0]?.id,
    })
    for (const channelId of [first.channel.id, second.channel.id, directId]) {
      await eventually('it has counted to five', async () => (await numbersIn(channelId)).length === 5)
      const messages = await botMessages(channelId)
      expect(messages.map(message => message.content)).toEqual(['1', '2', '3', '4', '5'])
      // Four seconds, of which a busy machine may be late with the first number.
      const tookMs = (messages.at(-1)?.sentAtMs ?? 0) - (messages[0]?.sentAtMs ?? 0)
      expect(tookMs).toBeGreaterThan(2_000)
    }
    await eventually('the last number is on the page', async () =>
      (await lastMessage().textContent())?.includes('5'),
    )
  }, 60_000)

  it('stops when somebody says so', async () => {
    const { guild, channel } = guildOn(1)
    const box = await openChannel(guild.name, channel.name)
    await write(box, '@Shardlight count to 60')
    await eventually('it counts', async () => (await numbersIn(channel.id)).length >= 2)
    await write(box, '@Shardlight stop')
    await eventually('it answers', async () =>
      (await numbersIn(channel.id)).some(text => text.startsWith('Stopped at')),
    )
    const told = await numbersIn(channel.id)
    expect(told.at(-1)).toBe(`Stopped at ${told.length - 1}.`)
  }, 60_000)

  it('starts from the command picker, and answers only the one who asked', async () => {
    const { guild, channel } = guildOn(3)
    const box = await openChannel(guild.name, channel.name)
    await box.pressSequentially('/countdown sta')
    await chat.getByRole('option', { name: /\/countdown start/ }).click()
    await chat.getByRole('spinbutton', { name: /to/ }).fill('3')
    await chat.keyboard.press('Enter')
    await chat.getByText('Counting to 3 here.').waitFor()
    await eventually('it has counted', async () => (await numbersIn(channel.id)).join() === '1,2,3')
  }, 60_000)

  it('turns exactly the shards of a process that was killed, and goes on with the next number', async () => {
    await untilGreen()
    const { channel } = guildOn(2)
    const unharmed = guildOn(0)
    const { id: after } = await say(channel.id, 'count to 15')
    const { id: afterUnharmed } = await say(unharmed.channel.id, 'count to 15')
    await eventually('it counts', async () => (await numbersIn(channel.id, after)).length >= 3)
    const [, victim] = await system.processes()
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    const turned = await eventually('the page shows it', async () => {
      const states = await shown()
      return states !== allGreen && states
    })
    expect(turned).toMatch(new RegExp(`^0:${ONLINE} 1:${ONLINE} `))
    await eventually('both shards of it have turned', async () => /2:[^3] 3:[^3]/.test(await shown()))
    await untilGreen()
    const upTo15 = Array.from({ length: 15 }, (_, index) => String(index + 1))
    await eventually(
      'it has counted to the end',
      async () => (await numbersIn(channel.id, after)).at(-1) === '15',
      {
        withinMs: 40_000,
      },
    )
    expect(await numbersIn(channel.id, after)).toEqual(upTo15)
    expect(await numbersIn(unharmed.channel.id, afterUnharmed)).toEqual(upTo15)
    const { doubleSessionMs, identifies } = await ledger()
    expect({ doubleSessionMs, tooEarly: identifies.tooEarly }).toEqual({ doubleSessionMs: 0, tooEarly: 0 })
    // Its successor has resumed its sessions.
    expect(identifies.byShard).toMatchObject({ 0: 1, 1: 1, 2: 1, 3: 1 })
  }, 120_000)

  it('does not notice in Discord when the status API is killed, and the page recovers by itself', async () => {
    const { channel } = guildOn(0)
    const { id: after } = await say(channel.id, 'count to 8')
    const pids = async () => (await system.processes()).map(({ pid }) => pid)
    const before = await pids()
    process.kill(pidOf(system, 'apps/status/src/main.ts'), 'SIGKILL')
    await eventually('the page says so', async () =>
      /reconnecting/i.test((await statusPage.textContent('body')) ?? ''),
    )
    await untilGreen()
    await eventually(
      'the page is live',
      async () => !/reconnecting/i.test((await statusPage.textContent('body')) ?? ''),
    )
    await eventually('it has counted', async () => (await numbersIn(channel.id, after)).length === 8)
    expect(await numbersIn(channel.id, after)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(await pids()).toEqual(before)
  }, 180_000)

  it('leaves no shard process alive when the manager is killed, and comes back', async () => {
    const shardProcesses = descendants(system.program.pid).filter(one =>
      one.command.includes('shard-process.ts'),
    )
    expect(shardProcesses).toHaveLength(2)
    process.kill(pidOf(system, 'apps/bot/src/manager.ts'), 'SIGKILL')
    await eventually('none is alive', () => !shardProcesses.some(one => isAlive(one.pid)), {
      withinMs: 10_000,
    })
    await eventually(
      'two new ones are ready',
      async () => {
        const states = (await system.processes()).map(one => one.state)
        return states.length === 2 && states.every(state => state === 'ready')
      },
      { withinMs: 40_000 },
    )
    await untilGreen()
    expect((await ledger()).doubleSessionMs).toBe(0)
  }, 120_000)
})
