import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { errorTypeOf, followUp, type LongSpan } from '@shardlight/tracing'
import { SnowflakeUtil } from 'discord.js'
import { type Discord, isGone } from '../discord.ts'
import type { ErrorStore } from '../errors/error-store.ts'
import type { CountdownMetrics } from './countdown-metrics.ts'
import { LEASE_MS, type Owner, type Task, type TaskStore } from './task-store.ts'

const STEP_MS = 1_000
/** Later than this, the rest moves too: catching up would burst into the channel's limit of 5 messages in 5 s. */
const REANCHOR_MS = 250
const SAVE_EVERY_MS = 250
const CLAIM_EVERY_MS = 2_000
/** A lease that is not renewed is renewed this early, and no number is posted when less than this is left of it. */
const LEASE_MARGIN_MS = 2_000
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** Discord remembers nonces for "the past few minutes"; beyond this the channel itself is asked. */
const NONCE_MEMORY_MS = 60_000
/** How far the clocks of this machine, the database and Discord may be apart. */
const CLOCKS_DIFFER_MS = 5_000
/** How long a stop waits for numbers that are on their way. */
const LAST_WORDS_MS = 2_000

type Counting = {
  task: Task
  /** When number n is due: `baseMs + n * 1000`. */
  baseMs: number
  /** When to try the next number; later than it is due after a failure. */
  tryAtMs: number
  failures: number
  /** Own lease, by our clock, from before the statement that renewed it. */
  leaseEndMs: number
  saved: number
  /** Since when the next number may be in the channel without our knowing it. */
  unsureSinceMs: number | undefined
  inFlight: Promise<void> | undefined
  stopping: boolean
  /** The whole count in this process, where its command was traced. */
  span: LongSpan | undefined
  /** Where this process began. */
  first: number
}

export type Counter = AsyncDisposable & {
  begin(task: Task): void
  /** Stops counting in a chat. @returns the last number posted, or undefined when nothing is counted here. */
  stop(channelId: bigint): Promise<number | undefined>
  /** The last number posted, which may be ahead of what the database knows. */
  position(channelId: bigint): { target: number; posted: number } | undefined
  active(): number
}

/**
 * Counts in every chat that this process owns: one loop for all, each number at its own absolute deadline, with a
 * nonce made of request and number, so that no retry and no successor can post it twice.
 */
export function startCounter({
  tasks,
  discord,
  errors,
  owner,
  shards,
  clock,
  log,
  metrics,
}: {
  tasks: TaskStore
  discord: Pick<Discord, 'post' | 'ownMessages' | 'hurry'>
  errors: ErrorStore
  owner: Owner
  shards: { ids: number[]; total: number }
  clock: Clock
  log: Log
  metrics: CountdownMetrics
}): Counter {
  const counting = new Map<bigint, Counting>()
  const stopped = new AbortController()
  let wake = new AbortController()

  const add = (task: Task) => {
    const nowMs = clock.nowMs()
    counting.set(task.channelId, {
      task,
      baseMs: nowMs - (task.posted + 1) * STEP_MS,
      tryAtMs: nowMs,
      failures: 0,
      leaseEndMs: nowMs + LEASE_MS,
      saved: task.posted,
      unsureSinceMs: nowMs - task.silentMs,
      inFlight: undefined,
      stopping: false,
      span: followUp(task.traceparent, 'countdown counting', {
        attributes: {
          'shardlight.countdown.target': task.target,
          'shardlight.countdown.first': task.posted + 1,
        },
      }),
      first: task.posted + 1,
    })
    wake.abort()
  }

  const endSpan = ({ span, task }: Counting, outcome: string, error?: unknown) =>
    span?.end({ 'shardlight.countdown.posted': task.posted, 'shardlight.countdown.outcome': outcome }, error)

  const drop = (one: Counting, outcome: string, error?: unknown) => {
    if (counting.get(one.task.channelId) === one) counting.delete(one.task.channelId)
    endSpan(one, outcome, error)
  }

  /** @returns false when it was no longer ours to end. */
  async function end(one: Counting, state: 'done' | 'stopped', outcome: string): Promise<boolean> {
    one.stopping = true
    try {
      const isOurs = await tasks.end({ task: one.task, state, outcome })
      drop(one, state)
      return isOurs
    } catch (error) {
      one.stopping = false
      wake.abort()
      throw error
    }
  }

  async function fail(one: Counting, error: unknown): Promise<void> {
    const { task } = one
    drop(one, 'failed', error)
    const outcome = `stopped at ${task.posted}: ${reasonOf(error)}`
    await tasks.end({ task, state: 'failed', outcome })
    metrics.failed.inc()
    const chat = { guildId: task.guildId, channelId: task.channelId }
    await errors.addGeneral({ what: `countdown ${task.id} in channel ${task.channelId}`, error, chat })
  }

  function notePosted(one: Counting, dueMs: number): void {
    one.task.posted += 1
    one.failures = 0
    one.unsureSinceMs = undefined
    const lateMs = clock.nowMs() - dueMs
    metrics.lateness.observe(Math.max(0, lateMs) / 1_000)
    if (lateMs > REANCHOR_MS) {
      one.baseMs += lateMs
      one.span?.event('a number was late', { number: one.task.posted, late_ms: Math.round(lateMs) })
    }
    one.tryAtMs = one.baseMs + (one.task.posted + 1) * STEP_MS
  }

  /**
   * Numbers may be in the channel that we do not know of. Discord would answer their nonces with them, but not for
   * long; after that the channel itself is read.
   */
  async function catchUp(one: Counting): Promise<void> {
    const { task, unsureSinceMs } = one
    const unsureMs = unsureSinceMs === undefined ? 0 : clock.nowMs() - unsureSinceMs
    if (unsureMs < NONCE_MEMORY_MS) return
    const sinceMs = Date.now() - unsureMs - CLOCKS_DIFFER_MS
    const since = SnowflakeUtil.generate({ timestamp: sinceMs })
    const posted = (await discord.ownMessages(task.channelId, since))
      .filter(({ id, content }) => id > task.requestId && /^\d{1,4}$/.test(content))
      .map(({ content }) => Number(content))
    const last = Math.max(task.posted, ...posted.filter(number => number <= task.target))
    one.baseMs -= (last - task.posted) * STEP_MS
    task.posted = last
    one.unsureSinceMs = undefined
  }

  async function postNext(one: Counting): Promise<void> {
    const { task } = one
    const triedAtMs = clock.nowMs()
    try {
      await catchUp(one)
      if (task.posted < task.target) {
        const number = task.posted + 1
        const dueMs = one.baseMs + number * STEP_MS
        await discord.post({
          channelId: task.channelId,
          content: String(number),
          nonce: `${task.requestId}-${number}`,
          background: { guildId: task.guildId },
        })
        notePosted(one, dueMs)
      }
      if (task.posted >= task.target && (await end(one, 'done', `counted to ${task.target}`)))
        metrics.finished.inc()
    } catch (error) {
      if (isGone(error)) return await fail(one, error)
      one.failures += 1
      one.span?.event('a number could not be posted', { 'error.type': errorTypeOf(error) })
      one.unsureSinceMs ??= triedAtMs
      one.tryAtMs = clock.nowMs() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (one.failures - 1))
      log.warn(
        { err: error, task: String(task.id), failures: one.failures },
        'a number could not be posted yet',
      )
    }
  }

  /** Of a long count the first and the last number are shown, and what is tried again: a thousand alike tell nothing. */
  function postTraced(one: Counting): Promise<void> {
    const next = one.task.posted + 1
    const isShown = next === one.first || next === one.task.target || one.failures > 0
    return one.span && isShown ? one.span.within(() => postNext(one)) : postNext(one)
  }

  const mayPost = (one: Counting, nowMs: number) =>
    !one.stopping && !one.inFlight && one.tryAtMs <= nowMs && nowMs < one.leaseEndMs - LEASE_MARGIN_MS

  async function tickLoop(): Promise<void> {
    while (!stopped.signal.aborted) {
      const nowMs = clock.nowMs()
      let nextMs = nowMs + 60_000
      for (const one of counting.values()) {
        if (mayPost(one, nowMs)) {
          one.inFlight = postTraced(one)
            .catch(error => log.error({ err: error }, 'a countdown could not be recorded'))
            .finally(() => {
              one.inFlight = undefined
              wake.abort()
            })
        } else if (!one.inFlight && !one.stopping) {
          // Without a valid lease the next save, not the clock, lets it go on.
          nextMs = Math.min(nextMs, one.tryAtMs > nowMs ? one.tryAtMs : nowMs + SAVE_EVERY_MS)
        }
      }
      wake = new AbortController()
      await clock.sleepUntil(nextMs, AbortSignal.any([wake.signal, stopped.signal])).catch(() => {})
    }
  }

  async function save(): Promise<void> {
    const askedMs = clock.nowMs()
    const due = [...counting.values()].filter(
      // One that is being stopped may still wait for its last number: until then it stays ours.
      one => one.saved !== one.task.posted || one.leaseEndMs - askedMs < LEASE_MS - LEASE_MARGIN_MS,
    )
    if (due.length === 0) return
    const written = due.map(({ task }) => ({ id: task.id, epoch: task.epoch, posted: task.posted }))
    const ours = await tasks.save(written)
    for (const [index, one] of due.entries()) {
      if (ours.has(one.task.id)) {
        one.saved = written[index]?.posted ?? one.saved
        one.leaseEndMs = askedMs + LEASE_MS
      } else if (!one.stopping) {
        log.warn({ task: String(one.task.id) }, 'a countdown has another owner now')
        drop(one, 'taken over')
      }
    }
  }

  const every = async (periodMs: number, what: string, run: () => Promise<void>) => {
    while (!stopped.signal.aborted) {
      await run().catch(error => log.error({ err: error }, `${what} failed, trying again`))
      await clock.sleepUntil(clock.nowMs() + periodMs, stopped.signal).catch(() => {})
    }
  }

  const claim = async () => {
    const except = [...counting.values()].map(one => one.task.id)
    for (const task of await tasks.claim({ owner, shards, except })) {
      log.info({ task: String(task.id), posted: task.posted, target: task.target }, 'a countdown goes on')
      add(task)
    }
  }

  const loops = [
    tickLoop(),
    every(SAVE_EVERY_MS, 'saving countdowns', save),
    every(CLAIM_EVERY_MS, 'taking over countdowns', claim),
  ]

  return {
    begin: add,
    async stop(channelId) {
      const one = counting.get(channelId)
      if (!one || one.stopping) return undefined
      one.stopping = true
      discord.hurry(channelId)
      await one.inFlight
      const { posted, target } = one.task
      if (!counting.has(channelId) || posted >= target) return undefined
      return (await end(one, 'stopped', `stopped at ${posted}`)) ? posted : undefined
    },
    position: channelId => {
      const one = counting.get(channelId)
      return one && { target: one.task.target, posted: one.task.posted }
    },
    active: () => counting.size,
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await Promise.all(loops)
      const inFlight = Promise.all([...counting.values()].map(one => one.inFlight))
      // A post that Discord does not answer must not hold the rest up: its nonce keeps it from appearing twice.
      const waited = new AbortController()
      const patience = clock.sleepUntil(clock.nowMs() + LAST_WORDS_MS, waited.signal).catch(() => {})
      await Promise.race([inFlight, patience])
      waited.abort()
      for (const one of counting.values()) endSpan(one, 'handed over')
      const unfinished = [...counting.values()].filter(one => !one.stopping).map(one => one.task)
      counting.clear()
      if (unfinished.length > 0) await tasks.release(unfinished)
    },
  }
}
