import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type FreezingProxy = AsyncDisposable & {
  url: string
  /** Connections stay open, new ones are taken, and nothing is said on any until `thaw`; then all that was held. */
  freeze(): void
  thaw(): void
}

/** Stands before a server that shall hang, as one does whose machine or network stands still. */
export async function startFreezingProxy(serverUrl: string): Promise<FreezingProxy> {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isFrozen = false
  let held: (() => void)[] = []
  const soon = (run: () => void) => void (isFrozen ? held.push(run) : run())

  function forward(from: Socket, to: Socket): void {
    sockets.add(from)
    from.on('data', data => soon(() => to.write(data)))
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      soon(() => to.destroy())
    })
  }

  const proxy = createServer(client => {
    const server = connect(Number(target.port), target.hostname)
    forward(client, server)
    forward(server, client)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${address.port}`
  return {
    url: url.href,
    freeze() {
      isFrozen = true
    },
    thaw() {
      isFrozen = false
      const now = held
      held = []
      for (const run of now) run()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
