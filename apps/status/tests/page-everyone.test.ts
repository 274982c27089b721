import { expect, it } from 'vitest'
import { objectionsTo } from './axe.ts'
import {
  DYING,
  describeInBrowser,
  GUILD,
  ONLINE,
  online,
  RESHARDING,
  UNHEALTHY,
  verdict,
} from './page-browser.ts'
import { startRunningStatus } from './running-status.ts'

describeInBrowser('the page for everyone', browser => {
  it('can be used with the keyboard alone: one stop in the grid, arrows within, what is known at each', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [{ state: ONLINE, pingMs: 12 }, { state: ONLINE, pingMs: 57 }, ...online(62)])
    await using opened = await browser.open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 0: Online' }).waitFor()
    await page.getByRole('button', { name: 'Look up' }).focus()
    const focused = () =>
      page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent)
    for (const stop of ['Grid', 'Table', 'Shard 0: Online']) {
      await page.keyboard.press('Tab')
      expect(await focused()).toBe(stop)
    }
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
    expect(await focused()).not.toMatch(/^Shard/)
  })

  it('keeps still for those who ask for less motion', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, `/g/${GUILD}`, { reducedMotion: 'reduce' })
    const found = opened.page.locator('.cell-found')
    expect(await found.evaluate(cell => getComputedStyle(cell).animationName)).toBe('none')
  })

  it('leads past the lookup with the first key, and marks whatever has the focus', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 0: Online' }).waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the states of the shards' }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
      return [document.activeElement?.textContent, outlineStyle, outlineWidth]
    })
    expect(focus).toEqual(['Grid', 'solid', '3px'])
  })

  it('shows the shards as a table, by a link or by the keyboard, a page and a state at a time', async () => {
    await using status = await startRunningStatus()
    const shards = Array.from({ length: 120 }, (_, id) => ({
      state: id % 40 === 7 ? UNHEALTHY : ONLINE,
      pingMs: id,
    }))
    await status.push('main', shards)
    await using opened = await browser.open(status)
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'Shard 0: Online' }).waitFor()
    await page.getByRole('link', { name: 'Table' }).focus()
    await page.keyboard.press('Enter')
    const table = page.getByRole('table', { name: 'Shards of main' })
    const rows = () => table.getByRole('row').allTextContents()
    // What is not online comes first.
    await table.getByText('48 ms').waitFor()
    expect(await rows()).toHaveLength(51)
    expect((await rows())[1]).toMatch(/^7!Unhealthy.+7 ms.*process-1$/)
    expect(new URL(page.url()).search).toBe('?view=table')
    await page.getByRole('button', { name: 'Next' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await table.getByText('119 ms').waitFor()
    expect(await page.locator('.table-pages p').first().textContent()).toBe('101 to 120 of 120')
    expect(await page.getByRole('button', { name: 'Next' }).getAttribute('aria-disabled')).toBe('true')
    await page.getByLabel('Show').selectOption({ label: 'Unhealthy (3)' })
    await table.getByText('87 ms').waitFor()
    expect(await table.getByRole('rowheader').allTextContents()).toEqual(['7', '47', '87'])
    await table.getByRole('link', { name: '47' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('heading', { name: /47/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await status.pushOne('main', 120, 20, UNHEALTHY)
    await table.getByRole('rowheader', { name: '20' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('opens the table at the shard of the guild in the address', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await browser.open(status, `/g/${GUILD}?view=table`)
    const { page } = opened
    await page.locator('tr[aria-current="true"]').waitFor()
    expect(await page.locator('.row-found th').textContent()).toBe('134')
    await page.getByRole('link', { name: 'Grid' }).click()
    await page.locator('.cell-found[data-shard="134"]').waitFor()
    expect(page.url()).toBe(`${status.url}/g/${GUILD}`)
  })

  it.each([
    ['de-AT', 'de', 'Alle Shards online', 'Nachsehen'],
    ['es-MX', 'es', 'Todos los shards en línea', 'Consultar'],
    ['ja', 'en', 'All shards online', 'Look up'],
  ])('speaks to a visitor who prefers %s in %s', async (locale, language, sentence, button) => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, '/', { locale })
    const { page } = opened
    await page.locator('.cell[data-shard="3"]').waitFor()
    expect([await verdict(page), await page.locator('html').getAttribute('lang')]).toEqual([
      sentence,
      language,
    ])
    await page.getByRole('button', { name: button }).waitFor()
    await page.getByRole('link', { name: 'Français' }).click()
    await page.locator('html[lang="fr"]').waitFor()
    await page.getByRole('button', { name: 'Vérifier' }).waitFor()
    expect(await verdict(page)).toBe('Tous les shards sont en ligne')
    expect(new URL(page.url()).search).toBe('?lang=fr')
  })

  it.each(['', '?view=table', 'plain'])('fits a width of 320 px, as zoomed in fourfold: /%s', async path => {
    await using status = await startRunningStatus()
    await status.push('main', online(64))
    await status.tell('main', RESHARDING, DYING)
    await using opened = await browser.open(status, `/${path}`, { viewport: { width: 320, height: 600 } })
    const { page } = opened
    await page
      .locator(path === '?view=table' ? 'tbody tr' : '.cell')
      .last()
      .waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })

  it('keeps shapes and edges where the system chooses the colours', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [0, 1, 2, 3, 4, 5, 6])
    await using opened = await browser.open(status, '/', { forcedColors: 'active' })
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 6: Resuming' }).waitFor()
    const cells = page.locator('.cell[data-shard]')
    expect(await cells.locator('.cell-sign').allTextContents()).toEqual(['?', '!', '×', '✓', '↑', '↓', '↻'])
    expect(
      await cells.evaluateAll(all => all.every(cell => getComputedStyle(cell).borderTopStyle !== 'none')),
    ).toBe(true)
  })

  it.each([
    ['light', 1280, ''],
    ['dark', 390, ''],
    ['light', 390, '?view=table'],
    ['dark', 1280, '?view=table'],
  ] as const)('has nothing that axe objects to: %s, %d px wide, %s', async (colorScheme, width, search) => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    await status.push('main', [0, 1, 2, 3, 4, 5, 6])
    await status.push('second', online(64))
    await status.tell('main', RESHARDING, { ...DYING, level: 'warning', id: 'w' }, { ...DYING, shards: [2] })
    const options = { colorScheme, viewport: { width, height: 900 } }
    await using opened = await browser.open(status, `/g/${GUILD}${search}`, options)
    const { page } = opened
    await page.getByRole('article').nth(1).getByText('process-1').waitFor()
    expect(await objectionsTo(page)).toEqual([])
  })
})
