import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '@shardlight/service'
import { eventually } from '@shardlight/testing'
import { type Sandbox, startSandbox } from '@shardlight/testing/sandbox'
import { startContender } from './contenders.ts'
import { type CountdownsOutcome, startCountdowns } from './countdowns.ts'
import { countHandled, gapsMs, type Handled } from './handled.ts'
import { channelsByShard, startLoad } from './load.ts'
import { readNotes } from './notes.ts'
import { followMemory } from './process-tree.ts'
import {
  type ContenderName,
  GUILDS_PER_SHARD,
  LEAD_MS,
  MAX_CONCURRENCY,
  SHARDS,
  SHARDS_PER_PROCESS,
  TAIL_MS,
} from './scenario.ts'

/** What was not handled this long after the last that was, never will be. */
const QUIET_MS = 5_000

export type Outcome = Handled & {
  written: number
  perSecond: number
  identifies: number
  doubleSessionMs: number
  /** One for each shard. */
  gapsMs: number[]
  restartMs: number
  peakMiB: number
  countdowns: CountdownsOutcome
  failure?: string
}

async function untilCommandsAreKnown(sandbox: Sandbox): Promise<void> {
  await eventually('the commands are known', async () => {
    const commands = await sandbox.control<{ name: string }[]>('GET', '/sandbox/commands')
    return commands.some(({ name }) => name === 'countdown')
  })
}

async function untilQuiet(file: string, written: number): Promise<void> {
  let count = 0
  let changedAtMs = performance.now()
  while (count < written && performance.now() - changedAtMs < QUIET_MS) {
    await sleep(200)
    const now = (await readNotes(file)).length
    if (now !== count) changedAtMs = performance.now()
    count = now
  }
}

/** Load and counts begin, every shard process is replaced, and load ends: what came of it. */
export async function measure(name: ContenderName, databaseUrl: string): Promise<Outcome> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'rolling-restart-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const notes = join(folder, 'notes')
  const sandbox = opened.use(await startSandbox({ guilds: SHARDS * GUILDS_PER_SHARD }))
  await sandbox.control('POST', '/sandbox/settings', { maxConcurrency: MAX_CONCURRENCY })
  const contender = opened.use(await startContender(name, { sandbox, folder, notes, databaseUrl }))
  await contender.ready
  await untilCommandsAreKnown(sandbox)

  const world = await sandbox.world()
  const userId = world.users[0]?.id ?? ''
  const byShard = channelsByShard(world)
  const countdowns = await startCountdowns({
    sandbox,
    userId,
    channelIds: byShard.flatMap((channels, shard) =>
      shard % SHARDS_PER_PROCESS === 0 ? (channels[0] ?? []) : [],
    ),
  })
  const load = startLoad({ sandbox, authorId: userId, channels: byShard.map(([, ...others]) => others) })
  const memory = followMemory(contender.pid)
  await sleep(LEAD_MS)

  const before = await sandbox.ledger()
  const restartedAtMs = Date.now()
  const failure = await contender.restart().then(
    () => undefined,
    error => reasonOf(error),
  )
  const restartMs = Date.now() - restartedAtMs
  await sleep(TAIL_MS)
  const { written, perSecond, endedAtMs } = await load.stop()
  const went = await countdowns.look()
  await untilQuiet(notes, written)
  const after = await sandbox.ledger()
  const { peakMiB } = await memory.stop()
  const noted = await readNotes(notes)
  return {
    ...countHandled(noted, written),
    written,
    perSecond,
    identifies: after.identifies.total - before.identifies.total,
    doubleSessionMs: after.doubleSessionMs - before.doubleSessionMs,
    gapsMs: gapsMs(noted, { fromMs: restartedAtMs, toMs: endedAtMs }),
    restartMs,
    peakMiB,
    countdowns: went,
    ...(failure !== undefined && { failure }),
  }
}
