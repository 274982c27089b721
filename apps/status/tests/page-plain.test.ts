import { expect, it } from 'vitest'
import { objectionsTo } from './axe.ts'
import { DYING, describeInBrowser, GUILD, ONLINE, online, verdict } from './page-browser.ts'
import { startRunningStatus } from './running-status.ts'

const NO_SCRIPT = { javaScriptEnabled: false }

describeInBrowser('the page without scripts, in a browser', browser => {
  it('has the same facts: verdict, figures, counts, notices, and what is not online as ranges', async () => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    const shards = Array.from({ length: 64 }, (_, id) => ({
      state: id > 20 && id < 28 ? 1 : ONLINE,
      guilds: 100,
    }))
    await status.push('main', shards)
    await status.push('second', [ONLINE, 4, 0])
    await status.tell('main', DYING)
    await using opened = await browser.open(status, '/', NO_SCRIPT)
    const { page } = opened
    expect(await verdict(page)).toBe('7 shards down')
    expect(await page.title()).toBe('7 shards down · Shardlight status')
    expect(await page.getByRole('list', { name: 'States of shards' }).textContent()).toMatch(
      /Online 58.*Unhealthy 7.*Starting 1.*Unknown 1/,
    )
    const main = page.getByRole('region', { name: 'Cluster main' })
    expect(await main.locator('dl').first().textContent()).toBe('shards64servers6,400process1')
    expect(await main.locator('.plain-ranges').textContent()).toBe('!Unhealthy21–27')
    expect(await main.locator('.notice').textContent()).toContain(DYING.text)
    expect(await page.locator('.notice b').count()).toBe(0)
    expect(await page.locator('.plain-ranges').nth(1).textContent()).toBe('↑Starting1?Unknown2')
  })

  it('looks a guild up by its form, and keeps what was entered when it is wrong', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [...online(134), { state: 1, pingMs: 41 }, ...online(225)])
    await using opened = await browser.open(status, '/?lang=de', NO_SCRIPT)
    const { page } = opened
    const field = page.getByLabel('Läuft der Bot auf deinem Server?')
    await field.fill('"><b>1234')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('Eine Server-ID besteht nur aus Ziffern')
    expect(await field.inputValue()).toBe('"><b>1234')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill(`https://discord.com/channels/${GUILD}/1161574221348863931`)
    await page.getByRole('button', { name: 'Nachsehen' }).click()
    const answer = page.getByRole('article')
    await answer.getByRole('heading', { name: 'Nein, er antwortet nicht' }).waitFor()
    expect(page.url()).toBe(`${status.url}/g/${GUILD}?lang=de`)
    expect(await answer.textContent()).toContain(`Server ${GUILD} gehört zu Shard 134 von 360`)
    expect(await field.inputValue()).toBe(GUILD)
  })

  it('takes a bare link with a guild, without the script too', async () => {
    await using status = await startRunningStatus()
    await using opened = await browser.open(status, `/g/${GUILD}`, { ...NO_SCRIPT, locale: 'fr-CA' })
    const { page } = opened
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    await page.getByText('Aucun cluster n’a encore dit combien de shards il a.').waitFor()
  })

  it.each([
    ['light', 1280, `/g/${GUILD}`],
    ['dark', 390, '/lookup?guild=x'],
  ] as const)('has nothing that axe objects to: %s, %d px wide, %s', async (colorScheme, width, path) => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    await status.push('main', [0, 1, 2, 3, 4, 5, 6])
    await status.push('second', online(64))
    await status.tell('main', DYING)
    // axe itself is a script: it is the page's own that is left out.
    await using opened = await browser.open(status, '/plain', {
      colorScheme,
      viewport: { width, height: 900 },
    })
    const { page } = opened
    await page.route('**/assets/*.js', route => route.abort())
    await page.goto(status.url + path)
    await page.getByText(/^As of/).waitFor()
    expect(await objectionsTo(page)).toEqual([])
  })

  it('is taken over by the script without losing what was typed, or the focus', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, '/plain')
    const { page, complaints } = opened
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route('**/assets/*.js', async route => {
      await held
      await route.continue()
    })
    await page.goto(status.url, { waitUntil: 'commit' })
    await page.getByText(/^As of/).waitFor()
    expect(await verdict(page)).toBe('All shards online')
    await page.getByLabel('Is it up in your server?').fill('11615')
    letGo()
    await page.getByText(/^Live/).waitFor()
    expect(await page.getByLabel('Is it up in your server?').inputValue()).toBe('11615')
    await page.keyboard.type('74')
    expect(await page.getByLabel('Is it up in your server?').inputValue()).toBe('1161574')
    expect(complaints).toEqual([])
  })
})
