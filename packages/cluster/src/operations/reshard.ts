import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { broadcast } from '../ipc/channel.ts'
import type { Slot } from '../supervision/slot.ts'
import type { Generation } from './generation.ts'
import type { Progress } from './operation.ts'

const LOOK_MS = 100
/** One IDENTIFY in 5 s where there is a single bucket; twice that, and ten minutes for slow machines. */
const patienceMs = (totalShards: number) => 600_000 + totalShards * 10_000

/** Resolves when all are connected; rejects when one cannot be, with its reason. */
async function untilConnected(
  slots: Slot[],
  endMs: number,
  {
    progress,
    fatal,
    signal,
    clock,
  }: { progress: Progress; fatal: () => string | undefined; signal: AbortSignal; clock: Clock },
): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const reason = fatal()
    if (reason) throw new Error(reason)
    const all = slots.map(slot => slot.info())
    const done = all.filter(({ state }) => state === 'ready').length
    progress({ done, step: `${done} of ${all.length} new processes are connected; the present ones serve` })
    if (done === all.length) return
    const hopeless = all.find(({ state }) => state === 'degraded')
    if (hopeless) throw new Error(`new process ${hopeless.id} keeps dying (${hopeless.lastEnd})`)
    if (clock.nowMs() > endMs)
      throw new Error(`only ${done} of ${all.length} new processes were connected in time`)
    await clock.sleepUntil(clock.nowMs() + LOOK_MS, signal)
  }
}

/** Asks all at once; one that fails is replaced by its own supervision, and does not hold up the others. */
async function askEach(
  slots: Slot[],
  what: string,
  ask: (slot: Slot) => Promise<void>,
  log: Log,
): Promise<void> {
  const outcomes = await broadcast(slots.map(slot => [slot.info().id, () => ask(slot)] as const))
  for (const [id, outcome] of outcomes)
    if (!outcome.ok) log.warn({ process: id, reason: outcome.reason }, `a shard process did not ${what}`)
}

/**
 * From one number of shards to another: the new processes connect and keep what comes, the present ones go on;
 * once all are connected the present ones finish and tell what they have handled, and the new ones handle the rest.
 * Whatever fails before that leaves everything as it was.
 */
export async function reshard({
  from,
  open,
  fatal,
  adopt,
  progress,
  signal,
  clock,
  log,
}: {
  from: Generation
  open: () => Generation
  /** Why the new processes can never connect. */
  fatal: () => string | undefined
  adopt: (generation: Generation) => Promise<void>
  progress: Progress
  signal: AbortSignal
  clock: Clock
  log: Log
}): Promise<void> {
  await askEach(from.slots, 'remember what it handles', slot => slot.remember(), log)
  const pids = from.slots.map(slot => slot.info().pid)
  /** With a process dies the knowledge of what it has handled, and the new ones would handle it again. */
  const lost = (): string | undefined => {
    const gone = from.slots.find((slot, index) => slot.info().pid !== pids[index])
    return gone && `process ${gone.info().id} ended meanwhile (${gone.info().lastEnd}); try again`
  }
  const to = open()
  progress({ total: to.slots.length })
  try {
    await untilConnected(to.slots, clock.nowMs() + patienceMs(to.totalShards), {
      progress,
      fatal: () => fatal() ?? lost(),
      signal,
      clock,
    })
    await adopt(to)
  } catch (error) {
    await Promise.allSettled(to.slots.map(slot => slot[Symbol.asyncDispose]()))
    throw new Error(`${reasonOf(error)}; the ${from.totalShards} present shards go on`, { cause: error })
  }
  progress({ step: 'the new processes take over' })
  const handled = (await Promise.all(from.slots.map(slot => slot.handOver({ forgets: true })))).flat()
  await askEach(to.slots, 'take over at once', slot => slot.unmute(handled), log)
  progress({ done: to.slots.length, step: `the bot has ${to.totalShards} shards` })
}
