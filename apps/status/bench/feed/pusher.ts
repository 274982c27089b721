import { Agent, request } from 'node:http'
import { z } from 'zod'
import { nowMs } from '../ingest/now-ms.ts'

/** The shards of a large bot, each pushed for itself: first all of them, then health and changes at a steady rate. */
const order = z.union([
  z.object({
    url: z.string(),
    token: z.string(),
    totalShards: z.number(),
    healthPerSecond: z.number(),
    changesPerSecond: z.number(),
  }),
  z.literal('begin'),
  z.literal('report'),
])

const [ONLINE, RESUMING] = [3, 6]
const FILL = 1_000
const NOT_ONLINE = 500
const TICK_MS = 10
/** Coprime to any number of shards that a benchmark has. */
const STRIDE = 7_919

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
let sent: [shard: number, atMs: number][] = []
let failed = 0

function post(url: URL, token: string, body: object): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = (isFailed: boolean) => {
    if (isFailed) failed += 1
    resolve()
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const asking = request(url, { agent, method: 'POST', headers }, answer => {
    answer.resume().on('end', () => done(answer.statusCode !== 204))
  })
  asking.on('error', () => done(true))
  asking.end(JSON.stringify(body))
  return promise
}

async function start(given: Exclude<z.infer<typeof order>, string>): Promise<void> {
  const { token, totalShards } = given
  const url = new URL('/api/v2/clusters/main/shards', given.url)
  const states = Array.from({ length: totalShards }, () => ONLINE)
  for (let other = 0; other < NOT_ONLINE; other += 1)
    states[Math.floor(Math.random() * totalShards)] = Math.floor(Math.random() * RESUMING)
  const pushOf = (ids: number[]) => ({
    totalShards,
    process: { id: `p${Math.floor((ids[0] ?? 0) / 16)}` },
    shards: ids.map(id => ({ id, state: states[id], pingMs: 41, guilds: 1_000 })),
  })
  for (let first = 0; first < totalShards; first += FILL)
    await post(url, token, pushOf(Array.from({ length: FILL }, (_, at) => first + at)))
  process.send?.({ isFilled: true })

  let health = 0
  let changes = 0
  const beganMs = nowMs()
  setInterval(() => {
    const seconds = (nowMs() - beganMs) / 1000
    for (; changes < seconds * given.changesPerSecond; changes += 1) {
      const id = (changes * STRIDE) % totalShards
      states[id] = RESUMING
      sent.push([id, nowMs()])
      void post(url, token, pushOf([id]))
    }
    for (; health < seconds * given.healthPerSecond; health += 1)
      void post(url, token, pushOf([health % totalShards]))
  }, TICK_MS)
}

process.on('message', given => {
  const told = order.parse(given)
  if (told === 'begin') {
    sent = []
    failed = 0
  } else if (told === 'report') process.send?.({ sent, failed })
  else void start(told)
})
process.on('disconnect', () => process.exit())
