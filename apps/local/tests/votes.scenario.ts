import { eventually, type SandboxWorld } from '@shardlight/testing'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { GUILD, openChat, type Running, writeTo } from './chat.ts'
import type { LocalSystem } from './local-system.ts'

/** Members of a server, in a system that others use too. */
export function votesInBrowser(running: () => Running): void {
  describe('members of a server', () => {
    let system: LocalSystem
    let chat: Page

    beforeAll(async () => {
      system = running().system
      chat = await openChat(running())
      return () => chat.close()
    })

    const actAs = (name: string) => chat.getByLabel('Act as').selectOption({ label: name })
    const open = (channel: string) => chat.getByRole('link', { name: `${channel} in ${GUILD}` }).click()
    const write = (text: string) => writeTo(chat, text)

    const voteYes = async (name: string) => {
      await actAs(name)
      await open('general')
      await chat.getByRole('button', { name: 'Yes' }).last().click()
      await chat
        .getByText(/Your ballot is in: Yes/)
        .last()
        .waitFor()
    }

    it('vote that somebody takes a break, which the bot keeps to, and let them back', async () => {
      const world = await system.control<SandboxWorld>('GET', '/sandbox/world')
      expect(world.guilds.find(guild => guild.name === GUILD)?.memberIds).toHaveLength(5)
      for (const name of ['Ada', 'Grace', 'Linus']) {
        await actAs(name)
        await open('playground')
        await write('@Shardlight hello')
        await chat.getByText('I understand:').last().waitFor()
      }

      await actAs('Ada')
      await open('general')
      await write('@Shardlight vote challenge @Ken counts all day long')
      await chat.getByText('counts all day long').last().waitFor()
      for (const name of ['Grace', 'Linus', 'Ada']) await voteYes(name)
      await chat
        .getByText(/Passed, 3 to 0/)
        .last()
        .waitFor()
      const chart = chat.getByRole('img', { name: /^Bar chart of .* A Yes: 3 \(100%\), won/ })
      await chart.waitFor()
      await eventually('the chart is there to be seen', () =>
        chart.evaluate(image => (image as HTMLImageElement).naturalWidth > 0),
      )

      await actAs('Ken')
      await open('general')
      await write('@Shardlight count to 3')
      await chat.getByText('I have answered you in a direct message.').waitFor()
      await chat.getByRole('link', { name: /Direct message with the bot/ }).click()
      await chat.getByText(/have voted that you take a break from me there, until/).waitFor()

      await open('general')
      await write('@Shardlight vote restore me')
      await chat
        .getByText(/be able to use me again\?/)
        .last()
        .waitFor()
      for (const name of ['Grace', 'Linus', 'Ada']) await voteYes(name)
      await chat
        .getByText(/can use me again\./)
        .last()
        .waitFor()
      await actAs('Ken')
      await open('general')
      await write('@Shardlight count to 3')
      await chat.getByRole('log').getByText('3', { exact: true }).last().waitFor()
    }, 120_000)
  })
}
