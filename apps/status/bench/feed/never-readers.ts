import { once } from 'node:events'
import { connect } from 'node:net'

/** Viewers that shake hands and never read a byte: what they are sent stays in the system's buffers, then in ours. */
export async function openNeverReaders(address: string, count: number): Promise<Disposable> {
  const { hostname, port, pathname } = new URL(address)
  const handshake = [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n')
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.pause()
      socket.on('error', () => {})
      socket.write(handshake)
      return socket
    }),
  )
  return {
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
