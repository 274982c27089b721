import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, startPostgres } from '@shardlight/embedded'
import { eventually, runProgram, startSandbox } from '@shardlight/testing'
import { z } from 'zod'

const TEXT_CHANNEL = 0

const answered = z.object({ type: z.literal('interaction'), interactionId: z.string(), status: z.string() })

export type RunningSystem = AsyncDisposable & {
  /** Somebody runs a command. @returns the milliseconds until its answer is in Discord */
  command(): Promise<number>
}

/** A Discord, a manager, a shard process and a database, with the environment of one contender. */
export async function startSystem(environment: Record<string, string>): Promise<RunningSystem> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const { url: databaseUrl } = opened.use(await startPostgres({ directory }))
  const sandbox = opened.use(await startSandbox({ guilds: 1 }))
  const port = await findFreePort()
  opened.use(
    runProgram('apps/bot/src/manager.ts', {
      DISCORD_TOKEN: sandbox.token,
      DISCORD_API_URL: sandbox.apiUrl,
      DATABASE_URL: databaseUrl,
      TOTAL_SHARDS: '1',
      MANAGER_PORT: String(port),
      DATA_DIR: directory,
      LOG_LEVEL: 'warn',
      ...environment,
    }),
  )
  await eventually('the bot is ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    withinMs: 180_000,
  })
  const { users, guilds } = await sandbox.world()
  const userId = users[0]?.id ?? ''
  const channelId = guilds[0]?.channels.find(one => one.type === TEXT_CHANNEL)?.id ?? ''

  const arrivals = new Map<string, PromiseWithResolvers<number>>()
  const arrivalOf = (id: string) => {
    const arrival = arrivals.get(id) ?? Promise.withResolvers<number>()
    arrivals.set(id, arrival)
    return arrival
  }
  const feed = new WebSocket(`${sandbox.url.replace('http', 'ws')}/sandbox/chat/events?userId=${userId}`)
  opened.defer(() => feed.close())
  feed.addEventListener('message', ({ data }) => {
    const atMs = performance.now()
    const read = answered.safeParse(JSON.parse(String(data)))
    if (read.success && read.data.status !== 'pending') arrivalOf(read.data.interactionId).resolve(atMs)
  })
  await new Promise((resolve, reject) => {
    feed.addEventListener('open', resolve)
    feed.addEventListener('error', reject)
  })
  const stack = opened.move()
  return {
    async command() {
      const startedMs = performance.now()
      const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
        userId,
        channelId,
        command: 'countdown status',
      })
      const atMs = await arrivalOf(id).promise
      arrivals.delete(id)
      return atMs - startedMs
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
