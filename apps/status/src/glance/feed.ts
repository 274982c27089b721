import type { Change, ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { WebSocket } from 'ws'
import type { Directory } from '../directory.ts'
import { createViewers } from '../viewers.ts'
import { requireOwnOrigin } from '../websocket-origin.ts'
import { changeFrame, helloFrame, stateFrame } from './frames.ts'

/** Glance sends a frame an event; collected for this long they go out in one go. */
const FLUSH_MS = 50

export type GlanceFeed = AsyncDisposable & { routes: FastifyPluginAsync; readonly viewers: number }

/**
 * `WS /api/feed`, for pages and programs that were written for Glance. They expect one hello and no second: Glance's
 * page takes itself apart when another comes. So who missed something is told states, and where there are other
 * shards than the hello said, the connection is closed, as it was when Glance was started with other `GLANCE_BOTS`.
 */
export function startGlanceFeed({
  registry,
  directory,
  origins,
  onSlow,
}: {
  registry: ShardRegistry
  directory: Directory
  origins: ReadonlySet<string>
  onSlow?: () => void
}): GlanceFeed {
  const viewers = createViewers({ ...(onSlow && { onSlow }) })
  const sockets = new Set<WebSocket>()
  let waiting: Change[] = []
  let isReset = false
  /** What whoever keeps up has been told: one byte a shard, by cluster. */
  let told = new Map<string, Uint8Array>()

  // Glance's page divides by the number of shards: one of which nobody has told it yet is not shown.
  const tables = () => directory.clusters().filter(({ totalShards }) => totalShards > 0)

  const isLaidOutAnew = () => {
    const now = tables()
    return (
      now.length !== told.size || now.some(({ name, states }) => told.get(name)?.length !== states.length)
    )
  }

  /** The states that are others than `before`; all of them without it. */
  const stateFrames = (before?: Map<string, Uint8Array>) =>
    tables().flatMap(({ name, states }) => {
      const known = before?.get(name)
      return [...states].flatMap((state, id) => (known?.[id] === state ? [] : [stateFrame(name, id, state)]))
    })
  const catchUp = () => stateFrames()

  const remember = () => new Map(tables().map(({ name, states }) => [name, states.slice()]))

  function flush(): void {
    const changes = waiting
    const wasReset = isReset
    waiting = []
    isReset = false
    if (viewers.size === 0) return
    if (wasReset && isLaidOutAnew())
      for (const socket of sockets) socket.close(1012, 'there are other shards than before; open it again')
    else if (wasReset) viewers.broadcast(stateFrames(told), catchUp)
    else if (changes.length > 0) viewers.broadcast(changes.map(changeFrame), catchUp)
    else viewers.recover(catchUp)
    if (wasReset || changes.length > 0) told = remember()
  }

  const subscription = registry.subscribe({
    changed(changes) {
      if (viewers.size === 0) return
      for (const change of changes) if (directory.has(change.cluster)) waiting.push(change)
    },
    // Glance has no word for notices.
    noticed() {},
    reset() {
      isReset = true
    },
  })
  const timer = setInterval(flush, FLUSH_MS)

  return {
    get viewers() {
      return viewers.size
    },
    async routes(app) {
      app.get('/api/feed', { websocket: true, preValidation: requireOwnOrigin(origins) }, socket => {
        flush()
        if (viewers.size === 0) told = remember()
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        viewers.add(socket)
        viewers.send(socket, helloFrame(tables()))
      })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      subscription[Symbol.dispose]()
      await viewers[Symbol.asyncDispose]()
    },
  }
}
