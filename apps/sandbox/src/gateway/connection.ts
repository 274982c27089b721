import { GatewayCloseCodes, GatewayDispatchEvents, GatewayOpcodes } from 'discord-api-types/v10'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { GatewayContext } from './context.ts'
import { GatewayClose } from './gateway-close.ts'
import { identify, identifySchema, welcome } from './identify.ts'
import { sendMembers } from './request-members.ts'
import type { Outlet, Session } from './session.ts'

const MAX_PAYLOAD_BYTES = 4_096
/** A client that does not read is cut off, as Discord does too. */
const MAX_BEHIND_BYTES = 128 * 1024 * 1024

const frameSchema = z.object({ op: z.int(), d: z.unknown() })

const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.int().min(0) })

/** Which a client may send once it is identified, and which change nothing here. */
const ACCEPTED: ReadonlySet<number> = new Set([
  GatewayOpcodes.PresenceUpdate,
  GatewayOpcodes.VoiceStateUpdate,
  GatewayOpcodes.RequestGuildMembers,
  GatewayOpcodes.RequestSoundboardSounds,
])

/** Speaks the gateway's protocol over one socket, from HELLO to the close code. */
export function serveConnection(socket: WebSocket, context: GatewayContext, host: string): void {
  const { sessions, rules, credentials, ledger, clock, settings } = context
  const { heartbeatIntervalMs } = settings
  let session: Session | undefined
  let closedWith: number | undefined
  let sends = 0
  let sendWindowEndsMs = 0
  let lastFrameAtMs = 0

  const write = (frame: string): void => {
    if (socket.bufferedAmount > MAX_BEHIND_BYTES) socket.terminate()
    const dueMs = Math.max(lastFrameAtMs, clock.nowMs() + settings.latencyMs)
    if (dueMs <= clock.nowMs()) socket.send(frame)
    else {
      lastFrameAtMs = dueMs
      setTimeout(() => socket.send(frame), dueMs - clock.nowMs())
    }
  }
  const send = (op: number, d: unknown) => write(JSON.stringify({ t: null, s: null, op, d }))

  const outlet: Outlet = {
    silent: false,
    send: write,
    close(code) {
      if (closedWith !== undefined) return
      closedWith = code
      socket.close(code)
      leaveSession(code)
    },
    askToReconnect: () => send(GatewayOpcodes.Reconnect, null),
    invalidate(resumable) {
      const left = session
      session = undefined
      if (left && resumable) sessions.detach(left, GatewayCloseCodes.UnknownError)
      else if (left) sessions.end(left)
      send(GatewayOpcodes.InvalidSession, resumable)
    },
  }

  function leaveSession(code: number): void {
    clearTimeout(silence)
    if (session?.outlet === outlet) sessions.detach(session, code)
    session = undefined
  }

  const expectHeartbeat = () =>
    setTimeout(() => outlet.close(GatewayCloseCodes.SessionTimedOut), heartbeatIntervalMs * 1.5)
  let silence = expectHeartbeat()

  function resume(data: unknown): void {
    const { token, session_id, seq } = read(resumeSchema, data)
    if (!credentials.accepts(token)) throw new GatewayClose(GatewayCloseCodes.AuthenticationFailed)
    const found = sessions.get(session_id)
    if (found && seq > found.sequence) {
      sessions.end(found)
      throw new GatewayClose(GatewayCloseCodes.InvalidSeq)
    }
    found?.outlet?.close(GatewayCloseCodes.UnknownError)
    if (!found?.canReplay(seq)) {
      if (found) sessions.end(found)
      send(GatewayOpcodes.InvalidSession, false)
      return
    }
    session = found
    sessions.attach(found, outlet)
    found.replay(seq)
    ledger.events.resumes++
    found.dispatch(GatewayDispatchEvents.Resumed, '{"_trace":[]}')
  }

  function start(data: unknown): void {
    const outcome = identify(read(identifySchema, data), context)
    if (outcome === 'too early') send(GatewayOpcodes.InvalidSession, false)
    if (typeof outcome === 'string') return
    session = outcome
    welcome(session, outlet, context, host)
  }

  function receive({ op, d }: z.infer<typeof frameSchema>): void {
    if (op === GatewayOpcodes.Heartbeat) {
      clearTimeout(silence)
      silence = expectHeartbeat()
      if (!outlet.silent) send(GatewayOpcodes.HeartbeatAck, null)
    } else if (op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume) {
      if (session) throw new GatewayClose(GatewayCloseCodes.AlreadyAuthenticated)
      if (op === GatewayOpcodes.Identify) start(d)
      else resume(d)
    } else {
      if (!ACCEPTED.has(op)) throw new GatewayClose(GatewayCloseCodes.UnknownOpcode)
      if (!session) throw new GatewayClose(GatewayCloseCodes.NotAuthenticated)
      if (op === GatewayOpcodes.RequestGuildMembers) sendMembers(session, d, context.world)
    }
  }

  function countSend(): void {
    if (clock.nowMs() >= sendWindowEndsMs) {
      sendWindowEndsMs = clock.nowMs() + rules.sendWindowMs
      sends = 0
    }
    if (++sends > rules.sendsPerWindow) throw new GatewayClose(GatewayCloseCodes.RateLimited)
  }

  socket.on('message', (raw: Buffer) => {
    if (closedWith !== undefined) return
    try {
      countSend()
      if (raw.length > MAX_PAYLOAD_BYTES) throw new GatewayClose(GatewayCloseCodes.DecodeError)
      receive(read(frameSchema, parse(raw)))
    } catch (error) {
      if (!(error instanceof GatewayClose)) throw error
      outlet.close(error.code)
    }
  })
  socket.on('close', code => leaveSession(closedWith ?? code))
  socket.on('error', error => context.log.debug({ err: error }, 'a gateway socket failed'))
  send(GatewayOpcodes.Hello, { heartbeat_interval: heartbeatIntervalMs, _trace: [] })
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString())
  } catch {
    throw new GatewayClose(GatewayCloseCodes.DecodeError)
  }
}

function read<Schema extends z.ZodType>(schema: Schema, data: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(data)
  if (!parsed.success) throw new GatewayClose(GatewayCloseCodes.DecodeError)
  return parsed.data
}
