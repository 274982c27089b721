import { chromiumIsMissing } from '@shardlight/testing'
import { openBrowser } from '@shardlight/testing/browser'
import type { BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { needPage } from '../page/build-page.ts'

/** A guild of shard 134 of 360; no float can hold its id. */
export const GUILD = '1161574221348863930'
export const [UNKNOWN, UNHEALTHY, OFFLINE, ONLINE, STARTING] = [0, 1, 2, 3, 4]

export const RESHARDING = {
  id: 'reshard',
  level: 'info' as const,
  text: 'Resharding from 4 to 8 shards: 5 of 8 ready',
}

export const DYING = {
  id: 'process-3',
  level: 'problem' as const,
  text: 'Process 3 keeps dying <b>again</b>',
  shards: [4, 6, 7],
}

export const online = (shards: number) => Array<number>(shards).fill(ONLINE)

/** Everything that Chromium complains about from now on, a breach of the content security policy for one. */
function listenTo(page: Page) {
  const complaints: string[] = []
  const onError = (error: Error) => complaints.push(error.message)
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error') complaints.push(message.text())
  }
  page.on('pageerror', onError).on('console', onConsole)
  return { complaints, stop: () => page.off('pageerror', onError).off('console', onConsole) }
}

export type OpenedPage = AsyncDisposable & { page: Page; complaints: string[] }

/**
 * Tests of the page, in one browser for all of a file.
 * @param lacks what else they need is not there
 */
export function describeInBrowser(
  title: string,
  tests: (browser: PageBrowser) => void,
  { lacks = false } = {},
): void {
  describe.skipIf(chromiumIsMissing() || lacks)(title, { timeout: 180_000 }, () => {
    let browser: Awaited<ReturnType<typeof openBrowser>>
    beforeAll(async () => {
      await needPage()
      browser = await openBrowser()
    }, 120_000)
    afterAll(() => browser?.[Symbol.asyncDispose]())
    tests(pageBrowser(() => browser))
  })
}

const DESKTOP = { width: 1280, height: 720 }

export type Visitor = BrowserContextOptions & {
  /** Done before the page is loaded; as it may not be undone, nobody gets this tab afterwards. */
  prepare?: (page: Page) => Promise<unknown>
}

/**
 * Tabs that the next test takes over, emptied: a new one starts a process and compiles every script anew, which costs
 * three times as much as to load the page. Visitors who differ in more than what they see get another.
 */
function pageBrowser(started: () => Awaited<ReturnType<typeof openBrowser>>) {
  const free = new Map<string, Page[]>()

  return {
    async open(
      { url }: { url: string },
      path = '/',
      {
        prepare,
        viewport = DESKTOP,
        colorScheme = 'light',
        reducedMotion = 'no-preference',
        forcedColors = 'none',
        ...rest
      }: Visitor = {},
    ): Promise<OpenedPage> {
      const of = { locale: 'en-US', ...rest }
      const kind = JSON.stringify(of)
      const page = (prepare ? undefined : free.get(kind)?.pop()) ?? (await newTab(of))
      if (viewport) await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion, forcedColors })
      await prepare?.(page)
      const { complaints, stop } = listenTo(page)
      await page.goto(url + path)

      async function leave(): Promise<void> {
        stop()
        if (prepare || page.isClosed()) return page.context().close()
        await page.unrouteAll({ behavior: 'ignoreErrors' })
        await page.mouse.move(0, 0)
        await page.goto('about:blank')
        await page.context().clearCookies()
        free.set(kind, [...(free.get(kind) ?? []), page])
      }
      return { page, complaints, [Symbol.asyncDispose]: leave }
    },
  }

  async function newTab(options: BrowserContextOptions): Promise<Page> {
    const context = await started().newContext(options)
    context.setDefaultTimeout(60_000)
    return context.newPage()
  }
}

export type PageBrowser = ReturnType<typeof pageBrowser>

export const cells = (page: Page, cluster = 'main') =>
  page.getByRole('region', { name: `Cluster ${cluster}` }).locator('.cell[data-shard]')
export const states = (page: Page, cluster = 'main') =>
  cells(page, cluster).evaluateAll(all => all.map(cell => Number(cell.getAttribute('data-state'))))
export const verdict = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

export async function isInView(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate(element => {
    const { top, bottom, left, width } = element.getBoundingClientRect()
    const onTop = document.elementFromPoint(left + width / 2, (top + bottom) / 2)
    return top >= 0 && bottom <= innerHeight && onTop !== null && element.contains(onTop)
  })
}
