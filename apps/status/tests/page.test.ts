import { AxeBuilder } from '@axe-core/playwright'
import { chromiumIsMissing, eventually } from '@shardlight/testing'
import { openBrowser } from '@shardlight/testing/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needPage } from '../page/build-page.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const GUILD = '1161574221348863930'
const [UNHEALTHY, OFFLINE, ONLINE, STARTING] = [1, 2, 3, 4]
const RESHARDING = {
  id: 'reshard',
  level: 'info' as const,
  text: 'Resharding from 4 to 8 shards: 5 of 8 ready',
}
const DYING = {
  id: 'process-3',
  level: 'problem' as const,
  text: 'Process 3 keeps dying <b>again</b>',
  shards: [4, 6, 7],
}
const online = (shards: number) => Array<number>(shards).fill(ONLINE)

/** Everything that Chromium complained about, a breach of the content security policy for one. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
}

const cells = (page: Page, cluster = 'main') =>
  page.getByRole('region', { name: `Cluster ${cluster}` }).locator('.cell')
const states = (page: Page, cluster = 'main') =>
  cells(page, cluster).evaluateAll(all => all.map(cell => Number(cell.getAttribute('data-state'))))
const verdict = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

async function isInView(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate(element => {
    const { top, bottom, left, width } = element.getBoundingClientRect()
    const onTop = document.elementFromPoint(left + width / 2, (top + bottom) / 2)
    return top >= 0 && bottom <= innerHeight && onTop !== null && element.contains(onTop)
  })
}

describe.skipIf(chromiumIsMissing())('the page in a browser', () => {
  let browser: Browser & AsyncDisposable

  beforeAll(async () => {
    await needPage()
    browser = await openBrowser()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())

  async function open(status: RunningStatus, path = '/', options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    await page.goto(status.url + path)
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
  }

  it('shows each shard with its state and name, and says in one sentence how all are', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await open(status)
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'Shard 3: Online' }).waitFor()
    expect(await states(page)).toEqual(online(4))
    expect(await page.locator('[data-shard="3"][data-state="3"]').count()).toBe(1)
    expect(await verdict(page)).toBe('All shards online')
    await eventually('the title says it too', async () => /All shards online/.test(await page.title()))
    expect(complaints).toEqual([])
  })

  it('turns exactly the shards that changed, while it is looked at', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(64))
    await using opened = await open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 63: Online' }).waitFor()
    await status.pushOne('main', 64, 7, UNHEALTHY)
    await status.pushOne('main', 64, 9, OFFLINE)
    await status.pushOne('main', 64, 11, STARTING)
    await page.getByRole('button', { name: 'Shard 7: Unhealthy' }).waitFor()
    await page.getByRole('button', { name: 'Shard 11: Starting' }).waitFor()
    const expected = online(64)
    expected.splice(7, 5, UNHEALTHY, ONLINE, OFFLINE, ONLINE, STARTING)
    expect(await states(page)).toEqual(expected)
    expect(await verdict(page)).toBe('2 shards down')
    expect(await page.getByRole('list', { name: 'States of shards' }).textContent()).toMatch(
      /Online 61.*Unhealthy 1.*Offline 1.*Starting 1/,
    )
    await status.push('main', online(64))
    await page.getByRole('heading', { name: 'All shards online' }).waitFor()
  })

  it('finds shard 134 of 360 for a guild whose id no float can hold, and brings it into view', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [...online(134), { state: ONLINE, pingMs: 41, guilds: 1_234 }, ...online(225)])
    await using opened = await open(status, '/', { viewport: { width: 390, height: 700 } })
    const { page } = opened
    await page.getByLabel('Is it up in your server?').fill(GUILD)
    await page.getByRole('button', { name: 'Look up' }).click()
    const answer = page.getByRole('article')
    await answer.getByText('1,234').waitFor()
    const said = await answer.textContent()
    expect(said).toContain(`Yes, it is upServer ${GUILD} is on shard 134 of 360, which is Online.`)
    expect(said).toMatch(/Online since.*Ping41 ms.*Servers1,234.*Processprocess-1.*Last heard/)
    expect(await page.locator('.cell-found').getAttribute('data-shard')).toBe('134')
    await eventually('the shard is in view', () => isInView(page, '.cell-found'))
    expect(await isInView(page, 'article h2')).toBe(true)
    expect(new URL(page.url()).pathname).toBe(`/g/${GUILD}`)
    await page.getByRole('button', { name: 'Clear the lookup' }).click()
    await page.locator('.cell-found').waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/')
  })

  it('opens with the guild of its address looked up', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await open(status, `/g/${GUILD}`)
    await opened.page.locator('.cell-found[data-shard="134"]').waitFor()
    await eventually('the shard is in view', () => isInView(opened.page, '.cell-found'))
  })

  it.each([
    `https://discord.com/channels/${GUILD}/1161574221348863931/1161574221348863999`,
    `<https://ptb.discord.com/channels/${GUILD}/1161574221348863931>`,
  ])('takes %s', async link => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await open(status)
    await opened.page.getByLabel('Is it up in your server?').fill(link)
    await opened.page.keyboard.press('Enter')
    await opened.page.locator('.cell-found[data-shard="134"]').waitFor()
  })

  it.each([
    ['hello', 'A server ID has digits only'],
    ['1234', 'A server ID has 17 to 19 digits, this has 4.'],
    ['https://discord.com/channels/@me/1161574221348863931', 'a direct message, which belongs to no server'],
    ['https://discord.gg/abc', 'An invite does not tell the server ID'],
    ['', 'Enter a server ID'],
  ])('says what is wrong with "%s"', async (text, sentence) => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await open(status)
    const field = opened.page.getByLabel('Is it up in your server?')
    await field.fill(text)
    await opened.page.keyboard.press('Enter')
    await opened.page.getByRole('alert').getByText(sentence).waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
  })

  it('answers for each of several clusters', async () => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    await status.push('main', online(360))
    await status.push('second', [ONLINE, ONLINE, UNHEALTHY, ONLINE])
    await using opened = await open(status, `/g/${GUILD}`)
    const { page } = opened
    await page.getByRole('article').nth(1).waitFor()
    expect(await page.getByRole('article').getByRole('heading').allTextContents()).toEqual([
      'Yes, it is up · main',
      'No, it does not answer · second',
    ])
    expect(await page.locator('.cell-found').evaluateAll(all => all.map(cell => cell.ariaLabel))).toEqual([
      'Shard 134: Online',
      'Shard 2: Unhealthy',
    ])
  })

  it('says above the grid what there is to say of a cluster, for as long as it is true', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(8))
    await using opened = await open(status)
    const { page, complaints } = opened
    const said = () => page.locator('.notice').allTextContents()
    await page.getByRole('button', { name: 'Shard 7: Online' }).waitFor()
    expect(await page.locator('.notices').getAttribute('aria-live')).toBe('polite')
    await status.tell('main', RESHARDING, DYING)
    await page.getByText(DYING.text).waitFor()
    expect(await said()).toEqual([
      expect.stringMatching(/^Problem: Process 3 keeps dying <b>again<\/b>Shards 4, 6–7 · since /),
      expect.stringMatching(/^Note: Resharding from 4 to 8 shards: 5 of 8 readySince /),
    ])
    expect(await page.locator('.notice b').count()).toBe(0)
    await status.tell('main', { ...RESHARDING, text: 'Resharding from 4 to 8 shards: 6 of 8 ready' })
    await page.getByText('6 of 8 ready').waitFor()
    expect(await said()).toHaveLength(1)
    await status.tell('main')
    await page.locator('.notice').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('answers the lookup of a guild, and a look at its shard, with what is told of that shard', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await status.tell('main', RESHARDING, { ...DYING, shards: [134] })
    await using opened = await open(status, `/g/${GUILD}`)
    const { page } = opened
    const answer = page.getByRole('article')
    await answer.getByText(DYING.text).waitFor()
    expect(await answer.textContent()).not.toContain(RESHARDING.text)
    await page.locator('[data-shard="134"]').focus()
    await page.getByRole('tooltip').getByText(DYING.text).waitFor()
    await page.locator('[data-shard="135"]').focus()
    await page.getByRole('tooltip').getByText(DYING.text).waitFor({ state: 'detached' })
  })

  it('keeps many notices from pushing the grid out of sight', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await status.tell('main', ...Array.from({ length: 9 }, (_, id) => ({ ...RESHARDING, id: `n${id}` })))
    await using opened = await open(status)
    const { page } = opened
    await page.getByText('5 more notices').click()
    expect(await page.locator('.notice').count()).toBe(9)
    await page.locator('.notice').last().waitFor({ state: 'visible' })
  })

  it('follows a cluster to another number of shards and back, whatever its old processes still push', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await open(status, `/g/${GUILD}`)
    const { page, complaints } = opened
    await page.locator('.cell-found[data-shard="2"]').waitFor()
    await status.push('main', [ONLINE, ...Array(7).fill(STARTING)], { generation: 1 })
    await status.push('main', online(4))
    await page.getByRole('button', { name: 'Shard 7: Starting' }).waitFor()
    await page.locator('.cell-found[data-shard="6"]').waitFor()
    expect(await page.getByRole('article').textContent()).toContain('on shard 6 of 8, which is Starting')
    await status.push('main', [ONLINE, ONLINE], { generation: 2 })
    await status.push('main', online(8), { generation: 1 })
    await status.push('main', online(4))
    await page.locator('.cell-found[data-shard="0"]').waitFor()
    expect(await states(page)).toEqual([ONLINE, ONLINE])
    expect(await page.getByRole('article').textContent()).toContain('on shard 0 of 2, which is Online')
    expect(complaints).toEqual([])
  })

  it('says when it has lost the line, and recovers by itself when the API is back', async () => {
    const first = await startRunningStatus()
    await first.push('main', online(4))
    await using opened = await open(first)
    const { page } = opened
    await page.getByText(/^Live/).waitFor()
    await first[Symbol.asyncDispose]()
    await page.getByText(/^Reconnecting · data is \d+ s old$/).waitFor()
    expect(await states(page)).toEqual(online(4))
    await using second = await startRunningStatus({ port: first.port })
    await second.push('main', [ONLINE, UNHEALTHY, ONLINE, ONLINE])
    await page.getByText(/^Live/).waitFor()
    await page.getByRole('button', { name: 'Shard 1: Unhealthy' }).waitFor()
    expect(await verdict(page)).toBe('1 shard down')
  })

  it('can be used with the keyboard alone: one stop in the grid, arrows within, what is known at each', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [{ state: ONLINE, pingMs: 12 }, { state: ONLINE, pingMs: 57 }, ...online(62)])
    await using opened = await open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 0: Online' }).waitFor()
    await page.getByRole('button', { name: 'Look up' }).focus()
    const focused = () =>
      page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Shard 0: Online')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('Shard 1: Online')
    await page.getByRole('tooltip').getByText('57 ms').waitFor()
    await page.keyboard.press('End')
    expect(await focused()).toBe('Shard 63: Online')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('Shard 63: Online')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toMatch(/^Shard (?!0)\d+: Online$/)
    await page.keyboard.press('Escape')
    await page.getByRole('tooltip').waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('API')
  })

  it('carries two thousand shards on a phone without scrolling sideways', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(2_000))
    await using opened = await open(status, '/', { viewport: { width: 390, height: 844 } })
    const { page } = opened
    await eventually('all are there', async () => (await cells(page).count()) === 2_000)
    await status.pushOne('main', 2_000, 1_999, UNHEALTHY)
    await page.locator('[data-shard="1999"][data-state="1"]').waitFor({ state: 'attached' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  it('keeps still for those who ask for less motion', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await open(status, `/g/${GUILD}`, { reducedMotion: 'reduce' })
    const found = opened.page.locator('.cell-found')
    expect(await found.evaluate(cell => getComputedStyle(cell).animationName)).toBe('none')
  })

  it.each([
    ['light', 1280],
    ['light', 390],
    ['dark', 1280],
    ['dark', 390],
  ] as const)('has nothing that axe objects to: %s, %d px wide', async (colorScheme, width) => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    await status.push('main', [0, 1, 2, 3, 4, 5, 6])
    await status.push('second', online(64))
    await status.tell('main', RESHARDING, { ...DYING, level: 'warning', id: 'w' }, { ...DYING, shards: [2] })
    await using opened = await open(status, `/g/${GUILD}`, { colorScheme, viewport: { width, height: 900 } })
    const { page } = opened
    await page.getByRole('article').nth(1).getByText('process-1').waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([])
  })
})
