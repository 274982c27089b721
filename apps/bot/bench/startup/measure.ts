import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '@shardlight/testing/program'
import { type Sandbox, startSandbox } from '@shardlight/testing/sandbox'
import { type Scenario, scaleOf, turnsMs } from './scenario.ts'

/** Enough that no contender meets the end of the day, which is not what is measured. */
const IDENTIFY_BUDGET = 100_000
/** The slowest contender takes about seven seconds a shard of Discord's time. */
const PATIENCE_PER_SHARD_MS = 10_000
const PATIENCE_MS = 120_000

export type Contender = 'ours' | 'hybrid' | 'sharding'
export type Outcome = { readyMs: number; tooEarly: number; identifies: number; processes: number }

type Note = { shardId: number; pid: number; atMs: number }

async function readNotes(file: string): Promise<Note[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
}

/** A shard may become ready more than once. */
const countOf = (notes: Note[]) => new Set(notes.map(({ shardId }) => shardId)).size

/** A shard process of a peer may outlive its manager, so each is ended by its own id. */
function endAll(pids: Set<number>): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {}
  }
}

/** From the start of the manager's process until every shard is READY. */
export async function measure({
  contender,
  scenario,
  databaseUrl,
}: {
  contender: Contender
  scenario: Scenario
  databaseUrl: string
}): Promise<Outcome> {
  const { shards, perProcess, maxConcurrency, windowMs } = scenario
  const folder = await mkdtemp(join(tmpdir(), 'startup-'))
  const notes = join(folder, 'notes')
  await using sandbox: Sandbox = await startSandbox({ guilds: shards })
  await sandbox.control('POST', '/sandbox/settings', {
    maxConcurrency,
    identifyWindowMs: windowMs,
    identifyBudget: IDENTIFY_BUDGET,
  })
  const startedAtMs = Date.now()
  const manager = runProgram('apps/bot/bench/startup/manager.ts', {
    CONTENDER: contender,
    NOTES: notes,
    SESSIONS: folder,
    DATABASE_URL: databaseUrl,
    APPLICATION: basename(folder),
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_TOKEN: sandbox.token,
    SHARDS: String(shards),
    PER_PROCESS: String(perProcess),
    MAX_CONCURRENCY: String(maxConcurrency),
    WINDOW_MS: String(windowMs),
    SCALE: String(scaleOf(scenario)),
  })
  const patienceMs = PATIENCE_MS + turnsMs(scenario) + shards * PATIENCE_PER_SHARD_MS * scaleOf(scenario)
  let seen: Note[] = []
  try {
    while (countOf(seen) < shards) {
      if (Date.now() - startedAtMs > patienceMs)
        throw new Error(`${contender}: ${countOf(seen)} of ${shards} shards are ready: ${manager.output()}`)
      await sleep(20)
      seen = await readNotes(notes)
    }
    const { identifies } = await sandbox.ledger()
    return {
      readyMs: Math.max(...seen.map(({ atMs }) => atMs)) - startedAtMs,
      tooEarly: identifies.tooEarly,
      identifies: identifies.total,
      processes: new Set(seen.map(({ pid }) => pid)).size,
    }
  } finally {
    manager.child.kill('SIGKILL')
    await manager.exited
    endAll(new Set((await readNotes(notes)).map(({ pid }) => pid)))
    await rm(folder, { recursive: true, force: true })
  }
}
