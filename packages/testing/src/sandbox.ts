import { findFreePort } from '@shardlight/embedded'
import { eventually } from './eventually.ts'
import { type Program, runProgram } from './program.ts'

export type SandboxWorld = {
  application: { id: string; botUserId: string }
  users: { id: string; username: string }[]
  guilds: {
    id: string
    name: string
    channels: { id: string; name: string; type: number }[]
    memberIds: string[]
  }[]
}

export type SandboxMessage = {
  id: string
  authorId: string
  content: string
  nonce?: string
  sentAtMs: number
}

export type SandboxLedger = {
  identifies: { total: number; byShard: Record<string, number>; tooEarly: number }
  resumes: number
  sessions: { shardId: number; shardCount: number; sessionId: string; sinceMs: number }[]
  doubleSessionMs: number
  dispatched: number
  missed: number
  rest: { total: number; maxPerSecond: number; byStatus: Record<string, number>; invalid: number }
}

export type Sandbox = AsyncDisposable & {
  url: string
  /** The REST address for `rest.api` of discord.js. */
  apiUrl: string
  token: string
  program: Program
  /** Calls the control API: `control<SandboxWorld>('GET', '/sandbox/world')`; throws with its error text. */
  control<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer>
  world(): Promise<SandboxWorld>
  ledger(): Promise<SandboxLedger>
  /** A user writes; answers the message's id. */
  write(channelId: string, authorId: string, content: string): Promise<{ id: string }>
  /** Oldest first. */
  messages(channelId: string, after?: string): Promise<SandboxMessage[]>
}

const TOKEN = 'c2FuZGJveA.tests.only-for-the-sandbox-of-a-test-run'

/** The local Discord as a process of its own, with a world of `guilds` guilds. */
export async function startSandbox({
  guilds = 8,
  port,
  environment = {},
}: {
  guilds?: number
  port?: number
  environment?: Record<string, string>
} = {}): Promise<Sandbox> {
  const bound = port ?? (await findFreePort())
  const url = `http://127.0.0.1:${bound}`
  const program = runProgram('apps/sandbox/src/main.ts', {
    SANDBOX_PORT: String(bound),
    SANDBOX_GUILDS: String(guilds),
    SANDBOX_TOKEN: TOKEN,
    LOG_LEVEL: 'warn',
    ...environment,
  })
  const control = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }
  try {
    await eventually('the sandbox is ready', async () => {
      if (program.child.exitCode !== null) return 'ended'
      return (await fetch(`${url}/readyz`)).ok
    })
    if (program.child.exitCode !== null) throw new Error(`the sandbox did not start: ${program.output()}`)
  } catch (error) {
    await program[Symbol.asyncDispose]()
    throw error
  }
  return {
    url,
    apiUrl: `${url}/api`,
    token: TOKEN,
    program,
    control,
    world: () => control('GET', '/sandbox/world'),
    ledger: () => control('GET', '/sandbox/ledger'),
    write: (channelId, authorId, content) =>
      control('POST', `/sandbox/channels/${channelId}/messages`, { authorId, content }),
    messages: (channelId, after) =>
      control('GET', `/sandbox/channels/${channelId}/messages?limit=1000${after ? `&after=${after}` : ''}`),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
