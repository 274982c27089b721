import type { Clock } from '@shardlight/service'
import { createFailingShards } from './failing-shards.ts'
import { type IdentifyView, viewOf } from './identify-view.ts'
import type { IdentifyLedger } from './ledger/identify-ledger.ts'
import { type IdentifyTurns, TURN_TIMES, type Turn } from './turns/identify-turns.ts'

export type { IdentifyView }

export type Permit = {
  /** Resolves when the IDENTIFY may be sent now; never, once released. */
  granted: Promise<void>
  /** The IDENTIFY left; the bucket's window begins. */
  sent(): void
  /** READY arrived. */
  succeeded(): void
  /** The holder no longer wants it, or died; after a grant it counts as sent, since it may have been. */
  release(): void
}

export type IdentifyBroker = AsyncDisposable & {
  request(shardId: number): Permit
  view(): IdentifyView
}

/** discord.js gives READY up after 15 s and identifies anew. */
const READY_TIMEOUT_MS = 20_000
/** A turn that took a larger part of its hold to pay for may be somebody else's before it is used. */
const LATE_PART = 0.4

type Request = {
  shardId: number
  sinceMs: number
  /** What it waits for. */
  waitsFor: 'attempt' | 'ledger' | 'turn'
  state: 'waiting' | 'granted' | 'sent' | 'over' | 'failed'
  sentAtMs: number
  turn: Turn | undefined
  giveUp: AbortController
}

/**
 * Permits to IDENTIFY, for first starts and for any other: in order within a bucket, spaced from the moment of
 * sending, paid for from the day's allowance, and ever more slowly while they fail. It ends its turns and ledger too.
 */
export function createIdentifyBroker({
  turns,
  ledger,
  maxConcurrency,
  clock,
  holdMs = TURN_TIMES.holdMs,
  readyTimeoutMs = READY_TIMEOUT_MS,
  wallMs = Date.now,
}: {
  turns: IdentifyTurns
  ledger: IdentifyLedger
  /** How many buckets there are: a shard is in `shardId % maxConcurrency`. */
  maxConcurrency: number
  clock: Clock
  /** How long a turn is kept for who does not use it. */
  holdMs?: number
  readyTimeoutMs?: number
  wallMs?: () => number
}): IdentifyBroker {
  const requests = new Set<Request>()
  const failing = createFailingShards()
  const bucketOf = (shardId: number) => shardId % maxConcurrency

  async function obtain(request: Request): Promise<void> {
    const { shardId } = request
    const { signal } = request.giveUp
    for (;;) {
      request.waitsFor = 'attempt'
      await clock.sleepUntil(failing.nextMs(shardId), signal)
      request.waitsFor = 'ledger'
      await ledger.open(failing.has(shardId), signal)
      request.waitsFor = 'turn'
      const turn = turns.take(bucketOf(shardId))
      request.turn = turn
      await turn.mine
      const startedMs = clock.nowMs()
      const isPaid = !signal.aborted && (await ledger.spend(failing.has(shardId)))
      if (isPaid && clock.nowMs() - startedMs <= holdMs * LATE_PART && !signal.aborted) return
      turn.giveBack()
      signal.throwIfAborted()
    }
  }

  const forget = (request: Request, state: 'over' | 'failed' = 'over') => {
    const { state: past, turn } = request
    request.state = state
    requests.delete(request)
    request.giveUp.abort()
    if (past === 'waiting') turn?.giveBack()
    if (past === 'granted') turn?.sent()
  }

  const succeed = (request: Request) => {
    if (request.state === 'over') return
    forget(request)
    failing.succeeded(request.shardId)
    ledger.succeeded()
  }

  const fail = (request: Request) => {
    const { state, shardId } = request
    if (state === 'waiting') return forget(request)
    if (state === 'over' || state === 'failed') return
    forget(request, 'failed')
    failing.failed(shardId, request.sentAtMs)
    ledger.failed()
  }

  const giveTime = (request: Request) =>
    clock
      .sleepUntil(clock.nowMs() + readyTimeoutMs, request.giveUp.signal)
      .then(() => {
        // Its turn counted as sent long ago.
        request.state = 'sent'
        fail(request)
      })
      .catch(() => {})

  return {
    request(shardId) {
      // Asking again means that what was sent came to nothing.
      for (const past of [...requests]) if (past.shardId === shardId && past.state === 'sent') fail(past)
      const { promise, resolve } = Promise.withResolvers<void>()
      const request: Request = {
        shardId,
        sinceMs: wallMs(),
        waitsFor: 'ledger',
        state: 'waiting',
        sentAtMs: 0,
        turn: undefined,
        giveUp: new AbortController(),
      }
      requests.add(request)
      void obtain(request).then(
        () => {
          if (request.state !== 'waiting') return
          request.state = 'granted'
          request.sentAtMs = clock.nowMs()
          void giveTime(request)
          resolve()
        },
        // Only who has given up gets here, and nobody waits for it any more.
        () => {},
      )
      return {
        granted: promise,
        sent() {
          if (request.state !== 'granted') return
          request.state = 'sent'
          request.sentAtMs = clock.nowMs()
          request.turn?.sent()
        },
        succeeded: () => succeed(request),
        release: () => fail(request),
      }
    },
    view: () =>
      viewOf({
        day: ledger.day(),
        waiting: [...requests]
          .filter(one => one.state === 'waiting')
          .map(({ shardId, sinceMs, waitsFor }) => ({
            shardId,
            sinceMs,
            again: failing.has(shardId),
            isHeldBack: waitsFor === 'attempt',
          })),
        refusal: ledger.refusal,
        trouble: turns.trouble(),
        bucketOf,
      }),
    async [Symbol.asyncDispose]() {
      // Those that are still out have not failed: their shards go on without this broker.
      for (const request of [...requests]) forget(request)
      await turns[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
    },
  }
}
