import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { z } from 'zod'

const started = z.object({ port: z.number() })
const cpuUsage = z.object({ user: z.number(), system: z.number() })
const warm = z.object({ isWarm: z.literal(true) })
const measured = z.object({ perSecond: z.number(), p99Ms: z.number(), failed: z.number() })

export type Measured = z.infer<typeof measured>

const startChild = (file: string, environment: Record<string, string> = {}): ChildProcess =>
  fork(join(import.meta.dirname, file), [], { env: { PATH: process.env['PATH'], ...environment } })

async function answerOf(child: ChildProcess): Promise<unknown> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message'), gone])
  return message
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

type Server = AsyncDisposable & { url: string; cpuMicroseconds(): Promise<number> }

export async function startServer(environment: Record<string, string>): Promise<Server> {
  const child = startChild('server.ts', environment)
  const { port } = started.parse(await answerOf(child))
  return {
    url: `http://127.0.0.1:${port}`,
    async cpuMicroseconds() {
      const answer = answerOf(child)
      child.send('cpu')
      const { user, system } = cpuUsage.parse(await answer)
      return user + system
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}

export async function measure(order: {
  url: string
  token: string
  warmUpSeconds: number
  seconds: number
  connections: number
  totalShards: number
  shardsPerPush: number
  onWarm: () => Promise<void>
}): Promise<Measured> {
  const child = startChild('load.ts')
  try {
    const isWarm = answerOf(child)
    const { onWarm, ...load } = order
    child.send(load)
    warm.parse(await isWarm)
    await onWarm()
    return measured.parse(await answerOf(child))
  } finally {
    await end(child)
  }
}

/** Viewers that read all they are sent, and count the bytes. */
export async function openViewers(url: string, count: number): Promise<Disposable & { bytes(): number }> {
  let bytes = 0
  const address = `${url.replace('http', 'ws')}/api/v2/feed`
  const sockets = Array.from({ length: count }, () => {
    const socket = new WebSocket(address)
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
