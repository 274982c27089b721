import { eventually } from '@shardlight/testing'
import type { FastifyInstance } from 'fastify'
import { WebSocket } from 'ws'
import { z } from 'zod'

/** What the frames of both feeds may have, enough to ask a frame for it. */
const frameSchema = z.looseObject({
  op: z.string(),
  epoch: z.string().default(''),
  seq: z.number().default(-1),
  clusters: z.array(z.looseObject({ name: z.string(), states: z.unknown().optional() })).default([]),
  payload: z.record(z.string(), z.unknown()).default({}),
})

type Frame = z.infer<typeof frameSchema>

async function portOf(app: FastifyInstance): Promise<number> {
  if (app.server.address() === null) await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the app does not listen')
  return address.port
}

/** One viewer of a feed over a real WebSocket, with all that it was sent. */
export async function openViewer(app: FastifyInstance, path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${await portOf(app)}${path}`, { headers })
  const raw: unknown[] = []
  const frames: Frame[] = []
  socket.on('message', data => {
    const frame: unknown = JSON.parse(String(data))
    raw.push(frame)
    frames.push(frameSchema.parse(frame))
  })
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return {
    socket,
    frames,
    raw,
    closed,
    /** The first frame that is so. */
    until: (what: string, isIt: (frame: Frame) => boolean) => eventually(what, () => frames.find(isIt)),
    [Symbol.dispose]: () => socket.terminate(),
  }
}
