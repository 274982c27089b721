import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GatewayCloseCodes } from 'discord-api-types/v10'
import { WebSocketServer } from 'ws'
import { serveConnection } from './connection.ts'
import type { GatewayContext } from './context.ts'

/** Larger than Discord's limit, so that a payload that is too large gets its close code. */
const MAX_FRAME_BYTES = 1 << 20

/**
 * The gateway, v10, JSON. Asked for compression (`compress=zlib-stream` or `zstd-stream`) it answers
 * uncompressed: discord.js reads text frames as they are whatever it asked for.
 */
export function createGatewayServer(context: GatewayContext) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  server.on('connection', (socket, request: IncomingMessage) => {
    const { searchParams } = new URL(request.url ?? '/', 'ws://sandbox')
    if (searchParams.get('v') !== '10') return socket.close(GatewayCloseCodes.InvalidAPIVersion)
    if ((searchParams.get('encoding') ?? 'json') !== 'json')
      return socket.close(GatewayCloseCodes.DecodeError)
    serveConnection(socket, context, request.headers.host ?? '127.0.0.1')
  })
  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      server.handleUpgrade(request, socket, head, opened => server.emit('connection', opened, request))
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of server.clients) socket.close(1012)
      context.sessions.stop()
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}
