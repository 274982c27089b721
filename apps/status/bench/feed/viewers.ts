import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { nowMs } from '../ingest/now-ms.ts'

/** Many viewers in a process of their own: they note when each of them has seen which change. */
const order = z.union([
  z.object({ url: z.string(), count: z.number() }),
  z.literal('begin'),
  z.literal('report'),
])

const changes = z.object({ seq: z.number(), clusters: z.array(z.object({ states: z.array(z.number()) })) })
const update = z.object({ payload: z.object({ shard: z.number() }) })

/** By message: the shards that it tells of, and when it came to each viewer. */
let seen = new Map<string, { shards: number[]; atMs: number[] }>()
let bytes = 0

const CHANGES = Buffer.from('{"op":"changes"')
const UPDATE = Buffer.from('{"op":"state_update"')

const startsWith = (data: Buffer, start: Buffer) =>
  data.compare(start, 0, start.length, 0, start.length) === 0

function shardsOf(text: string): number[] {
  if (text.startsWith('{"op":"state_update"')) return [update.parse(JSON.parse(text)).payload.shard]
  return changes
    .parse(JSON.parse(text))
    .clusters.flatMap(({ states }) => states.filter((_, at) => at % 2 === 0))
}

function note(data: Buffer): void {
  bytes += data.length
  if (!startsWith(data, CHANGES) && !startsWith(data, UPDATE)) return
  const atMs = nowMs()
  const key = data.toString('latin1')
  const known = seen.get(key) ?? { shards: shardsOf(key), atMs: [] }
  seen.set(key, known)
  known.atMs.push(atMs)
}

/** Answers when all have their first picture. */
async function open(url: string, count: number): Promise<number> {
  const beganMs = nowMs()
  const isPicture = (data: Buffer) => data.length > 1_000
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = new WebSocket(url, { perMessageDeflate: false })
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.on('message', (data: Buffer) => {
        if (isPicture(data)) resolve()
        note(data)
      })
      await once(socket, 'open')
      await promise
    }),
  )
  return nowMs() - beganMs
}

process.on('message', async given => {
  const told = order.parse(given)
  if (told === 'begin') {
    seen = new Map()
    bytes = 0
  } else if (told === 'report') process.send?.({ bytes, seen: [...seen.values()] })
  else process.send?.({ openedMs: await open(told.url, told.count) })
})
process.on('disconnect', () => process.exit())
