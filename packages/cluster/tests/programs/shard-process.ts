import { existsSync, rmSync } from 'node:fs'
import { runProcess } from '@shardlight/service'
import { Client, GatewayIntentBits } from 'discord.js'
import { joinCluster } from '../../src/index.ts'

/** A misdeed is in a file named after the process; whoever finds it takes it, so that the next life behaves. */
function takeMisdeed(processId: number): string | undefined {
  const found = (process.env['MISDEEDS'] ?? '').split(',').find(name => existsSync(`${name}.${processId}`))
  if (found) rmSync(`${found}.${processId}`)
  return found?.split('/').at(-1)
}

/** A shard process with a real discord.js Client, which misbehaves once where a test asks it to. */
runProcess('example', async () => {
  const membership = joinCluster()
  const misdeed = takeMisdeed(membership.processId)
  if (misdeed === 'exit-at-once') throw new Error('on purpose')
  if (misdeed === 'hang-at-boot') for (;;) process.title = 'hanging'
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
    shards: membership.shards,
    shardCount: membership.totalShards,
    rest: { api: process.env['DISCORD_API_URL'] ?? '' },
    ws: { buildIdentifyThrottler: membership.buildIdentifyThrottler },
  })
  const ready = new Promise(resolve => client.once('clientReady', resolve))
  await client.login(process.env['DISCORD_TOKEN'])
  await ready
  membership.ready()
  if (misdeed === 'close-channel') process.disconnect()
  if (misdeed === 'trap-sigterm') {
    process.removeAllListeners('SIGTERM')
    process.on('SIGTERM', () => {})
  }
  if (misdeed === 'hang')
    setTimeout(() => {
      for (;;) process.title = 'hanging'
    }, 100)
  return {
    async [Symbol.asyncDispose]() {
      await client.destroy()
      await membership[Symbol.asyncDispose]()
    },
  }
})
