import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type PostgresProxy = AsyncDisposable & {
  /** The address to connect to, whatever the server's own is. */
  url: string
  /** From now on connections go to this server. */
  leadTo(url: string): void
  /** The connections that listen stay open and hear nothing any more; answers how many those are. */
  deafen(): number
  /** Cuts every connection. */
  cut(): void
}

/** Stands between a client and PostgreSQL: one port for a server that restarts, and a way to lose notifications. */
export async function startPostgresProxy(serverUrl: string): Promise<PostgresProxy> {
  let target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  const listening = new Set<{ client: Socket; server: Socket }>()

  const proxy = createServer(client => {
    const server = connect(Number(target.port), target.hostname)
    const pair = { client, server }
    client.on('data', data => {
      if (data.includes('LISTEN events')) listening.add(pair)
    })
    client.pipe(server)
    server.pipe(client)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        listening.delete(pair)
        other.destroy()
      })
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${address.port}`

  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    leadTo(next) {
      target = new URL(next)
    },
    deafen() {
      for (const { client, server } of listening) {
        server.unpipe(client)
        server.resume()
      }
      return listening.size
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
