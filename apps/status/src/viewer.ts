import type { WebSocket } from 'ws'
import type { FrameLog, Position } from './frame-log.ts'
import type { Snapshots } from './snapshots.ts'

/** What may wait in this process for one viewer to read it. */
export const MOST_QUEUED_BYTES = 256 * 1024
/** A larger frame goes out in fragments, of which no more are queued than fit. */
const FRAGMENT_BYTES = 64 * 1024
/** The headers of fragments, and a ping and a pong between them. */
const HEADER_BYTES = 1024
const MOST_BEFORE_A_FRAGMENT = MOST_QUEUED_BYTES - FRAGMENT_BYTES - HEADER_BYTES
/** Each queued frame costs some hundred bytes of its own, however small it is. */
const MOST_QUEUED_FRAMES = 256
/** Who was too slow is told what is new once it has read nearly all that it had. */
const CAUGHT_UP_BYTES = 16 * 1024
/** Less than this is told change by change even where a snapshot would be shorter. */
const FEW_MISSED_BYTES = 4 * 1024
/** What a viewer must at least have read between two looks, of what waits here, to count as reading. */
const PROGRESS_BYTES = 16 * 1024

export type Viewer = {
  readonly socket: WebSocket
  /** Gives it all that is new, as far as it reads. */
  advance(): void
  /** The frame, unless it has something better to read. */
  offer(frame: Buffer): void
  /** Whether it has read since the last time this was asked, as far as that can be seen. */
  hasRead(): boolean
}

/** Whether the log can lead from there to the present, in fewer bytes than a snapshot has. */
export function canResume(log: FrameLog, snapshots: Snapshots, from: Position | undefined): boolean {
  const missed = from && log.bytesSince(from)
  if (missed === undefined) return false
  return missed <= FEW_MISSED_BYTES || missed <= snapshots.current().bytes
}

/**
 * One viewer and its place in the log. It is given what follows when there is room; when it reads too slowly nothing
 * piles up, and it goes on later from the log, or from a snapshot where that is shorter or the log has moved on.
 * @param first what it is given before anything else.
 * @param from where it stands then; undefined goes on with a snapshot.
 * @param onSlow it has missed so much that it is given a snapshot.
 */
export function createViewer({
  socket,
  log,
  snapshots,
  first,
  from,
  onSlow,
}: {
  socket: WebSocket
  log: FrameLog
  snapshots: Snapshots
  first: readonly Buffer[]
  from: Position | undefined
  onSlow: () => void
}): Viewer {
  let position = from
  let waiting: readonly Buffer[] = first
  /** How many of those are given already. */
  let givenOfWaiting = 0
  let rest: Buffer | undefined
  let isStalled = false
  let queuedFrames = 0
  let given = 0
  let lookedAt = { read: 0, queued: 0 }

  function next(): readonly Buffer[] | undefined {
    if (position && log.isHead(position)) return undefined
    const entry = position && log.after(position)
    if (position && entry && canResume(log, snapshots, position)) {
      position = { epoch: position.epoch, seq: position.seq + 1 }
      return entry
    }
    const { epoch, seq, frames } = snapshots.current()
    if (isStalled && position?.epoch === epoch) onSlow()
    position = { epoch, seq }
    return frames
  }

  function sendFragment(frame: Buffer): void {
    const fragment = frame.subarray(0, FRAGMENT_BYTES)
    rest = frame.length > FRAGMENT_BYTES ? frame.subarray(FRAGMENT_BYTES) : undefined
    given += fragment.length
    queuedFrames += 1
    socket.send(fragment, { binary: false, compress: false, fin: rest === undefined }, onSent)
  }

  const isUnderWay = () => rest !== undefined || givenOfWaiting < waiting.length

  function nextFrame(): Buffer | undefined {
    if (rest) return rest
    if (givenOfWaiting >= waiting.length) {
      waiting = next() ?? []
      givenOfWaiting = 0
      isStalled = false
    }
    const frame = waiting[givenOfWaiting]
    givenOfWaiting += 1
    return frame
  }

  function advance(): void {
    while (socket.readyState === socket.OPEN) {
      const mostBytes = isStalled && !isUnderWay() ? CAUGHT_UP_BYTES : MOST_BEFORE_A_FRAGMENT
      if (socket.bufferedAmount > mostBytes || queuedFrames >= MOST_QUEUED_FRAMES) {
        isStalled = true
        return
      }
      const frame = nextFrame()
      if (!frame) return
      sendFragment(frame)
    }
  }

  function onSent(): void {
    queuedFrames -= 1
    if (isStalled) advance()
  }

  return {
    socket,
    advance,
    offer(frame) {
      const isIdle = !isStalled && !isUnderWay() && position && log.isHead(position)
      if (isIdle && socket.bufferedAmount <= MOST_BEFORE_A_FRAGMENT) sendFragment(frame)
    },
    hasRead() {
      const queued = socket.bufferedAmount
      const before = lookedAt
      lookedAt = { read: given - queued, queued }
      // While something waits here the system's own buffers are full: what leaves now was read at the other end.
      return before.queued > 0 && lookedAt.read - before.read >= Math.min(PROGRESS_BYTES, before.queued)
    },
  }
}
