import { once } from 'node:events'
import { connect } from 'node:net'
import { HOW_TO_GET_REDIS, startRedis } from '@shardlight/embedded'
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'

export type MortalRedis = AsyncDisposable & {
  /** Stays the same over restarts. */
  url: string
  /** Redis itself, behind the proxy. */
  serverUrl: string
  /** Stands between the clients and Redis. */
  proxy: PostgresProxy
  /** kill -9: what it knew is gone. */
  kill(): Promise<void>
  start(): Promise<void>
  /** It holds its connections and answers nothing, until `thaw`. */
  freeze(): void
  thaw(): void
  flush(): Promise<void>
}

/** One command in Redis' inline form; answers the first part of what comes back. */
async function say(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${command}\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

/** A Redis of the test's own, which can be killed, frozen, emptied and started again. */
export async function startMortalRedis(): Promise<MortalRedis> {
  const start = async (port?: number) => {
    const server = await startRedis(port === undefined ? {} : { port })
    if (!server) throw new Error(HOW_TO_GET_REDIS)
    const pid = Number(/process_id:(\d+)/.exec(await say(server.port, 'INFO server'))?.[1])
    return { ...server, pid }
  }
  let server = await start()
  const { port } = server
  const proxy = await startPostgresProxy(server.url)
  const signal = (name: NodeJS.Signals) => process.kill(server.pid, name)
  let isFrozen = false
  const thaw = () => {
    if (isFrozen) signal('SIGCONT')
    isFrozen = false
  }
  return {
    url: proxy.url,
    serverUrl: server.url,
    proxy,
    async kill() {
      signal('SIGKILL')
      isFrozen = false
      await server[Symbol.asyncDispose]()
    },
    async start() {
      server = await start(port)
    },
    freeze() {
      signal('SIGSTOP')
      isFrozen = true
    },
    thaw,
    async flush() {
      await say(port, 'FLUSHALL')
    },
    async [Symbol.asyncDispose]() {
      thaw()
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
