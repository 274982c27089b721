import { existsSync, rmSync } from 'node:fs'
import { createLog, runProcess } from '@shardlight/service'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { joinCluster } from '../../src/join-cluster.ts'
import { openGateway } from '../../src/sessions/gateway.ts'

/** A misdeed is in a file named after the process; whoever finds it takes it, so that the next life behaves. */
function takeMisdeed(processId: number): string | undefined {
  const found = (process.env['MISDEEDS'] ?? '').split(',').find(name => existsSync(`${name}.${processId}`))
  if (found && !found.endsWith('always-exit')) rmSync(`${found}.${processId}`)
  return found?.split('/').at(-1)
}

/** Blocks the event loop for ever, as a loop without end would, and leaves the cores to others. */
const hang = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)

/**
 * A shard process with a real discord.js Client, which answers "ping", slowly where it is asked for, and misbehaves
 * once where a test asks it to.
 */
runProcess('example', async lifetime => {
  const { DISCORD_API_URL = '', DISCORD_TOKEN = '', SESSIONS = '', ANSWER_MS = '0' } = process.env
  const membership = joinCluster({ onLeaseLost: reason => lifetime.end(new Error(reason)) })
  const misdeed = takeMisdeed(membership.processId)
  if (misdeed === 'exit-at-once' || misdeed === 'always-exit') throw new Error('on purpose')
  if (misdeed === 'hang-at-boot') hang()
  const log = createLog({ name: 'example', level: 'warn', secrets: [DISCORD_TOKEN] })
  const gateway = openGateway({ membership, directory: SESSIONS, log })
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    shards: membership.shards,
    shardCount: membership.totalShards,
    rest: { api: DISCORD_API_URL },
    ws: gateway.ws,
  })
  gateway.attach(client)
  client.on(Events.ShardDisconnect, (close, shardId) => {
    membership.fatal(`Discord closed shard ${shardId} for good with code ${close.code}`)
  })
  client.on(Events.MessageCreate, message => {
    if (message.author.bot || !message.content.startsWith('ping')) return
    const answer = async () => {
      await new Promise(resolve => setTimeout(resolve, Number(ANSWER_MS)))
      // What a killed process had answered, and not yet noted, is answered again: visible once, as the bot's own answers.
      await message.channel.send({
        content: `pong ${message.content.slice(5)}`,
        nonce: message.id,
        enforceNonce: true,
      })
    }
    void gateway.track(answer()).catch(error => log.error({ err: error }, 'no answer'))
  })
  membership.serve({
    health: gateway.health,
    async unmute(handled) {
      if (misdeed === 'fail-unmute') throw new Error('on purpose')
      gateway.gate().unmute(handled)
    },
    remember: () => gateway.gate().remember(),
    async handOver(how) {
      await gateway.close(how)
      return gateway.gate().remembered()
    },
  })
  const { muted } = await membership.prepared()
  if (muted) gateway.gate().mute()
  await gateway.connect(DISCORD_TOKEN, lifetime.signal)
  membership.ready()
  if (misdeed === 'close-channel') process.disconnect()
  if (misdeed === 'trap-sigterm') {
    process.removeAllListeners('SIGTERM')
    process.on('SIGTERM', () => {})
  }
  if (misdeed === 'hang') setTimeout(hang, 100)
  return {
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await membership[Symbol.asyncDispose]()
    },
  }
})
