import type { FeedFrame } from '@shardlight/status-client'
import { loadSnapshot, type SnapshotFrame } from './load-snapshot.ts'
import { readFrame } from './read-frame.ts'
import { retryDelayMs } from './retry-delay.ts'

export type Connection = {
  isLive: boolean
  /** By `performance.now()`; undefined before the first frame. */
  lastFrameAtMs: number | undefined
  /** What the server's clock is ahead of ours. */
  skewMs: number
  /** By the server: since when what it tells is the last known picture and no more; null while it is current. */
  staleSinceMs: number | null
}

/** The server beats every 2 s: after this long the line is dead, whatever the browser thinks. */
const SILENCE_MS = 7_000
/** From this many vain attempts on, what cannot be followed is at least looked at again and again. */
const ATTEMPTS_UNTIL_POLLING = 2

/**
 * Follows the feed for as long as the page lives: begins with the snapshot over HTTP, goes on from there over the
 * WebSocket, reconnects with jitter, and resumes where it stood.
 */
export function followFeed({
  address,
  load = loadSnapshot,
  onFrame,
  onConnection,
}: {
  address: () => URL
  load?: () => Promise<SnapshotFrame | undefined>
  onFrame: (frame: FeedFrame) => void
  onConnection: (connection: Connection) => void
}): void {
  let socket: WebSocket | undefined
  let attempts = 0
  let turn = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let position: { epoch: string; seq: number } | undefined
  let silentSinceMs = 0
  let connection: Connection = { isLive: false, lastFrameAtMs: undefined, skewMs: 0, staleSinceMs: null }

  /** Each frame is news of its age, but not to a tab that nobody looks at. */
  function tell(change: Partial<Connection>): void {
    const isSame = change.isLive === connection.isLive && connection.lastFrameAtMs !== undefined
    connection = { ...connection, ...change }
    if (!isSame || !document.hidden) onConnection(connection)
  }

  function retryLater(): void {
    socket = undefined
    tell({ isLive: false })
    clearTimeout(retry)
    retry = setTimeout(connect, retryDelayMs(attempts))
    attempts += 1
  }

  function take(frame: FeedFrame, isLive: boolean): void {
    const { epoch, seq, atMs } = frame
    const isGap = frame.op === 'changes' && position && (position.epoch !== epoch || position.seq + 1 !== seq)
    if (isGap) {
      position = undefined
      socket?.close()
      return
    }
    // A position is good only with the snapshot or the changes that lead to it.
    if (frame.op === 'snapshot' || frame.op === 'changes') position = { epoch, seq }
    onFrame(frame)
    tell({
      isLive,
      lastFrameAtMs: performance.now(),
      skewMs: atMs - Date.now(),
      ...('staleSinceMs' in frame && { staleSinceMs: frame.staleSinceMs }),
    })
  }

  function open(): void {
    const url = address()
    if (position) {
      url.searchParams.set('epoch', position.epoch)
      url.searchParams.set('seq', String(position.seq))
    }
    const opening = new WebSocket(url)
    socket = opening
    silentSinceMs = performance.now()
    opening.onmessage = ({ data }) => {
      const frame = readFrame(data)
      if (!frame || socket !== opening) return
      attempts = 0
      silentSinceMs = performance.now()
      take(frame, true)
    }
    opening.onclose = () => {
      if (socket === opening) retryLater()
    }
  }

  async function connect(): Promise<void> {
    clearTimeout(retry)
    turn += 1
    const mine = turn
    const isFirst = connection.lastFrameAtMs === undefined
    if (isFirst || attempts >= ATTEMPTS_UNTIL_POLLING) {
      const snapshot = await load()
      if (mine !== turn) return
      // What has just been loaded is as good as live while the line is being opened; while it cannot be, it is not.
      if (snapshot) take(snapshot, isFirst && attempts === 0)
    }
    open()
  }

  setInterval(() => {
    if (!socket || performance.now() - silentSinceMs < SILENCE_MS) return
    // A dead line may take minutes to open or close: it is given up here and now.
    socket.close()
    retryLater()
  }, 1_000)
  const connectNow = () => void (socket === undefined && connect())
  addEventListener('online', connectNow)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return
    onConnection(connection)
    connectNow()
  })
  void connect()
}
