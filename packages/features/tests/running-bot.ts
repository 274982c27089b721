import { eventually, type Program, runProgram, type Sandbox } from '@shardlight/testing'

/**
 * A bot as its own process, with shard 0 of 1 unless its environment says otherwise; resolves when it is logged in and
 * its commands are known.
 */
export async function startBot({
  sandbox,
  databaseUrl,
  environment = {},
}: {
  sandbox: Sandbox
  databaseUrl: string
  environment?: Record<string, string>
}): Promise<Program> {
  const bot = runProgram('packages/features/tests/programs/bot.ts', {
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_TOKEN: sandbox.token,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'warn',
    ...environment,
  })
  let isReady = false
  bot.child.once('message', () => {
    isReady = true
  })
  try {
    await eventually('the bot is ready', () => isReady || bot.child.exitCode !== null)
    if (!isReady) throw new Error(`the bot did not start: ${bot.output()}`)
    return bot
  } catch (error) {
    await bot[Symbol.asyncDispose]()
    throw error
  }
}
