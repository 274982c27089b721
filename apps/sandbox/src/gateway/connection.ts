import { GatewayCloseCodes, GatewayDispatchEvents, GatewayOpcodes } from 'discord-api-types/v10'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { GatewayContext } from './context.ts'
import { identify, identifySchema, welcome } from './identify.ts'
import { sendMembers } from './request-members.ts'
import type { Outlet, Session } from './session.ts'

const MAX_PAYLOAD_BYTES = 4_096

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
export function serveConnection(socket: WebSocket, context: GatewayContext): void {
  const { sessions, rules, credentials, ledger, clock, settings } = context
  let session: Session | undefined
  let closedWith: number | undefined
  let sends = 0
  let sendWindowEndsMs = 0
  let lastFrameAtMs = 0

  const write = (frame: string): void => {
    const dueMs = Math.max(lastFrameAtMs, clock.nowMs() + settings.latencyMs)
    if (dueMs <= clock.nowMs()) return void socket.send(frame)
    lastFrameAtMs = dueMs
    setTimeout(() => socket.send(frame), dueMs - clock.nowMs())
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
    setTimeout(() => outlet.close(GatewayCloseCodes.SessionTimedOut), rules.heartbeatIntervalMs * 1.5)
  let silence = expectHeartbeat()

  function resume(data: unknown): void {
    const wanted = resumeSchema.safeParse(data)
    if (!wanted.success) return outlet.close(GatewayCloseCodes.DecodeError)
    const { token, session_id, seq } = wanted.data
    if (!credentials.accepts(token)) return outlet.close(GatewayCloseCodes.AuthenticationFailed)
    const found = sessions.get(session_id)
    if (!found) return send(GatewayOpcodes.InvalidSession, false)
    if (seq > found.sequence) {
      sessions.end(found)
      return outlet.close(GatewayCloseCodes.InvalidSeq)
    }
    found.outlet?.close(GatewayCloseCodes.UnknownError)
    sessions.attach(found, outlet)
    if (!found.replay(seq)) {
      sessions.end(found)
      return send(GatewayOpcodes.InvalidSession, false)
    }
    session = found
    ledger.events.resumes++
    session.dispatch(GatewayDispatchEvents.Resumed, '{"_trace":[]}')
  }

  function start(data: unknown): void {
    const wanted = identifySchema.safeParse(data)
    if (!wanted.success) return outlet.close(GatewayCloseCodes.DecodeError)
    const outcome = identify(wanted.data, context)
    if ('closeWith' in outcome) return outlet.close(outcome.closeWith)
    if ('tooEarly' in outcome) return send(GatewayOpcodes.InvalidSession, false)
    if ('swallowed' in outcome) return
    session = outcome.session
    welcome(session, outlet, context)
  }

  function receive(op: number, data: unknown): void {
    if (op === GatewayOpcodes.Heartbeat) {
      clearTimeout(silence)
      silence = expectHeartbeat()
      if (!outlet.silent) send(GatewayOpcodes.HeartbeatAck, null)
      return
    }
    if (op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume) {
      if (session) return outlet.close(GatewayCloseCodes.AlreadyAuthenticated)
      return op === GatewayOpcodes.Identify ? start(data) : resume(data)
    }
    if (!ACCEPTED.has(op)) return outlet.close(GatewayCloseCodes.UnknownOpcode)
    if (!session) return outlet.close(GatewayCloseCodes.NotAuthenticated)
    if (op === GatewayOpcodes.RequestGuildMembers) sendMembers(session, data, context.world)
  }

  socket.on('message', (raw: Buffer) => {
    if (closedWith !== undefined) return
    if (clock.nowMs() >= sendWindowEndsMs) {
      sendWindowEndsMs = clock.nowMs() + rules.sendWindowMs
      sends = 0
    }
    if (++sends > rules.sendsPerWindow) return outlet.close(GatewayCloseCodes.RateLimited)
    if (raw.length > MAX_PAYLOAD_BYTES) return outlet.close(GatewayCloseCodes.DecodeError)
    let frame: unknown
    try {
      frame = JSON.parse(raw.toString())
    } catch {
      return outlet.close(GatewayCloseCodes.DecodeError)
    }
    const parsed = frameSchema.safeParse(frame)
    if (!parsed.success) return outlet.close(GatewayCloseCodes.DecodeError)
    receive(parsed.data.op, parsed.data.d)
  })
  socket.on('close', code => leaveSession(closedWith ?? code))
  socket.on('error', error => context.log.debug({ err: error }, 'a gateway socket failed'))
  send(GatewayOpcodes.Hello, { heartbeat_interval: rules.heartbeatIntervalMs, _trace: [] })
}
