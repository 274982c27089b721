import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { startChild } from './child.ts'

const started = z.object({ port: z.number() })
const usage = z.object({ cpuMicroseconds: z.number(), rssBytes: z.number() })
const warm = z.object({ isWarm: z.literal(true) })
const measured = z.object({ perSecond: z.number(), p99Ms: z.number(), failed: z.number() })

export type Measured = z.infer<typeof measured>

export type Server = AsyncDisposable & { url: string; usage(): Promise<z.infer<typeof usage>> }

/** All viewers of a benchmark come from one address. */
const EVERYBODY_MAY_WATCH = { STATUS_VIEWERS_PER_ADDRESS: '100000' }

/** The status app, or what stands beside it, in a process of its own. */
export async function startServer(
  environment: Record<string, string>,
  file = 'ingest/server.ts',
): Promise<Server> {
  const child = startChild(file, { ...EVERYBODY_MAY_WATCH, ...environment })
  const { port } = await child.next(started)
  return {
    url: `http://127.0.0.1:${port}`,
    usage: () => child.ask('usage', usage),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

export async function measure({
  onWarm,
  ...load
}: {
  url: string
  token: string
  warmUpSeconds: number
  seconds: number
  connections: number
  /** As fast as they are answered without it. */
  pushesPerSecond?: number
  totalShards: number
  shardsPerPush: number
  onWarm: () => Promise<void>
}): Promise<Measured> {
  await using child = startChild('ingest/load.ts')
  await child.ask(load, warm)
  const result = child.next(measured)
  await onWarm()
  return await result
}

/** Viewers that read all they are sent, and count the bytes. */
export async function openViewers(url: string, count: number): Promise<Disposable & { bytes(): number }> {
  let bytes = 0
  const address = `${url.replace('http', 'ws')}/api/v2/feed`
  const sockets = Array.from({ length: count }, () => {
    const socket = new WebSocket(address, { perMessageDeflate: false })
    socket.on('message', (data: Buffer) => {
      bytes += data.length
    })
    return socket
  })
  await Promise.all(sockets.map(socket => once(socket, 'open')))
  return {
    bytes: () => bytes,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.terminate()
    },
  }
}
