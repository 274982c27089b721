import { chromiumIsMissing } from '@shardlight/testing'
import { openBrowser } from '@shardlight/testing/browser'
import type { BrowserContextOptions, Page } from 'playwright-core'
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

/** Everything that Chromium complained about, a breach of the content security policy for one. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
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

function pageBrowser(started: () => Awaited<ReturnType<typeof openBrowser>>) {
  return {
    async open(
      { url }: { url: string },
      path = '/',
      options: BrowserContextOptions = {},
    ): Promise<OpenedPage> {
      const context = await started().newContext(options)
      const page = await context.newPage()
      const complaints = complaintsOf(page)
      await page.goto(url + path)
      return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
    },
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
