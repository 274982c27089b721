import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, Events } from 'discord.js'

const ROUNDS = 5
const REST_MS = 100

/** The memory that V8 would give back by itself in a quiet time, now. Needs `--expose-gc`. */
async function collectAll(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await globalThis.gc?.({ execution: 'sync', type: 'major', flavor: 'last-resort' })
    await sleep(REST_MS)
  }
}

/** Logs in, waits for all guilds, and tells the benchmark what the process weighs then, and once all is collected. */
export async function weigh(client: Client): Promise<void> {
  const ready = new Promise<void>(resolve => client.once(Events.ClientReady, () => resolve()))
  await client.login(process.env['DISCORD_TOKEN'])
  await ready
  const { rss: rssWhenReady } = process.memoryUsage()
  await collectAll()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rssWhenReady, rss, heapUsed, guilds: client.guilds.cache.size })
  // Closed with 1000, the session leaves nothing in the sandbox that is kept for a RESUME.
  process.once('disconnect', () => client.destroy())
}
