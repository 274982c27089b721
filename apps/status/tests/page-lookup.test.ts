import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import {
  DYING,
  describeInBrowser,
  GUILD,
  isInView,
  ONLINE,
  online,
  RESHARDING,
  UNHEALTHY,
} from './page-browser.ts'
import { startRunningStatus } from './running-status.ts'

describeInBrowser('the lookup in a browser', browser => {
  it('finds shard 134 of 360 for a guild whose id no float can hold, and goes to it in the grid when it is asked to', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [...online(134), { state: ONLINE, pingMs: 41, guilds: 1_234 }, ...online(225)])
    await using opened = await browser.open(status, '/', { viewport: { width: 390, height: 700 } })
    const { page } = opened
    await page.getByLabel('Is it up in your server?').fill(GUILD)
    await page.getByRole('button', { name: 'Look up' }).click()
    const answer = page.getByRole('article')
    await answer.getByText('1,234').waitFor()
    const said = await answer.textContent()
    expect(said).toContain(`Yes, it is upServer ${GUILD} is on shard 134 of 360, which is Online.`)
    expect(said).toMatch(/Online since.*Ping41 ms.*Servers1,234.*Processprocess-1.*Last heard/)
    expect(await page.locator('.cell-found').getAttribute('data-shard')).toBe('134')
    expect(new URL(page.url()).pathname).toBe(`/g/${GUILD}`)
    expect(await isInView(page, 'article h2')).toBe(true)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    await answer.getByRole('button', { name: 'Show it in the grid' }).click()
    await eventually('the shard is in view', () => isInView(page, '.cell-found'))
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-shard'))).toBe('134')
    await page.getByRole('button', { name: 'Clear the lookup' }).click()
    await page.locator('.cell-found').waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/')
  })

  it('opens with the guild of its address looked up', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await browser.open(status, `/g/${GUILD}`)
    await opened.page.locator('.cell-found[data-shard="134"]').waitFor()
    expect(await opened.page.evaluate(() => scrollY)).toBe(0)
  })

  it('shows the shard in the grid also to who looks at the table, once', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await browser.open(status, `/g/${GUILD}?view=table`)
    const { page } = opened
    await page.getByRole('button', { name: 'Show it in the grid' }).click()
    await page.locator('.cell-found[data-shard="134"]:focus').waitFor()
    await page.getByRole('link', { name: 'Table' }).click()
    await page.getByRole('table').waitFor()
    await page.getByRole('link', { name: 'Grid' }).click()
    await page.locator('.cell-found[data-shard="134"]').waitFor()
    expect(await page.locator('.cell:focus').count()).toBe(0)
  })

  it('lets go of the keyboard of a phone when it has an answer, and not when it has none', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, '/', {
      viewport: { width: 390, height: 700 },
      hasTouch: true,
      isMobile: true,
    })
    const { page } = opened
    const field = page.getByLabel('Is it up in your server?')
    await page.getByText(/^Live/).waitFor()
    await field.fill('1234')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.locator('#guild:focus').count()).toBe(1)
    await field.fill(GUILD)
    await page.keyboard.press('Enter')
    await page.getByRole('article').waitFor()
    expect(await page.locator('#guild:focus').count()).toBe(0)
  })

  it.each([
    `https://discord.com/channels/${GUILD}/1161574221348863931/1161574221348863999`,
    `<https://ptb.discord.com/channels/${GUILD}/1161574221348863931>`,
  ])('takes %s', async link => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await using opened = await browser.open(status)
    await opened.page.getByLabel('Is it up in your server?').fill(link)
    await opened.page.keyboard.press('Enter')
    await opened.page.locator('.cell-found[data-shard="134"]').waitFor()
  })

  it('says what is wrong with what was entered', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status)
    const field = opened.page.getByLabel('Is it up in your server?')
    const alert = opened.page.getByRole('alert')
    for (const [text, sentence] of [
      ['hello', 'A server ID has digits only'],
      ['1234', 'A server ID has 17 to 19 digits, this has 4.'],
      [
        'https://discord.com/channels/@me/1161574221348863931',
        'a direct message, which belongs to no server',
      ],
      ['https://discord.gg/abc', 'An invite does not tell the server ID'],
      ['', 'Enter a server ID'],
    ] as const) {
      await field.fill(text)
      await opened.page.keyboard.press('Enter')
      await alert.getByText(sentence).waitFor()
      expect(await field.getAttribute('aria-invalid'), text).toBe('true')
    }
  })

  it('answers for each of several clusters', async () => {
    await using status = await startRunningStatus({ clusters: ['main', 'second'] })
    await status.push('main', online(360))
    await status.push('second', [ONLINE, ONLINE, UNHEALTHY, ONLINE])
    await using opened = await browser.open(status, `/g/${GUILD}`)
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

  it('answers the lookup of a guild, and a look at its shard, with what is told of that shard', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(360))
    await status.tell('main', RESHARDING, { ...DYING, shards: [134] })
    await using opened = await browser.open(status, `/g/${GUILD}`)
    const { page } = opened
    const answer = page.getByRole('article')
    await answer.getByText(DYING.text).waitFor()
    expect(await answer.textContent()).not.toContain(RESHARDING.text)
    await page.locator('[data-shard="134"]').focus()
    await page.getByRole('tooltip').getByText(DYING.text).waitFor()
    await page.locator('[data-shard="135"]').focus()
    await page.getByRole('tooltip').getByText(DYING.text).waitFor({ state: 'detached' })
  })
})
