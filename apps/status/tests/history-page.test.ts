import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort } from '@shardlight/embedded'
import { eventually, testDatabase } from '@shardlight/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { objectionsTo } from './axe.ts'
import { seedDays, seedSlots } from './history-seed.ts'
import { describeInBrowser, ONLINE, type Visitor } from './page-browser.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const PATIENCE = { withinMs: 60_000 }

const uptime = (page: Page) => page.getByRole('region', { name: 'Uptime: main' })
const bars = (page: Page) => uptime(page).getByRole('group').getByRole('button')

describeInBrowser('uptime on the page', browser => {
  const opened = new AsyncDisposableStack()
  let status: RunningStatus
  let database: Database

  beforeAll(async () => {
    const scratch = opened.use(await testDatabase())
    database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
    status = opened.use(await startRunningStatus({ environment: { DATABASE_URL: scratch.url } }))
    await status.push('main', [ONLINE, ONLINE, ONLINE, ONLINE])
    await seedDays(database, 'main', {
      shards: 4,
      days: [
        { daysAgo: 8, upShare: 0.99996, worst: 0.25 },
        { daysAgo: 7, upShare: 0 },
        { daysAgo: 6, off: 1 },
        ...[5, 4, 3, 2, 1].map(daysAgo => ({ daysAgo })),
      ],
    })
    await seedSlots(database, 'main', {
      shards: 4,
      slotsAgo: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
      byteOf: (shard, ago) => (shard === 3 && ago === 25 ? 2 : 254),
    })
  }, 120_000)
  afterAll(() => opened.disposeAsync(), 60_000)

  const open = (of: { url: string }, visitor: Visitor = {}) =>
    browser.open(of, '/', { timezoneId: 'America/Los_Angeles', ...visitor })

  it('is a bar a day, whose height and pattern say what its colour says, and a percentage of what is known', async () => {
    await using seen = await open(status)
    const { page, complaints } = seen
    await bars(page).first().waitFor()
    const kinds = await bars(page).evaluateAll(all => all.map(bar => bar.getAttribute('data-kind')))
    expect(kinds).toHaveLength(90)
    expect(kinds.slice(80, 89)).toEqual(['none', 'partly', 'down', 'off', 'up', 'up', 'up', 'up', 'up'])
    const downHeights = await uptime(page)
      .locator('.bar-down')
      .evaluateAll(all => all.map(down => down.getBoundingClientRect().height / 44))
    expect(downHeights[0]).toBeGreaterThan(0.05)
    expect(downHeights[0]).toBeLessThan(0.2)
    expect(downHeights[1]).toBeCloseTo(1, 1)
    expect(await uptime(page).locator('.uptime-summary').textContent()).toMatch(
      /^85\.[67]\d% over [78] days known$/,
    )
    expect(complaints).toEqual([])
  })

  it('never rounds up to 100 %, and names days in UTC wherever the visitor is', async () => {
    await using seen = await open(status)
    const { page } = seen
    await bars(page).first().waitFor()
    const label = (await bars(page).nth(81).getAttribute('aria-label')) ?? ''
    const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(
      Date.now() - 8 * 86_400_000,
    )
    expect(label).toContain(`${day}: 99.99% up`)
    expect(label).toContain('25% of the shards were up')
    expect(label).toContain('at 2:05 PM UTC')
  })

  it('is one stop for the keyboard, with arrows between the days and a text for the one with the focus', async () => {
    await using seen = await open(status)
    const { page } = seen
    await bars(page).first().waitFor()
    expect(await uptime(page).locator('.bar[tabindex="0"]').count()).toBe(1)
    await bars(page).last().focus()
    for (let times = 0; times < 8; times++) await page.keyboard.press('ArrowLeft')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-kind'))).toBe('partly')
    expect(await page.locator('.tooltip').textContent()).toContain('99.99% up')
    await page.keyboard.press('Escape')
    await page.locator('.tooltip').waitFor({ state: 'detached' })
    await page.keyboard.press('Home')
    expect(await page.locator('.tooltip').textContent()).toContain('no data')
    expect(await uptime(page).locator('.bar[tabindex="0"]').count()).toBe(1)
  })

  it('is a table too, and nothing of it is wrong for who hears the page', async () => {
    await using seen = await open(status)
    const { page } = seen
    await uptime(page).getByText('Days as a table').click()
    const rows = uptime(page).getByRole('table').getByRole('row')
    await eventually('all days are rows', async () => (await rows.count()) === 91, PATIENCE)
    expect(await rows.nth(8).textContent()).toContain('0% up')
    expect(await objectionsTo(page, '.uptime')).toEqual([])
  })

  it('shows fewer days on a phone, and nothing beyond its edge', async () => {
    await using seen = await open(status, { viewport: { width: 390, height: 800 }, locale: 'de-DE' })
    const { page } = seen
    const group = page.getByRole('group', { name: 'Verfügbarkeit in den letzten 30 Tagen, in UTC' })
    await group.waitFor()
    expect(await group.getByRole('button').count()).toBe(30)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })

  it("is in a shard's card for its last 24 hours, drawn and in words", async () => {
    await using seen = await open(status)
    const { page } = seen
    await page.locator('.cell[data-shard="3"]').click()
    const strip = page.getByRole('region', { name: 'Last 24 hours' }).getByRole('img')
    await strip.waitFor()
    expect(await strip.getAttribute('aria-label')).toMatch(
      /^Up \d\d\.?\d*% of the time; down .*; only .* are known$/,
    )
    expect(await strip.locator('.strip-down').count()).toBeGreaterThanOrEqual(1)
  })

  it('says so while PostgreSQL is away, beside shards that are live', async () => {
    const port = await findFreePort()
    await using away = await startRunningStatus({
      environment: { DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` },
    })
    await away.push('main', [ONLINE])
    await using seen = await open(away)
    const { page } = seen
    await uptime(page).getByText('The history cannot be read at the moment.').waitFor()
    expect(await uptime(page).locator('.bars, .history-axis').count()).toBe(0)
    await page.getByRole('heading', { name: 'All shards online' }).waitFor()
  })

  it('is not there where no history is kept', async () => {
    await using bare = await startRunningStatus()
    await bare.push('main', [ONLINE])
    await using seen = await open(bare)
    const { page } = seen
    await page.getByRole('heading', { name: 'All shards online' }).waitFor()
    await uptime(page).waitFor({ state: 'detached' })
    // Browsers log what is answered with an error, and this is none.
    const asked = page.waitForResponse(/\/main\/uptime$/)
    await page.reload()
    expect((await asked).status()).toBe(200)
  })
})
