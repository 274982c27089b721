import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { findFreePort } from '@shardlight/embedded'
import { eventually } from '@shardlight/testing'
import { runProgram } from '@shardlight/testing/program'
import type { Sandbox } from '@shardlight/testing/sandbox'
import { z } from 'zod'
import { fromManager } from './peer-messages.ts'
import { endTree } from './process-tree.ts'
import { type ContenderName, SHARDS, SHARDS_PER_PROCESS } from './scenario.ts'

const LOOK_MS = 100
/** The peer tells its bot to listen 100 ms after it was loaded, which may be later than it is connected. */
const LISTENS_AFTER_MS = 1_000
const OPERATOR = 'only-for-the-manager-of-a-benchmark'

/** A bot with its manager, which replaces all its shard processes when asked to. */
export type Contender = AsyncDisposable & {
  pid: number
  /** Resolves when every shard process has started. */
  ready: Promise<void>
  /** Resolves when every shard process was replaced; rejects with the reason where that failed. */
  restart(): Promise<void>
}

type Place = { sandbox: Sandbox; folder: string; notes: string; databaseUrl: string }

const operation = z.object({ state: z.enum(['running', 'done', 'failed']), error: z.string().nullable() })
const processes = z.array(z.object({ state: z.string() }))
const READY_WITHIN_MS = 120_000

/** The bot itself, restarted by an operator. */
async function startOurs({ sandbox, folder, notes, databaseUrl }: Place): Promise<Contender> {
  const port = await findFreePort()
  const preload = pathToFileURL(join(import.meta.dirname, 'note-messages.ts'))
  preload.searchParams.set('notes', notes)
  const program = runProgram('apps/bot/src/manager.ts', {
    NODE_OPTIONS: `--import ${preload.href}`,
    DISCORD_TOKEN: sandbox.token,
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_MESSAGE_CONTENT: 'true',
    DATABASE_URL: databaseUrl,
    TOTAL_SHARDS: String(SHARDS),
    SHARDS_PER_PROCESS: String(SHARDS_PER_PROCESS),
    MANAGER_PORT: String(port),
    MANAGER_TOKEN: OPERATOR,
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
  })
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json()
  }
  const ready = eventually(
    'every shard process is ready',
    async () => {
      const all = processes.parse(await ask('/processes'))
      return all.length === SHARDS / SHARDS_PER_PROCESS && all.every(({ state }) => state === 'ready')
    },
    { withinMs: READY_WITHIN_MS },
  ).catch(error => {
    throw new Error(`it did not start: ${program.output()}`, { cause: error })
  })
  return {
    pid: program.pid,
    ready: ready.then(() => undefined),
    async restart() {
      await ask('/operations', {
        method: 'POST',
        headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'restart' }),
      })
      for (;;) {
        const now = z.object({ operation }).parse(await ask('/cluster')).operation
        if (now.state === 'failed') throw new Error(now.error ?? 'it failed')
        if (now.state === 'done') return
        await sleep(LOOK_MS)
      }
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

function startPeer(mode: string, { sandbox, notes }: Place): Contender {
  const program = runProgram('apps/bot/bench/rolling-restart/peer-manager.ts', {
    MODE: mode,
    NOTES: notes,
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_TOKEN: sandbox.token,
  })
  const news = { ready: Promise.withResolvers<void>(), restarted: Promise.withResolvers<void>() }
  program.child.on('message', raw => {
    const told = fromManager.parse(raw)
    if (told.kind === 'failed') news.restarted.reject(new Error(told.reason))
    else news[told.kind].resolve()
  })
  void program.exited.then(() => {
    for (const { reject } of Object.values(news)) reject(new Error(`its manager ended: ${program.output()}`))
  })
  // It ends after all has been told, or somebody waits.
  for (const { promise } of Object.values(news)) promise.catch(() => {})
  return {
    pid: program.pid,
    ready: news.ready.promise.then(() => sleep(LISTENS_AFTER_MS)),
    async restart() {
      program.child.send('restart')
      await news.restarted.promise
    },
    async [Symbol.asyncDispose]() {
      await endTree(program.pid)
      await program.exited
    },
  }
}

export const startContender = async (name: ContenderName, place: Place): Promise<Contender> =>
  name === 'ours' ? await startOurs(place) : startPeer(name, place)
