import { type Clock, type Log, monotonicClock, reasonOf } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import type { Directory } from '../directory.ts'
import { type Records, RecordsAwayError } from '../records.ts'
import { waitAtMost } from '../wait-at-most.ts'
import { createClockOffset, type ReadNow, readDatabaseNow } from './database-clock.ts'
import { createObserver } from './observer.ts'
import { enqueue, type Piece } from './piece.ts'
import { writePiece } from './write-piece.ts'

const LOOK_EVERY_MS = 5_000
const WRITE_EVERY_MS = 30_000
/** Three looks: a busy machine is late, a suspended one has seen nothing. */
const LONGEST_LOOK_MS = 15_000
/** What waits for PostgreSQL is at most thirteen slots of each cluster. */
const KEEP_MS = 3_600_000
const STOP_WITHIN_MS = 4_000

export type HistoryRecorder = AsyncDisposable & {
  /** Ms since something was last written; undefined until then. */
  writtenAgoMs(): number | undefined
  /** How many stretches of a cluster's time wait for PostgreSQL. */
  readonly waiting: number
  /** Writes that failed, and stretches that waited too long and were given up. */
  readonly failures: number
  readonly givenUp: number
}

/** Counts every cluster's uptime for as long as this process lives; any number of replicas may. */
export function startHistoryRecorder({
  registry,
  directory,
  records,
  healthTimeoutMs,
  log,
  clock = monotonicClock,
  wallNowMs = Date.now,
  readNow = readDatabaseNow,
}: {
  registry: ShardRegistry
  directory: Directory
  records: Records
  healthTimeoutMs: number
  log: Log
  clock?: Clock
  wallNowMs?: () => number
  readNow?: ReadNow
}): HistoryRecorder {
  const nowMs = () => Math.floor(clock.nowMs())
  const databaseClock = createClockOffset(nowMs, wallNowMs)
  const observer = createObserver({
    longestMs: LONGEST_LOOK_MS,
    settleMs: healthTimeoutMs + LONGEST_LOOK_MS,
    databaseClock,
  })
  const ending = new AbortController()
  let waiting: Piece[] = []
  let writtenAtMs: number | undefined
  let failures = 0
  let givenUp = 0
  let isFailing = false

  async function writeAll(): Promise<void> {
    await records.use(async db => {
      const databaseNowMs = await databaseClock.ask(() => readNow(db))
      for (let piece = waiting[0]; piece; piece = waiting[0]) {
        // What was seen before the database's clock was set is of the time before.
        const { offsetMs } = piece.isGuess ? databaseClock : piece
        const at = { nowMs: databaseNowMs, offsetMs }
        const written = piece
        written.wasTried = true
        await db.transaction(tx => writePiece(tx, written, at))
        waiting.shift()
        writtenAtMs = nowMs()
      }
    })
  }

  async function write(): Promise<void> {
    for (const piece of observer.take()) enqueue(waiting, piece)
    const kept = waiting.filter(({ toMs }) => toMs > nowMs() - KEEP_MS)
    givenUp += waiting.length - kept.length
    waiting = kept
    if (waiting.length === 0 || records.problem() !== undefined) return
    try {
      await writeAll()
      isFailing = false
    } catch (error) {
      failures += 1
      if (!isFailing && !(error instanceof RecordsAwayError))
        log.error({ err: error }, `uptime could not be written: ${reasonOf(error)}`)
      isFailing = true
    }
  }

  async function run(): Promise<void> {
    let writing: Promise<void> | undefined
    let writeAtMs = 0
    for (let atMs = nowMs(); !ending.signal.aborted; atMs = Math.max(atMs + LOOK_EVERY_MS, nowMs())) {
      await clock.sleepUntil(atMs, ending.signal).catch(() => {})
      const isKnown = !databaseClock.hasJumped() && registry.staleSinceMs() === null
      observer.look(nowMs(), isKnown ? directory.clusters() : undefined)
      if (nowMs() < writeAtMs || writing) continue
      // Until there is something to be written for the first time, which people wait for, every look tries.
      writeAtMs = writtenAtMs === undefined ? 0 : nowMs() + WRITE_EVERY_MS
      writing = write().finally(() => {
        writing = undefined
      })
    }
    await writing
    await write()
  }

  const subscription = registry.subscribe({
    changed: changes => observer.heard(changes),
    noticed() {},
    reset() {},
  })
  const running = run()

  return {
    writtenAgoMs: () => (writtenAtMs === undefined ? undefined : nowMs() - writtenAtMs),
    get waiting() {
      return waiting.length
    },
    get failures() {
      return failures
    },
    get givenUp() {
      return givenUp
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      subscription[Symbol.dispose]()
      await waitAtMost(STOP_WITHIN_MS, running)
    },
  }
}
