import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from '@shardlight/testing'
import { REST, Routes } from 'discord.js'

type Count = (options: { sandbox: Sandbox; channel: string; target: number }) => Promise<void>

export type Contender = { name: string; figure: string; count: Count }

/** The obvious ways to post a number a second, from a process that does nothing else, nothing being stored. */
const poster =
  (
    pace: (post: (number: number) => Promise<void>, target: number) => Promise<void>,
    offset?: number,
  ): Count =>
  async ({ sandbox, channel, target }) => {
    const rest = new REST({ api: sandbox.apiUrl, ...(offset !== undefined && { offset }) })
    rest.setToken(sandbox.token)
    await pace(async number => {
      await rest.post(Routes.channelMessages(channel), { body: { content: String(number) } })
    }, target)
  }

async function onInterval(post: (number: number) => Promise<void>, target: number): Promise<void> {
  const posts = [post(1)]
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setInterval(() => {
    posts.push(post(posts.length + 1))
    if (posts.length < target) return
    clearInterval(timer)
    resolve()
  }, 1_000)
  await promise
  await Promise.all(posts)
}

async function sleepingBetween(post: (number: number) => Promise<void>, target: number): Promise<void> {
  for (let number = 1; number <= target; number += 1) {
    await post(number)
    await sleep(1_000)
  }
}

export const contenders: Contender[] = [
  { name: 'floor: bare setInterval', figure: 'floor', count: poster(onInterval, 0) },
  { name: 'setInterval, REST as it comes', figure: 'interval', count: poster(onInterval) },
  { name: 'sleep after each send', figure: 'sleep', count: poster(sleepingBetween) },
]
