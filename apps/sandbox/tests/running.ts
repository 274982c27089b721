import { createLog } from '@shardlight/service'
import { Client, type ClientOptions, Events, GatewayIntentBits, Partials } from 'discord.js'
import { SANDBOX_TOKEN } from '../src/credentials.ts'
import type { Rules } from '../src/rules.ts'
import { type Sandbox, startSandbox } from '../src/sandbox.ts'

/** Discord's rules with the waits shortened that a test would have to sit through. */
export const quickRules: Partial<Rules> = { identifyWindowMs: 0 }

export async function runSandbox({
  guilds = 2,
  rules = {},
  file,
}: {
  guilds?: number
  rules?: Partial<Rules>
  file?: string
} = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    token: SANDBOX_TOKEN,
    guilds,
    rules: { ...quickRules, ...rules },
    log: createLog({ name: 'sandbox', level: 'error' }),
    ...(file !== undefined && { file }),
  })
  return Object.assign(sandbox, { control: controlOf(sandbox.url), rest: restOf(sandbox.url) })
}

export type Answer = { status: number; body: unknown; headers: Headers }
type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

export type RunningSandbox = Sandbox & {
  /** Below `/sandbox`. */
  control: <Body = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Body>
  /** Below `/api/v10`, as the bot. */
  rest: Call
}

async function call(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
}

const restOf =
  (url: string): Call =>
  (method, path, body, headers = {}) =>
    call(`${url}/api/v10${path}`, method, body, { authorization: `Bot ${SANDBOX_TOKEN}`, ...headers })

const controlOf =
  (url: string): RunningSandbox['control'] =>
  async (method, path, body) => {
    const answer = await call(`${url}/sandbox${path}`, method, body, {})
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body as never
  }

/** A real bot, ready; destroyed with its scope. */
export async function loginBot(
  { url }: { url: string },
  options: Partial<ClientOptions> = {},
): Promise<Client<true> & AsyncDisposable> {
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildMessageReactions,
      GatewayIntentBits.GuildVoiceStates,
      GatewayIntentBits.DirectMessages,
    ],
    partials: [Partials.Channel, Partials.Message, Partials.Reaction],
    ...options,
    rest: { api: `${url}/api`, ...options.rest },
  })
  const ready = new Promise(resolve => client.once(Events.ClientReady, resolve))
  await client.login(SANDBOX_TOKEN)
  await ready
  return Object.assign(client as Client<true>, { [Symbol.asyncDispose]: () => client.destroy() })
}

/** Ada, the first guild and its channels: where most tests happen. */
export function placeIn({ core }: RunningSandbox) {
  const [ada, grace] = [...core.world.users.values()].filter(user => !user.bot)
  const [guild] = core.world.guilds.values()
  const [general, second, voice] = guild?.channels ?? []
  if (!ada || !grace || !guild || !general || !second || !voice) throw new Error('the world is empty')
  return { ada, grace, guild, general, second, voice, dm: core.world.openDm(ada.id) }
}
