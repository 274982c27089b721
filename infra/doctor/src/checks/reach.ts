import { once } from 'node:events'
import { connect } from 'node:net'

/** Resolves when something listens there. */
export async function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  const socket = connect({ host, port, signal })
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}
