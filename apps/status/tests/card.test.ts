import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { objectionsTo } from './axe.ts'
import { DYING, describeInBrowser, GUILD, ONLINE, online, STARTING, UNHEALTHY } from './page-browser.ts'
import { startRunningStatus } from './running-status.ts'

const told = { state: ONLINE, pingMs: 41.3, guilds: 1_234, reconnects: 3, reconnectedAtMs: 1_700_000_000_000 }

describeInBrowser('the card of a shard', browser => {
  it('opens from the grid by the keyboard, says what is known, and gives the focus back', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [told, ...online(7)])
    await status.tell('main', { ...DYING, shards: [0] })
    await using opened = await browser.open(status)
    const { page, complaints } = opened
    const cell = page.getByRole('button', { name: 'Shard 0: Online' })
    await cell.focus()
    await page.keyboard.press('Enter')
    const card = page.getByRole('dialog', { name: 'Shard 0 of 8 · main' })
    await card.getByText('41 ms').waitFor()
    expect(await card.textContent()).toMatch(
      /Online since.*Ping41 ms.*Servers1,234.*Reconnects3, last .* ago.*Last heard.*Its process.*Processprocess-1.*Process ID4711/,
    )
    await card.getByText(DYING.text).waitFor()
    expect(new URL(page.url()).hash).toBe('#main/0')
    expect(await page.getByRole('tooltip').count()).toBe(0)
    const entries = await page.evaluate(() => history.length)
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'detached' })
    await eventually('the address is that of the page', async () => new URL(page.url()).hash === '')
    // Forward opens it again, so that closing it has left no dead entry behind.
    await page.goForward()
    await card.waitFor()
    expect(await page.evaluate(() => history.length)).toBe(entries)
    await page.goBack()
    await card.waitFor({ state: 'detached' })
    expect(await cell.evaluate(element => element === document.activeElement)).toBe(true)
    expect(complaints).toEqual([])
  })

  it('opens by a link, follows its shard, and closes by Back and by a click beside it', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(64))
    await using opened = await browser.open(status, '/#main/17')
    const { page } = opened
    const card = page.getByRole('dialog', { name: 'Shard 17 of 64 · main' })
    await card.getByText('works').waitFor()
    await status.pushOne('main', 64, 17, UNHEALTHY)
    await card.getByText('does not answer').waitFor()
    await eventually('a ping of before is not shown as one of now', async () =>
      /Pingunknown/.test((await card.textContent()) ?? ''),
    )
    await page.mouse.click(20, 300)
    await card.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Shard 3: Online' }).click()
    await page.getByRole('dialog', { name: 'Shard 3 of 64 · main' }).waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('says what is last known, and how old that is, where the API cannot be asked', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status)
    const { page } = opened
    await page.route('**/api/v2/clusters/main/shards/*', route => route.abort())
    await page.getByRole('button', { name: 'Shard 1: Online' }).click()
    await page
      .getByRole('dialog')
      .getByText(/^Cannot be asked now. Last known: Online, .+$/)
      .waitFor()
  })

  it('says that there is no such cluster', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, '/#nope/1')
    const card = opened.page.getByRole('dialog', { name: 'Shard 1 · nope' })
    await card.getByText('There is no such shard: no cluster is called nope.').waitFor()
  })

  it('says that there is no such shard, also when the cluster shrinks while it is open', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(8))
    await using opened = await browser.open(status, '/#main/7')
    const card = opened.page.getByRole('dialog')
    await card.getByText('works').waitFor()
    await status.push('main', online(4), { generation: 1 })
    await card.getByText('There is no such shard: main has 4.').waitFor()
  })

  it('says where servers will be while the cluster is resharded, and what is connected already', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await status.push('main', [ONLINE, ONLINE, ONLINE, ONLINE, ONLINE, STARTING, STARTING, STARTING], {
      generation: 1,
      isComing: true,
    })
    await using opened = await browser.open(status, `/g/${GUILD}`)
    const { page } = opened
    await page.getByText('Being resharded to 8 shards: 5 of 8 connected').waitFor()
    expect(await page.locator('.coming-cells .swatch').count()).toBe(8)
    const answer = page.getByRole('article')
    await answer.getByText('After resharding: shard 6 of 8').waitFor()
    expect(await answer.textContent()).toContain('on shard 2 of 4')
    await answer.getByRole('link', { name: 'More about this shard' }).click()
    const card = page.getByRole('dialog', { name: 'Shard 2 of 4 · main' })
    await card.getByText('Soon its servers will be on shard 2 (Online) and 6 (Starting) of 8.').waitFor()
    await page.keyboard.press('Escape')
    await status.push('main', online(8), { generation: 1 })
    await page.getByRole('button', { name: 'Shard 7: Online' }).waitFor()
    await page.getByText(/Being resharded/).waitFor({ state: 'detached' })
    await answer.getByText(/After resharding/).waitFor({ state: 'detached' })
  })

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('has nothing that axe objects to: %s, %d px wide', async (colorScheme, width) => {
    await using status = await startRunningStatus()
    await status.push('main', [told, ...online(3)])
    await status.push('main', online(8), { generation: 1, isComing: true })
    await using opened = await browser.open(status, '/#main/0', {
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    })
    const { page } = opened
    await page
      .getByRole('dialog')
      .getByText(/^Soon its servers/)
      .waitFor()
    expect(await objectionsTo(page)).toEqual([])
    const { width: cardWidth } = (await page.getByRole('dialog').boundingBox()) ?? { width: 0 }
    expect(cardWidth).toBeLessThanOrEqual(width)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  })
})
