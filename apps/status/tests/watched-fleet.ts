import { once } from 'node:events'
import { eventually } from '@shardlight/testing'
import { WebSocket } from 'ws'
import { z } from 'zod'

const frameSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('hello'), epoch: z.string(), seq: z.number(), resumed: z.boolean() }),
  z.object({
    op: z.literal('snapshot'),
    epoch: z.string(),
    seq: z.number(),
    clusters: z.array(z.object({ name: z.string(), states: z.string() })),
  }),
  z.object({
    op: z.literal('changes'),
    epoch: z.string(),
    seq: z.number(),
    clusters: z.array(z.object({ name: z.string(), states: z.array(z.number()).default([]) })),
  }),
  z.object({ op: z.literal('beat'), epoch: z.string(), seq: z.number() }),
])

/** Follows the feed of a replica as a program would, and fails on a gap. */
export async function watchFleet(url: string, from?: { epoch: string; seq: number }) {
  const address = new URL('/api/v2/feed', url.replace('http', 'ws'))
  if (from) {
    address.searchParams.set('epoch', from.epoch)
    address.searchParams.set('seq', String(from.seq))
  }
  let position = from
  let resumed: boolean | undefined
  let gap: string | undefined
  const fleet = new Map<string, string[]>()
  const told = new Map<string, Map<number, number>>()

  function take(frame: z.infer<typeof frameSchema>): void {
    const { epoch, seq } = frame
    if (frame.op === 'hello') resumed = frame.resumed
    else if (frame.op === 'snapshot')
      for (const { name, states } of frame.clusters) fleet.set(name, [...states])
    else if (frame.op === 'changes') {
      if (position?.epoch !== epoch || position.seq + 1 !== seq) gap = `${position?.seq} to ${seq}`
      for (const { name, states } of frame.clusters)
        for (let at = 0; at + 1 < states.length; at += 2) change(name, states[at] ?? 0, states[at + 1] ?? 0)
    }
    if (frame.op === 'snapshot' || frame.op === 'changes') position = { epoch, seq }
  }

  function change(name: string, id: number, state: number): void {
    const states = fleet.get(name) ?? []
    states[id] = String(state)
    const key = `${name} ${state}`
    const times = told.get(key) ?? new Map<number, number>()
    told.set(key, times.set(id, (times.get(id) ?? 0) + 1))
  }

  const socket = new WebSocket(address)
  socket.on('message', data => take(frameSchema.parse(JSON.parse(String(data)))))
  socket.on('error', () => {})
  await once(socket, 'open')
  await eventually('the feed begins', () => resumed !== undefined && (resumed || fleet.size > 0), {
    withinMs: 60_000,
  })
  return {
    position: () => position,
    wasResumed: () => resumed,
    /** One digit a shard. */
    states(cluster: string): string {
      if (gap !== undefined) throw new Error(`the feed jumped from ${gap}`)
      return (fleet.get(cluster) ?? []).join('')
    },
    /** How often each shard was told to have come into that state. */
    timesTold: (cluster: string, state: number) =>
      told.get(`${cluster} ${state}`) ?? new Map<number, number>(),
    async [Symbol.asyncDispose]() {
      socket.terminate()
    },
    [Symbol.dispose]: () => socket.terminate(),
  }
}
