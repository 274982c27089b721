import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '@shardlight/embedded'
import { runProgram } from '@shardlight/testing/program'
import { z } from 'zod'

export const SHARDS = 4
const ONLINE = '3'
const START_TIMEOUT_MS = 300_000

const page = z.object({ states: z.string(), staleSinceMs: z.number().nullable() })
const ledger = z.object({
  sessions: z.array(z.object({ shardId: z.int() })),
  resumes: z.int(),
  identifies: z.object({ total: z.int() }),
})
const processes = z.array(z.object({ id: z.int(), pid: z.int().nullable() }))

export type Look = {
  atMs: number
  /** What the page says of each shard; undefined where it does not answer, or says itself that it is not current. */
  shown: boolean[] | undefined
  /** Whether Discord has a session of the shard. */
  connected: boolean[]
  /** How often shards have connected so far. */
  connects: number
}

export type WatchedSystem = AsyncDisposable & {
  look(): Promise<Look>
  shardProcess(id: number): Promise<number>
  /** The pid of the part whose command line has these words. */
  pidOf(words: string): number
  fault(body: object): Promise<void>
}

/** What `npm start` runs, ready, with four shards in two processes. */
export async function startWatchedSystem(): Promise<WatchedSystem> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const [status, sandbox, manager, ingester] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ]
  const program = opened.use(
    runProgram('apps/local/src/main.ts', {
      DATA_DIR: directory,
      STATUS_PORT: String(status),
      SANDBOX_PORT: String(sandbox),
      MANAGER_PORT: String(manager),
      INGESTER_PORT: String(ingester),
      STATUS_READS_PER_MINUTE: '0',
    }),
  )
  const deadlineMs = performance.now() + START_TIMEOUT_MS
  while (!program.output().includes('Ctrl-C stops everything')) {
    if (program.child.exitCode !== null || performance.now() > deadlineMs) throw new Error(program.output())
    await sleep(100)
  }

  const get = async <Answer>(port: number, path: string, schema: z.ZodType<Answer>): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1_000) })
    return schema.parse(await answer.json())
  }
  const shownBy = async () => {
    try {
      const { states, staleSinceMs } = await get(status, '/api/v2/clusters/main', page)
      return staleSinceMs === null ? [...states].map(state => state === ONLINE) : undefined
    } catch {
      return undefined
    }
  }
  const stack = opened.move()
  return {
    async look() {
      const [shown, { sessions, resumes, identifies }] = await Promise.all([
        shownBy(),
        get(sandbox, '/sandbox/ledger', ledger),
      ])
      return {
        atMs: performance.now(),
        shown,
        connected: Array.from({ length: SHARDS }, (_, id) => sessions.some(({ shardId }) => shardId === id)),
        connects: resumes + identifies.total,
      }
    },
    async shardProcess(id) {
      const pid = (await get(manager, '/processes', processes)).find(one => one.id === id)?.pid
      if (!pid) throw new Error(`shard process ${id} does not run`)
      return pid
    },
    pidOf(words) {
      const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
      const all = lines.map(line => {
        const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
        return { pid: Number(pid), parent: Number(parent), command }
      })
      const isBelow = (pid: number): boolean => {
        const parent = all.find(one => one.pid === pid)?.parent
        return parent === program.pid || (parent !== undefined && parent > 1 && isBelow(parent))
      }
      const found = all.find(
        ({ pid, command }) => command.includes(words) && !command.startsWith('sh ') && isBelow(pid),
      )
      if (!found) throw new Error(`${words} does not run`)
      return found.pid
    },
    async fault(body) {
      const answer = await fetch(`http://127.0.0.1:${sandbox}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${JSON.stringify(body)}: ${await answer.text()}`)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
