import { createLog } from '@shardlight/service'
import { postMessage } from '../../src/conversation/post-message.ts'
import { SANDBOX_TOKEN } from '../../src/credentials.ts'
import { startSandbox } from '../../src/sandbox.ts'

const BATCH = 200

// Without the 50 a second, so that the server and not the limit is measured; all else is as ever.
const { core, port } = await startSandbox({
  host: '127.0.0.1',
  port: 0,
  token: SANDBOX_TOKEN,
  guilds: 10_000,
  log: createLog({ name: 'sandbox', level: 'error' }),
  rules: { globalRequestsPerSecond: Number.POSITIVE_INFINITY },
})
core.settings.maxConcurrency = 16

const [author] = [...core.world.users.values()].filter(user => !user.bot)
const channels = [...core.world.guilds.values()].flatMap(guild => guild.channels[0] ?? [])

async function dispatch(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    const channel = channels[sent % channels.length]
    if (author && channel) postMessage(core, { channel, author, body: { content: 'x'.repeat(100) } })
    if (sent % BATCH === 0) await new Promise(setImmediate)
  }
}

process.on('message', (count: number) => void dispatch(count))
process.on('disconnect', () => process.exit())
process.send?.({ port, channelIds: channels.map(({ id }) => id) })
