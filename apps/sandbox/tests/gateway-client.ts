import { WebSocket } from 'ws'
import { SANDBOX_TOKEN } from '../src/credentials.ts'

export type Frame = { op: number; t: string | null; s: number | null; d: Record<string, unknown> }

export type GatewayClient = AsyncDisposable & {
  frames: Frame[]
  send(op: number, d: unknown): void
  sendText(text: string): void
  identify(shard?: [number, number], intents?: number, token?: string): void
  resume(sessionId: unknown, seq: number): void
  /** The first frame, past or future, that fits. */
  frame(fits: (frame: Frame) => boolean): Promise<Frame>
  /** The first dispatch of that type. */
  event(type: string): Promise<Frame>
  closed: Promise<number>
  close(code: number): Promise<number>
}

const WAIT_MS = 5_000
const GUILDS_AND_MESSAGES = (1 << 0) | (1 << 9) | (1 << 12)

/** A bare gateway client, which can do all that discord.js would never do. */
export function connect(
  { url }: { url: string },
  { query = '?v=10&encoding=json' }: { query?: string } = {},
): GatewayClient {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/gateway${query}`)
  const frames: Frame[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (raw: Buffer) => {
    frames.push(JSON.parse(raw.toString()))
    for (const look of waiting) look()
  })
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  const opened = new Promise(resolve => socket.on('open', resolve))
  const sendText = (text: string) => void opened.then(() => socket.send(text))
  const send = (op: number, d: unknown) => sendText(JSON.stringify({ op, d }))

  const frame: GatewayClient['frame'] = fits =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = frames.map(({ op, t }) => t ?? op).join(', ')
        reject(new Error(`no such frame came, only ${seen}`))
      }, WAIT_MS)
      const look = () => {
        const found = frames.find(fits)
        if (!found) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })

  return {
    frames,
    send,
    sendText,
    frame,
    closed,
    event: type => frame(({ t }) => t === type),
    identify: (shard = [0, 1], intents = GUILDS_AND_MESSAGES, token = SANDBOX_TOKEN) =>
      send(2, { token, intents, shard, properties: { os: 'test', browser: 'test', device: 'test' } }),
    resume: (session_id, seq) => send(6, { token: SANDBOX_TOKEN, session_id, seq }),
    async close(code) {
      socket.close(code)
      return closed
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}
