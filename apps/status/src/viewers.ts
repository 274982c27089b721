import type { WebSocket } from 'ws'

/** A viewer that has this much unread is dropped from the stream until it has caught up. */
const MOST_BUFFERED_BYTES = 256 * 1024
const CAUGHT_UP_BYTES = 16 * 1024
const PING_INTERVAL_MS = 30_000

type Viewer = { socket: WebSocket; isBehind: boolean; isAlive: boolean }

export type Viewers = AsyncDisposable & {
  readonly size: number
  add(socket: WebSocket): void
  send(socket: WebSocket, frame: Buffer): void
  /** One frame for all; those that are too slow miss it and get `catchUp()` once they have read what they had. */
  broadcast(frames: Buffer[], catchUp: () => Buffer): void
  /** Gives those that were too slow another chance when nothing is being broadcast. */
  recover(catchUp: () => Buffer): void
}

const sendFrame = (socket: WebSocket, frame: Buffer) => socket.send(frame, { binary: false, compress: false })

/** Everybody who looks at a feed, with a bound on what each may keep in memory here. */
export function createViewers({ onSlow = () => {} }: { onSlow?: () => void } = {}): Viewers {
  const viewers = new Set<Viewer>()

  const timer = setInterval(() => {
    for (const viewer of viewers) {
      if (!viewer.isAlive) viewer.socket.terminate()
      viewer.isAlive = false
      viewer.socket.ping()
    }
  }, PING_INTERVAL_MS)
  timer.unref()

  function recoverOne(viewer: Viewer, catchUp: () => Buffer): void {
    if (viewer.socket.bufferedAmount > CAUGHT_UP_BYTES) return
    viewer.isBehind = false
    sendFrame(viewer.socket, catchUp())
  }

  return {
    get size() {
      return viewers.size
    },
    add(socket) {
      const viewer: Viewer = { socket, isBehind: false, isAlive: true }
      viewers.add(viewer)
      socket.on('pong', () => {
        viewer.isAlive = true
      })
      socket.on('close', () => viewers.delete(viewer))
      // An error is followed by close; nothing of a viewer's concerns anybody else.
      socket.on('error', () => {})
    },
    send: sendFrame,
    broadcast(frames, catchUp) {
      for (const viewer of viewers) {
        if (viewer.isBehind) {
          recoverOne(viewer, catchUp)
          continue
        }
        if (viewer.socket.bufferedAmount > MOST_BUFFERED_BYTES) {
          viewer.isBehind = true
          onSlow()
          continue
        }
        for (const frame of frames) sendFrame(viewer.socket, frame)
      }
    },
    recover(catchUp) {
      for (const viewer of viewers) if (viewer.isBehind) recoverOne(viewer, catchUp)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const { socket } of viewers) socket.close(1012, 'the service restarts')
    },
  }
}
