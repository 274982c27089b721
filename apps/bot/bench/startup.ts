import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Benchmark, median } from '@shardlight/bench'
import { runProgram } from '@shardlight/testing/program'
import { type Sandbox, startSandbox } from '@shardlight/testing/sandbox'

const SHARDS = 16
const PER_PROCESS = 4
const RUNS = 3
const PATIENCE_MS = 180_000

type Note = { what: 'booted' | 'ready'; pid: number; atMs: number }
type Outcome = { readyMs: number; bootMs: number; tooEarly: number; identifies: number; processes: number }

async function readNotes(file: string): Promise<Note[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
}

/** A shard process of a peer may outlive its manager, so each is ended by its own id. */
function endAll(pids: Set<number>): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {}
  }
}

async function measure(contender: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'startup-'))
  const notes = join(folder, 'notes')
  await using sandbox: Sandbox = await startSandbox({
    guilds: 64,
    environment: { SANDBOX_MAX_CONCURRENCY: '16' },
  })
  const startedAtMs = Date.now()
  const manager = runProgram('apps/bot/bench/startup/manager.ts', {
    CONTENDER: contender,
    NOTES: notes,
    DISCORD_API_URL: sandbox.apiUrl,
    DISCORD_TOKEN: sandbox.token,
    SHARDS: String(SHARDS),
    PER_PROCESS: String(PER_PROCESS),
  })
  try {
    let seen: Note[] = []
    while (seen.filter(note => note.what === 'ready').length < SHARDS) {
      if (Date.now() - startedAtMs > PATIENCE_MS)
        throw new Error(`${contender}: not ready: ${manager.output()}`)
      await sleep(20)
      seen = await readNotes(notes)
    }
    const latest = (what: Note['what']) =>
      Math.max(...seen.filter(note => note.what === what).map(note => note.atMs))
    const { identifies } = await sandbox.ledger()
    const pids = new Set(seen.map(note => note.pid))
    return {
      readyMs: latest('ready') - startedAtMs,
      bootMs: latest('booted') - startedAtMs,
      tooEarly: identifies.tooEarly,
      identifies: identifies.total,
      processes: pids.size,
    }
  } finally {
    const pids = new Set((await readNotes(notes)).map(note => note.pid))
    manager.child.kill('SIGKILL')
    await manager.exited
    endAll(pids)
    await rm(folder, { recursive: true })
  }
}

const row = (name: string, { readyMs, bootMs, processes, identifies, tooEarly }: Outcome) => ({
  name,
  'all ready (s)': (readyMs / 1_000).toFixed(2),
  'slowest boot (s)': (bootMs / 1_000).toFixed(2),
  processes,
  identifies,
  'too early': tooEarly,
})

export const benchmark: Benchmark = {
  description: `${SHARDS} shards, ${PER_PROCESS} a process, max_concurrency 16: until all are READY, beside two peers`,
  async run({ say }) {
    const ours: Outcome[] = []
    for (let run = 1; run <= RUNS; run += 1) {
      ours.push(await measure('ours'))
      say(`run ${run}: ${ours.at(-1)?.readyMs} ms`)
    }
    say('the peers wait between shards, so they run side by side; this takes two minutes')
    const [hybrid, sharding] = await Promise.all([measure('hybrid'), measure('sharding')])
    const typical = ours.toSorted((a, b) => a.readyMs - b.readyMs)[Math.floor(RUNS / 2)] ?? hybrid
    const ratios = ours.map(run => run.readyMs / run.bootMs)
    const tooEarly = ours.reduce((sum, run) => sum + run.tooEarly, 0)
    const figures = {
      oursReadyMs: typical.readyMs,
      oursOverSlowestBoot: Number(median(ratios).toFixed(2)),
      oursTooEarly: tooEarly,
      hybridReadyMs: hybrid.readyMs,
      shardingManagerReadyMs: sharding.readyMs,
    }
    return {
      rows: [
        { name: 'floor: boot alone', 'all ready (s)': (typical.bootMs / 1_000).toFixed(2) },
        row('shardlight', typical),
        row('discord-hybrid-sharding', hybrid),
        row('discord.js ShardingManager', sharding),
      ],
      figures,
      aims: [
        atMost(
          'all READY within 1.5 × the slowest process’s boot (median)',
          figures.oursOverSlowestBoot,
          1.5,
        ),
        atMost('no IDENTIFY too early', tooEarly, 0),
      ],
    }
  },
}
