import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease, StreamStore } from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'
import type { EventWriter } from './event-writer.ts'
import { gathered } from './gathered.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import { readStream, StreamRefusedError } from './sse-source.ts'

const BATCH = 500
/** Gathers what comes in a moment: a statement for every single event would be dearer than its work. */
const GATHER_MS = 100
const RENEW_EVERY_MS = 2_000
const ACQUIRE_EVERY_MS = 1_000
const SILENCE_MS = 60_000
const RECONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 60_000
const SOON_MS = 250

/** Follows the stream while this process holds its lease; otherwise stands by. */
export function followStream({
  url,
  userAgent,
  streams,
  writer,
  metrics,
  log,
  silenceMs = SILENCE_MS,
}: {
  url: string
  userAgent: string
  streams: StreamStore
  writer: EventWriter
  metrics: IngesterMetrics
  log: Log
  silenceMs?: number
}): AsyncDisposable & { isConnected(): boolean; isHolder(): boolean } {
  const stopping = new AbortController()
  const { signal } = stopping
  let connected = false
  let holder = false
  const pause = (ms: number, until = signal) => sleep(ms, undefined, { signal: until }).catch(() => {})

  /** One connection, to its end. */
  async function connectOnce(lease: Lease, held: AbortSignal): Promise<void> {
    const { lastEventId, lastAt: since } = lease
    metrics.connects.inc()
    let resumedAfter = since ?? undefined
    const onOpen = () => {
      connected = true
      log.info({ resumed: lastEventId !== null }, 'the stream is connected')
    }
    const pieces = readStream({ url, userAgent, lastEventId, since, silenceMs, onOpen, signal: held })
    for await (const events of gathered(pieces, BATCH)) {
      await writer.write(events, { lease, resumedAfter, signal: held })
      resumedAfter = undefined
      lease.lastEventId = events.findLast(event => event.id !== undefined)?.id ?? lease.lastEventId
      if (events.length < BATCH) await pause(GATHER_MS, held)
    }
  }

  async function readWhileHeld(lease: Lease, held: AbortSignal): Promise<void> {
    let failures = 0
    while (!held.aborted) {
      const startedMs = performance.now()
      let waitMs = SOON_MS
      try {
        await connectOnce(lease, held)
      } catch (error) {
        if (held.aborted) return
        metrics.failures.inc()
        log.warn({ reason: reasonOf(error) }, 'the stream broke off, connecting again')
        waitMs = RECONNECT_MS * 2 ** failures
        if (error instanceof StreamRefusedError) waitMs = Math.max(waitMs, error.retryAfterMs ?? 0)
      } finally {
        // Being cut after a while is normal; being cut at once again and again is not.
        failures = connected && performance.now() - startedMs > RECONNECT_MS * 5 ? 0 : failures + 1
        connected = false
      }
      const current = await streams.position()
      if (current) Object.assign(lease, current)
      await pause(Math.min(LONGEST_RECONNECT_MS, waitMs) * (1 + Math.random() / 4), held)
    }
  }

  /** Holds the lease until it is lost or the process stops. */
  async function hold(lease: Lease): Promise<void> {
    const own = new AbortController()
    const held = AbortSignal.any([own.signal, signal])
    const renewal = setInterval(() => {
      streams.renew(lease).catch(error => {
        // While the database is away nobody else can take it either, and no write of ours gets through.
        if (error instanceof Error && error.name === 'LeaseLostError') own.abort(error)
      })
    }, RENEW_EVERY_MS)
    try {
      await readWhileHeld(lease, held)
    } finally {
      clearInterval(renewal)
      own.abort()
      if (signal.aborted) await streams.release(lease).catch(() => {})
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const lease = await streams.acquire().catch(error => {
        log.warn(
          { reason: reasonOf(error) },
          'the right to read the stream cannot be asked for, trying again',
        )
      })
      holder = lease !== undefined
      metrics.isHolder.set(holder ? 1 : 0)
      if (lease) {
        log.info({ epoch: lease.epoch }, 'this process reads the stream')
        await hold(lease).catch(error =>
          log.warn({ reason: reasonOf(error) }, 'another process reads the stream'),
        )
        holder = false
        metrics.isHolder.set(0)
      }
      await pause(ACQUIRE_EVERY_MS)
    }
  }

  const running = run()
  return {
    isConnected: () => connected,
    isHolder: () => holder,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
