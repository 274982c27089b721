import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable } from '@shardlight/database'
import { LEASE_MS, type Lease, LeaseLostError, type StreamStore } from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'
import { readBatch, spanOf } from './batch.ts'
import { gathered } from './gathered.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import { overlapped } from './overlapped.ts'
import { type Sink, storeUntilStored } from './sink.ts'
import { readStream, type StreamEvent, StreamRefusedError } from './sse-source.ts'

const BATCH = 2_000
const RENEW_EVERY_MS = 2_000
const ACQUIRE_EVERY_MS = 1_000
const SILENCE_MS = 60_000
const RECONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 60_000
const SOON_MS = 250
/** As many pieces of the network as are read ahead; each has at most 64 KiB. */
const PIECES_AHEAD = 64
/** After a reconnect events of the last seconds come again; so far ahead of them means that some are missing. */
const GAP_MS = 60_000

/** Follows the stream while this process holds its lease; otherwise stands by. */
export function followStream({
  url,
  userAgent,
  streams,
  sink,
  metrics,
  log,
  silenceMs = SILENCE_MS,
}: {
  url: string
  userAgent: string
  streams: StreamStore
  sink: Sink
  metrics: IngesterMetrics
  log: Log
  silenceMs?: number
}): AsyncDisposable & { isConnected(): boolean; isHolder(): boolean } {
  const stopping = new AbortController()
  const { signal } = stopping
  let connected = false
  let holder = false
  const pause = (ms: number, until = signal) => sleep(ms, undefined, { signal: until }).catch(() => {})

  /** @param resumedAfter when the last stored event was, until a connection that resumes has brought the next. */
  async function prepare(events: StreamEvent[], resumedAfter: Date | undefined) {
    const texts = events.map(event => event.data)
    const batch = await readBatch(texts, metrics)
    const lastEventId = events.findLast(event => event.id !== undefined)?.id
    const span = spanOf(batch.changes)
    const isGap = resumedAfter && span && span.first.getTime() - resumedAfter.getTime() > GAP_MS
    return { batch, lastEventId, span, gap: isGap ? { from: resumedAfter, until: span.first } : undefined }
  }

  /** Stores events, and with them how far the stream has been read. */
  async function store(
    { batch, lastEventId, span, gap }: Awaited<ReturnType<typeof prepare>>,
    { lease, held }: { lease: Lease; held: AbortSignal },
  ): Promise<void> {
    const alongside = async (tx: Queryable) => {
      if (gap) await streams.recordGap(tx, gap)
      await streams.advance(tx, { epoch: lease.epoch, lastEventId, lastAt: span?.last })
    }
    await storeUntilStored(batch, { sink, alongside, metrics, log, signal: held })
    lease.lastEventId = lastEventId ?? lease.lastEventId
    if (!gap) return
    metrics.gapSeconds.inc((gap.until.getTime() - gap.from.getTime()) / 1_000)
    log.error(gap, 'the stream could not be read back to where it was left: a gap')
  }

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
    const readable = Readable.from(pieces, { highWaterMark: PIECES_AHEAD })
    await overlapped(gathered<StreamEvent>(readable, { most: BATCH }), {
      async prepare(events) {
        const prepared = await prepare(events, resumedAfter)
        if (prepared.span) resumedAfter = undefined
        return prepared
      },
      store: prepared => store(prepared, { lease, held }),
    })
  }

  async function readWhileHeld(lease: Lease, held: AbortSignal): Promise<void> {
    let failures = 0
    while (!held.aborted) {
      const startedMs = performance.now()
      let askedMs = 0
      try {
        await connectOnce(lease, held)
      } catch (error) {
        if (held.aborted) return
        if (error instanceof LeaseLostError) throw error
        metrics.failures.inc()
        log.warn({ reason: reasonOf(error) }, 'the stream broke off, connecting again')
        if (error instanceof StreamRefusedError) askedMs = error.retryAfterMs ?? 0
      }
      // Being cut after a while is normal; being cut at once again and again is not.
      failures = connected && performance.now() - startedMs > RECONNECT_MS * 5 ? 0 : failures + 1
      connected = false
      const backOffMs = failures < 2 ? SOON_MS : RECONNECT_MS * 2 ** (failures - 2)
      const waitMs = Math.max(askedMs, Math.min(LONGEST_RECONNECT_MS, backOffMs))
      await pause(waitMs * (1 + Math.random() / 4), held)
      await streams.position().then(
        current => current && Object.assign(lease, current),
        // The place that is known here is no further than what is stored: reading from it repeats, and loses nothing.
        error => log.warn({ reason: reasonOf(error) }, 'the place in the stream is not known anew'),
      )
    }
  }

  /** Holds the lease until it is lost or the process stops. */
  async function hold(lease: Lease): Promise<void> {
    const own = new AbortController()
    const held = AbortSignal.any([own.signal, signal])
    let renewedMs = performance.now()
    const renewal = setInterval(() => {
      const askedMs = performance.now()
      streams.renew(lease).then(
        () => {
          renewedMs = askedMs
        },
        error => {
          // Where others can reach the database, one of them reads the stream by then.
          if (error instanceof LeaseLostError || performance.now() - renewedMs > LEASE_MS) own.abort(error)
        },
      )
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
          log.warn({ reason: reasonOf(error) }, 'this process no longer reads the stream'),
        )
        holder = false
        metrics.isHolder.set(0)
        metrics.standBy()
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
