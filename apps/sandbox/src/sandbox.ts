import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Clock, createMetrics, type Log, listen, monotonicClock, probes } from '@shardlight/service'
import { fastify } from 'fastify'
import { createAnnouncer } from './announce/announcer.ts'
import { attachmentFiles } from './chat-files/attachments.ts'
import { chatPage } from './chat-files/page.ts'
import { controlApi } from './control/api.ts'
import { createNonceMemory } from './conversation/nonce-memory.ts'
import type { Core } from './core.ts'
import { createCredentials } from './credentials.ts'
import { createFaults } from './faults.ts'
import { createFeed } from './feed/feed.ts'
import { createFeedServer } from './feed/server.ts'
import { createIdentifyLimit } from './gateway/identify-limit.ts'
import { createGatewayServer } from './gateway/server.ts'
import { createSessions } from './gateway/sessions.ts'
import { createInteractions } from './interactions/interactions.ts'
import { createLedger } from './ledger.ts'
import { countSandbox } from './metrics.ts'
import { createWikipedia } from './recent-changes/wikipedia.ts'
import { createOldEdits } from './rest/old-edits.ts'
import { restApi } from './rest/server.ts'
import { discordRules, type Rules } from './rules.ts'
import { type Settings, startingSettings } from './settings.ts'
import { createAttachmentStore } from './world/attachment-store.ts'
import { createCommandStore } from './world/command-store.ts'
import { keepInFile } from './world/keep-in-file.ts'
import { createMessageStore } from './world/message-store.ts'
import { addStartingGuilds, addStartingPeople } from './world/starting-world.ts'
import { createWorld } from './world/world.ts'

export type SandboxConfig = {
  host: string
  /** 0 lets the system choose. */
  port: number
  token: string
  guilds: number
  /** Where the world survives a restart; absent, it does not. */
  file?: string
  /** Whether others than this machine may use the chat and the control API. */
  isOpen?: boolean
  /** How many changes happen on the local Wikipedia; absent, none by themselves. */
  changesPerSecond?: number
  log: Log
  /** For tests: shorter times than Discord's own. */
  rules?: Partial<Rules>
  /** What the day begins with; `POST /sandbox/settings` changes it. */
  settings?: Partial<Settings>
}

export type Sandbox = AsyncDisposable & { port: number; url: string; core: Core }

function createCore(config: SandboxConfig, address: { url: string }): Core {
  const rules: Rules = { ...discordRules, ...config.rules }
  const clock: Clock = monotonicClock
  const settings = { ...startingSettings(rules), ...config.settings }
  const ledger = createLedger(clock)
  const world = createWorld()
  const messages = createMessageStore()
  const commands = createCommandStore()
  const feed = createFeed(world)
  const baseUrl = () => address.url
  const sessions = createSessions({ rules, ledger, clock, onChange: () => announce.botChanged() })
  const announce = createAnnouncer({ world, messages, commands, sessions, feed, baseUrl })
  const interactions = createInteractions({
    rules,
    clock,
    onFailed: interaction => announce.interactionChanged(interaction),
  })
  return {
    world,
    messages,
    attachments: createAttachmentStore(),
    commands,
    nonces: createNonceMemory({ clock, keptMs: rules.nonceMemoryMs }),
    oldEdits: createOldEdits({ rules, clock }),
    interactions,
    announce,
    feed,
    sessions,
    limit: createIdentifyLimit({ rules, settings, clock }),
    credentials: createCredentials(config.token),
    settings,
    faults: createFaults(),
    ledger,
    wikipedia: createWikipedia({ changesPerSecond: config.changesPerSecond ?? 0 }),
    rules,
    clock,
    isOpen: config.isOpen ?? false,
    log: config.log,
    baseUrl,
    gatewayUrl: host => `ws://${host}/gateway`,
  }
}

/** The local Discord: REST, gateway, control API and chat, all on one port. */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  await using opened = new AsyncDisposableStack()
  const address = { url: '' }
  const core = createCore(config, address)
  opened.defer(() => core.interactions.stop())
  opened.use(core.wikipedia)
  if (config.file === undefined) addStartingPeople(core.world)
  else opened.use(await keepInFile(core, config.file))
  core.nonces.rememberKept(core.messages.all())
  addStartingGuilds(core.world, config.guilds)

  const metrics = createMetrics()
  countSandbox(core, metrics)
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 26 * 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
  })
  opened.defer(() => app.close())
  const gateway = opened.use(createGatewayServer(core))
  const feed = opened.use(createFeedServer(core))
  await app.register(probes({ metrics, checks: {} }))
  await app.register(restApi(core))
  await app.register(controlApi(core), { prefix: '/sandbox' })
  await app.register(core.wikipedia.server.routes)
  await app.register(attachmentFiles(core))
  await app.register(chatPage)
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', 'ws://sandbox')
    if (pathname === '/gateway' || pathname === '/gateway/') gateway.accept(request, socket, head)
    else if (pathname === '/sandbox/chat/events') feed.accept(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
  })
  const { host } = config
  const port = await listen(app, { host, port: config.port, variable: 'SANDBOX_PORT' })
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  address.url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`
  const stack = opened.move()
  return { port, url: address.url, core, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
