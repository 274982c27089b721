import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, type Program, runProgram } from '@shardlight/testing'

export type ShardProcess = { id: number; pid: number; shards: number[]; state: string; restarts: number }

export type LocalSystem = AsyncDisposable & {
  program: Program
  dataDir: string
  status: string
  sandbox: string
  manager: string
  processes(): Promise<ShardProcess[]>
  /** Calls the sandbox's control API. */
  control<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
}

/** Every process below one, with its command line. */
export function descendants(pid: number): { pid: number; command: string }[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .map(found => ({ pid: Number(found?.[1]), parent: Number(found?.[2]), command: found?.[3] ?? '' }))
  const below = (parent: number): typeof all =>
    all.filter(one => one.parent === parent).flatMap(one => [one, ...below(one.pid)])
  return below(pid)
}

/** The pid of an app of the system, by its entry: `apps/status/src/main.ts`. */
export function pidOf(system: LocalSystem, entry: string): number {
  const found = descendants(system.program.pid).find(one => one.command.endsWith(entry))
  if (!found) throw new Error(`${entry} does not run`)
  return found.pid
}

const get = async <Answer>(url: string): Promise<Answer> => (await (await fetch(url)).json()) as Answer

/** What `npm start` runs, on free ports and in a data directory of its own, ready. */
export async function startLocalSystem({ dataDir }: { dataDir?: string } = {}): Promise<LocalSystem> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'shardlight-local-')))
  const [status, sandbox, manager, ingester] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ]
  const program = runProgram('apps/local/src/main.ts', {
    DATA_DIR: directory,
    STATUS_PORT: String(status),
    SANDBOX_PORT: String(sandbox),
    MANAGER_PORT: String(manager),
    INGESTER_PORT: String(ingester),
  })
  const sandboxUrl = `http://127.0.0.1:${sandbox}`
  const system: LocalSystem = {
    program,
    dataDir: directory,
    status: `http://127.0.0.1:${status}`,
    sandbox: sandboxUrl,
    manager: `http://127.0.0.1:${manager}`,
    processes: () => get<ShardProcess[]>(`http://127.0.0.1:${manager}/processes`),
    async control<Answer>(method: string, path: string, body?: unknown) {
      const answer = await fetch(sandboxUrl + path, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Answer
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      if (!dataDir) await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    await eventually(
      'the system is ready',
      () => {
        if (program.child.exitCode !== null) return 'ended'
        return program.output().includes('Ctrl-C stops everything')
      },
      { withinMs: 120_000 },
    )
    if (program.child.exitCode !== null) throw new Error('npm start ended')
  } catch (cause) {
    await program[Symbol.asyncDispose]()
    throw new Error(`the system did not start:\n${program.output()}`, { cause })
  }
  return system
}
