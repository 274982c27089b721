import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { createBackoff } from './backoff.ts'
import type { ForkChild } from './child.ts'
import { type Life, type LifeContext, startLife } from './life.ts'

export type ShardProcessState =
  | 'starting'
  | 'ready'
  | 'replacing'
  | 'stopping'
  | 'waiting'
  | 'degraded'
  | 'stopped'

/** One shard process as the manager sees it; the shape of `GET /processes`. */
export type ShardProcessInfo = {
  id: number
  pid: number | null
  shards: number[]
  state: ShardProcessState
  /** Lives after the first, that nobody asked for. */
  restarts: number
  /** Where it serves `/livez`, `/readyz` and `/metrics`, on the loopback address. */
  port: number | null
  /** What ended its last life. */
  lastEnd: string | null
  eventLoopDelayMs: number | null
  /** What the system keeps in memory for it. */
  memoryBytes: number | null
  health: NonNullable<ReturnType<Life['health']>>['shards']
}

export type SlotEvents = {
  /** It died, hung, or closed its channel, without being asked to stop. */
  onLost: (info: ShardProcessInfo) => void
  /** All its shards are connected again. */
  onBack: (gap: Gap) => void
}

/** A time in which a process served no more, and its successor not yet. */
export type Gap = { cause: 'asked' | 'lost'; ms: number }

/** The place of one shard process in the cluster: whoever lives in it, it is the same shards. */
export type Slot = AsyncDisposable & {
  info(): ShardProcessInfo
  /**
   * Another process takes the shards over, without a gap in what is handled.
   * @throws {Error} with the reason where the new one did not come up; then the old one has gone on
   */
  replace(): Promise<void>
  /** Handles what it kept while it was muted. */
  unmute(handled: string[]): Promise<void>
  remember(): Promise<void>
  /** Ends for good, resumably unless it `forgets`. @returns what it handled since `remember` */
  handOver(options?: { forgets?: boolean }): Promise<string[]>
}

/** How long a successor may take until it is connected before the next process is replaced nevertheless. */
const CONNECT_MS = 60_000

/**
 * Keeps one shard process alive until disposed. A successor connects only after the system has said that the
 * last one is gone, so that no shard has two sessions.
 */
export function openSlot({
  id,
  shards,
  fork,
  context,
  muted = false,
  bootTurn,
  log,
  clock,
  events,
}: {
  id: number
  shards: number[]
  fork: ForkChild
  context: LifeContext
  muted?: boolean
  /** Few processes boot at the same time, so that each is quick. */
  bootTurn: <T>(boot: () => Promise<T>) => Promise<T>
  log: Log
  clock: Clock
  events: SlotEvents
}): Slot {
  const stopping = new AbortController()
  const backoff = createBackoff()
  let state: ShardProcessState = 'starting'
  let restarts = 0
  let lastEnd: string | null = null
  let current: Life | undefined
  /** On its way up by `replace`; it goes on as well should the current one die meanwhile. */
  let coming: Promise<Life> | undefined
  let isMuted = muted
  let isClosing = false
  let replacing: Promise<void> | undefined
  let away: { cause: Gap['cause']; sinceMs: number } | undefined
  let wakeUp = new AbortController()

  const info = (): ShardProcessInfo => ({
    id,
    pid: current?.pid ?? null,
    shards,
    state,
    restarts,
    port: current?.port() ?? null,
    lastEnd,
    eventLoopDelayMs: current?.health()?.eventLoopDelayMs ?? null,
    memoryBytes: current?.health()?.memoryBytes ?? null,
    health: current?.health()?.shards ?? [],
  })

  /** A process that could take over at once. */
  const boot = (): Promise<Life> =>
    bootTurn(async () => {
      stopping.signal.throwIfAborted()
      const life = await startLife(fork, context)
      const stop = () => void life.end()
      stopping.signal.addEventListener('abort', stop, { once: true })
      try {
        await life.prepared
        return life
      } catch (error) {
        await life.ended
        throw error
      } finally {
        stopping.signal.removeEventListener('abort', stop)
      }
    })

  const isLeft = () => state === 'replacing' || isClosing

  const leave = (cause: Gap['cause']) => {
    away ??= { cause, sinceMs: clock.nowMs() }
  }

  /** From taking over until it is gone. @returns what ended it */
  async function live(life: Life): Promise<string> {
    current = life
    state = 'starting'
    const becomeReady = () => {
      if (current !== life || state !== 'starting') return
      state = 'ready'
      if (away) events.onBack({ cause: away.cause, ms: clock.nowMs() - away.sinceMs })
      away = undefined
    }
    life.ready.then(becomeReady, () => {})
    // One that did not hear that it may connect would wait for ever.
    await life.takeOver(isMuted).catch(() => life.end())
    const end = await life.lost
    // Asked to go it is no loss.
    if (!isLeft()) {
      leave('lost')
      events.onLost({ ...info(), lastEnd: end })
    }
    return await life.ended
  }

  /** The one that is on its way up, if there is one and it comes up. */
  async function successor(): Promise<Life | undefined> {
    const life = await coming?.catch(() => undefined)
    coming = undefined
    return life
  }

  async function keepAlive(): Promise<void> {
    let next: Life | undefined
    while (!isClosing) {
      const bornAtMs = clock.nowMs()
      try {
        if (!next) state = 'starting'
        const life = next ?? (await boot())
        if (isClosing) {
          await life.end()
          break
        }
        lastEnd = await live(life)
      } catch (error) {
        lastEnd = reasonOf(error)
      }
      current = undefined
      next = await successor()
      if (isClosing || next) continue
      const delayMs = backoff.nextDelayMs(clock.nowMs() - bornAtMs)
      state = backoff.isDegraded() ? 'degraded' : 'waiting'
      log.warn(
        { process: id, shards, end: lastEnd, delayMs, state },
        'a shard process was lost, it comes back',
      )
      wakeUp = new AbortController()
      const until = AbortSignal.any([stopping.signal, wakeUp.signal])
      await clock.sleepUntil(clock.nowMs() + delayMs, until).catch(() => {})
      restarts += 1
    }
    await next?.end()
    await (await successor())?.end()
    state = 'stopped'
  }

  async function replaceOnce(): Promise<void> {
    backoff.reset()
    if (!current) return await revive()
    const booting = boot()
    coming = booting
    let life: Life
    try {
      life = await booting
    } catch (error) {
      coming = undefined
      const reason = `the new process ${id} did not start (${reasonOf(error)}); the old one goes on`
      throw new Error(reason, { cause: error })
    }
    if (current) {
      state = 'replacing'
      leave('asked')
      await current.handOver()
    }
    const late = AbortSignal.timeout(CONNECT_MS)
    const tooLate = new Promise<never>((_, reject) =>
      late.addEventListener('abort', () => reject(notConnected())),
    )
    await Promise.race([life.ready, tooLate])
  }

  const notConnected = () =>
    new Error(`process ${id} is not connected after ${CONNECT_MS / 1_000} s; it keeps trying`)

  /** There is nobody to take over from: it is tried again now. */
  async function revive(): Promise<void> {
    wakeUp.abort()
    for (const endMs = clock.nowMs() + CONNECT_MS; state !== 'ready'; ) {
      stopping.signal.throwIfAborted()
      if (backoff.isDegraded()) throw new Error(`process ${id} keeps dying (${lastEnd})`)
      if (clock.nowMs() > endMs) throw notConnected()
      await clock.sleepUntil(clock.nowMs() + 50, stopping.signal)
    }
  }

  /** Lets the process finish; whatever else is under way ends. */
  async function close(options?: { forgets?: boolean }): Promise<string[]> {
    isClosing = true
    if (state !== 'stopped') state = 'stopping'
    const handled = (await current?.handOver(options)) ?? []
    stopping.abort()
    await kept
    return handled
  }

  const kept = keepAlive()
  return {
    info,
    replace() {
      replacing ??= replaceOnce().finally(() => {
        replacing = undefined
      })
      return replacing
    },
    async unmute(handled) {
      isMuted = false
      const life = current
      try {
        await life?.unmute(handled)
      } catch (error) {
        // Its successor is not muted.
        await life?.end()
        throw error
      }
    },
    async remember() {
      await current?.remember()
    },
    handOver: close,
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}
