import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { refusal } from '../control/guard.ts'
import { commandView } from '../control/views.ts'
import type { Core } from '../core.ts'

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ error: reason })}`,
  )
}

/** The live feed of the chats: `GET /sandbox/chat/events?userId=ID` as a WebSocket. */
export function createFeedServer(core: Core) {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4_096, perMessageDeflate: false })
  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const userId = new URL(request.url ?? '/', 'ws://sandbox').searchParams.get('userId') ?? ''
      const reason = refusal(request, core)
      if (reason !== undefined) {
        refuse(socket, '403 Forbidden', reason)
        return
      }
      if (!core.world.users.has(userId)) {
        refuse(socket, '404 Not Found', `userId: there is no user ${userId}`)
        return
      }
      server.handleUpgrade(request, socket, head, viewer => {
        const leave = core.feed.join({
          userId,
          bufferedAmount: () => viewer.bufferedAmount,
          send: frame => viewer.send(frame),
          cut: () => viewer.terminate(),
        })
        viewer.on('close', leave)
        viewer.on('error', error => core.log.debug({ err: error }, 'a chat socket failed'))
        const shards = core.sessions.connected().map(({ shardId, shardCount }) => ({ shardId, shardCount }))
        viewer.send(JSON.stringify({ type: 'bot', online: shards.length > 0, shards }))
        viewer.send(JSON.stringify({ type: 'commands', commands: core.commands.all().map(commandView) }))
      })
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const viewer of server.clients) viewer.terminate()
      server.close()
    },
  }
}
