import { shardOfGuild } from '@shardlight/shard-registry'
import { eventually } from '@shardlight/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { objectionsTo } from './axe.ts'
import {
  describeInBrowser,
  GUILD,
  ONLINE,
  online,
  STARTING,
  UNHEALTHY,
  type Visitor,
} from './page-browser.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const MANY = 20_000
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true, isMobile: true }
const PATIENTLY = { withinMs: 60_000, everyMs: 250 }

/** Red, green and blue of the drawn cell near its corner, where no sign is; undefined where nothing is drawn. */
const drawnColour = (page: Page, shard: number) =>
  page.evaluate(at => {
    const bands = [...document.querySelectorAll<HTMLCanvasElement>('.band')]
    const grid = document.querySelector<HTMLElement>('.grid')
    if (!grid) return undefined
    const style = getComputedStyle(grid)
    const px = (name: string) =>
      Math.round(Number.parseFloat(style.getPropertyValue(name)) * devicePixelRatio)
    const [cell, pitch] = [px('--cell'), px('--cell') + px('--cell-gap')]
    const columns = Math.floor((Math.floor(grid.clientWidth * devicePixelRatio) + pitch - cell) / pitch)
    const top = Math.floor(at / columns) * pitch
    const band = bands.findLast(({ offsetTop }) => Math.round(offsetTop * devicePixelRatio) <= top + 1)
    if (!band || band.width === 0) return undefined
    const y = top - Math.round(band.offsetTop * devicePixelRatio)
    const inset = Math.round(2 * devicePixelRatio)
    const at2d = band.getContext('2d')
    return [...(at2d?.getImageData((at % columns) * pitch + inset, y + inset, 1, 1).data ?? [])]
      .slice(0, 3)
      .join(', ')
  }, shard)

/** The colour of a state where it is explained. */
const colourOf = (page: Page, state: number) =>
  page
    .locator(`.legend .swatch[data-state="${state}"]`)
    .evaluate(swatch => /\((.*)\)/.exec(getComputedStyle(swatch).backgroundColor)?.[1])

const isDrawn = (page: Page, shard: number, state: number) =>
  eventually(
    `shard ${shard} is drawn in the colour of state ${state}`,
    async () => (await drawnColour(page, shard)) === (await colourOf(page, state)),
    PATIENTLY,
  )

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent)

const isInView = (page: Page, selector: string) =>
  page.locator(selector).evaluate(element => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
  })

describeInBrowser('the page of a large fleet', browser => {
  async function open(status: RunningStatus, { path = '/', ...visitor }: Visitor & { path?: string } = {}) {
    const opened = await browser.open(status, path, visitor)
    await opened.page.locator('.band').first().waitFor({ state: 'attached' })
    return opened
  }

  it('draws each shard in the colour of its state, as it changes, and in the colours that the visitor prefers', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(MANY))
    await using opened = await open(status, { colorScheme: 'light' })
    const { page } = opened
    await isDrawn(page, 5, ONLINE)
    await status.pushOne('main', MANY, 5, UNHEALTHY)
    await isDrawn(page, 5, UNHEALTHY)
    await isDrawn(page, 6, ONLINE)
    const light = await drawnColour(page, 6)
    await page.emulateMedia({ colorScheme: 'dark' })
    await isDrawn(page, 6, ONLINE)
    expect(await drawnColour(page, 6)).not.toBe(light)
    expect(await page.locator('.cell').count()).toBeLessThan(10)
  })

  it('is one stop for the tab key, in which keys lead from shard to shard, and names each', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [ONLINE, { state: ONLINE, pingMs: 57 }, ...online(MANY - 2)])
    await using opened = await open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 0: Online' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('Shard 1: Online')
    await page.getByRole('tooltip').getByText('57 ms').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowLeft')
    const columns = Number(/\d+/.exec((await focused(page)) ?? '')?.[0])
    expect(columns).toBeGreaterThan(50)
    await page.keyboard.press('PageDown')
    const below = Number(/\d+/.exec((await focused(page)) ?? '')?.[0])
    expect([below % columns, below > 10 * columns]).toEqual([0, true])
    await page.keyboard.press('End')
    expect(await focused(page)).toBe(`Shard ${MANY - 1}: Online`)
    expect(await isInView(page, '.cell-stop:focus')).toBe(true)
    await status.pushOne('main', MANY, MANY - 1, UNHEALTHY)
    await eventually(
      'the name tells the new state',
      async () => (await focused(page)) === `Shard ${MANY - 1}: Unhealthy`,
    )
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: `Shard ${MANY - 1}` }).waitFor()
    await page.keyboard.press('Escape')
    await eventually(
      'the focus is where it was',
      async () => (await focused(page)) === `Shard ${MANY - 1}: Unhealthy`,
      PATIENTLY,
    )
    await page.keyboard.press('Home')
    expect(await focused(page)).toBe('Shard 0: Online')
    await page.keyboard.press('Tab')
    expect(await focused(page)).not.toMatch(/^Shard/)
  })

  it('tells of the shard under the pointer, and leads from what is not online to its place', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(MANY))
    for (const shard of [12_000, 12_001]) await status.pushOne('main', MANY, shard, STARTING)
    await using opened = await open(status)
    const { page } = opened
    await page
      .locator('.band')
      .first()
      .hover({ position: { x: 74, y: 4 } })
    await page.getByRole('tooltip').getByText('Shard 7', { exact: true }).waitFor()
    await page.getByRole('button', { name: /^Shard 12000–12001: Starting/ }).click()
    expect(await focused(page)).toBe('Shard 12000: Starting')
    expect(await isInView(page, '.cell-stop:focus')).toBe(true)
    await isDrawn(page, 12_001, STARTING)
  })

  it('marks the shard of a guild, and leads to it when it is asked to', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(MANY))
    await using opened = await open(status, { path: `/g/${GUILD}` })
    const found = opened.page.locator('.cell-found')
    await found.waitFor()
    expect(await found.getAttribute('data-shard')).toBe(String(shardOfGuild(BigInt(GUILD), MANY)))
    await opened.page.getByRole('button', { name: 'Show it in the grid' }).click()
    await eventually('it is in view', () => isInView(opened.page, '.cell-found'), PATIENTLY)
  })

  it('fits a phone: nothing is wider than its screen, and only what is near has pixels', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(65_536))
    await using opened = await open(status, PHONE)
    const { page } = opened
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await isDrawn(page, 0, ONLINE)
    expect(await drawnColour(page, 65_535)).toBeUndefined()
    await page
      .locator('.band')
      .first()
      .tap({ position: { x: 34, y: 4 } })
    await page.getByRole('dialog', { name: 'Shard 3' }).waitFor()
    expect(await page.getByRole('tooltip').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Shard 3: Online' }).focus()
    await page.keyboard.press('End')
    await isDrawn(page, 65_535, ONLINE)
    const canvases = await page
      .locator('.band')
      .evaluateAll(all =>
        all
          .map(band => (band instanceof HTMLCanvasElement ? band : undefined))
          .map(band => ({ height: band?.height ?? 0, pixels: (band?.height ?? 0) * (band?.width ?? 0) })),
      )
    expect(Math.max(...canvases.map(({ height }) => height))).toBeLessThanOrEqual(4_096)
    expect(canvases.reduce((sum, { pixels }) => sum + pixels, 0)).toBeLessThan(16_777_216)
  })

  it('is little to load: scripts, styles and the snapshot are sent compressed', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(MANY))
    const html = await (await fetch(status.url)).text()
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path)
    expect(assets).toHaveLength(2)
    for (const path of [...assets, '/api/v2/snapshot']) {
      const answer = await fetch(`${status.url}${path}`, { headers: { 'accept-encoding': 'br' } })
      expect([path, answer.status, answer.headers.get('content-encoding')]).toEqual([path, 200, 'br'])
    }
  })

  it('goes on after a restart of the API', async () => {
    let status = await startRunningStatus()
    const { port } = status
    try {
      await status.push('main', online(MANY))
      await using opened = await open(status)
      const { page } = opened
      await isDrawn(page, 3, ONLINE)
      await status[Symbol.asyncDispose]()
      await page.getByText(/^Reconnecting/).waitFor()
      status = await startRunningStatus({ port })
      await status.push('main', [...online(3), UNHEALTHY, ...online(MANY - 4)])
      await isDrawn(page, 3, UNHEALTHY)
    } finally {
      await status[Symbol.asyncDispose]()
    }
  })

  it('is looked at again and again where no WebSocket gets through', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(MANY))
    await using opened = await open(status, {
      prepare: page => page.routeWebSocket(/\/feed/, socket => socket.close()),
    })
    await isDrawn(opened.page, 9, ONLINE)
    await status.pushOne('main', MANY, 9, UNHEALTHY)
    await isDrawn(opened.page, 9, UNHEALTHY)
  })

  it('has nothing that axe objects to', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [...online(2_500), UNHEALTHY])
    await using opened = await open(status, { path: `/g/${GUILD}` })
    await opened.page.locator('.cell-found').waitFor()
    expect(await objectionsTo(opened.page)).toEqual([])
  })
})
