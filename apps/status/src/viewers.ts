import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { FrameLog, Position } from './frame-log.ts'
import type { Snapshots } from './snapshots.ts'
import { createViewer, type Viewer } from './viewer.ts'

const PING_INTERVAL_MS = 20_000
/** A minute: the line is dead, or nobody reads. */
const MOST_UNANSWERED_PINGS = 3
/** On a stop, for those that do not answer to it. */
const GOODBYE_MS = 1_000

export type Viewers = AsyncDisposable & {
  readonly size: number
  /** Takes it in: first those frames, then what follows that position, or a snapshot. */
  add(socket: WebSocket, options: { first: readonly Buffer[]; from: Position | undefined }): void
  /** Gives all of them what is new in the log, as far as they read. */
  advance(): void
  /** For those alone who have nothing else to read. */
  offer(frame: Buffer): void
  /** Ends all connections there are now. */
  close(code: number, reason: string): void
}

/** Everybody who looks at a feed, with a bound on what each may keep in memory here. */
export function createViewers({
  log,
  snapshots,
  pingIntervalMs = PING_INTERVAL_MS,
  onSlow = () => {},
}: {
  log: FrameLog
  snapshots: Snapshots
  pingIntervalMs?: number
  onSlow?: () => void
}): Viewers {
  const viewers = new Map<Viewer, { unanswered: number }>()

  const timer = setInterval(() => {
    for (const [viewer, life] of viewers) {
      if (viewer.hasRead()) life.unanswered = 0
      if (life.unanswered >= MOST_UNANSWERED_PINGS) viewer.socket.terminate()
      life.unanswered += 1
      viewer.socket.ping()
    }
  }, pingIntervalMs)
  timer.unref()

  function close(code: number, reason: string): void {
    for (const { socket } of viewers.keys()) socket.close(code, reason)
  }

  return {
    close,
    get size() {
      return viewers.size
    },
    add(socket, { first, from }) {
      const viewer = createViewer({ socket, log, snapshots, first, from, onSlow })
      const life = { unanswered: 0 }
      viewers.set(viewer, life)
      socket.on('pong', () => {
        life.unanswered = 0
      })
      socket.on('close', () => viewers.delete(viewer))
      // An error is followed by close; nothing of a viewer's concerns anybody else.
      socket.on('error', () => {})
      viewer.advance()
    },
    advance() {
      for (const viewer of viewers.keys()) viewer.advance()
    },
    offer(frame) {
      for (const viewer of viewers.keys()) viewer.offer(frame)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      const sockets = [...viewers.keys()].map(({ socket }) => socket)
      const closed = Promise.all(sockets.map(socket => new Promise(done => socket.once('close', done))))
      // 1012: a client comes back after a random delay (https://www.iana.org/assignments/websocket).
      close(1012, 'the service restarts')
      await Promise.race([closed, sleep(GOODBYE_MS, undefined, { ref: false })])
      for (const socket of sockets) socket.terminate()
    },
  }
}
