import type { Redis } from 'ioredis'
import type { Position } from './wire.ts'

const LOOK_MS = 500
/** Without a look for so long (a process that was suspended, say), nothing is known. */
const LOOK_GOOD_MS = 5 * LOOK_MS
/** So many looks in a row without an answer, or without the changes arriving, and the connection begins anew. */
const PATIENCE = 4

export type Watch = Disposable & {
  /** Looks now; never rejects. */
  lookNow(): Promise<void>
  /** A command failed: until a look says otherwise, Redis does not answer. */
  doubt(): void
  /** @throws when Redis is known not to answer: nobody should have to wait to be told so. */
  requireRedis(): void
  /** Whether everybody has had a health timeout to push since Redis was last away. */
  mayCallUnhealthy(): boolean
  staleSinceMs(): number | null
}

/** Asks Redis every half second where it stands: whether it answers, and whether the picture is what it knows. */
export function watchRedis({
  commands,
  subscriber,
  look,
  isAt,
  catchUp,
  isOverdue,
  nowMs,
  lastHeardMs,
  healthTimeoutMs,
  onTrouble,
}: {
  commands: Redis
  subscriber: Redis
  look: () => Promise<Position>
  /** Whether the picture holds all that was written up to there. */
  isAt: (position: Position) => boolean
  /** Loads all anew. */
  catchUp: () => Promise<void>
  /** Whether a shard would have been called unhealthy by now, if that were allowed. */
  isOverdue: () => boolean
  /** By the clock of what was heard. */
  nowMs: () => number
  /** When anything was heard of any shard. */
  lastHeardMs: () => number | null
  healthTimeoutMs: number
  onTrouble: (error: unknown) => void
}): Watch {
  const openedAtMs = nowMs()
  let answers = false
  let isCurrent = false
  let currentAtMs: number | undefined
  let lookedAtMs = 0
  let failures = 0
  let looksBehind = 0
  /** What the last look saw: it is here by the next one, however much is being pushed. */
  let due: Position | undefined
  let mayCallUnhealthyAtMs = Number.POSITIVE_INFINITY
  let underWay: Promise<void> | undefined

  function away(): void {
    answers = false
    isCurrent = false
    due = undefined
    mayCallUnhealthyAtMs = Number.POSITIVE_INFINITY
  }

  function compare(position: Position): void {
    const isThere = isAt(due ?? position)
    due = position
    looksBehind = isThere && subscriber.status === 'ready' ? 0 : looksBehind + 1
    if (!isThere) void catchUp()
    if (looksBehind > 0 && looksBehind % PATIENCE === 0 && subscriber.status === 'ready')
      subscriber.disconnect(true)
  }

  async function lookOnce(): Promise<void> {
    try {
      const position = await look()
      failures = 0
      if (!answers) mayCallUnhealthyAtMs = performance.now() + healthTimeoutMs
      answers = true
      compare(position)
      const mayBeOverdue = performance.now() < mayCallUnhealthyAtMs && isOverdue()
      isCurrent = looksBehind === 0 && !mayBeOverdue
      if (isCurrent) currentAtMs = nowMs()
      lookedAtMs = performance.now()
    } catch (error) {
      away()
      failures += 1
      onTrouble(error)
      // Of a connection that was cut without a word, only silence tells.
      if (failures % PATIENCE === 0 && commands.status === 'ready') commands.disconnect(true)
    }
    underWay = undefined
  }

  const lookNow = (): Promise<void> => {
    underWay ??= lookOnce()
    return underWay
  }

  commands.on('close', away)
  commands.on('ready', () => void lookNow())
  subscriber.on('close', () => {
    isCurrent = false
  })
  const timer = setInterval(() => void lookNow(), LOOK_MS)
  timer.unref()

  return {
    lookNow,
    doubt() {
      away()
      void lookNow()
    },
    requireRedis() {
      if (!answers) throw new Error('Redis does not answer')
    },
    mayCallUnhealthy: () => performance.now() >= mayCallUnhealthyAtMs,
    staleSinceMs() {
      if (isCurrent && performance.now() - lookedAtMs < LOOK_GOOD_MS) return null
      return currentAtMs ?? lastHeardMs() ?? openedAtMs
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
