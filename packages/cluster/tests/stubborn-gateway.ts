import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'

export type Manners = {
  /** What becomes of a connection: a WebSocket, a 503, a reset, or nothing at all. */
  connection: 'accepted' | 'refused' | 'reset' | 'ignored'
  saysHello: boolean
  answersIdentify: boolean
  answersResume: boolean
}

export type Heard = { what: 'identify' | 'resume'; shardId: number; path: string }

export type StubbornGateway = AsyncDisposable & {
  /** Its general address; a session is to be resumed at `/<shard>` below it. */
  url: string
  /** How it treats whoever comes to these paths from now on, or to any. */
  behave(manners: Partial<Manners>, paths?: string[]): void
  /** IDENTIFYs and RESUMEs, in the order in which they came. */
  heard: Heard[]
  /** The paths to which somebody tried to connect. */
  attempts: string[]
  /** The codes with which shards have closed their sockets. */
  closed: number[]
  dispatch(shardId: number, type: string, data: object): void
  /** How many are open, whether they are WebSockets yet or not. */
  connections(): number
  /** How many are WebSockets for both sides. */
  sockets(): number
  /** Ends all connections without a word. */
  cut(): void
}

const WELL: Manners = {
  connection: 'accepted',
  saysHello: true,
  answersIdentify: true,
  answersResume: true,
}

const sent = z.discriminatedUnion('op', [
  z.object({ op: z.literal(1) }),
  z.object({ op: z.literal(2), d: z.object({ shard: z.tuple([z.int(), z.int()]) }) }),
  z.object({ op: z.literal(6), d: z.object({ session_id: z.string(), seq: z.int() }) }),
])

/** A gateway that can be as rude as the real one, and as the sandbox is not. Its sessions last for ever. */
export async function startStubbornGateway(): Promise<StubbornGateway> {
  const server = createServer()
  const acceptor = new WebSocketServer({ noServer: true })
  const connections = new Set<Duplex>()
  const sockets = new Set<WebSocket>()
  const sessions = new Map<string, { shardId: number; sequence: number; socket: WebSocket }>()
  const manners = new Map<string, Manners>()
  let general = WELL
  const [heard, attempts, closed]: [Heard[], string[], number[]] = [[], [], []]
  const mannersAt = (path: string) => manners.get(path) ?? general

  const write = (socket: WebSocket, packet: object) => socket.send(JSON.stringify(packet))

  function dispatch(session: { sequence: number; socket: WebSocket }, t: string, d: object): void {
    session.sequence += 1
    write(session.socket, { op: 0, t, s: session.sequence, d })
  }

  function onIdentify(socket: WebSocket, shardId: number): void {
    const id = `session-${sessions.size}`
    const session = { shardId, sequence: 0, socket }
    sessions.set(id, session)
    dispatch(session, 'READY', {
      v: 10,
      user: { id: '111', username: 'bot', discriminator: '0', avatar: null, bot: true },
      application: { id: '111', flags: 0 },
      guilds: [],
      session_id: id,
      resume_gateway_url: `${url}/${shardId}`,
    })
  }

  function onSocket(socket: WebSocket, path: string): void {
    socket.on('pong', () => sockets.add(socket))
    socket.ping()
    socket.on('close', code => {
      sockets.delete(socket)
      closed.push(code)
    })
    socket.on('message', message => {
      const packet = sent.safeParse(JSON.parse(String(message))).data
      if (packet?.op === 1) write(socket, { op: 11 })
      if (packet?.op === 2) {
        const [shardId] = packet.d.shard
        heard.push({ what: 'identify', shardId, path })
        if (mannersAt(path).answersIdentify) onIdentify(socket, shardId)
      }
      if (packet?.op === 6) {
        const session = sessions.get(packet.d.session_id)
        heard.push({ what: 'resume', shardId: session?.shardId ?? -1, path })
        if (!session || !mannersAt(path).answersResume) return
        session.socket = socket
        dispatch(session, 'RESUMED', {})
      }
    })
    if (mannersAt(path).saysHello) write(socket, { op: 10, d: { heartbeat_interval: 41_000 } })
  }

  server.on('connection', connection => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
  })
  server.on('upgrade', (request, connection: Duplex, head) => {
    const { pathname: path } = new URL(request.url ?? '/', 'http://gateway')
    attempts.push(path)
    const { connection: fate } = mannersAt(path)
    // One that nobody reads would never be seen to end.
    connection.on('error', () => {}).on('end', () => connection.destroy())
    if (fate === 'ignored') connection.resume()
    if (fate === 'reset') connection.destroy()
    if (fate === 'refused') connection.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
    if (fate === 'accepted')
      acceptor.handleUpgrade(request, connection, head, socket => onSocket(socket, path))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`

  const cut = () => {
    for (const connection of connections) connection.destroy()
  }
  return {
    url,
    behave(changed, paths) {
      if (!paths) {
        general = { ...WELL, ...changed }
        manners.clear()
      }
      for (const path of paths ?? []) manners.set(path, { ...mannersAt(path), ...changed })
    },
    heard,
    attempts,
    closed,
    dispatch(shardId, type, data) {
      const session = [...sessions.values()].findLast(one => one.shardId === shardId)
      if (!session) throw new Error(`shard ${shardId} has no session`)
      dispatch(session, type, data)
    },
    connections: () => connections.size,
    sockets: () => sockets.size,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
