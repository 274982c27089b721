import type { Browser, Page } from 'playwright-core'
import type { LocalSystem } from './local-system.ts'

/** What all tests in a browser share. */
export type Running = { system: LocalSystem; browser: Browser }

/** Where the scenarios play, and no other test. */
export const GUILD = 'Lighthouse Keepers'

export async function openChat({ system, browser }: Running): Promise<Page> {
  const chat = await browser.newPage()
  await chat.goto(system.sandbox)
  return chat
}

export const boxOf = (chat: Page) => chat.getByRole('textbox', { name: /^Message/ })

export async function writeTo(chat: Page, text: string): Promise<void> {
  await boxOf(chat).fill(text)
  await boxOf(chat).press('Enter')
}
