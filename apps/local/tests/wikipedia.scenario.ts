import { eventually, type SandboxWorld } from '@shardlight/testing'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { boxOf, GUILD, openChat, type Running, writeTo } from './chat.ts'
import type { LocalSystem } from './local-system.ts'

/** Wikipedia's changes, in a system that others use too. */
export function wikipediaInBrowser(running: () => Running): void {
  describe("Wikipedia's changes", () => {
    let system: LocalSystem
    let chat: Page

    beforeAll(async () => {
      system = running().system
      chat = await openChat(running())
      // Who created the server may choose what is followed.
      const world = await system.control<SandboxWorld>('GET', '/sandbox/world')
      const owner = world.guilds.find(guild => guild.name === GUILD)?.memberIds[0]
      const name = world.users.find(user => user.id === owner)?.username ?? ''
      await chat.getByLabel('Act as').selectOption({ label: name })
      await chat.getByRole('link', { name: `general in ${GUILD}` }).click()
      return async () => {
        await system.control('POST', '/sandbox/wikipedia', { ratePerSecond: 0 })
        await chat.close()
      }
    })

    const write = (text: string) => writeTo(chat, text)
    const change = (event: Record<string, unknown>) =>
      system.control('POST', '/sandbox/wikipedia', { events: [event] })

    it('are shown in the language of the server, by page, and counted with a chart', async () => {
      await system.control('POST', '/sandbox/wikipedia', { ratePerSecond: 200 })
      await eventually('some have happened', async () => {
        const { events } = await system.control<{ events: number }>('GET', '/sandbox/wikipedia')
        return events > 600
      })
      await write('!setLang es')
      await chat.getByText(/^español \(es\) it is, in this server/i).waitFor()

      await write('!recent 5')
      await chat.getByText('The newest changes in Español Wikipedia').last().waitFor()
      const links = chat.getByRole('link').and(chat.locator('[href^="https://es.wikipedia.org/wiki/"]'))
      await eventually('five changes', async () => (await links.count()) === 5)

      await write('!recent 15')
      await eventually('ten more', async () => (await links.count()) === 15)
      await chat.getByRole('button', { name: 'Show 5 more' }).click()
      await eventually('five more', async () => (await links.count()) === 20)

      await boxOf(chat).pressSequentially('/wikipedia sta')
      await chat.getByRole('option', { name: /\/wikipedia stats/ }).click()
      await chat.getByRole('button', { name: 'Run' }).click()
      const chart = chat.getByRole('img', { name: /es\.wikipedia\.org on \d{4}-\d\d-\d\d/ })
      await chart.waitFor()
      await eventually('the chart is there to be seen', () =>
        chart.evaluate(image => (image as HTMLImageElement).naturalWidth > 0),
      )
    }, 180_000)

    it('of a page that is followed are told by themselves, escaped', async () => {
      await write('@Shardlight wikipedia follow es:Torre de Hércules')
      await chat
        .getByText(/Torre de Hércules/)
        .last()
        .waitFor()
      await change({
        type: 'edit',
        bot: false,
        server_name: 'es.wikipedia.org',
        namespace: 0,
        title: 'Torre de Hércules',
        user: '**Faro**',
        comment: '@everyone <script>alert(1)</script>',
        length: { old: 100, new: 142 },
      })
      await chat.getByText('**Faro**').last().waitFor({ timeout: 30_000 })
      await chat.getByText('@everyone <script>alert(1)</script>').last().waitFor()
      expect(await chat.getByText('+42').count()).toBeGreaterThan(0)
    }, 60_000)
  })
}
