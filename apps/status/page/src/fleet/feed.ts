import type { FeedFrame } from '@shardlight/status-client'
import { readFrame } from './read-frame.ts'

export type Connection = {
  isLive: boolean
  /** By `performance.now()`; undefined before the first frame. */
  lastFrameAtMs: number | undefined
  /** What the server's clock is ahead of ours. */
  skewMs: number
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000
/** The server beats every 2 s: after this long the line is dead, whatever the browser thinks. */
const SILENCE_MS = 7_000

/** Follows the feed for as long as the page lives: reconnects with jitter, and resumes where it stood. */
export function followFeed({
  address,
  onFrame,
  onConnection,
}: {
  address: () => URL
  onFrame: (frame: FeedFrame) => void
  onConnection: (connection: Connection) => void
}): void {
  let socket: WebSocket | undefined
  let attempts = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let position: { epoch: string; seq: number } | undefined
  let silentSinceMs = 0
  let connection: Connection = { isLive: false, lastFrameAtMs: undefined, skewMs: 0 }

  function tell(change: Partial<Connection>): void {
    connection = { ...connection, ...change }
    onConnection(connection)
  }

  function retryLater(): void {
    socket = undefined
    tell({ isLive: false })
    const mostMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts)
    attempts += 1
    clearTimeout(retry)
    retry = setTimeout(connect, mostMs * (0.5 + Math.random() / 2))
  }

  function take(frame: FeedFrame): void {
    attempts = 0
    silentSinceMs = performance.now()
    const { epoch, seq } = frame
    const isGap = frame.op === 'changes' && position && (position.epoch !== epoch || position.seq + 1 !== seq)
    if (isGap) {
      position = undefined
      socket?.close()
      return
    }
    // A position is good only with the snapshot or the changes that lead to it.
    if (frame.op === 'snapshot' || frame.op === 'changes') position = { epoch, seq }
    onFrame(frame)
    tell({ isLive: true, lastFrameAtMs: silentSinceMs, skewMs: frame.atMs - Date.now() })
  }

  function connect(): void {
    clearTimeout(retry)
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
      if (frame && socket === opening) take(frame)
    }
    opening.onclose = () => {
      if (socket === opening) retryLater()
    }
  }

  setInterval(() => {
    if (!socket || performance.now() - silentSinceMs < SILENCE_MS) return
    // A dead line may take minutes to open or close: it is given up here and now.
    socket.close()
    retryLater()
  }, 1_000)
  addEventListener('online', () => {
    if (socket === undefined) connect()
  })
  connect()
}
