import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, type Program, runProgram, type Sandbox } from '@shardlight/testing'

const STATUS_TOKEN = 'of-this-test-only'
const ONLINE = '3'

export type ManagerView = {
  role: 'owner' | 'standby'
  reason: string | null
  processes: { id: number; pid: number | null; state: string; health: { isConnected: boolean }[] }[]
  identifies: { reason: string | null; waiting: { shardId: number }[] } | null
  requests: { outage: string | null } | null
}

export type RunningManager = {
  url: string
  program: Program
  /** `GET /cluster`. */
  view(): Promise<ManagerView>
  untilConnected(): Promise<number[]>
}

export type StatusPage = AsyncDisposable & {
  url: string
  /** What the page shows: a digit for each shard. */
  states(): Promise<string>
  notices(): Promise<string[]>
  untilAllOnline(totalShards: number): Promise<void>
}

/** Managers of one bot, each as its own process, as on hosts of their own. */
export async function prepareManagers({
  sandbox,
  databaseUrl,
  totalShards,
}: {
  sandbox: Sandbox
  databaseUrl: string
  totalShards: number
}) {
  const scope = new AsyncDisposableStack()
  const status = scope.use(await startStatusPage())
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'managers-'))
    scope.defer(() => rm(folder, { recursive: true, force: true }))
    return folder
  }

  /** @param dataDir of a host; that of another host where it is left out */
  async function start(
    environment: Record<string, string> = {},
    dataDir: string | Promise<string> = newFolder(),
  ): Promise<RunningManager> {
    const port = await findFreePort()
    const program = scope.use(
      runProgram('apps/bot/src/manager.ts', {
        DISCORD_TOKEN: sandbox.token,
        DISCORD_API_URL: sandbox.apiUrl,
        DATABASE_URL: databaseUrl,
        TOTAL_SHARDS: String(totalShards),
        SHARDS_PER_PROCESS: '2',
        STATUS_URL: status.url,
        STATUS_TOKEN,
        MANAGER_PORT: String(port),
        DATA_DIR: await dataDir,
        ...environment,
      }),
    )
    const url = `http://127.0.0.1:${port}`
    const view = async () => {
      const answer = await fetch(`${url}/cluster`)
      return (await answer.json()) as ManagerView
    }
    return {
      url,
      program,
      view,
      async untilConnected() {
        try {
          return await eventually(
            'the manager has all its shards connected',
            async () => {
              const { role, processes } = await view()
              const isUp = processes.every(
                one => one.state === 'ready' && one.health.every(({ isConnected }) => isConnected),
              )
              return role === 'owner' && processes.length > 0 && isUp && processes.map(({ pid }) => pid ?? 0)
            },
            { withinMs: 90_000 },
          )
        } catch (cause) {
          throw new Error(`${JSON.stringify(await view())}\n${program.output().slice(-5_000)}`, { cause })
        }
      },
    }
  }

  return { start, newFolder, status, [Symbol.asyncDispose]: () => scope.disposeAsync() }
}

async function startStatusPage(): Promise<StatusPage> {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const program = runProgram('apps/status/src/main.ts', {
    STATUS_PORT: String(port),
    STATUS_TOKENS: `main:${STATUS_TOKEN}`,
  })
  await eventually('the status page is there', async () => (await fetch(`${url}/livez`)).ok, {
    withinMs: 60_000,
  })
  const read = async () => {
    const answer = await fetch(`${url}/api/v2/clusters/main`)
    if (!answer.ok) return { states: '', notices: [] }
    return (await answer.json()) as { states: string; notices: { text: string }[] }
  }
  const states = async () => (await read()).states
  return {
    url,
    states,
    notices: async () => (await read()).notices.map(({ text }) => text),
    async untilAllOnline(totalShards) {
      const all = ONLINE.repeat(totalShards)
      await eventually('the page shows all shards online', async () => (await states()) === all, {
        withinMs: 60_000,
      })
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
