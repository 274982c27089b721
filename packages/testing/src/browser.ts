import { type Browser, chromium } from 'playwright-core'
import { chromiumPath, HOW_TO_GET_CHROMIUM } from './chromium-path.ts'

/** A real, headless browser; close it with its scope. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}
